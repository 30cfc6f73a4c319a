import type { ShareId } from '../../acl/index.ts';
import type { SearchDeps } from '../search/index.ts';

/** What the document tools need; constructed in the composition root. */
export interface DocumentToolDeps extends SearchDeps {
  /** Configured shares, in their order. */
  readonly shares: readonly ShareId[];
  /** Tokens of one search answer, and of text in one fetch. */
  readonly resultTokens: number;
  readonly fetchTokens: number;
}

/** The scope that every document tool needs. */
export const DOCUMENTS_READ = 'documents:read';

import type { ShareId } from '../acl/index.ts';
import type { QuarantineReason } from './document.ts';
import type { IgnoreRules } from './ignore.ts';
import type { FilePolicy } from './policy.ts';

/** One configured root folder, as ingestion needs it. */
export interface Share {
  readonly id: ShareId;
  /** Absolute path of the folder. */
  readonly root: string;
  /** Absolute folders inside the root that are not part of the share, such as our own data. */
  readonly exclude: readonly string[];
  /** Whether a path relative to the root is left out; see `ignoreRules`. The usual leavings when not given. */
  readonly ignores?: IgnoreRules;
  /** Which files are read, by what they are; all that can be when not given. */
  readonly files?: FilePolicy;
}

/** What a listing says about one file. Times are milliseconds since the epoch. */
export interface ListedFile {
  readonly path: string;
  /** Device and file number: survives a rename and a move inside one file system. */
  readonly fileId: string;
  readonly size: number;
  readonly modified: number;
  readonly changed: number;
}

/** An entry that is there but cannot become a document. */
export interface ListedTrouble {
  readonly path: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
}

export type Listed =
  | { readonly kind: 'file'; readonly file: ListedFile }
  | { readonly kind: 'trouble'; readonly trouble: ListedTrouble };

/** Thrown when the root itself cannot be listed: nothing may be concluded about its files. */
export class ShareUnavailable extends Error {
  readonly code = 'share-unavailable';
}

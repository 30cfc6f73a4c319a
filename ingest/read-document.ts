import { createHash } from 'node:crypto';
import { type Chunk, toChunks } from './chunk.ts';
import type { QuarantineReason, Warning } from './document.ts';
import { openInside } from './open-inside.ts';
import { parseFile } from './parse/parse-file.ts';
import type { ParseLimits } from './parse/parser.ts';
import { type FilePolicy, READ_ALL } from './policy.ts';
import { toSections } from './sections.ts';

export interface ReadRequest {
  /** Absolute root of the share. */
  readonly root: string;
  /** Path inside the share, `/` between parts. */
  readonly path: string;
  /** Content hash of the revision the index holds; equal content is not parsed again. */
  readonly knownHash: string | null;
  readonly limits: ReadLimits;
  /** What the share lets be read; everything when not given. */
  readonly policy?: FilePolicy;
  /** Content hash of what a scanner found clean: other content is refused. Null or left out: not scanned. */
  readonly scannedHash?: string | null;
}

export interface ReadLimits extends ParseLimits {
  /** Bytes; a larger file is not opened. */
  readonly maxBytes: number;
}

/** What reading one file gave: passages ready for the index, or a named reason why there are none. */
export type ReadOutcome =
  | { readonly kind: 'unchanged'; readonly hash: string }
  | {
      readonly kind: 'read';
      readonly hash: string;
      readonly type: string;
      readonly title: string | null;
      readonly pages: number | null;
      readonly characters: number;
      readonly chunks: readonly Chunk[];
      readonly warnings: readonly Warning[];
    }
  | {
      readonly kind: 'refused';
      readonly hash: string | null;
      readonly type: string | null;
      readonly reason: QuarantineReason;
      readonly detail: string;
    };

/**
 * Reads one file of a share: opens it without following links out of the share, hashes, parses and chunks it.
 * Never throws for trouble of the file.
 */
export async function readDocument(request: ReadRequest): Promise<ReadOutcome> {
  const opened = await readBytes(request);
  if (!opened.ok)
    return { kind: 'refused', hash: null, type: null, reason: opened.reason, detail: opened.detail };
  const { bytes } = opened;
  const hash = createHash('sha256').update(bytes).digest('hex');
  const { scannedHash = null } = request;
  if (scannedHash !== null && scannedHash !== hash) {
    const detail = 'it changed between scanning and reading: it is read when it rests';
    return { kind: 'refused', hash: null, type: null, reason: 'not-scanned', detail };
  }
  if (hash === request.knownHash) return { kind: 'unchanged', hash };

  const name = request.path.slice(request.path.lastIndexOf('/') + 1);
  const outcome = await parseFile({
    bytes,
    name,
    limits: request.limits,
    ...(request.policy === undefined ? {} : { policy: request.policy }),
  });
  if (outcome.kind === 'refused') return { ...outcome, hash };
  const { document, type } = outcome;
  const chunks = toChunks(toSections(document.blocks));
  return {
    kind: 'read',
    hash,
    type,
    title: document.title,
    pages: document.pages,
    characters: chunks.reduce((sum, chunk) => sum + chunk.text.length, 0),
    chunks,
    warnings: document.warnings,
  };
}

type Bytes =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: QuarantineReason; readonly detail: string };

async function readBytes({ root, path, limits, policy = READ_ALL }: ReadRequest): Promise<Bytes> {
  const opened = await openInside({ root, path, ...sizeLimit(limits, policy) });
  if (!opened.ok) return opened;
  try {
    return { ok: true, bytes: await opened.handle.readFile() };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    return { ok: false, reason: 'unreadable', detail: `it could not be read (${code})` };
  } finally {
    await opened.handle.close();
  }
}

/** The smaller of the two limits on bytes, with the key that sets it. */
export function sizeLimit(
  { maxBytes }: ReadLimits,
  policy: FilePolicy,
): { readonly maxBytes: number; readonly maxBytesKey: string } {
  if (policy.maxBytes !== null && policy.maxBytes < maxBytes) {
    return { maxBytes: policy.maxBytes, maxBytesKey: 'files.maxMegabytes of the share' };
  }
  return { maxBytes, maxBytesKey: 'ingest.maxFileMegabytes' };
}

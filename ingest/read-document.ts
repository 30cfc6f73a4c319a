import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type Chunk, toChunks } from './chunk.ts';
import type { QuarantineReason, Warning } from './document.ts';
import { parseFile } from './parse/parse-file.ts';
import type { ParseLimits } from './parse/parser.ts';
import { toSections } from './sections.ts';

export interface ReadRequest {
  /** Absolute root of the share. */
  readonly root: string;
  /** Path inside the share, `/` between parts. */
  readonly path: string;
  /** Content hash of the revision the index holds; equal content is not parsed again. */
  readonly knownHash: string | null;
  readonly limits: ReadLimits;
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
  const opened = await openInside(request);
  if (!opened.ok)
    return { kind: 'refused', hash: null, type: null, reason: opened.reason, detail: opened.detail };
  const { bytes } = opened;
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash === request.knownHash) return { kind: 'unchanged', hash };

  const name = request.path.slice(request.path.lastIndexOf('/') + 1);
  const outcome = await parseFile({ bytes, name, limits: request.limits });
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

type Opened =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: QuarantineReason; readonly detail: string };

const LEADS_OUT: Opened = {
  ok: false,
  reason: 'outside-share',
  detail: 'the path leads out of the share',
};

function isInside(file: string, root: string): boolean {
  return file === root || file.startsWith(root.endsWith(sep) ? root : root + sep);
}

async function openInside({ root, path, limits }: ReadRequest): Promise<Opened> {
  const file = join(root, path);
  let handle: FileHandle | null = null;
  try {
    const realRoot = await realpath(root);
    if (!isInside(await realpath(file), realRoot)) return LEADS_OUT;
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    // A folder of the path may have become a link between the two calls: ask where the open file really is.
    const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => null);
    if (opened !== null && !isInside(opened, realRoot)) return LEADS_OUT;
    const stats = await handle.stat();
    if (!stats.isFile()) return { ok: false, reason: 'unreadable', detail: 'it is not a regular file' };
    if (stats.size > limits.maxBytes) {
      const [size, most] = [megabytes(stats.size), megabytes(limits.maxBytes)];
      return {
        ok: false,
        reason: 'too-large',
        detail: `${size} MB, over the limit of ${most} MB (ingest.maxFileMegabytes)`,
      };
    }
    return { ok: true, bytes: await handle.readFile() };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    const detail =
      code === 'EACCES' || code === 'EPERM'
        ? 'the service account may not open it: grant it read access on the share'
        : `it could not be opened (${code})`;
    return { ok: false, reason: 'unreadable', detail };
  } finally {
    await handle?.close();
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}

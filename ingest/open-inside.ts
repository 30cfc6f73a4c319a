import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { QuarantineReason } from './document.ts';

/** A file opened for reading, to be closed by the caller; or why it is not. */
export type Opened =
  | { readonly ok: true; readonly handle: FileHandle; readonly size: number }
  | { readonly ok: false; readonly reason: QuarantineReason; readonly detail: string };

const LEADS_OUT: Opened = {
  ok: false,
  reason: 'outside-share',
  detail: 'the path leads out of the share',
};

/** Opens a regular file of a share without following a link out of it. `maxBytes`: a larger one is not opened. */
export async function openInside(file: {
  readonly root: string;
  /** Path inside the share, `/` between parts. */
  readonly path: string;
  readonly maxBytes: number;
  /** The key that sets `maxBytes`, for the message. */
  readonly maxBytesKey: string;
}): Promise<Opened> {
  const whole = join(file.root, file.path);
  let handle: FileHandle | null = null;
  try {
    const realRoot = await realpath(file.root);
    if (!isInside(await realpath(whole), realRoot)) return LEADS_OUT;
    handle = await open(whole, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const refusal = await refuse(handle, realRoot, file);
    if (refusal !== null) return refusal;
    const { size } = await handle.stat();
    const opened: Opened = { ok: true, handle, size };
    handle = null;
    return opened;
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

async function refuse(
  handle: FileHandle,
  realRoot: string,
  { maxBytes, maxBytesKey }: { readonly maxBytes: number; readonly maxBytesKey: string },
): Promise<Opened | null> {
  // A folder of the path may have become a link between the two calls: ask where the open file really is.
  const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => null);
  if (opened !== null && !isInside(opened, realRoot)) return LEADS_OUT;
  const stats = await handle.stat();
  if (!stats.isFile()) return { ok: false, reason: 'unreadable', detail: 'it is not a regular file' };
  if (stats.size <= maxBytes) return null;
  const detail = `${megabytes(stats.size)} MB, over the limit of ${megabytes(maxBytes)} MB (${maxBytesKey})`;
  return { ok: false, reason: 'too-large', detail };
}

function isInside(file: string, root: string): boolean {
  return file === root || file.startsWith(root.endsWith(sep) ? root : root + sep);
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}

import {
  type FilePolicy,
  type FileReader,
  ParsePool,
  ScanningReader,
  scanWithClamd,
} from '../../ingest/index.ts';
import type { Config } from '../config/index.ts';

/** What reads the files of the shares, behind a virus scanner where one is configured. */
export function openReader({ ingest }: Config): { readonly reader: FileReader; close(): Promise<void> } {
  const pool = new ParsePool({
    size: ingest.workers,
    maxMemoryMegabytes: ingest.parseMemoryMegabytes,
    timeoutMs: ingest.parseTimeoutSeconds * 1000,
  });
  const { clamav } = ingest;
  if (clamav === undefined) return { reader: pool, close: () => pool.close() };
  const clamd = { socket: clamav.socket, timeoutMs: clamav.timeoutSeconds * 1000 };
  const reader = new ScanningReader(pool, (content) => scanWithClamd(clamd, content));
  return { reader, close: () => pool.close() };
}

/** The policy of a share as its configuration says it. */
export function filePolicy(
  { files }: Pick<Config['shares'][number], 'files'>,
  { clamav }: Pick<Config['ingest'], 'clamav'>,
): FilePolicy {
  const { allow, deny, macros, executables, archives, maxMegabytes } = files;
  return {
    allow: allow ?? null,
    deny,
    macros,
    executables,
    archives,
    maxBytes: maxMegabytes === undefined ? null : maxMegabytes * 1_048_576,
    scan: clamav === undefined ? 'none' : 'required',
  };
}

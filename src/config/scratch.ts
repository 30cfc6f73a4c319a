import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'ntk-run-';
/** A folder that nothing was put into for so long was left by a process that was killed. */
const LEFT_MS = 86_400_000;

/**
 * Gives this process a folder of its own for temporary files, which goes when it ends: the store makes folders there
 * and leaves them behind, and after a kill in the middle of an index hundreds of megabytes. What others left is removed
 * a day later. Children that inherit the environment use it too.
 * @returns what is wrong, with its mend: without such a folder the store does not open; null when all is well
 */
export function useOwnScratch(now: number = Date.now()): string | null {
  // Elsewhere the store asks the system, not this variable.
  if (process.platform === 'win32') return null;
  const base = tmpdir();
  try {
    for (const name of readdirSync(base)) if (name.startsWith(PREFIX)) removeLeft(join(base, name), now);
    const own = mkdtempSync(join(base, PREFIX));
    process.env['TMPDIR'] = own;
    process.on('exit', () => remove(own));
    for (const signal of ENDING) endCleanly(signal, () => remove(own));
    return null;
  } catch (error) {
    return `no temporary files can be written in ${base} (${(error as Error).message}): set TMPDIR to a folder where they can`;
  }
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal that nobody else waits for ends the process as ever, and first what it leaves is removed. */
function endCleanly(signal: NodeJS.Signals, clean: () => void): void {
  const end = (): void => {
    if (process.listenerCount(signal) > 1) return;
    clean();
    process.off(signal, end);
    process.kill(process.pid, signal);
  };
  process.on(signal, end);
}

function removeLeft(folder: string, now: number): void {
  try {
    if (now - statSync(folder).mtimeMs > LEFT_MS) remove(folder);
  } catch {
    // Another process removed it first.
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Somebody else's, or in use: the next one tries again.
  }
}

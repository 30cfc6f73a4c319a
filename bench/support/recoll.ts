import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Seconds that `recollindex` (Debian: recollcmd, with poppler-utils) takes for the same folder with its own defaults,
 * into a fresh index below `scratch`; null where it is not installed.
 */
export async function recollSeconds(folder: string, scratch: string): Promise<number | null> {
  const configuration = join(scratch, 'recoll');
  mkdirSync(configuration);
  // Its own number of threads stays the default: it uses all cores by itself.
  writeFileSync(
    join(configuration, 'recoll.conf'),
    `topdirs = "${folder}"\nindexstemminglanguages = english\n`,
  );
  const started = performance.now();
  const child = spawn('recollindex', ['-c', configuration, '-z'], { stdio: 'ignore' });
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
  return code === 0 ? (performance.now() - started) / 1000 : null;
}

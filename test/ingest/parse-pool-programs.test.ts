import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ParsePool, type ReadOutcome } from '../../ingest/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { NO_OCR, OCR, pictureOf, scanOf } from './parse/ocr-sample.ts';

const why = NO_OCR === null ? '' : ` (skipped: ${NO_OCR})`;
const LONG = 60_000;

const pools: ParsePool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

/** A pool that reads a scan of more pages than anybody waits for, and what it will say of it. */
async function busyPool(timeoutMs: number): Promise<{ pool: ParsePool; outcome: Promise<ReadOutcome> }> {
  const root = tempFolder();
  const rows = Array.from(
    { length: 20 },
    (_, row) => `Line ${row} of a page that takes its time to be read.`,
  );
  const scan = await pictureOf(rows);
  writeFileSync(join(root, 'scan.pdf'), await scanOf(Array.from({ length: 40 }, () => scan)));
  const pool = new ParsePool({ size: 1, maxMemoryMegabytes: 1_024, timeoutMs });
  pools.push(pool);
  const limits = {
    maxBytes: 100_000_000,
    maxCharacters: 1_000_000,
    maxDepth: 3,
    programs: { pdf: 'poppler', ocr: { ...OCR, maxPages: 100 } },
  } as const;
  return { pool, outcome: pool.read({ root, path: 'scan.pdf', knownHash: null, limits }) };
}

interface Process {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  readonly group: number;
}

/** Processes as proc_pid_stat(5) lists them. */
function processes(): Process[] {
  const found: Process[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, name = '', parent, group] =
        /^\d+ \((.*)\) \S (\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
      found.push({ pid: Number(pid), name, parent: Number(parent), group: Number(group) });
    } catch {
      // It ended between the two looks.
    }
  }
  return found;
}

/** The child of this process that leads a group in which tesseract runs. */
function busyChild(): number | undefined {
  const all = processes();
  return all.find(
    ({ pid, parent }) =>
      parent === process.pid && all.some(({ name, group }) => name === 'tesseract' && group === pid),
  )?.pid;
}

const membersOf = (group: number): string[] =>
  processes()
    .filter((one) => one.group === group)
    .map(({ name }) => name);

async function untilBusy(): Promise<number> {
  await expect.poll(busyChild, { timeout: LONG }).toBeDefined();
  return busyChild() ?? (await untilBusy());
}

describe.skipIf(NO_OCR !== null)(`programs that a parse child calls${why}`, { timeout: LONG }, () => {
  it('end with a file that takes too long', async () => {
    const { outcome } = await busyPool(4_000);
    const child = await untilBusy();
    expect(await outcome).toMatchObject({ kind: 'refused', reason: 'timeout' });
    await expect.poll(() => membersOf(child), { timeout: LONG }).toEqual([]);
  });

  it('end when the child dies', async () => {
    const { outcome } = await busyPool(LONG);
    const child = await untilBusy();
    process.kill(child, 'SIGKILL');
    expect(await outcome).toMatchObject({ kind: 'refused', reason: 'parser-crashed' });
    await expect.poll(() => membersOf(child), { timeout: LONG }).toEqual([]);
  });

  it('end when the pool is closed', async () => {
    const { pool, outcome } = await busyPool(LONG);
    const child = await untilBusy();
    await pool.close();
    await outcome;
    await expect.poll(() => membersOf(child), { timeout: LONG }).toEqual([]);
  });
});

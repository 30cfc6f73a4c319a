import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ParsePool, type ReadOutcome } from '../../ingest/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { bitmapOf, NO_OCR, OCR } from './parse/ocr-sample.ts';

const why = NO_OCR === null ? '' : ` (skipped: ${NO_OCR})`;
const LONG = 60_000;
const SOON = 5_000;

const pools: ParsePool[] = [];
const busy: number[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  for (const group of busy.splice(0)) {
    for (const one of processes()) if (one.group === group) process.kill(one.pid, 'SIGKILL');
  }
});

const SIZE = 2_000;
const DASHES = 120_000;

/** Short strokes all over a page: tesseract takes every one for a letter, and half a minute for them all. */
function strokes(): Uint8Array {
  const pixels = new Uint8Array(SIZE * SIZE).fill(255);
  let state = 1;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let dash = 0; dash < DASHES; dash += 1) {
    const at = next(SIZE - 2) * SIZE + next(SIZE - 12);
    const length = 3 + next(9);
    pixels.fill(0, at, at + length);
    pixels.fill(0, at + SIZE, at + SIZE + length);
  }
  return bitmapOf({ width: SIZE, height: SIZE, pixels });
}

/** A pool that reads a picture which takes longer than anybody waits for, and what it will say of it. */
function busyPool(timeoutMs: number): { pool: ParsePool; outcome: Promise<ReadOutcome> } {
  const root = tempFolder();
  writeFileSync(join(root, 'strokes.bmp'), strokes());
  const pool = new ParsePool({ size: 1, maxMemoryMegabytes: 1_024, timeoutMs });
  pools.push(pool);
  const limits = {
    maxBytes: 100_000_000,
    maxCharacters: 1_000_000,
    maxDepth: 3,
    programs: { pdf: 'poppler', ocr: OCR },
  } as const;
  return { pool, outcome: pool.read({ root, path: 'strokes.bmp', knownHash: null, limits }) };
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

/** Waits for tesseract and stops it, so that it neither ends by itself nor notices that nobody reads it. */
async function untilBusy(): Promise<number> {
  await expect.poll(busyChild, { timeout: LONG }).toBeDefined();
  const child = busyChild() ?? 0;
  for (const { pid, name, group } of processes()) {
    if (group === child && name === 'tesseract') process.kill(pid, 'SIGSTOP');
  }
  busy.push(child);
  return child;
}

describe.skipIf(NO_OCR !== null)(`programs that a parse child calls${why}`, { timeout: LONG }, () => {
  it('end with a file that takes too long', async () => {
    const { outcome } = busyPool(4_000);
    const child = await untilBusy();
    expect(await outcome).toMatchObject({ kind: 'refused', reason: 'timeout' });
    await expect.poll(() => membersOf(child), { timeout: SOON }).toEqual([]);
  });

  it('end when the child dies', async () => {
    const { outcome } = busyPool(LONG);
    const child = await untilBusy();
    process.kill(child, 'SIGKILL');
    expect(await outcome).toMatchObject({ kind: 'refused', reason: 'parser-crashed' });
    await expect.poll(() => membersOf(child), { timeout: SOON }).toEqual([]);
  });

  it('end when the pool is closed', async () => {
    const { pool, outcome } = busyPool(LONG);
    const child = await untilBusy();
    await pool.close();
    await outcome;
    await expect.poll(() => membersOf(child), { timeout: SOON }).toEqual([]);
  });
});

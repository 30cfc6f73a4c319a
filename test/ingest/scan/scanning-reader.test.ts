import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type FilePolicy,
  ParsePool,
  READ_ALL,
  type ReadRequest,
  ScanningReader,
} from '../../../ingest/index.ts';
import type { Scan } from '../../../ingest/scan/scanning-reader.ts';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

const root = tempFolder();
writeFiles(root, { 'a.txt': 'The first file.\n', 'moving.txt': 'before\n', 'big.txt': 'x'.repeat(3_000) });
const pool = new ParsePool({ size: 1, maxMemoryMegabytes: 512, timeoutMs: 20_000 });
afterAll(() => pool.close());

const SCANNED: FilePolicy = { ...READ_ALL, scan: 'required' };
const request = (path: string, policy: FilePolicy = SCANNED): ReadRequest => ({
  root,
  path,
  knownHash: null,
  limits: { maxBytes: 1_000_000, maxCharacters: 1_000_000, maxDepth: 3 },
  policy,
});

/** A scanner that reads all it is given and then says this. */
const saying =
  (verdict: Awaited<ReturnType<Scan>>, before: () => void = () => {}): Scan =>
  async (content) => {
    for await (const _ of content);
    before();
    return verdict;
  };

const never: Scan = async () => {
  throw new Error('asked');
};

describe('reading behind a scanner', () => {
  it('reads what is clean', async () => {
    const reader = new ScanningReader(pool, saying({ kind: 'clean' }));
    expect(await reader.read(request('a.txt'))).toMatchObject({ kind: 'read', type: 'txt' });
  });

  it('names what is infected with its signature and reads nothing of it', async () => {
    const reader = new ScanningReader(pool, saying({ kind: 'infected', signature: 'Test.Virus' }));
    expect(await reader.read(request('a.txt'))).toEqual({
      kind: 'refused',
      hash: null,
      type: null,
      reason: 'infected',
      detail: 'the virus scanner found Test.Virus: remove the file',
    });
  });

  it('leaves unread what the scanner knows nothing of', async () => {
    const reader = new ScanningReader(pool, saying({ kind: 'unknown', detail: 'away' }));
    expect(await reader.read(request('a.txt'))).toMatchObject({ reason: 'not-scanned', detail: 'away' });
  });

  it('leaves unread a file that changed after it was scanned', async () => {
    const change = (): void => writeFileSync(join(root, 'moving.txt'), 'after\n');
    const reader = new ScanningReader(pool, saying({ kind: 'clean' }, change));
    expect(await reader.read(request('moving.txt'))).toMatchObject({ reason: 'not-scanned' });
  });

  it('leaves unread a file of which the scanner took only a part', async () => {
    const reader = new ScanningReader(pool, async () => ({ kind: 'clean' }));
    expect(await reader.read(request('a.txt'))).toMatchObject({ reason: 'not-scanned' });
  });

  it('does not ask the scanner about a file that is too large or outside the share', async () => {
    const reader = new ScanningReader(pool, never);
    const policy: FilePolicy = { ...SCANNED, maxBytes: 1_000 };
    expect(await reader.read(request('big.txt', policy))).toMatchObject({
      reason: 'too-large',
      detail: expect.stringContaining('files.maxMegabytes'),
    });
    expect(await reader.read(request('../x'))).toMatchObject({ kind: 'refused' });
  });

  it('does not ask the scanner where the share does not want it', async () => {
    const reader = new ScanningReader(pool, never);
    expect(await reader.read(request('a.txt', READ_ALL))).toMatchObject({ kind: 'read' });
  });
});

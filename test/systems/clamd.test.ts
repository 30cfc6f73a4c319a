import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type FilePolicy,
  ParsePool,
  READ_ALL,
  type ReadOutcome,
  ScanningReader,
  scanWithClamd,
} from '../../ingest/index.ts';
import { zip } from '../ingest/parse/make-files.ts';
import { tempFolder, writeFiles } from '../support/temp-folder.ts';
import { hasClamd, MARK, type RunningClamd, SIGNATURE, startClamd } from './clamd.ts';

const root = tempFolder();
writeFiles(root, { 'clean.txt': 'Ten days of leave.\n', 'bad.txt': `Before ${MARK} after\n` });
writeFiles(root, { 'large.txt': 'leave '.repeat(500_000) });
const POLICY: FilePolicy = { ...READ_ALL, scan: 'required' };

const judge = hasClamd() ? describe : describe.skip;

judge(`clamd as the judge${hasClamd() ? '' : ' (skipped: clamav-daemon is not installed)'}`, () => {
  let clamd: RunningClamd;
  const pool = new ParsePool({ size: 1, maxMemoryMegabytes: 512, timeoutMs: 30_000 });
  beforeAll(async () => {
    clamd = await startClamd();
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(root, 'bad.zip'), zip({ 'inner/bad.txt': `x ${MARK}` }));
    writeFileSync(
      join(root, 'bad.eml'),
      `From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="a.txt"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(MARK).toString('base64')}\r\n--b--\r\n`,
    );
  });
  afterAll(async () => {
    await clamd?.stop();
    await pool.close();
  });

  const read = (path: string, socket = clamd.socket): Promise<ReadOutcome> =>
    new ScanningReader(pool, (content) => scanWithClamd({ socket, timeoutMs: 60_000 }, content)).read({
      root,
      path,
      knownHash: null,
      limits: { maxBytes: 100_000_000, maxCharacters: 10_000_000, maxDepth: 3 },
      policy: POLICY,
    });

  it('lets a clean file be read', async () => {
    expect(await read('clean.txt')).toMatchObject({ kind: 'read', type: 'txt' });
  });

  it.each(['bad.txt', 'bad.zip', 'bad.eml'])('names the signature found in %s', async (path) => {
    expect(await read(path)).toMatchObject({
      kind: 'refused',
      reason: 'infected',
      detail: expect.stringContaining(SIGNATURE),
    });
  });

  it('scans several files at once, each with its own verdict', async () => {
    const paths = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'clean.txt' : 'bad.txt'));
    const outcomes = await Promise.all(paths.map((path) => read(path)));
    for (const [i, outcome] of outcomes.entries()) {
      expect(outcome).toMatchObject(i % 2 === 0 ? { kind: 'read' } : { reason: 'infected' });
    }
  });

  it('leaves unread what is larger than the daemon takes, and names the mend', async () => {
    const small = await startClamd({ maxStreamBytes: 100_000 });
    try {
      expect(await read('large.txt', small.socket)).toMatchObject({
        reason: 'not-scanned',
        detail: expect.stringContaining('StreamMaxLength'),
      });
    } finally {
      await small.stop();
    }
  });

  it('leaves files unread while the daemon is down', async () => {
    const brief = await startClamd();
    await brief.stop();
    expect(await read('clean.txt', brief.socket)).toMatchObject({
      reason: 'not-scanned',
      detail: expect.stringContaining('cannot be reached'),
    });
  });
});

import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { countFolders } from '../../../ingest/index.ts';
import { surroundings } from '../../../src/admin/index.ts';
import { toConfig } from '../../../src/config/index.ts';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function findings(folder: string, ingest: string) {
  writeFiles(folder, { 'share/a/b/x.txt': 'x', 'data/chunks/t.lance': 'x' });
  const text = `data: data
shares: [{ name: docs, path: share, acl: { source: open } }]
directory: { source: file, path: directory.yaml }
ingest: ${ingest}
`;
  return surroundings(toConfig(join(folder, 'need-to-know.yaml'), text));
}

/** A socket that answers everything with one line. */
async function answering(folder: string, line: string): Promise<void> {
  const server = createServer((client) => {
    client.on('error', () => {});
    client.once('data', () => client.end(line));
  });
  closing.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(join(folder, 'clamd.sock'), resolve));
}

const CLAMAV = '{ clamav: { socket: clamd.sock } }';

describe('what doctor says of what ingestion needs around it', () => {
  it('names the version of a virus scanner that answers', async () => {
    const folder = tempFolder();
    await answering(folder, 'ClamAV 1.4.3/27800/Fri Nov 20 10:00:00 2026\0');
    expect(await findings(folder, CLAMAV)).toContainEqual(
      expect.objectContaining({
        check: 'virus scanner',
        state: 'ok',
        detail: expect.stringContaining('27800'),
      }),
    );
  });

  it.each([
    ['is not there', null, /ENOENT/],
    ['is something else', 'HTTP/1.1 400 Bad Request', /HTTP/],
  ])('fails with the mend for a scanner that %s', async (_, line, detail) => {
    const folder = tempFolder();
    if (line !== null) await answering(folder, line);
    const [finding] = await findings(folder, CLAMAV);
    expect(finding).toMatchObject({ check: 'virus scanner', state: 'failed' });
    expect(finding?.detail).toMatch(detail);
    expect(finding?.mend).toContain('ingest.clamav.socket');
  });

  it('says nothing of a scanner that is not configured, nor of watches that are not used', async () => {
    const found = await findings(tempFolder(), '{ watch: poll }');
    expect(found.map(({ check }) => check)).toEqual([]);
  });

  it('counts the folders to be watched against the limit of the system', async () => {
    const found = await findings(tempFolder(), '{}');
    expect(found).toContainEqual(
      expect.objectContaining({ check: 'watches', state: 'ok', detail: expect.stringMatching(/^3 folders/) }),
    );
  });

  it('stops counting folders where the number says enough', async () => {
    const folder = tempFolder();
    writeFiles(folder, Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`d${n}/x`, ''])));
    expect([await countFolders(folder, 1_000), await countFolders(folder, 7)]).toEqual([31, 7]);
  });
});

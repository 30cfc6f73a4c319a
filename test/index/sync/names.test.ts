import { linkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { shareId } from '../../../acl/index.ts';
import { type Core, ingest, openCore } from '../../../src/compose/index.ts';
import { toConfig } from '../../../src/config/index.ts';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

const open: Core[] = [];
afterEach(async () => {
  for (const core of open.splice(0)) await core.close();
});

/** A pass over a share with these files; gives what became of each path. */
async function passOver(make: (root: string) => void) {
  const folder = tempFolder();
  writeFiles(folder, { 'share/plain.txt': 'A plain file.\n', 'directory.yaml': 'users: [{id: bob}]\n' });
  make(join(folder, 'share'));
  const text = `data: data
shares: [{ name: docs, path: share, acl: { source: open } }]
directory: { source: file, path: directory.yaml }
ingest: { workers: 1 }
`;
  const core = await openCore(toConfig(join(folder, 'need-to-know.yaml'), text));
  open.push(core);
  const again = async () => ingest(core, { rebuild: false, onEvent: () => {} });
  const summary = await again();
  const found = await core.catalog.listDocuments({
    share: shareId('docs'),
    under: '',
    after: '',
    limit: 100,
  });
  const outcomes = Object.fromEntries(found.map(({ path, outcome, reason }) => [path, reason ?? outcome]));
  return { outcomes, summary, found, again };
}

describe('a pass over odd names', () => {
  it('keeps names that differ in case alone apart', async () => {
    const { outcomes, again } = await passOver((root) =>
      writeFiles(root, {
        'A.txt': 'Upper.\n',
        'a.txt': 'Lower.\n',
        'Dir/x.txt': 'One.\n',
        'dir/x.txt': 'Two.\n',
      }),
    );
    const five = ['A.txt', 'Dir/x.txt', 'a.txt', 'dir/x.txt', 'plain.txt'];
    expect(outcomes).toEqual(Object.fromEntries(five.map((path) => [path, 'indexed'])));
    expect(await again()).toMatchObject({ indexed: 0, unchanged: 5, removed: 0 });
  });

  it('names what is not UTF-8 with the mend and reads the rest, pass after pass', async () => {
    const bytes = (root: string, ...name: number[]): Buffer =>
      Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name)]);
    const { outcomes, summary, again } = await passOver((root) => {
      writeFileSync(bytes(root, 0x63, 0xe9, 0x2e, 0x74), 'x');
      writeFileSync(bytes(root, 0x63, 0xe8, 0x2e, 0x74), 'y');
    });
    expect(outcomes).toEqual({
      'c\\xe8.t': 'path-not-utf8',
      'c\\xe9.t': 'path-not-utf8',
      'plain.txt': 'indexed',
    });
    expect(summary.quarantined[0]?.detail).toContain('rename the file');
    expect(await again()).toMatchObject({ unchanged: 1, removed: 0 });
  });

  it('reads a file at a path of 4,000 characters', async () => {
    const deep = `${`${'d'.repeat(199)}/`.repeat(19)}${'f'.repeat(196)}.txt`;
    expect(deep).toHaveLength(4_000);
    const { outcomes } = await passOver((root) => writeFiles(root, { [deep]: 'Far down.\n' }));
    expect(outcomes[deep]).toBe('indexed');
  });

  it('takes each name of a hard link for a document of its own', async () => {
    const { outcomes, found, again } = await passOver((root) =>
      linkSync(join(root, 'plain.txt'), join(root, 'twin.txt')),
    );
    expect(outcomes).toEqual({ 'plain.txt': 'indexed', 'twin.txt': 'indexed' });
    expect(new Set(found.map(({ id }) => id)).size).toBe(2);
    expect(await again()).toMatchObject({ moved: 0, unchanged: 2 });
  });

  it('follows no link: one that stays inside is passed over, one that leads out or nowhere is named', async () => {
    const { outcomes } = await passOver((root) => {
      symlinkSync('plain.txt', join(root, 'inside.txt'));
      symlinkSync('/etc/hostname', join(root, 'out.txt'));
      symlinkSync('nowhere', join(root, 'broken.txt'));
    });
    expect(outcomes).toEqual({
      'broken.txt': 'unreadable',
      'out.txt': 'outside-share',
      'plain.txt': 'indexed',
    });
  });
});

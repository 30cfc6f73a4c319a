import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { shareId } from '../../../acl/index.ts';
import { type Core, ingest, openCore } from '../../../src/compose/index.ts';
import { openStore } from '../../../src/compose/store.ts';
import { toConfig } from '../../../src/config/index.ts';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function company(): string {
  const folder = tempFolder();
  writeFiles(folder, {
    'share/.acl.yaml': 'entries:\n  - allow: everyone\n',
    'share/a.txt': 'The first file.\n',
    'share/b.md': '# B\n\nThe second file.\n',
    'share/long.txt': 'word '.repeat(300_000),
    'directory.yaml': 'users: [{id: bob}]\n',
  });
  return folder;
}

/** One pass with these rules, in a process of its own as far as the index can tell. */
async function passWith(folder: string, files: string, ingestRules = ''): Promise<Record<string, string>> {
  const text = `data: data
shares: [{ name: docs, path: share, acl: { source: sidecar }, files: { ${files} } }]
directory: { source: file, path: directory.yaml }
ingest: { workers: 1${ingestRules} }
`;
  const core: Core = await openCore(toConfig(join(folder, 'need-to-know.yaml'), text));
  try {
    await ingest(core, { rebuild: false, onEvent: () => {} });
    const query = { share: shareId('docs'), under: '', after: '', limit: 100 };
    const found = await core.catalog.listDocuments(query);
    return Object.fromEntries(found.map(({ path, outcome, reason }) => [path, reason ?? outcome]));
  } finally {
    await core.close();
  }
}

/** The text of a file's passages as they would be answered. */
async function textOf(folder: string, path: string): Promise<string> {
  const text = `data: data
shares: [{ name: docs, path: share, acl: { source: sidecar } }]
directory: { source: file, path: directory.yaml }
`;
  const core = await openCore(toConfig(join(folder, 'need-to-know.yaml'), text));
  const store = await openStore(core);
  try {
    const document = await core.catalog.documentAt(shareId('docs'), path);
    if (document === null || document.revision === null) return '';
    const chunks = await store.revision(document.id, document.revision, 0, 100);
    return chunks.map((chunk) => chunk.text).join('\n');
  } finally {
    await store.close();
    await core.close();
  }
}

describe('rules of what is read', () => {
  it('keep a denied type out and name it', async () => {
    expect(await passWith(company(), 'deny: [md]')).toEqual({
      'a.txt': 'indexed',
      'b.md': 'blocked',
      'long.txt': 'indexed',
    });
  });

  it('take what was indexed before out of the index when they are tightened', async () => {
    const folder = company();
    expect(await passWith(folder, '')).toMatchObject({ 'b.md': 'indexed' });
    expect(await passWith(folder, 'deny: [md]')).toMatchObject({ 'b.md': 'blocked', 'a.txt': 'indexed' });
  });

  it('let in what was kept out when they are loosened', async () => {
    const folder = company();
    await passWith(folder, 'deny: [md]');
    expect(await passWith(folder, '')).toMatchObject({ 'b.md': 'indexed' });
  });

  it('take what stands in archives out of the index when their members are only to be named', async () => {
    const folder = company();
    const zip = zipSync({ 'inside.txt': strToU8('The quetzal flies at dawn.\n') });
    writeFileSync(join(folder, 'share/a.zip'), zip);
    await passWith(folder, '');
    expect(await textOf(folder, 'a.zip')).toContain('quetzal');
    await passWith(folder, 'archives: list');
    expect(await textOf(folder, 'a.zip')).toContain('inside.txt');
    expect(await textOf(folder, 'a.zip')).not.toContain('quetzal');
  });

  it('keep files over the size of the share out', async () => {
    expect(await passWith(company(), 'maxMegabytes: 1')).toMatchObject({
      'long.txt': 'too-large',
      'a.txt': 'indexed',
    });
  });
});

describe('a share behind a virus scanner', () => {
  it('reads nothing while the scanner is away, and all of it at the next pass with the scanner', async () => {
    const folder = company();
    const rule = `, clamav: { socket: clamd.sock }`;
    expect(await passWith(folder, '', rule)).toEqual({
      'a.txt': 'not-scanned',
      'b.md': 'not-scanned',
      'long.txt': 'not-scanned',
    });
    const server = createServer((client) => {
      client.on('error', () => {});
      client.on('data', (data: Buffer) => {
        if (data.subarray(-4).equals(Buffer.alloc(4))) client.end('stream: OK\0');
      });
    });
    closing.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(join(folder, 'clamd.sock'), resolve));
    expect(await passWith(folder, '', rule)).toEqual({
      'a.txt': 'indexed',
      'b.md': 'indexed',
      'long.txt': 'indexed',
    });
  });

  it('takes a document out of the index when its new content cannot be scanned', async () => {
    const folder = company();
    await passWith(folder, '');
    writeFileSync(join(folder, 'share/a.txt'), 'Another text.\n');
    expect(await passWith(folder, '', `, clamav: { socket: clamd.sock }`)).toMatchObject({
      'a.txt': 'not-scanned',
    });
  });
});

/** What reading permissions costs. See README.md beside this file. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { type DescriptorSource, descriptorHash, NoReadingStore, shareId } from '../acl/index.ts';
import { listShare } from '../ingest/index.ts';
import { descriptorSource } from '../src/compose/core.ts';
import { toConfig } from '../src/config/index.ts';
import { script, whole } from './support/command-line.ts';
import { number, table } from './support/figures.ts';
import { type FileTree, makeFileTree } from './support/file-tree.ts';

const USAGE = `node bench/descriptors.ts [options]
Makes a tree of small files and reads the permissions of all of them as a pass does, by each source that this
machine can try: first, and again when nothing changed.

  --files N      files of the tree (100000)`;

/** As many as a pass asks for at once. */
const AT_ONCE = 64;
/** Seconds that 100,000 unchanged files may take. */
const BUDGET = 60;

await script(USAGE, async () => {
  const { values } = parseArgs({ options: { files: { type: 'string', default: '100000' } } });
  const tree = makeFileTree(whole('files', values.files));
  try {
    const listing = await timed(() => list(tree));
    const rows: (readonly string[])[] = [];
    let slowest = 0;
    for (const [name, acl] of Object.entries(sources(tree))) {
      const source = openSource(tree, acl);
      const runs = [];
      for (const _ of ['first', 'unchanged']) {
        source.beginPass();
        runs.push(await timed(() => readAll(tree, source)));
      }
      const [first, again] = runs;
      if (first === undefined || again === undefined) throw new Error('not run');
      slowest = Math.max(slowest, again.seconds);
      rows.push([
        name,
        `${number(first.seconds)} s`,
        `${number(again.seconds)} s`,
        number(tree.paths.length / again.seconds),
        number(again.seconds / listing.seconds),
        number(again.value.lists),
        number(again.value.refused),
      ]);
    }
    console.log(
      `${number(tree.paths.length)} files; listing them alone takes ${number(listing.seconds)} s\n`,
    );
    console.log(
      table([
        ['source', 'first', 'unchanged', 'files/s', 'unchanged : listing', 'lists', 'refused'],
        ...rows,
      ]),
    );
    const scaled = (slowest / tree.paths.length) * 100_000;
    console.log(
      `\nslowest, for 100,000 unchanged files: ${number(scaled)} s (budget ${BUDGET}): ${scaled <= BUDGET ? 'kept' : 'BROKEN'}`,
    );
  } finally {
    tree.remove();
  }
});

/** The `acl` section of each source, with what it needs made beside the tree. */
function sources(tree: FileTree): Readonly<Record<string, string>> {
  writeFileSync(join(tree.root, '.acl.yaml'), 'entries: [{ allow: everyone }]\n');
  for (let at = 0; at < tree.paths.length; at += 5_000) {
    const folder = (tree.paths[at] ?? '').split('/').slice(0, 2).join('/');
    writeFileSync(join(tree.root, folder, '.acl.yaml'), 'entries: [{ allow: "user:eve" }]\n');
  }
  const file = join(tree.root, '..', 'acl.jsonl');
  writeExport(tree, file);
  return {
    'sidecar files': '{ source: sidecar }',
    ...(spawnSync('getfacl', ['--version']).status === 0 ? { 'POSIX lists': '{ source: posix }' } : {}),
    'Windows export': `{ source: windows-export, file: ${JSON.stringify(file)} }`,
  };
}

function writeExport({ paths }: FileTree, file: string): void {
  const header = {
    needToKnowAcl: 1,
    exported: new Date().toISOString(),
    root: 'D:\\Bench',
    computer: 'FS1',
    domainSid: 'S-1-5-21-1-2-3',
    shareSddl: 'O:BAD:(A;;FA;;;WD)',
  };
  const entries = paths.map((path, at) => ({
    path: path.replaceAll('/', '\\'),
    sddl: `O:BAD:AI(A;ID;FA;;;BA)(A;ID;FR;;;S-1-5-21-1-2-3-${1000 + (Math.floor(at / 100) % 500)})(A;ID;FR;;;AU)`,
  }));
  const lines = [header, ...entries, { end: entries.length }];
  writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
}

function openSource(tree: FileTree, acl: string): DescriptorSource {
  const text = `shares: [{ name: bench, path: ${JSON.stringify(tree.root)}, acl: ${acl} }]\ndirectory: { source: file, path: none }\n`;
  const { shares } = toConfig(join(tree.root, '..', 'need-to-know.yaml'), text);
  const [share] = shares;
  if (share === undefined) throw new Error(`no share in ${JSON.stringify(parse(text))}`);
  return descriptorSource(share, null, new NoReadingStore());
}

async function list({ root }: FileTree): Promise<number> {
  let files = 0;
  for await (const listed of listShare({ id: shareId('bench'), root, exclude: [] })) {
    if (listed.kind === 'file') files += 1;
  }
  return files;
}

async function readAll(
  { paths }: FileTree,
  source: DescriptorSource,
): Promise<{ readonly lists: number; readonly refused: number }> {
  const lists = new Set<string>();
  let refused = 0;
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const readings = await Promise.all(
      paths.slice(at, at + AT_ONCE).map((path) => source.descriptorOf(path)),
    );
    for (const reading of readings) {
      if (reading.ok) lists.add(descriptorHash(reading.descriptor));
      else refused += 1;
    }
  }
  return { lists: lists.size, refused };
}

async function timed<T>(run: () => Promise<T>): Promise<{ readonly seconds: number; readonly value: T }> {
  const started = performance.now();
  const value = await run();
  return { seconds: (performance.now() - started) / 1000, value };
}

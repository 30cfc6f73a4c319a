/** How soon a permission that was taken away is gone. See README.md beside this file. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shareId } from '../acl/index.ts';
import type { CatalogDocument } from '../index/index.ts';
import { type Asking, openAsking } from './support/asking.ts';
import { script, whole } from './support/command-line.ts';
import { median, milliseconds, number, table } from './support/figures.ts';
import { makeFileTree } from './support/file-tree.ts';
import { runPass } from './support/run-pass.ts';
import { makeWorkspace, SHARE, type Workspace } from './support/workspace.ts';

const USAGE = `node bench/revocation.ts [options]
Makes and ingests a share of small files that a group may read, then takes it away, once by the list of the root
folder and once by the group, while a member goes on asking.

  --files N      files of the share (100000)
  --users N      people of the directory (5000)`;

const MEMBER = 'member';
const QUESTION = { query: 'zebra', limit: 10 };
/** Milliseconds of the design for giving 100,000 documents another scope. */
const BUDGET = 2_000;
const REPEATS = 5;
const PAGE = 10_000;

await script(USAGE, async () => {
  const { values } = parseArgs({
    options: { files: { type: 'string', default: '100000' }, users: { type: 'string', default: '5000' } },
  });
  const files = whole('files', values.files);
  const users = Array.from({ length: whole('users', values.users) }, (_, at) => ({ id: `u${at}` }));
  const tree = makeFileTree(files);
  setReaders(tree.root, 'group:staff');
  const workspace = makeWorkspace({
    share: tree.root,
    acl: 'sidecar',
    directory: {
      users: [...users, { id: MEMBER }],
      groups: [
        { id: 'staff', users: [MEMBER, ...users.map(({ id }) => id)] },
        { id: 'board', users: [] },
      ],
    },
  });
  try {
    const first = await runPass(workspace.config);
    if (first.trouble !== null) throw new Error(first.trouble);
    const asking = await openAsking(workspace.config);
    const answered = await latency(asking, 20);
    const statement = await repoint(asking);
    const group = await byGroup(asking, workspace);
    const folder = await byFolder(asking, workspace, tree.root);
    const kept = await byFolderKept(asking, workspace, tree.root);
    await asking.close();
    const rows = [
      ['first pass', `${number(first.seconds)} s`, ''],
      ['one question', milliseconds(answered), 'p50 of 20'],
      ['one statement: all documents to another scope', milliseconds(statement), `p50 of ${REPEATS}`],
      ['removed from the group → refused', milliseconds(group.refused), `${group.leaked} answers after it`],
      [
        'folder closed, pass begun → refused',
        milliseconds(folder.refused),
        'start, listing and lists included',
      ],
      ['folder closed, pass begun → pass ended', milliseconds(folder.ended), 'chunks relabelled'],
      [
        'folder closed under `ntk serve` → refused',
        milliseconds(kept),
        'noticed, lists read, one statement a page',
      ],
    ];
    console.log(`${number(files)} documents, ${number(users.length + 1)} people\n`);
    console.log(table([['what', 'time', ''], ...rows]));
    const scaled = (statement / files) * 100_000;
    console.log(
      `\n100,000 documents to another scope: ${milliseconds(scaled)} (budget ${BUDGET} ms): ${scaled <= BUDGET ? 'kept' : 'BROKEN'}`,
    );
    console.log(`statement : one question ${number(statement / answered)}`);
  } finally {
    workspace.remove();
    tree.remove();
  }
});

function setReaders(root: string, reader: string): void {
  writeFileSync(join(root, '.acl.yaml'), `entries: [{ allow: "${reader}" }]\n`);
}

async function latency(asking: Asking, times: number): Promise<number> {
  const taken: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const started = performance.now();
    if (!(await answers(asking))) throw new Error('the member reads nothing: the share was not ingested');
    taken.push(performance.now() - started);
  }
  return median(taken);
}

async function answers(asking: Asking): Promise<boolean> {
  return (await asking.ask(MEMBER, QUESTION)).results.length > 0;
}

/** The statement by which a closed folder takes its documents along, there and back. */
async function repoint({ core }: Asking): Promise<number> {
  const { catalog } = core;
  const documents: CatalogDocument[] = [];
  for (;;) {
    const after = documents.at(-1)?.path ?? '';
    const page = await catalog.listDocuments({ share: shareId(SHARE), under: '', after, limit: PAGE });
    documents.push(...page);
    if (page.length < PAGE) break;
  }
  const board = await catalog.intern({
    system: 'sidecar',
    share: shareId(SHARE),
    shareEntries: [],
    entries: [],
  });
  const taken: number[] = [];
  for (let at = 0; at < REPEATS; at += 1) {
    for (const scope of [board, null]) {
      const moves = documents.map((document) => ({ document: document.id, scope: scope ?? document.scope }));
      const started = performance.now();
      await catalog.repoint(moves);
      if (scope !== null) taken.push(performance.now() - started);
    }
  }
  return median(taken);
}

async function byGroup(asking: Asking, { folder }: Workspace): Promise<{ refused: number; leaked: number }> {
  const file = join(folder, 'directory.yaml');
  const before = readFileSync(file, 'utf8');
  const directory = JSON.parse(before) as { groups: { users: string[] }[] };
  for (const group of directory.groups) group.users = group.users.filter((user) => user !== MEMBER);
  writeFileSync(file, JSON.stringify(directory));
  const started = performance.now();
  let leaked = 0;
  while (await answers(asking)) leaked += 1;
  const refused = performance.now() - started;
  writeFileSync(file, before);
  return { refused, leaked };
}

async function byFolder(
  asking: Asking,
  { config }: Workspace,
  root: string,
): Promise<{ refused: number; ended: number }> {
  setReaders(root, 'group:board');
  const started = performance.now();
  const pass = runPass(config).then(() => performance.now() - started);
  while (await answers(asking)) await new Promise((resolve) => setTimeout(resolve, 10));
  const refused = performance.now() - started;
  return { refused, ended: await pass };
}

/** The same while `ntk serve` keeps the index in a process of its own. */
async function byFolderKept(asking: Asking, { config }: Workspace, root: string): Promise<number> {
  const ntk = join(import.meta.dirname, '..', 'bin', 'ntk.js');
  const child = spawn(process.execPath, [ntk, 'serve', '--port', '0', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  setReaders(root, 'group:staff');
  while (!said.includes('compared') || !(await answers(asking))) {
    if (child.exitCode !== null) throw new Error(said);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  setReaders(root, 'group:board');
  const started = performance.now();
  while (await answers(asking)) await new Promise((resolve) => setTimeout(resolve, 10));
  const refused = performance.now() - started;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  return refused;
}

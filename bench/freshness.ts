/** How soon a change in a share is seen. See README.md beside this file. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Asking, openAsking } from './support/asking.ts';
import { script, whole } from './support/command-line.ts';
import { median, megabytes, milliseconds, number, quantile, table } from './support/figures.ts';
import { makeFileTree } from './support/file-tree.ts';
import { runPass } from './support/run-pass.ts';
import { serve } from './support/serving.ts';
import { makeWorkspace, READER } from './support/workspace.ts';

const USAGE = `node bench/freshness.ts [options]
Keeps a share of small files with \`ntk serve\`, saves and deletes files in it, and asks until each is found or gone;
once in quiet and once while many other new files are being read.

  --files N      files of the share (2000)
  --changes N    files saved and deleted in each round (40)
  --load N       new files that are read meanwhile in the second round (3000)`;

/** Budgets of the design, 95th percentile. */
const SAVED_BUDGET_MS = 2_000;
const DELETED_BUDGET_MS = 1_000;
const LOOK_MS = 15;

await script(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      files: { type: 'string', default: '2000' },
      changes: { type: 'string', default: '40' },
      load: { type: 'string', default: '3000' },
    },
  });
  const changes = whole('changes', values.changes);
  const load = whole('load', values.load);
  const tree = makeFileTree(whole('files', values.files));
  const workspace = makeWorkspace({ share: tree.root });
  try {
    const first = await runPass(workspace.config);
    if (first.trouble !== null) throw new Error(first.trouble);
    const asking = await openAsking(workspace.config);
    const serving = await serve(workspace.config);
    const quiet = await measure(asking, tree.root, changes, 'quiet');
    const folder = join(tree.root, 'load');
    mkdirSync(folder);
    for (let at = 0; at < load; at += 1)
      writeFileSync(join(folder, `${at}.txt`), `load number ${at}\n`.repeat(30));
    const busy = await measure(asking, tree.root, changes, 'busy');
    const waiting = (await asking.core.catalog.work.counts(Date.now())).waiting;
    const usage = await serving.stop();
    await asking.close();
    const row = (name: string, taken: readonly number[], budget: number): string[] => {
      const p95 = quantile(taken, 0.95);
      const verdict = p95 <= budget ? 'kept' : 'BROKEN';
      return [name, milliseconds(median(taken)), milliseconds(p95), milliseconds(budget), verdict];
    };
    console.log(
      table([
        ['what', 'p50', 'p95', 'budget', ''],
        row('saved → found, quiet', quiet.saved, SAVED_BUDGET_MS),
        row('deleted → gone, quiet', quiet.deleted, DELETED_BUDGET_MS),
        row(`saved → found, ${number(load)} files arriving`, busy.saved, SAVED_BUDGET_MS),
        row('deleted → gone, the same', busy.deleted, DELETED_BUDGET_MS),
      ]),
    );
    const { watching, compared } = serving;
    console.log(
      `\nwatching after ${number(watching)} s, compared after ${number(compared)} s; peak memory ${megabytes(usage.root)} (the server), ${megabytes(usage.tree)} (with its children)`,
    );
    console.log(`${number(waiting)} of the arriving files still waited at the end`);
  } finally {
    workspace.remove();
    tree.remove();
  }
});

async function measure(
  asking: Asking,
  root: string,
  changes: number,
  word: string,
): Promise<{ readonly saved: number[]; readonly deleted: number[] }> {
  const saved: number[] = [];
  const deleted: number[] = [];
  const folder = join(root, `changes ${word}`);
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < changes; at += 1) {
    const unique = `${word}${at}zq`;
    const path = join(folder, `${unique}.txt`);
    let started = performance.now();
    writeFileSync(path, `The unique word ${unique} stands here.\n`);
    await until(async () => finds(asking, unique));
    saved.push(performance.now() - started);
    started = performance.now();
    rmSync(path);
    await until(async () => !(await finds(asking, unique)));
    deleted.push(performance.now() - started);
  }
  return { saved, deleted };
}

async function finds(asking: Asking, word: string): Promise<boolean> {
  const { results } = await asking.ask(READER, { query: `"${word}"`, limit: 5 });
  return results.some(({ path }) => path.includes(word));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ingest, openAnswering, openCore } from '../../../src/compose/index.ts';
import { toConfig } from '../../../src/config/index.ts';
import { DOCUMENTS_READ } from '../../../src/tools/index.ts';
import { TINY_RERANKER_FOLDER } from '../../index/rerank/tiny-reranker.ts';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A company whose answers are brought in order by a model in a folder, and what bob is told there. */
async function asking(path: string) {
  const folder = tempFolder();
  writeFiles(folder, {
    'share/.acl.yaml': 'entries:\n  - allow: everyone\n',
    'share/a.txt': 'Invoice of the supplier: leave it at the reception, leave it open, leave it there.\n',
    'share/b.txt': 'Annual leave of employees.\n',
    'directory.yaml': 'users: [{id: bob}]\n',
  });
  const reranker = { model: 'ntk/tiny-reranker', path, budgetMs: 60_000, threads: 1 };
  const text = `shares: [{ name: docs, path: share, acl: { source: sidecar } }]
directory: { source: file, path: directory.yaml }
ingest: { workers: 1 }
search: ${JSON.stringify({ reranker })}`;
  const core = await openCore(toConfig(join(folder, 'need-to-know.yaml'), text));
  closing.push(() => core.close());
  await ingest(core, { rebuild: false, onEvent: () => undefined });
  const answering = await openAnswering(core, {
    publicUrl: 'http://127.0.0.1',
    onFault: (_, error) => {
      throw error;
    },
  });
  closing.push(() => answering.close());
  const user = await core.userOf('bob');
  if (user === null) throw new Error('bob is unknown');
  const caller = { user, scopes: new Set([DOCUMENTS_READ]), via: 'cli' } as const;
  const answer = await answering.gate.call(answering.tools.searchDocuments, caller, {
    query: 'annual leave',
  });
  if (!answer.ok) throw new Error(answer.refusal.message);
  return { trouble: answering.rerankerTrouble, answer: answer.output };
}

it('a configured reranker orders answers, which say so', async () => {
  const { trouble, answer } = await asking(TINY_RERANKER_FOLDER);
  expect(trouble).toBeNull();
  expect(answer.reranked).toBe(true);
  expect(answer.results.map(({ path }) => path)).toEqual(['b.txt', 'a.txt']);
});

it('a reranker that cannot be loaded leaves answers as retrieved, which say so, and names the mend', async () => {
  const { trouble, answer } = await asking('/nowhere/model');
  expect(trouble).toContain('`ntk models pull`');
  expect(answer.reranked).toBe(false);
  expect(answer.results).toHaveLength(2);
});

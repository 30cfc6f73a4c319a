import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { noteMoving, profileId, profileOf } from '../../../index/index.ts';
import { status } from '../../../src/admin/index.ts';
import { type Core, openCore } from '../../../src/compose/index.ts';
import { toConfig } from '../../../src/config/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const open: Core[] = [];
afterEach(async () => {
  for (const core of open.splice(0)) await core.close();
});

const OWN = { model: 'acme/own', dimensions: 8, pooling: 'mean' } as const;
const ID = profileId(profileOf(OWN));

async function statusWith(answering: string, more: string, moving?: Parameters<typeof noteMoving>[1]) {
  const text = `shares: [{ name: docs, path: ., acl: { source: open } }]
directory: { source: file, path: directory.yaml }
embedding: ${JSON.stringify(OWN)}
${more}`;
  const core = await openCore(toConfig(join(tempFolder(), 'need-to-know.yaml'), text));
  open.push(core);
  await core.catalog.setMeta('embedder', answering);
  if (moving !== undefined) await noteMoving(core.catalog, moving);
  const { config, catalog, directoryStore: store } = core;
  return status({ config, catalog, store, now: core.now(), directoryName: core.directory.name });
}

it('an index of the configured model is searched by words and meaning', async () => {
  expect(await statusWith(ID, '')).toMatchObject({ mode: 'hybrid', model: 'acme/own', moving: null });
});

it('an index of another model is searched by words, and status says how far it has moved', async () => {
  expect(await statusWith('lexical', '', { to: ID, done: 30, all: 100 })).toMatchObject({
    mode: 'lexical',
    model: 'none',
    moving: { model: 'acme/own', chunks: 30, of: 100 },
  });
});

it('a move that has come to its end is none', async () => {
  expect((await statusWith(ID, '', { to: ID, done: 100, all: 100 })).moving).toBeNull();
});

it.each([
  ['', 'none'],
  ['search: { reranker: { model: acme/judge } }', 'acme/judge'],
])('the reranker of %j is %s', async (more, name) => {
  expect((await statusWith(ID, more)).reranker).toBe(name);
});

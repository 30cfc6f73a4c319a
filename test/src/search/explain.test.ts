import { beforeAll, describe, expect, it } from 'vitest';
import type { Explanation } from '../../../src/search/index.ts';
import { Explaining, search } from '../../../src/search/index.ts';
import { createFakeEmbedder } from '../../fakes/fake-embedder.ts';
import { tokenOf } from '../../support/access.ts';
import { asker, Shelf } from '../../support/shelf.ts';

const DIRECTORY = { users: ['anna', 'bob'] };
const ANNA = tokenOf('anna', DIRECTORY);
const BOB = tokenOf('bob', DIRECTORY);

async function explained(shelf: Shelf, text: string, who = ANNA) {
  let clock = 0;
  const explaining = new Explaining(() => {
    clock += 1;
    return clock;
  });
  const { catalog, chunks, embedder } = shelf.deps;
  const counted = new Proxy(catalog, {
    get: (target, key) => {
      if (key === 'documents') return explaining.documents(target);
      const value = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const deps = {
    ...shelf.deps,
    catalog: counted,
    chunks: explaining.chunks(chunks),
    embedder: embedder === null ? null : explaining.embedder(embedder),
  };
  const query = { text, limit: 10, budgetTokens: 2_000, filter: {} };
  const answer = await search(deps, query, asker(who));
  return { answer, explanation: explaining.explanation() };
}

const stepsOf = ({ steps }: Explanation): string[] => steps.map(({ step }) => step);

describe('the explanation of a search', () => {
  let byWords: Shelf;
  let byBoth: Shelf;
  beforeAll(async () => {
    byWords = await Shelf.open();
    byBoth = await Shelf.open(createFakeEmbedder());
    for (const shelf of [byWords, byBoth]) {
      await shelf.add(
        { path: 'leave.txt', acl: ['allow user:anna'], chunks: ['Five days of leave carry over.'] },
        { path: 'tools.txt', acl: ['allow user:anna'], chunks: ['Ladders are checked in May.'] },
      );
    }
  });

  it('names what was asked by words, and the second look at permissions', async () => {
    const { explanation } = await explained(byWords, 'leave days');
    expect(stepsOf(explanation)).toEqual(['words', 'permissions']);
    expect(explanation.steps[0]).toMatchObject({ limit: 60, passages: 1, milliseconds: 1 });
    expect(explanation.steps[0]).toHaveProperty('terms', expect.arrayContaining(['leav', 'leave^0.5']));
    expect(explanation.steps[1]).toMatchObject({ documents: 1 });
  });

  it('names the model, and how the nearest passages were found', async () => {
    const { explanation } = await explained(byBoth, 'leave days');
    expect(stepsOf(explanation).sort()).toEqual(['meaning', 'model', 'permissions', 'words']);
    expect(explanation.steps).toContainEqual(
      expect.objectContaining({ step: 'meaning', plan: { kind: 'exact' }, passages: 2 }),
    );
  });

  it('says how many permissions let somebody read, and how the store is told', async () => {
    const { explanation } = await explained(byWords, 'leave days');
    expect(explanation.readable).toEqual({ permissions: 1, form: 'ranges', values: 1 });
  });

  it('says that nothing was asked for somebody who may read nothing', async () => {
    const { explanation } = await explained(byBoth, 'leave days', BOB);
    expect(explanation).toEqual({ readable: null, steps: [] });
  });

  it('changes no answer', async () => {
    const { answer } = await explained(byBoth, 'leave days');
    const query = { text: 'leave days', limit: 10, budgetTokens: 2_000, filter: {} };
    expect(answer).toEqual(await search(byBoth.deps, query, asker(ANNA)));
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { shareId } from '../../acl/index.ts';
import type { CatalogDocument } from '../../index/index.ts';
import { type SearchQuery, search } from '../../src/search/index.ts';
import { createFakeReranker } from '../fakes/fake-reranker.ts';
import { tokenOf } from '../support/access.ts';
import { asker, Shelf, type ShelfDocument } from '../support/shelf.ts';

const DIRECTORY = { users: ['anna', 'bob'], groups: { staff: ['user:anna', 'user:bob'], hr: ['user:anna'] } };
const BOB = tokenOf('bob', DIRECTORY);
const ANNA = tokenOf('anna', DIRECTORY);
const BOB_OUTSIDE = tokenOf('bob', {
  users: ['anna', 'bob'],
  groups: { staff: ['user:anna'], hr: ['user:anna'] },
});

const POLICY =
  'Travel expenses are paid within thirty days. Receipts are attached to the form that is kept at the office, and the form is signed by the head of the department before it goes to accounting.';
const NOTICE = 'The canteen opens at noon.';
const DAY = 86_400_000;

const QUESTIONS = [
  'travel expenses',
  'when does the canteen open',
  'receipts form accounting',
  'rossi travel form',
];

/** What Bob may read. */
const OPEN: readonly ShelfDocument[] = [
  { path: 'old/travel.txt', acl: ['allow group:staff'], chunks: [POLICY, NOTICE], modified: 10 * DAY },
  { path: 'new/travel.txt', acl: ['allow group:staff'], chunks: [POLICY, NOTICE], modified: 20 * DAY },
  {
    path: 'note.txt',
    acl: ['allow group:staff'],
    chunks: ['Travel by train is booked early.'],
    modified: 5 * DAY,
  },
];

/** Copies that he may not: newer and older, exact and revised, better ranked by their titles, in another language. */
const HIDDEN: readonly ShelfDocument[] = [
  { path: 'hr/travel-newest.txt', acl: ['allow group:hr'], chunks: [POLICY, NOTICE], modified: 90 * DAY },
  { path: 'hr/travel-oldest.txt', acl: ['allow group:hr'], chunks: [POLICY, NOTICE], modified: 1 * DAY },
  {
    path: 'hr/travel-expenses-receipts-form.txt',
    title: 'Travel expenses Rossi receipts form canteen',
    acl: ['allow group:hr'],
    chunks: [POLICY.replace('the form that', 'the paper form that'), NOTICE],
    modified: 95 * DAY,
  },
  { path: 'hr/nobody.txt', acl: null, chunks: [POLICY], modified: 99 * DAY },
  {
    path: 'hr/viaggi.txt',
    acl: ['allow group:hr'],
    chunks: [{ text: 'Le spese di viaggio con nel.', language: 'it' }],
  },
];

type SearchAnswer = Awaited<ReturnType<typeof search>>;

let shelf: Shelf;
let hidden: readonly CatalogDocument[];
let before: readonly SearchAnswer[];

/** The one result that shows the policy. */
function policyIn({ results }: SearchAnswer) {
  const shown = results.filter(({ snippet }) => snippet.includes('within thirty days'));
  expect(shown).toHaveLength(1);
  return { path: shown[0]?.path, copies: shown[0]?.copies?.map(({ path }) => path) };
}

const ask = (text: string, extra: Partial<SearchQuery> = {}): SearchQuery => ({
  text,
  limit: 8,
  budgetTokens: 4_000,
  filter: {},
  ...extra,
});

async function everyAnswer(): Promise<SearchAnswer[]> {
  const answers: SearchAnswer[] = [];
  for (const text of QUESTIONS) {
    for (const order of ['relevance', 'newest'] as const) {
      for (const limit of [1, 8])
        answers.push(await search(shelf.deps, ask(text, { order, limit }), asker(BOB)));
    }
  }
  return answers;
}

beforeAll(async () => {
  shelf = await Shelf.open();
  await shelf.add(...OPEN);
  before = await everyAnswer();
  hidden = await shelf.add(...HIDDEN);
});

describe('copies of what somebody may read, of which he may not read some', () => {
  it('are named where he may read them, and the newest of those is shown', () => {
    const [result] = before[0]?.results ?? [];
    const copies = before.flatMap(({ results }) => results.flatMap((one) => one.copies ?? []));
    expect(new Set(copies.map(({ path }) => path))).toEqual(new Set(['old/travel.txt']));
    expect(result?.path).toBe('new/travel.txt');
  });

  it('leave every answer as it was: place, snippet, copies, count and mark', async () => {
    expect(await everyAnswer()).toEqual(before);
  });

  it('show to somebody who may read all the newest of all, and the others as its copies', async () => {
    expect(policyIn(await search(shelf.deps, ask('travel expenses'), asker(ANNA)))).toEqual({
      path: 'hr/travel-expenses-receipts-form.txt',
      copies: ['hr/travel-newest.txt', 'new/travel.txt', 'old/travel.txt', 'hr/travel-oldest.txt'],
    });
  });

  it('vanish from the answer when their permission is taken away in the catalog only', async () => {
    const newest = hidden.find(({ path }) => path === 'hr/travel-expenses-receipts-form.txt');
    if (newest === undefined) throw new Error('no such document');
    await shelf.repoint(newest, null);
    const answer = await search(shelf.deps, ask('travel expenses'), asker(ANNA));
    expect(JSON.stringify(answer)).not.toContain('hr/travel-expenses');
    expect(policyIn(answer).path).toBe('hr/travel-newest.txt');
    await shelf.catalog.put([newest]);
  });

  it('outside the asked share or folder are not named', async () => {
    const filter = { under: 'old' };
    expect(policyIn(await search(shelf.deps, ask('travel expenses', { filter }), asker(ANNA)))).toEqual({
      path: 'old/travel.txt',
      copies: undefined,
    });
    const elsewhere = { filter: { share: shareId('other') } };
    expect((await search(shelf.deps, ask('travel expenses', elsewhere), asker(ANNA))).results).toEqual([]);
  });
});

describe('copies that a reranker has read', () => {
  it('show the newest that may still be read when it is done', async () => {
    const newest = hidden.find(({ path }) => path === 'hr/travel-expenses-receipts-form.txt');
    if (newest === undefined) throw new Error('no such document');
    const fake = createFakeReranker();
    const reranker = {
      ...fake,
      score: async (...given: Parameters<typeof fake.score>) => {
        const scores = await fake.score(...given);
        await shelf.repoint(newest, null);
        return scores;
      },
    };
    const deps = { ...shelf.deps, reranking: { reranker, candidates: 20, budgetMs: 10_000 } };
    const answer = await search(deps, ask('travel expenses'), asker(ANNA));
    await shelf.catalog.put([newest]);
    expect(answer.reranked).toBe(true);
    expect(JSON.stringify(answer)).not.toContain('hr/travel-expenses');
    expect(policyIn(answer)).toEqual({
      path: 'hr/travel-newest.txt',
      copies: ['new/travel.txt', 'old/travel.txt', 'hr/travel-oldest.txt'],
    });
  });

  it('are gone with the group that was left meanwhile', async () => {
    const reranking = { reranker: createFakeReranker(), candidates: 20, budgetMs: 10_000 };
    let asked = 0;
    const leaving = asker(BOB, () => {
      asked += 1;
      return asked === 1 ? BOB : BOB_OUTSIDE;
    });
    const { results } = await search({ ...shelf.deps, reranking }, ask('travel expenses'), leaving);
    expect(results).toEqual([]);
  });
});

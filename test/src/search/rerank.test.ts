import { beforeAll, describe, expect, it } from 'vitest';
import { type Reranker, RerankerError } from '../../../index/index.ts';
import { type Reranking, type SearchQuery, search } from '../../../src/search/index.ts';
import { createFakeReranker } from '../../fakes/fake-reranker.ts';
import { tokenOf } from '../../support/access.ts';
import { asker, Shelf } from '../../support/shelf.ts';

const DIRECTORY = { users: ['anna', 'bob'], groups: { staff: ['user:anna', 'user:bob'], hr: ['user:anna'] } };
const BOB = tokenOf('bob', DIRECTORY);
const BOB_OUTSIDE = tokenOf('bob', { users: ['bob'] });

const ask = (text: string, extra: Partial<SearchQuery> = {}): SearchQuery => ({
  text,
  limit: 10,
  budgetTokens: 4_000,
  filter: {},
  ...extra,
});
const paths = (answer: Awaited<ReturnType<typeof search>>): string[] =>
  answer.results.map(({ path }) => path);

/** A reranker that scores by `scoreOf` and notes what it was given. */
function noting(scoreOf: (passage: string) => number, seen: string[] = []): Reranker {
  return {
    async score(_question, passages) {
      seen.push(...passages);
      return Float32Array.from(passages, scoreOf);
    },
    close: async () => undefined,
  };
}

/** A reranker that works until it is told to stop. */
const endless: Reranker = {
  score: (_question, _passages, signal) =>
    new Promise((_, reject) => {
      if (signal?.aborted === true) reject(signal.reason);
      signal?.addEventListener('abort', () => reject(signal.reason));
    }),
  close: async () => undefined,
};

const broken: Reranker = {
  score: () => Promise.reject(new RerankerError('reranker-crashed', 'The reranking process ended.')),
  close: async () => undefined,
};

const BUDGET_MS = 600_000;
const by = (reranker: Reranker | null, extra: Partial<Reranking> = {}): Reranking => ({
  reranker,
  candidates: 30,
  budgetMs: BUDGET_MS,
  ...extra,
});

let shelf: Shelf;
let plain: string[];
beforeAll(async () => {
  shelf = await Shelf.open();
  const staff = ['allow group:staff'];
  await shelf.add(
    { path: 'a.txt', acl: staff, chunks: ['Parking for visitors: parking, parking, parking in the yard.'] },
    { path: 'b.txt', acl: staff, chunks: ['Parking permits are given by the reception.'] },
    { path: 'c.txt', acl: staff, chunks: ['Whoever comes by car finds parking behind the warehouse.'] },
    { path: 'd.txt', acl: staff, chunks: ['The gate to the parking opens at six and closes at eight.'] },
    { path: 'secret.txt', acl: ['allow group:hr'], chunks: ['Parking fines of the director.'] },
  );
  plain = paths(await search(shelf.deps, ask('parking'), asker(BOB)));
});

const answer = (reranking: Reranking, query = ask('parking'), who = asker(BOB)) =>
  search({ ...shelf.deps, reranking }, query, who);

describe('an answer with a reranker', () => {
  it('has its order and says so', async () => {
    const rank = (passage: string): number => (passage.includes('warehouse') ? 2 : 1);
    const { reranked, ...found } = await answer(by(noting(rank)));
    expect(reranked).toBe(true);
    expect(paths(found)[0]).toBe('c.txt');
    expect(plain[0]).not.toBe('c.txt');
    expect(found.results.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
  });

  it('has the order of retrieval where it scores alike', async () => {
    expect(paths(await answer(by(noting(() => 0))))).toEqual(plain);
  });

  it('takes its results from more candidates than it gives', async () => {
    const last = plain.at(-1) ?? '';
    const found = await answer(by(noting((passage) => (passage.startsWith(`${last}\n`) ? 1 : 0))), {
      ...ask('parking'),
      limit: 1,
    });
    expect(paths(found)).toEqual([last]);
  });

  it('leaves what is behind the candidates in its place', async () => {
    const turned = await answer(
      by(
        noting((passage) => -passage.length),
        { candidates: 2 },
      ),
    );
    expect(paths(turned).slice(2)).toEqual(plain.slice(2));
    expect(paths(turned).slice(0, 2).sort()).toEqual(plain.slice(0, 2).sort());
  });

  it('reads each candidate with its title and the question with nothing', async () => {
    const seen: string[] = [];
    await answer(by(noting(() => 0, seen)));
    expect(seen).toContain('b.txt\nParking permits are given by the reception.');
  });

  it('keeps the order of retrieval and says so when the time is over', async () => {
    const { reranked, ...found } = await answer(by(endless, { budgetMs: 5 }));
    expect(reranked).toBe(false);
    expect(paths(found)).toEqual(plain);
  });

  it.each([
    ['fails', broken],
    ['was never loaded', null],
  ])('keeps the order of retrieval and says so when its model %s', async (_, reranker) => {
    const { reranked, ...found } = await answer(by(reranker));
    expect(reranked).toBe(false);
    expect(paths(found)).toEqual(plain);
  });

  it('says that it is not reranked when there is nothing to rank', async () => {
    expect(await answer(by(createFakeReranker()), ask('parking'), asker(BOB_OUTSIDE))).toMatchObject({
      mode: 'lexical',
      reranked: false,
      results: [],
    });
  });

  it('is given up with the question', async () => {
    const controller = new AbortController();
    const who = { ...asker(BOB), signal: controller.signal };
    const settled = expect(answer(by(endless), ask('parking'), who)).rejects.toThrow('given up');
    controller.abort(new Error('given up'));
    await settled;
  });
});

describe('permissions around a reranker', () => {
  it('it is given nothing that did not pass gate 2', async () => {
    const seen: string[] = [];
    await answer(by(noting(() => 0, seen)));
    expect(seen).toHaveLength(4);
    expect(seen.filter((passage) => passage.includes('fines'))).toEqual([]);
  });

  it('it is given nothing of a document closed in the catalog whose passages still carry the old label', async () => {
    const closed = await shelf.put({
      path: 'closed.txt',
      acl: ['allow group:staff'],
      chunks: ['Parking of the board is under the tower.'],
    });
    await shelf.repoint(closed, ['allow group:hr']);
    const seen: string[] = [];
    await answer(by(noting(() => 0, seen)));
    expect(seen.filter((passage) => passage.includes('tower'))).toEqual([]);
  });

  it('what is closed while it works does not leave', async () => {
    const closing = await shelf.put({
      path: 'closing.txt',
      acl: ['allow group:staff'],
      chunks: ['Parking under the roof of the hall.'],
    });
    const meanwhile: Reranker = {
      async score(_question, passages) {
        await shelf.repoint(closing, ['allow group:hr']);
        return Float32Array.from(passages, (passage) => (passage.includes('hall') ? 1 : 0));
      },
      close: async () => undefined,
    };
    expect(paths(await answer(by(meanwhile)))).not.toContain('closing.txt');
  });

  it('a person who left the group while it works is shown nothing', async () => {
    let token = BOB;
    const leaving: Reranker = {
      async score(_question, passages) {
        token = BOB_OUTSIDE;
        return new Float32Array(passages.length);
      },
      close: async () => undefined,
    };
    expect(
      paths(
        await answer(
          by(leaving),
          ask('parking'),
          asker(BOB, () => token),
        ),
      ),
    ).toEqual([]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { type SearchQuery, search } from '../../../src/search/index.ts';
import { tokenOf } from '../../support/access.ts';
import { asker, Shelf, type ShelfDocument } from '../../support/shelf.ts';

const BOB = tokenOf('bob', { users: ['bob'] });
const DAY = 86_400_000;
const CLAUSE =
  'The lessee returns the machine clean and dry at the end of the lease. Worn parts are replaced by the lessor, and the lessee pays for parts that broke through careless use of the machine in the course of the lease.';

const ask = (text: string, extra: Partial<SearchQuery> = {}): SearchQuery => ({
  text,
  limit: 10,
  budgetTokens: 4_000,
  filter: {},
  ...extra,
});

async function shelfOf(documents: readonly Omit<ShelfDocument, 'acl'>[]): Promise<Shelf> {
  const shelf = await Shelf.open();
  await shelf.add(...documents.map((document) => ({ ...document, acl: ['allow everyone'] })));
  return shelf;
}

describe('results by how new their files are', () => {
  const DOCUMENTS = [
    { path: 'best.txt', chunks: ['Holiday holiday holiday rules.'], modified: 10 * DAY },
    { path: 'good.txt', chunks: ['Holiday rules for all of the staff in Milan.'], modified: 30 * DAY },
    {
      path: 'fair.txt',
      chunks: ['A long note on many things, and in it one word on a holiday.'],
      modified: 20 * DAY,
    },
    { path: 'none.txt', chunks: ['The lift is repaired on Monday.'], modified: 90 * DAY },
  ];
  let shelf: Shelf;
  beforeAll(async () => {
    shelf = await shelfOf(DOCUMENTS);
  });

  const shown = async (extra: Partial<SearchQuery>): Promise<string[]> => {
    const { results } = await search(shelf.deps, ask('holiday', extra), asker(BOB));
    return results.map(({ rank, path }) => `${rank} ${path}`);
  };

  it('stand by relevance when nothing is said', async () => {
    expect(await shown({})).toEqual(['1 best.txt', '2 good.txt', '3 fair.txt']);
    expect(await shown({ order: 'relevance' })).toEqual(await shown({}));
  });

  it('stand with the newest first when asked, and keep the rank of their relevance', async () => {
    expect(await shown({ order: 'newest' })).toEqual(['2 good.txt', '3 fair.txt', '1 best.txt']);
  });

  it('are those of an answer by relevance: no date brings one in', async () => {
    expect(await shown({ order: 'newest', limit: 2 })).toEqual(['2 good.txt', '1 best.txt']);
    expect(await shown({ order: 'newest', limit: 1 })).toEqual(['1 best.txt']);
  });

  it('stand by relevance whatever the dates are', async () => {
    const before = await shown({});
    const turned = DOCUMENTS.map((document, at) => ({ ...document, modified: (90 - at) * DAY }));
    const other = await shelfOf(turned);
    const { results } = await search(other.deps, ask('holiday'), asker(BOB));
    expect(results.map(({ rank, path }) => `${rank} ${path}`)).toEqual(before);
  });
});

describe('copies in a result', () => {
  it('are five files at most, the newest first', async () => {
    const shelf = await shelfOf(
      Array.from({ length: 9 }, (_, at) => ({ path: `${at}.txt`, chunks: [CLAUSE], modified: at * DAY })),
    );
    const { results } = await search(shelf.deps, ask('lessee machine'), asker(BOB));
    expect(results.map(({ path, copies }) => [path, copies?.map((copy) => copy.path)])).toEqual([
      ['8.txt', ['7.txt', '6.txt', '5.txt', '4.txt', '3.txt']],
    ]);
  });

  it('have share, path and a link to the passage there', async () => {
    const shelf = await Shelf.open();
    const old = await shelf.put({
      path: 'old.txt',
      acl: ['allow everyone'],
      chunks: [CLAUSE],
      modified: DAY,
    });
    await shelf.put({ path: 'new.txt', acl: ['allow everyone'], chunks: [CLAUSE], modified: 2 * DAY });
    const { results } = await search(shelf.deps, ask('lessee machine'), asker(BOB));
    expect(results[0]?.copies).toEqual([
      { share: 'docs', path: 'old.txt', url: `https://ntk.example/d/${old.id}.${old.revision}.0` },
    ]);
  });

  it('are not named for a passage that its own file repeats', async () => {
    const shelf = await shelfOf([{ path: 'twice.txt', chunks: [CLAUSE, CLAUSE] }]);
    const { results } = await search(shelf.deps, ask('lessee machine'), asker(BOB));
    expect(results).toHaveLength(1);
    expect(results[0]).not.toHaveProperty('copies');
  });

  it('take no room from results', async () => {
    const texts = ['alpha', 'beta', 'gamma', 'delta'].map(
      (name) => `${CLAUSE} This is said of ${name} alone.`,
    );
    const shelf = await shelfOf(
      texts.flatMap((text, at) =>
        ['a', 'b', 'c'].map((copy) => ({ path: `${at}/${copy}.txt`, chunks: [text, `${at}`] })),
      ),
    );
    const answer = async (budgetTokens: number) =>
      (await search(shelf.deps, ask('lessee machine', { budgetTokens }), asker(BOB))).results;
    expect((await answer(4_000)).map(({ copies }) => copies?.length)).toEqual([2, 2, 2, 2]);
    const tight = await answer(600);
    expect(tight).toHaveLength(4);
    expect(tight.flatMap(({ copies = [] }) => copies).length).toBeLessThan(8);
    expect(JSON.stringify(tight).length).toBeLessThanOrEqual(600 * 4 + 10);
  });

  it('are left alone when the question names one of the files', async () => {
    const shelf = await shelfOf([
      { path: 'leases/rossi.txt', chunks: [CLAUSE], modified: DAY },
      { path: 'leases/bianchi.txt', chunks: [CLAUSE], modified: 9 * DAY },
    ]);
    const { results } = await search(shelf.deps, ask('rossi lessee machine'), asker(BOB));
    expect(results.map(({ path }) => path)).toEqual(['leases/rossi.txt', 'leases/bianchi.txt']);
  });
});

describe('passages of one file', () => {
  const strong = (path: string) => ({
    path,
    chunks: Array.from({ length: 12 }, (_, at) => `Turbine turbine turbine maintenance, step ${at}.`),
  });
  const weak = (path: string) => ({
    path,
    chunks: [`In ${path} a turbine is named among a great many other things.`],
  });
  const order = async (documents: readonly Omit<ShelfDocument, 'acl'>[]): Promise<string> => {
    const { results } = await search((await shelfOf(documents)).deps, ask('turbine'), asker(BOB));
    return results.map(({ path }) => path.slice(0, 1)).join('');
  };

  it('are three before those of another, then go on where no others are', async () => {
    expect(await order([strong('manual'), weak('a')])).toBe('mmmammmmmm');
  });

  it('go on after one other file where few have anything to say', async () => {
    expect(await order([strong('manual'), weak('a'), weak('b')])).toMatch(/^mmm[ab]m{6}$/);
  });

  it('wait for three other files where many have something to say', async () => {
    const others = ['a', 'b', 'c', 'd', 'e', 'f'].map(weak);
    expect(await order([strong('manual'), ...others])).toMatch(/^mmm[a-f]{3}m{4}$/);
  });
});

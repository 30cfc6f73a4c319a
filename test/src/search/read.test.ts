import { beforeAll, describe, expect, it } from 'vitest';
import { type CatalogDocument, revisionId } from '../../../index/index.ts';
import { read } from '../../../src/search/index.ts';
import { tokenOf } from '../../support/access.ts';
import { asker, idOf, Shelf } from '../../support/shelf.ts';

const ANNA = tokenOf('anna', { users: ['anna'], groups: { hr: ['user:anna'] } });
const BOB = tokenOf('bob', { users: ['bob'] });
const OLD = '0123456789abcdef';

/** Three sections of very different length, on pages, 300 chunks in all: more than one window. */
const CHUNKS = Array.from({ length: 300 }, (_, n) => ({
  text: `Passage number ${n}. ${'Words follow words. '.repeat(n % 7)}`.trim(),
  section: n < 3 ? ['Start'] : n < 290 ? ['Middle', 'Deep'] : ['End'],
  page: Math.floor(n / 10) + 1,
}));

let shelf: Shelf;
let book: CatalogDocument;
let empty: CatalogDocument;

beforeAll(async () => {
  shelf = await Shelf.open();
  book = await shelf.put({ path: 'book.txt', acl: ['allow group:hr'], chunks: CHUNKS });
  empty = await shelf.put({ path: 'scan.pdf', acl: ['allow group:hr'], chunks: [] });
});

const fetchAs = (id: string, budgetTokens = 1_000, who = asker(ANNA)) =>
  read(shelf.deps, { id, budgetTokens }, who);
const passage = (ordinal: number, revision: string = book.revision ?? ''): string =>
  `${book.id}.${revision}.${ordinal}`;

async function ordinals(start: string, budget: number): Promise<number[]> {
  const seen: number[] = [];
  for (let id: string | null = start; id !== null && seen.length <= CHUNKS.length; ) {
    const page: Awaited<ReturnType<typeof fetchAs>> = await fetchAs(id, budget);
    if (page === null) throw new Error(`${id} gives nothing`);
    seen.push(...page.chunks.map(({ ordinal }) => ordinal));
    id = page.next;
  }
  return seen;
}

describe('read', () => {
  it.each([1, 50, 200, 1_000, 50_000])(
    'paging from the beginning with %i tokens gives every chunk exactly once',
    async (budget) => {
      expect(await ordinals(book.id, budget)).toEqual(CHUNKS.map((_, n) => n));
    },
  );

  it.each([10, 100, 200, 400])('shows the asked passage with a budget of %i tokens', async (budget) => {
    for (const ordinal of [0, 2, 3, 4, 47, 130, 289, 290, 299]) {
      const page = await fetchAs(passage(ordinal), budget);
      expect(page?.chunks.map((chunk) => chunk.ordinal)).toContain(ordinal);
      expect(page?.passage?.ordinal).toBe(ordinal);
    }
  });

  it('shows the section of a passage from its beginning and stops at its end', async () => {
    const page = await fetchAs(passage(1));
    expect(page?.chunks.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2]);
    expect(page).toMatchObject({ section: ['Start'], page: 1, lastPage: 1, changed: false });
  });

  it('reads on behind the section', async () => {
    const page = await fetchAs((await fetchAs(passage(1)))?.next ?? '');
    expect(page?.chunks[0]?.ordinal).toBe(3);
  });

  it('keeps to the budget', async () => {
    const page = await fetchAs(book.id, 100);
    const characters = page?.chunks.reduce((sum, { text }) => sum + text.length, 0);
    expect(characters).toBeLessThanOrEqual(400);
  });

  it('names headings and pages in the text', async () => {
    expect((await fetchAs(book.id, 2_000))?.text).toMatch(/^## \[1\] Start\nPassage number 0\./);
  });

  it('gives a document without text as an empty page', async () => {
    expect(await fetchAs(empty.id)).toMatchObject({ text: '', next: null, page: null });
  });

  it('case 22: hidden, absent, malformed and out of range look alike', async () => {
    const hidden = await Promise.all(
      [book.id, passage(0), `${passage(5)}~`].map((id) => fetchAs(id, 100, asker(BOB))),
    );
    expect(hidden).toEqual([null, null, null]);
    const ids = [
      idOf(777),
      `${idOf(777)}.${OLD}.0`,
      '',
      'x',
      "' OR 1=1",
      passage(300),
      passage(9_999_999),
      `${passage(1)}\n`,
      `${book.id}.${OLD}`,
    ];
    expect(await Promise.all(ids.map((id) => fetchAs(id)))).toEqual(ids.map(() => null));
  });

  it('gives the current text from its beginning for an older revision, and says so', async () => {
    const page = await fetchAs(passage(120, OLD));
    expect(page).toMatchObject({ id: book.id, changed: true, passage: null, revision: book.revision });
    expect(page?.chunks[0]?.ordinal).toBe(0);
  });

  it('gives nothing when the group is gone before delivery', async () => {
    let asked = 0;
    const leaving = asker(ANNA, () => {
      asked += 1;
      return asked > 1 ? BOB : ANNA;
    });
    expect(await fetchAs(book.id, 100, leaving)).toBeNull();
    expect(asked).toBe(2);
  });

  it('gives nothing when the document is replaced or hidden while its text is fetched', async () => {
    for (const change of [{ revision: revisionId(OLD) }, { scope: null }]) {
      const chunks = {
        ...shelf.deps.chunks,
        lexical: shelf.store.lexical.bind(shelf.store),
        nearest: shelf.store.nearest.bind(shelf.store),
        plan: shelf.store.plan.bind(shelf.store),
        revision: async (...given: Parameters<typeof shelf.store.revision>) => {
          const rows = await shelf.store.revision(...given);
          await shelf.catalog.put([{ ...book, ...change }]);
          return rows;
        },
      };
      expect(
        await read({ ...shelf.deps, chunks }, { id: book.id, budgetTokens: 100 }, asker(ANNA)),
      ).toBeNull();
      await shelf.catalog.put([book]);
    }
    expect(await fetchAs(book.id)).not.toBeNull();
  });
});

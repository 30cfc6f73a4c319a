import { beforeAll, describe, expect, it } from 'vitest';
import type { Language } from '../../../ingest/index.ts';
import { search } from '../../../src/search/index.ts';
import { tokenOf } from '../../support/access.ts';
import { asker, Shelf } from '../../support/shelf.ts';

const DIRECTORY = { users: ['anna', 'bob'] };
const ANNA = tokenOf('anna', DIRECTORY);
const BOB = tokenOf('bob', DIRECTORY);
const BOTH = ['allow user:anna', 'allow user:bob'];

const TEXTS: readonly { readonly text: string; readonly language: Language }[] = [
  { text: 'The procurement of furniture needs three offers.', language: 'en' },
  { text: 'Holiday requests go to the line lead.', language: 'en' },
  { text: 'The policy on gifts and hospitality.', language: 'en' },
  { text: 'Reimbursement of travel within thirty days.', language: 'en' },
  { text: 'Il rimborso della trasferta spetta entro trenta giorni.', language: 'it' },
  { text: 'La richiesta di ferie va al responsabile.', language: 'it' },
  { text: 'Il preavviso di licenziamento è di due mesi.', language: 'it' },
  { text: 'The word polite is not about rules.', language: 'en' },
  { text: 'A quorum of five holds the board.', language: 'en' },
];

/** How people mistype, and the word of the passage that they mean. */
const MISTYPED = [
  { asked: 'furnitre', means: 'furniture', how: 'a letter left out' },
  { asked: 'furnitture', means: 'furniture', how: 'a letter twice' },
  { asked: 'polciy', means: 'policy', how: 'two letters changed round' },
  { asked: 'oplicy', means: 'policy', how: 'the first two changed round' },
  { asked: 'hliday', means: 'Holiday', how: 'a letter left out' },
  { asked: 'reimbursment', means: 'Reimbursement', how: 'a letter left out' },
  { asked: 'riembursment', means: 'Reimbursement', how: 'two wrong in a long word' },
  { asked: 'procurment', means: 'procurement', how: 'a letter left out' },
  { asked: 'rimbroso', means: 'rimborso', how: 'two letters changed round' },
  { asked: 'trasfetra', means: 'trasferta', how: 'two letters changed round' },
  { asked: 'licenzamento', means: 'licenziamento', how: 'a letter left out' },
  { asked: 'preaviso', means: 'preavviso', how: 'a letter of two' },
] as const;

async function ask(shelf: Shelf, text: string, who = ANNA, limit = 20): Promise<string[]> {
  const query = { text, limit, budgetTokens: 50_000, filter: {} };
  return (await search(shelf.deps, query, asker(who))).results.map(({ snippet }) => snippet);
}

/** Of the same stem as the words they mean: to the index no mistypings. */
const SAME_STEM: readonly string[] = ['procurment', 'licenzamento'];

describe('a mistyped word', () => {
  let shelf: Shelf;
  beforeAll(async () => {
    shelf = await Shelf.open();
    await shelf.add(...TEXTS.map((chunk, at) => ({ path: `t${at}x.txt`, acl: BOTH, chunks: [chunk] })), {
      path: 'hidden.txt',
      acl: ['allow user:anna'],
      chunks: ['The quorom ledger of the regatta.'],
    });
    // The store looks for mistypings only in what is indexed.
    await shelf.store.optimise();
  });

  it.each(MISTYPED)('finds $means by $asked ($how)', async ({ asked, means }) => {
    expect((await ask(shelf, asked))[0]).toContain(means);
  });

  it.each(['cod', 'gfi', 'fro'])('of three letters finds nothing: %s', async (asked) => {
    expect(await ask(shelf, asked)).toEqual([]);
  });

  it('in a code finds nothing', async () => {
    expect(await ask(shelf, 'INV-2024-0114')).toEqual([]);
  });

  it('is mistyped for whom no readable passage has it, whatever hidden ones have', async () => {
    expect((await ask(shelf, 'quorom', ANNA)).map((text) => text.slice(0, 10))).toEqual(['The quorom']);
    expect((await ask(shelf, 'quorom', BOB)).map((text) => text.slice(0, 8))).toEqual(['A quorum']);
  });

  it.each(MISTYPED.filter(({ asked }) => !SAME_STEM.includes(asked)))(
    'never brings a passage before one that holds a word as asked: $asked',
    async ({ asked }) => {
      const question = `${asked} thirty holds`;
      const found = await ask(shelf, question);
      const exact = found.map((text) => /thirty|holds/.test(text));
      expect(exact).toEqual([...exact].sort((a, b) => Number(b) - Number(a)));
      expect(exact.filter(Boolean)).toHaveLength(2);
    },
  );
});

describe('a rare word spelt right', () => {
  it('is not taken for a typing error because better passages lack it', async () => {
    const shelf = await Shelf.open();
    const asked = 'leave request form approval manager budget office yearly';
    const crowd = Array.from({ length: 60 }, (_, at) => `${asked} number${at}`);
    const others = Array.from({ length: 300 }, (_, at) => `entirely other matters of kind${at}`);
    const near = `${asked} zorgan, and then some more words that make it longer`;
    const rare = `${'entirely other matters '.repeat(20)} zorgon`;
    const texts = [...crowd, ...others, rare, near];
    await shelf.add(...texts.map((text, at) => ({ path: `r${at}x.txt`, acl: BOTH, chunks: [text] })));
    await shelf.store.optimise();
    const [first] = await ask(shelf, `${asked} zorgon`, ANNA, 5);
    expect(first).not.toContain('zorgan');
  });
});

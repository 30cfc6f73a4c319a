import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogDocument } from '../../../index/index.ts';
import { checkQuote } from '../../../src/search/index.ts';
import { tokenOf } from '../../support/access.ts';
import { asker, idOf, Shelf } from '../../support/shelf.ts';

const ANNA = tokenOf('anna', { users: ['anna'] });
const BOB = tokenOf('bob', { users: ['bob'] });

const TEXTS = [
  'Employees get 125 days of leave. The bonus is 1.250,00 € and the growth was -5.2 % in 2024.',
  'It is illegal to smoke in the build-\ning, said the “director” — and that’s final.',
  'The contract ends on 31 March',
  '2026 and is not renewed.',
  'Margin: –3 %. Loss (4.1) remains. Ref. INV-2024-0113 of 12 items.',
  '株式会社は東京にあります。',
  'The of\ufb01ce pays 1,250.00 € for re\u00adcy\u00adcling and 10² boxes; 12\u00a0500 units at 5½ each.',
  'Le ferie non si perdono: l’indennità è di 1.250,50 € e va chiesta alla dott.ssa Bianchi en-\ntro il 30 giugno.',
  'Smoking is il\u00adlegal here; parking is ir-\nregular; drinking is il-',
  'legal too. Rooms: > 20 seats.',
  'City: Rome | Rate: 90 | Since: 2023\nCity: Turin | Rate: 80 | Since: 2022\n3 | 4',
  'Clause 12',
  '34 tells the rest to Mrs Conti. Managers may not sign above €5,000.',
];

let shelf: Shelf;
let document: CatalogDocument;
let long: CatalogDocument;

beforeAll(async () => {
  shelf = await Shelf.open();
  document = await shelf.put({ path: 'a.txt', acl: ['allow user:anna'], chunks: TEXTS });
  long = await shelf.put({
    path: 'long.txt',
    acl: ['allow user:anna'],
    chunks: Array.from({ length: 450 }, (_, n) => ({ text: `w${n}`, page: n + 1, section: [`S${n}`] })),
  });
});

const check = (quote: string, id: string = document.id, token = ANNA) =>
  checkQuote(shelf.deps, { id, quote }, asker(token));

const MATRIX: readonly { readonly name: string; readonly quote: string; readonly found: boolean }[] = [
  { name: 'a word-for-word quote', quote: 'Employees get 125 days of leave.', found: true },
  { name: 'other white space', quote: 'Employees   get\n125 days', found: true },
  { name: 'other case', quote: 'EMPLOYEES GET', found: true },
  { name: 'a word hyphenated over a line end', quote: 'smoke in the building', found: true },
  { name: 'straight for typographic quotes', quote: `said the "director" - and that's final`, found: true },
  { name: 'a quote over the border of two chunks', quote: 'ends on 31 March 2026 and', found: true },
  { name: 'the exact number', quote: 'bonus is 1.250,00 €', found: true },
  { name: 'the exact sign', quote: 'growth was -5.2 % in', found: true },
  { name: 'a minus in another typeface', quote: 'growth was −5.2 %', found: true },
  { name: 'a code', quote: 'INV-2024-0113', found: true },
  { name: 'a language without spaces, from the middle', quote: '東京にあります', found: true },
  { name: 'an altered digit', quote: 'Employees get 126 days', found: false },
  { name: 'a digit left out', quote: 'Employees get 15 days', found: false },
  { name: 'a number cut in front', quote: '25 days of leave', found: false },
  { name: 'a number cut behind', quote: 'Employees get 12', found: false },
  { name: 'a number cut at its thousands sign', quote: '250,00 €', found: false },
  { name: 'a decimal sign left out', quote: 'growth was -52 %', found: false },
  { name: 'a sign left out inside the quote', quote: 'growth was 5.2 %', found: false },
  { name: 'a sign left out in front of the quote', quote: '5.2 % in 2024', found: false },
  { name: 'a sign added', quote: '-125 days', found: false },
  { name: 'an en dash as minus left out', quote: 'Margin: 3 %', found: false },
  { name: 'a unit changed', quote: 'bonus is 1.250,00 $', found: false },
  { name: 'a word cut in front, which turns its sense', quote: 'legal to smoke', found: false },
  { name: 'a word cut behind', quote: 'The contract end', found: false },
  { name: 'a word added', quote: 'is never illegal to smoke', found: false },
  { name: 'a word left out', quote: 'and is renewed', found: false },
  { name: 'sentences in another order', quote: 'of leave. Employees get 125 days', found: false },
  { name: 'a ligature as letters', quote: 'The office pays', found: true },
  { name: 'soft hyphens left out', quote: 'for recycling and', found: true },
  { name: 'soft hyphens elsewhere', quote: 'for recy\u00adcling and', found: true },
  { name: 'plain for unbreakable spaces', quote: '12 500 units', found: true },
  { name: 'unbreakable for plain spaces', quote: 'The\u00a0office pays', found: true },
  { name: 'letters joined to a ligature', quote: 'the of\ufb01ce', found: true },
  { name: 'a word after a soft hyphen, which turns its sense', quote: 'legal here', found: false },
  { name: 'a word after a line end, which turns its sense', quote: 'regular; drinking', found: false },
  { name: 'a word after the border of a chunk, which turns its sense', quote: 'legal too', found: false },
  { name: 'a word hyphenated over the border of a chunk', quote: 'drinking is illegal too', found: true },
  { name: 'an English number', quote: 'pays 1,250.00 €', found: true },
  { name: 'an English number written as in Italy', quote: 'pays 1.250,00 €', found: false },
  { name: 'an Italian number written as in England', quote: 'bonus is 1,250.00 €', found: false },
  { name: 'a number without its thousands sign', quote: 'pays 1250.00 €', found: false },
  { name: 'an exponent run into its number', quote: 'and 102 boxes', found: false },
  { name: 'an exponent', quote: 'and 10² boxes', found: true },
  { name: 'a fraction run into its number', quote: 'at 51/2 each', found: false },
  { name: 'a fraction', quote: 'at 5½ each', found: true },
  { name: 'a number cut at its unbreakable space', quote: '500 units', found: false },
  { name: 'one altered digit of a long number', quote: 'pays 1,260.00 €', found: false },
  { name: 'a comparison turned round', quote: 'Rooms: < 20 seats', found: false },
  { name: 'a cell of a row', quote: 'Rate: 80', found: true },
  { name: 'a row', quote: 'City: Turin | Rate: 80 | Since: 2022', found: true },
  { name: 'a row without the marks between cells', quote: 'City: Turin Rate: 80', found: true },
  { name: 'a cell of another row', quote: 'City: Turin | Rate: 90', found: false },
  { name: 'two cells run into one number', quote: '34', found: false },
  { name: 'cells that follow each other', quote: 'Since: 2022 3 4', found: true },
  { name: 'two numbers run into one over the border of a chunk', quote: 'Clause 1234', found: false },
  { name: 'two numbers over the border of a chunk', quote: 'Clause 12 34 tells', found: true },
  { name: 'an Italian quote', quote: "l'indennità è di 1.250,50 €", found: true },
  { name: 'an Italian quote hyphenated over a line end', quote: 'Bianchi entro il 30 giugno', found: true },
  { name: 'an Italian quote with an altered number', quote: 'entro il 31 giugno', found: false },
  { name: 'an Italian quote without its “non”', quote: 'Le ferie si perdono', found: false },
  { name: 'an Italian quote with “e” for “è”', quote: 'indennità e di 1.250,50', found: false },
  { name: 'an Italian quote with another name', quote: 'alla dott.ssa Bianco', found: false },
  { name: 'a quote without its “not”', quote: 'Managers may sign above', found: false },
  { name: 'a quote with a “not” more', quote: 'Employees do not get 125 days', found: false },
  { name: 'a quote with another name', quote: 'the rest to Mrs Conte', found: false },
  { name: 'a quote with another currency', quote: 'above $5,000', found: false },
  { name: 'only punctuation', quote: '…"—"', found: false },
  { name: 'less than three letters', quote: 'is', found: false },
];

describe('checkQuote', () => {
  it.each(MATRIX)('$name: $found', async ({ quote, found }) => {
    expect((await check(quote))?.found).toBe(found);
  });

  it('names the passage in which the quote begins', async () => {
    expect(await check('31 March 2026')).toEqual({
      found: true,
      current: true,
      id: `${document.id}.${document.revision}.2`,
      section: [],
      page: null,
      url: `https://ntk.example/d/${document.id}.${document.revision}.2`,
    });
  });

  it.each([150, 199, 200, 399, 440])(
    'finds a quote that begins in chunk %i of a long document',
    async (n) => {
      const quote = Array.from({ length: 8 }, (_, k) => `w${n + k}`).join(' ');
      expect(await check(quote, long.id)).toMatchObject({ found: true, page: n + 1, section: [`S${n}`] });
    },
  );

  it.each([190, 195, 199])(
    'finds a quote of many small chunks from %i over the border of a window',
    async (n) => {
      const quote = Array.from({ length: 30 }, (_, k) => `w${n + k}`).join(' ');
      expect(await check(quote, long.id)).toMatchObject({ found: true, page: n + 1 });
    },
  );

  it('looks in the current revision when the id names another, and says so', async () => {
    const old = `${document.id}.0123456789abcdef.0`;
    expect(await check('Employees get 125 days', old)).toMatchObject({ found: true, current: false });
  });

  it('hidden, absent and malformed look alike', async () => {
    expect(await check('Employees get', document.id, BOB)).toBeNull();
    expect(await check('Employees get', idOf(999))).toBeNull();
    expect(await check('Employees get', 'no id')).toBeNull();
  });

  it('tells a person without access nothing, whether the quote stands there or not', async () => {
    expect(await check('Employees get', document.id, BOB)).toEqual(await check('zebra', document.id, BOB));
  });
});

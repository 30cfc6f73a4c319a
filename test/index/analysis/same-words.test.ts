import { describe, expect, it } from 'vitest';
import { saidIn, saysTheSame } from '../../../index/analysis/same-words.ts';
import type { Language } from '../../../ingest/index.ts';

const CLAUSE =
  'The tenant shall pay the rent within 30 days of the invoice of Rossi & Co. Repairs of the roof are paid by the owner, unless the tenant caused the damage. Payments are made to the account that is named in the annex.';
const CLAUSOLA =
  'Il conduttore paga il canone entro 30 giorni dalla fattura della ditta Rossi. Le riparazioni del tetto sono pagate dal proprietario, tranne quando il danno è causato dal conduttore. I pagamenti si fanno sul conto indicato nell’allegato.';

function same(a: string, b: string, language: Language = 'en'): boolean {
  return saysTheSame(saidIn(a, language), saidIn(b, language));
}

/** Writes the clause otherwise in one place; a place that is not there is a defect of the test. */
function instead(clause: string, from: string, to: string): string {
  expect(clause).toContain(from);
  return clause.replace(from, to);
}

describe('a long passage', () => {
  it.each([
    ['lines are broken elsewhere', 'within 30 days of', 'within\n30 days\n of'],
    ['a word is parted at the end of a line', 'invoice', 'in-\nvoice'],
    ['quotes, dashes and commas differ', 'by the owner, unless', 'by the owner – unless'],
    ['capitals differ', 'Repairs of the roof', 'REPAIRS OF THE ROOF'],
    ['a soft hyphen stands in a word', 'annex', 'an\u00adnex'],
    ['an ordinary word is added', 'named in', 'usually named in'],
    ['an ordinary word is left out', 'The tenant shall', 'tenant shall'],
  ])('says the same when %s', (_, from, to) => {
    expect(same(CLAUSE, instead(CLAUSE, from, to).replace(/^t/, 'The t'))).toBe(true);
  });

  it.each([
    ['a number', '30', '31'],
    ['the sign of a number', '30', '-30'],
    ['how a number is written', '30 days', '3.0 days'],
    ['a number that only one has', 'the annex', 'the annex 2'],
    ['an identifier', 'the annex', 'the annex MX450'],
    ['a name', 'Rossi', 'Bianchi'],
    ['a name that only one has', 'the owner', 'the owner Bianchi'],
    ['a negation', 'shall pay', 'shall not pay'],
    ['a duty', 'shall pay', 'may pay'],
    ['a condition', 'unless', 'if'],
    ['an exception that only one has', 'of the roof', 'of the roof, except the gutters,'],
    ['a choice', 'Rossi &', 'Rossi and'],
    ['a word in the place of another', 'paid by the owner', 'paid by the lessor'],
    ['a word one letter away', 'roof', 'proof'],
    ['the order of words', 'tenant shall pay the rent', 'rent shall pay the tenant'],
    ['before and after', 'within 30 days of', 'after 30 days of'],
    ['to whom', 'made to the account', 'made from the account'],
  ])('says something else when it differs in %s', (_, from, to) => {
    expect(same(CLAUSE, instead(CLAUSE, from, to))).toBe(false);
  });

  it.each([
    ['a number', '30', '60'],
    ['a negation', 'paga', 'non paga'],
    ['an exception', 'tranne quando', 'anche quando'],
    ['accents that make another word', 'è causato', 'e causato'],
  ])('in Italian says something else when it differs in %s', (_, from, to) => {
    expect(same(CLAUSOLA, instead(CLAUSOLA, from, to), 'it')).toBe(false);
  });

  it('in Italian says the same with an ordinary word more', () => {
    expect(same(CLAUSOLA, instead(CLAUSOLA, 'conto indicato', 'conto bancario indicato'), 'it')).toBe(true);
  });

  it('says something else when a tenth of its words is more', () => {
    const light = (count: number): string =>
      instead(CLAUSE, 'named in', `${'usually '.repeat(count)}named in`);
    expect(same(CLAUSE, light(4))).toBe(true);
    expect(same(CLAUSE, light(5))).toBe(false);
  });

  it('in a language whose deciding words are not known says the same only with all its words', () => {
    expect(same(CLAUSE, instead(CLAUSE, 'named in', 'usually named in'), 'und')).toBe(false);
    expect(same(CLAUSE, instead(CLAUSE, 'annex', 'an\u00adnex'), 'und')).toBe(true);
  });

  it('in another script says the same only with all its words', () => {
    const words = Array.from({ length: 40 }, (_, at) => 'абвгдежзик'.slice(0, 3 + (at % 7)));
    expect(same(words.join(' '), [...words.slice(0, 20), 'кроме', ...words.slice(20)].join(' '))).toBe(false);
  });
});

describe('a short passage', () => {
  it('says nothing that another one says', () => {
    expect(same('The canteen opens at noon.', 'The canteen opens at noon.')).toBe(false);
  });
});

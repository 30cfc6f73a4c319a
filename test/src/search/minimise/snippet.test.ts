import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryTerms } from '../../../../index/index.ts';
import type { Language } from '../../../../ingest/index.ts';
import { weighWords } from '../../../../src/search/minimise/asked.ts';
import { snippet, snippetBudget } from '../../../../src/search/minimise/snippet.ts';

const ask = (question: string, language: Language = 'en') =>
  weighWords(question, queryTerms(question, [language]), []);
const show = (text: string, question: string, budget: number, language: Language = 'en'): string =>
  snippet(text, language, ask(question, language), budget);

const OFFICE = [
  'The office opens at eight.',
  'Coffee is free of charge.',
  'Travel expenses are paid within thirty days.',
  'Receipts must be attached.',
  'The canteen closes at three.',
  'Expenses over 500 euro need approval.',
].join(' ');

const UFFICIO = [
  'La sede apre alle otto.',
  'Le ferie si chiedono al responsabile.',
  'Queste vanno approvate entro cinque giorni.',
  'Il caffè è gratuito per tutti i dipendenti.',
  'La mensa chiude alle tre.',
].join(' ');

const LIST = ['Claims need:', '- a signed form', '- the original invoice', '- the name of the project'].join(
  '\n',
);
const TABLE = ['City | Rate | Since', 'Rome | 90 | 2023', 'Turin | 80 | 2022', 'Milan | 110 | 2024'].join(
  '\n',
);

describe('snippet', () => {
  it('is the sentence that answers', () => {
    expect(show(OFFICE, 'travel expenses', 60)).toBe('… Travel expenses are paid within thirty days. …');
  });

  it('keeps sentences in the order of the text and marks gaps', () => {
    expect(show(OFFICE, 'approval office', 68)).toBe(
      'The office opens at eight. … Expenses over 500 euro need approval.',
    );
  });

  it('joins neighbours without a gap', () => {
    expect(show(OFFICE, 'travel receipts', 80)).toBe(
      '… Travel expenses are paid within thirty days. Receipts must be attached. …',
    );
  });

  it('finds inflected words by their stem', () => {
    expect(show(OFFICE, 'receipt', 36)).toContain('Receipts must be attached.');
    expect(show(UFFICIO, 'dipendente', 60, 'it')).toContain('per tutti i dipendenti.');
  });

  it('begins at the beginning when no asked word stands in the text', () => {
    expect(show(OFFICE, 'zebra', 30)).toBe('The office opens at eight. …');
  });

  it('is the whole text when there is room', () => {
    expect(show(OFFICE, 'travel', 1_000)).toBe(OFFICE);
  });

  it('prefers the sentence with a figure where one is asked for', () => {
    const text = 'Parental leave is generous here. Of parental leave there are 120 days.';
    expect(show(text, 'how much parental leave', 44)).toContain('120');
    const testo = 'Il congedo parentale è generoso da noi. Di congedo parentale ci sono 120 giorni.';
    expect(show(testo, 'quanti giorni di congedo parentale', 50, 'it')).toContain('120');
  });

  it('prefers words that stand together as in the question', () => {
    const text =
      'Parental controls of every browser come before you leave. Something else. Parental leave is granted.';
    expect(show(text, 'parental leave', 40)).toContain('Parental leave is granted.');
  });

  it('prefers a word that few of the passages hold', () => {
    const terms = queryTerms('travel visa', ['en']);
    const common = [{ terms: 'travel desk' }, { terms: 'travel agency' }, { terms: 'travel visa' }];
    const text = 'Ask the travel desk before you leave. Nothing here. A visa takes three weeks to get.';
    expect(snippet(text, 'en', weighWords('travel visa', terms, common), 44)).toContain('visa');
  });

  it('takes the sentence before one that begins with “This”', () => {
    const text =
      'The badge is renewed each May. Filler stands here. The desk keeps a list. This is shown to auditors on demand.';
    expect(show(text, 'auditors', 78)).toBe('… The desk keeps a list. This is shown to auditors on demand.');
  });

  it('takes the sentence before one that begins with “Queste”', () => {
    expect(show(UFFICIO, 'approvate entro quando', 92, 'it')).toBe(
      '… Le ferie si chiedono al responsabile. Queste vanno approvate entro cinque giorni. …',
    );
  });

  it('shows a sentence alone where the one it leans on does not fit', () => {
    expect(show(UFFICIO, 'approvate entro quando', 55, 'it')).toBe(
      '… Queste vanno approvate entro cinque giorni. …',
    );
  });

  it('shows an item with the line that introduces its list', () => {
    expect(show(LIST, 'invoice', 48)).toBe('Claims need: … - the original invoice …');
  });

  it('shows a row with the row that names its columns', () => {
    expect(show(TABLE, 'Turin', 48)).toBe('City | Rate | Since … Turin | 80 | 2022 …');
  });

  it('cuts one giant sentence to a window around the asked word', () => {
    const giant = `${'filler '.repeat(500)}the travel expenses rule ${'filler '.repeat(500)}`;
    expect(show(giant, 'travel', 200)).toMatch(/^… .*travel expenses rule.* …$/s);
  });

  it('cuts a giant word between whole characters', () => {
    expect(show('😀'.repeat(2_500), 'y', 201)).toMatch(/^(?:😀)+ …$/u);
  });

  it('is empty for an empty text', () => {
    expect(show('', 'x', 100)).toBe('');
  });

  it('never shows a word that is not in the text, and never exceeds the budget', () => {
    const word = fc.stringMatching(/^[a-z]{1,9}$/);
    const sentence = fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => `${words.join(' ')}.`);
    fc.assert(
      fc.property(
        fc.array(sentence, { minLength: 1, maxLength: 12 }),
        word,
        fc.integer({ min: 60, max: 480 }),
        (list, one, budget) => {
          const text = list.join(' ');
          const shown = show(text, one, budget);
          for (const part of shown.split(/\s*…\s*/)) expect(text).toContain(part);
          expect(shown.length).toBeLessThanOrEqual(budget);
        },
      ),
    );
  });
});

describe('snippetBudget', () => {
  it.each([
    { name: 'a short passage whole', length: 200, room: 800, budget: 240 },
    { name: 'two fifths of a long one', length: 1_500, room: 800, budget: 609 },
    { name: 'no more than the answer has room for', length: 1_500, room: 300, budget: 300 },
  ])('is $name', ({ length, room, budget }) => {
    expect(snippetBudget(length, room)).toBe(budget);
  });
});

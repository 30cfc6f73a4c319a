import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passageTerms } from '../../../index/index.ts';
import { snippet, splitSentences } from '../../../src/search/snippet.ts';

const asked = (words: string): Set<string> => new Set(passageTerms(words, 'en'));
const TEXT = [
  'The office opens at eight.',
  'Coffee is free of charge.',
  'Travel expenses are paid within thirty days.',
  'Receipts must be attached.',
  'The canteen closes at three.',
  'Expenses over 500 euro need approval.',
].join(' ');

describe('snippet', () => {
  it('is the sentence that answers', () => {
    expect(snippet(TEXT, 'en', asked('travel expenses'), 50)).toBe(
      '… Travel expenses are paid within thirty days. …',
    );
  });

  it('keeps sentences in the order of the text and marks gaps', () => {
    const shown = snippet(TEXT, 'en', asked('approval office'), 65);
    expect(shown).toBe('The office opens at eight. … Expenses over 500 euro need approval.');
  });

  it('joins neighbours without a gap', () => {
    expect(snippet(TEXT, 'en', asked('travel receipts'), 75)).toBe(
      '… Travel expenses are paid within thirty days. Receipts must be attached. …',
    );
  });

  it('finds inflected words by their stem', () => {
    expect(snippet(TEXT, 'en', asked('receipt'), 30)).toContain('Receipts must be attached.');
  });

  it('begins at the beginning when no asked word stands in the text', () => {
    expect(snippet(TEXT, 'en', asked('zebra'), 30)).toBe('The office opens at eight. …');
  });

  it('is the whole text when there is room', () => {
    expect(snippet(TEXT, 'en', asked('travel'), 1_000)).toContain(
      'Travel expenses are paid within thirty days.',
    );
  });

  it('cuts one giant sentence to a window around the asked word', () => {
    const giant = `${'filler '.repeat(500)}the travel expenses rule ${'filler '.repeat(500)}`;
    const shown = snippet(giant, 'en', asked('travel'), 200);
    expect(shown).toContain('travel expenses rule');
    expect(shown.length).toBeLessThanOrEqual(210);
    expect(shown).toMatch(/^… .* …$/s);
  });

  it('cuts a giant word', () => {
    expect(snippet('x'.repeat(5_000), 'en', asked('y'), 200).length).toBeLessThanOrEqual(210);
  });

  it('is empty for an empty text', () => {
    expect(snippet('', 'en', asked('x'), 100)).toBe('');
  });

  it('never shows a word that is not in the text, and keeps near the budget', () => {
    const word = fc.stringMatching(/^[a-z]{1,9}$/);
    const sentence = fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => `${words.join(' ')}.`);
    fc.assert(
      fc.property(
        fc.array(sentence, { minLength: 1, maxLength: 12 }),
        word,
        fc.integer({ min: 60, max: 480 }),
        (list, one, budget) => {
          const text = list.join(' ');
          const shown = snippet(text, 'en', new Set([one]), budget);
          for (const part of shown.split(/\s*…\s*/)) expect(text).toContain(part);
          const marks = 4 * (shown.match(/…/g)?.length ?? 0) + list.length;
          expect(shown.length).toBeLessThanOrEqual(Math.max(budget, 320) + marks);
        },
      ),
    );
  });
});

describe('splitSentences', () => {
  it('ends a sentence at a line', () => {
    expect(splitSentences('- one item\n- another. And more.', 'en')).toEqual([
      '- one item',
      '- another.',
      'And more.',
    ]);
  });

  it('takes every language', () => {
    for (const language of ['en', 'it', 'de', 'fr', 'es', 'und'] as const) {
      expect(splitSentences('Uno. Due.', language)).toEqual(['Uno.', 'Due.']);
    }
  });
});

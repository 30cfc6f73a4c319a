import { describe, expect, it } from 'vitest';
import { queryTerms } from '../../../../index/index.ts';
import { weigherOf, weighWords } from '../../../../src/search/minimise/asked.ts';

const terms = (question: string) => queryTerms(question, ['en']);
const weightAmong = (question: string, ...passages: string[]): number | undefined =>
  weighWords(
    question,
    terms(question),
    passages.map((text) => ({ terms: text })),
  ).words[0]?.weight;

describe('weighWords', () => {
  it.each([
    ['it stands first', 'visa travel'],
    ['it stands last', 'travel visa'],
    ['it stands between others', 'travel visa desk'],
    ['it stands alone', 'visa'],
    ['it stands behind words that hold it', 'visage advisa visa'],
  ])('finds a word where %s', (_, passage) => {
    expect(weightAmong('visa', passage, 'desk')).toBe(weightAmong('visa', 'visa', 'desk'));
  });

  it.each(['visage', 'advisa', 'visa-free', 'supervisas'])('does not take %s for the word visa', (other) => {
    expect(weightAmong('visa', other, 'desk')).toBe(weightAmong('visa', 'other', 'desk'));
  });
});

describe('weigherOf', () => {
  it('weighs every choice of words as if it were the only one', () => {
    const passages = [{ terms: 'travel visa' }, { terms: 'travel desk' }];
    const all = terms('travel visa desk');
    const weigh = weigherOf('travel visa desk', passages);
    for (const some of [all, all.slice(1), all.slice(0, 1)])
      expect(weigh(some)).toEqual(weighWords('travel visa desk', some, passages));
  });
});

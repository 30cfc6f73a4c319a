import { describe, expect, it } from 'vitest';
import { passageTerms, queryTerms } from '../../../index/index.ts';
import { seemsAnswered } from '../../../src/search/confidence.ts';
import { weighWords } from '../../../src/search/minimise/asked.ts';

const passage = (text: string, language: 'en' | 'it' = 'en') => ({
  text,
  language,
  terms: passageTerms(text, language).join(' '),
});
const judge = (question: string, texts: readonly string[], language: 'en' | 'it' = 'en') => {
  const passages = texts.map((text) => passage(text, language));
  return seemsAnswered(weighWords(question, queryTerms(question, [language]), passages).words, passages);
};

describe('seemsAnswered', () => {
  it.each([
    ['how many days of parental leave', ['Parental leave is 120 days.', 'Other leave.'], true],
    ['how many days of parental leave', ['The canteen leaves no one hungry.', 'Two days a week.'], false],
    ['notice period of the Falcon licence', ['The notice period of a licence is two months.'], true],
    ['warranty of the Falcon reactor coolant pumps', ['The warranty is void.', 'A guarantee.'], false],
    ['INV-2024-0113', ['Invoice INV-2024-0113 was paid.'], true],
    ['INV-2024-0113', ['Invoice INV-2023-0999 was paid.'], false],
  ] as const)('%s over %j: %s', (question, texts, answered) => {
    expect(judge(question, texts)).toBe(answered);
  });

  it.each([
    ['quanti giorni di congedo parentale', ['Il congedo parentale dura 120 giorni.'], true],
    ['garanzia delle pompe di raffreddamento del reattore', ['La mensa ha una garanzia di qualità.'], false],
  ] as const)('%s over %j: %s', (question, texts, answered) => {
    expect(judge(question, texts, 'it')).toBe(answered);
  });

  it('counts words that stand together for more than words far apart', () => {
    const question = 'coolant pump warranty for reactor licence holders abroad';
    const near = 'The coolant pump warranty runs for two years. Filler. Filler. Filler.';
    const far = 'The coolant is blue. Filler one. Every pump hums. Filler two. A warranty runs.';
    const words = weighWords(question, queryTerms(question, ['en']), []).words;
    expect(seemsAnswered(words, [passage(near)])).toBe(true);
    expect(seemsAnswered(words, [passage(far)])).toBe(false);
  });

  it('says nothing where no word can be judged', () => {
    expect(seemsAnswered([], [passage('Anything.')])).toBeNull();
  });

  it('finds no answer where there is no passage', () => {
    expect(judge('travel', [])).toBe(false);
  });
});

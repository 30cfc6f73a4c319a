import { describe, expect, it } from 'vitest';
import { readSentences, sentencesOnce } from '../../../../src/search/minimise/read-sentences.ts';

const passage = (text: string) => ({ text, language: 'en' as const });

describe('readSentences', () => {
  it('gives each sentence its terms', () => {
    expect(readSentences(passage('Travel is approved. The visa too.'))).toEqual([
      { text: 'Travel is approved.', leansOn: null, terms: ['travel', 'approv'] },
      { text: 'The visa too.', leansOn: null, terms: ['visa'] },
    ]);
  });
});

describe('sentencesOnce', () => {
  it('reads a passage once', () => {
    const sentencesOf = sentencesOnce();
    const asked = passage('Travel is approved.');
    expect(sentencesOf(asked)).toBe(sentencesOf(asked));
  });

  it('keeps passages apart', () => {
    const sentencesOf = sentencesOnce();
    expect(sentencesOf(passage('One.'))[0]?.text).toBe('One.');
    expect(sentencesOf(passage('Two.'))[0]?.text).toBe('Two.');
  });
});

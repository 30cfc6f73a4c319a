import { passageTerms } from '../../../index/index.ts';
import type { Language } from '../../../ingest/index.ts';
import { type Sentence, splitSentences } from './sentences.ts';

/** A sentence with its index terms in their order. */
export interface ReadSentence extends Sentence {
  readonly terms: readonly string[];
}

/** What is read of a passage. */
export interface Passage {
  readonly text: string;
  readonly language: Language;
}

export type SentencesOf = (passage: Passage) => readonly ReadSentence[];

/** Reads every passage once, however often it is asked for: one answer judges and shortens the same passages. */
export function sentencesOnce(): SentencesOf {
  const read = new Map<Passage, readonly ReadSentence[]>();
  return (passage) => {
    const known = read.get(passage);
    if (known !== undefined) return known;
    const sentences = readSentences(passage);
    read.set(passage, sentences);
    return sentences;
  };
}

/** Sentences of a passage in order, with their terms. */
export function readSentences({ text, language }: Passage): ReadSentence[] {
  return splitSentences(text, language).map((sentence) => ({
    ...sentence,
    terms: passageTerms(sentence.text, language),
  }));
}

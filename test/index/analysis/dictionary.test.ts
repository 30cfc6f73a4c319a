import { describe, expect, it } from 'vitest';
import { DictionaryError, parseDictionary } from '../../../index/index.ts';

const FILE = 'words.tsv';
const PAIRS = [
  'ferie\tit\tholidays\ten',
  'preavviso\tit\tnotice period\ten',
  'rimborso\tit\treimbursement\ten',
  'rimborso\tit\trefund\ten',
  'bianchi\tit\twhite\ten',
  'Urlaub\tde\tholidays\ten',
].join('\n');
const DICTIONARY = parseDictionary(FILE, PAIRS);

const translated = (question: string, languages: readonly ('en' | 'it' | 'de')[] = ['en']) =>
  DICTIONARY.translate(question, languages).terms.map(({ word, weight }) => `${word} ${weight}`);

describe('parseDictionary', () => {
  it('passes by comments, empty lines and the mark of an encoding', () => {
    expect(parseDictionary(FILE, `\ufeff# ours\n\n${PAIRS}\r\n`).pairs).toBe(6);
  });

  it.each([
    { text: 'ferie\tit\tholidays', says: 'words.tsv:1: write word, language, translation and language' },
    { text: '# x\nferie\tit\tholidays\ten\tx', says: 'words.tsv:2: write word' },
    { text: 'ferie\tita\tholidays\ten', says: 'words.tsv:1: the language ita is unknown: write en, it' },
    { text: 'ferie\tit\tvacanze\tit', says: 'words.tsv:1: both words are of it' },
    { text: 'ferie\tit\t \ten', says: 'words.tsv:1: a word is missing' },
    { text: `${'a'.repeat(600)}\tit\tb\ten`, says: 'words.tsv:1: the line is longer than 500' },
  ])('refuses $text', ({ text, says }) => {
    expect(() => parseDictionary(FILE, text)).toThrow(DictionaryError);
    expect(() => parseDictionary(FILE, text)).toThrow(says);
  });
});

describe('translate', () => {
  it('gives what a word means in the languages of the index, at half its weight', () => {
    expect(translated('ferie')).toEqual(['holidays 0.5']);
  });

  it('finds a word by any of its inflections', () => {
    expect(translated('quali rimborsi spettano')).toEqual(['reimbursement 0.5', 'refund 0.5']);
  });

  it('lets the words of one translation share its weight', () => {
    expect(translated('il preavviso')).toEqual(['notice 0.25', 'period 0.25']);
  });

  it('works in both directions', () => {
    expect(translated('how are holidays approved', ['en', 'it'])).toEqual(['ferie 0.5']);
  });

  it('gives nothing in a language that the index does not have', () => {
    expect(translated('ferie', ['it'])).toEqual([]);
  });

  it('leaves names alone', () => {
    expect(translated('il contratto di Mario Bianchi')).toEqual([]);
    expect(translated('i muri bianchi')).toEqual(['white 0.5']);
  });

  it('leaves codes alone', () => {
    expect(translated('FERIE-2024 e ferie2')).toEqual([]);
  });

  it('names the words it knows, so that they are not taken for mistyped', () => {
    expect([...DICTIONARY.translate('ferie e permessi', ['en']).words]).toEqual(['ferie']);
  });

  it('never offers a translation to typo tolerance', () => {
    expect(DICTIONARY.translate('ferie', ['en']).terms.every(({ exact }) => exact)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { shareId } from '../../../acl/index.ts';
import { documentId, likenessOf } from '../../../index/index.ts';
import { type Copyable, collapse } from '../../../src/search/copies.ts';

const LONG =
  'Employees who travel for the company are paid their expenses within thirty days. Receipts are attached to the form that is kept at the office, and the form is signed by the head of the department before it goes to accounting.';
const SHORT = 'The law of Italy applies.';

type Given = Partial<Omit<Copyable, 'document'>> & { readonly document?: Partial<Copyable['document']> };

/** A passage of a file of its own; `path` names both. */
function passage(path: string, { document, ...given }: Given = {}): Copyable {
  return {
    text: LONG,
    language: 'en',
    section: [],
    asked: '',
    document: {
      id: documentId(path),
      share: shareId('docs'),
      path,
      hash: `bytes of ${path}`,
      chunks: 9,
      title: `Title of ${path}`,
      modified: 1_000,
      ...document,
    },
    ...given,
  };
}

/** Paths in order, each with its copies behind it. */
function collapsed(...ranked: readonly Copyable[]): string[] {
  const likeness = ({ text, language }: Copyable): string => likenessOf(text, language);
  return collapse(ranked, { likeness, copyable: (one) => one }).map(({ item, copies }) =>
    [item, ...copies].map(({ document }) => document.path).join(' + '),
  );
}

const other = (path: string): Copyable => passage(path, { text: `Something else stands in ${path}.` });

describe('passages that say the same', () => {
  it('stand as that of the newest file at the place of the best of them', () => {
    const newest = passage('c', { document: { modified: 3_000 } });
    const newer = passage('d', { document: { modified: 2_000 } });
    expect(collapsed(other('x'), passage('a'), other('y'), newer, newest)).toEqual(['x', 'c + d + a', 'y']);
  });

  it('of files of one age stand as the best ranked of them', () => {
    expect(collapsed(passage('b'), passage('a'))).toEqual(['b + a']);
  });

  it('with a word more in one of them are one', () => {
    const revised = passage('b', { text: LONG.replace('the form that', 'the paper form that') });
    expect(collapsed(passage('a'), revised)).toEqual(['a + b']);
  });

  it('but for a number are two', () => {
    const text = LONG.replace('thirty days', '30 days');
    expect(collapsed(passage('a', { text }), passage('b', { text: text.replace('30', '60') }))).toEqual([
      'a',
      'b',
    ]);
  });

  it('are two when the question names one of the files', () => {
    expect(collapsed(passage('a', { asked: 'travel rossi' }), passage('b', { asked: 'travel' }))).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('short passages with the same words', () => {
  const short = (path: string, given: Given = {}): Copyable => passage(path, { text: SHORT, ...given });

  it('are two answers in two files', () => {
    expect(collapsed(short('a'), short('b'))).toEqual(['a', 'b']);
  });

  it('are one in one file', () => {
    expect(collapsed(short('a'), short('a', { section: ['Annex'] }))).toEqual(['a + a']);
  });

  it('are one in files with the same bytes', () => {
    const document = { hash: 'same' };
    expect(collapsed(short('a', { document }), short('b', { document }))).toEqual(['a + b']);
  });

  it('are one under the same title and headings', () => {
    const given = { section: ['9 Law'], document: { title: 'Lease' } };
    expect(collapsed(short('a', given), short('b', given))).toEqual(['a + b']);
    expect(collapsed(short('a', given), short('b', { ...given, section: ['8 Law'] }))).toEqual(['a', 'b']);
  });

  it('are one when they are all that two files say', () => {
    const document = { chunks: 1 };
    expect(collapsed(short('a', { document }), short('b', { document }))).toEqual(['a + b']);
  });

  it('of files without title or headings are two answers', () => {
    const document = { title: null };
    expect(collapsed(short('a', { document }), short('b', { document }))).toEqual(['a', 'b']);
  });
});

describe('passages that only look alike', () => {
  const NOUNS = 'Rossi Bianchi Verdi Neri Gialli Russo Ferrari Esposito Romano Colombo'.split(' ');

  it('as rows of a table stay apart', () => {
    const row = (name: string, amount: number): string =>
      Array.from({ length: 8 }, (_, at) => `Name: ${name} | Month: ${at + 1} | Amount: ${amount}.00`).join(
        '\n',
      );
    const rows = NOUNS.map((name, at) => passage(name, { text: row(name, 100 + at) }));
    const alike = NOUNS.map((name) => passage(`same ${name}`, { text: row(name, 100) }));
    expect(collapsed(...rows, ...alike.slice(1))).toHaveLength(rows.length + alike.length - 1);
  });

  it('as numbered clauses stay apart', () => {
    const clauses = [1, 2, 3].map((at) => passage(`${at}`, { text: `4.${at} ${LONG}` }));
    expect(collapsed(...clauses)).toEqual(['1', '2', '3']);
  });

  it('by the dozen are compared to the best ranked of them alone', () => {
    const text = (nth: number): string =>
      Array.from({ length: 40 }, (_, at) => `word${'abcdefgh'[(nth + at) % 8]}${'ijklm'[nth % 5]}`).join(' ');
    const different = Array.from({ length: 40 }, (_, nth) => passage(`${nth}`, { text: text(nth) }));
    const revised = (nth: number): Copyable => passage(`${nth} revised`, { text: `${text(nth)} usually` });
    const shown = collapsed(...different, revised(0), revised(39));
    expect(shown).toContain('0 + 0 revised');
    expect(shown).toContain('39 revised');
  });
});

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { search } from '../../../src/search/index.ts';
import { createFakeEmbedder } from '../../fakes/fake-embedder.ts';
import { tokenOf } from '../../support/access.ts';
import { asker, Shelf, type ShelfDocument } from '../../support/shelf.ts';

const DIRECTORY = { users: ['anna', 'bob'], groups: { staff: ['user:anna', 'user:bob'] } };
const ANNA = tokenOf('anna', DIRECTORY);
const BOB = tokenOf('bob', DIRECTORY);

const STAFF = ['allow group:staff'];
const DOCUMENTS: ShelfDocument[] = [
  { path: 'a.txt', acl: STAFF, chunks: ['The notice period is three months.'] },
  { path: 'b.txt', acl: STAFF, chunks: ['A period of notice of three months, and a notice of the period.'] },
  { path: 'c.txt', acl: STAFF, chunks: ['NOTICE\n   PERIOD: one month'] },
  { path: 'd.txt', acl: STAFF, chunks: ['The notice-period clause, and the carry-over of leave.'] },
  { path: 'e.txt', acl: STAFF, chunks: [{ text: 'Il periodo di preavviso è di tre mesi.', language: 'it' }] },
  {
    path: 'f.txt',
    acl: STAFF,
    chunks: [{ text: 'Il preavviso, per periodo, è di tre mesi.', language: 'it' }],
  },
  {
    path: 'g.txt',
    acl: ['allow user:anna'],
    chunks: ['Project Nightfall has a golden parachute and a notice period.'],
  },
  { path: 'h.txt', acl: STAFF, chunks: ['A parachute that is golden. The night falls on the project.'] },
  { path: 'i.txt', acl: STAFF, chunks: ['The information desk keeps notices of each period.'] },
];

/** The truth: every passage read, the words in order with anything but letters and digits between. */
function truth(documents: readonly ShelfDocument[], phrases: readonly string[]): string[] {
  const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const patterns = phrases.map(
    (phrase) =>
      new RegExp(
        `(?<![a-z0-9])${plain(phrase)
          .split(/[^a-z0-9]+/)
          .filter(Boolean)
          .join('[^a-z0-9]+')}(?![a-z0-9])`,
      ),
  );
  return documents
    .filter(({ chunks }) =>
      chunks.some((chunk) => {
        const text = plain(typeof chunk === 'string' ? chunk : chunk.text);
        return patterns.every((pattern) => pattern.test(text));
      }),
    )
    .map(({ path }) => path)
    .sort();
}

async function found(shelf: Shelf, text: string, who = ANNA, limit = 50): Promise<string[]> {
  const query = { text, limit, budgetTokens: 50_000, filter: {} };
  const { results } = await search(shelf.deps, query, asker(who));
  return [...new Set(results.map(({ path }) => path))].sort();
}

describe.each([
  { mode: 'lexical', embedder: null },
  { mode: 'hybrid', embedder: createFakeEmbedder() },
])('phrases, $mode', ({ embedder }) => {
  let shelf: Shelf;
  beforeAll(async () => {
    shelf = await Shelf.open(embedder);
    await shelf.add(...DOCUMENTS);
  });

  it.each([
    { question: '"notice period"', phrases: ['notice period'] },
    { question: '“notice period” three months', phrases: ['notice period'] },
    { question: '«periodo di preavviso»', phrases: ['periodo di preavviso'] },
    { question: '„notice period“', phrases: ['notice period'] },
    { question: '"NOTICE PERIOD"', phrases: ['notice period'] },
    { question: '"notice-period"', phrases: ['notice period'] },
    { question: '"notice period" "three months"', phrases: ['notice period', 'three months'] },
    { question: 'leave "carry over"', phrases: ['carry over'] },
    { question: '"carryover"', phrases: ['carryover'] },
    { question: '"è di tre mesi"', phrases: ['e di tre mesi'] },
    { question: '"notices period"', phrases: ['notices period'] },
    { question: '"golden parachute"', phrases: ['golden parachute'] },
  ])('$question finds what holds the words in order and nothing else', async ({ question, phrases }) => {
    expect(await found(shelf, question)).toEqual(truth(DOCUMENTS, phrases));
  });

  it('answers a phrase that only hidden documents hold as one that does not exist', async () => {
    const ask = (text: string) =>
      search(shelf.deps, { text, limit: 10, budgetTokens: 2_000, filter: {} }, asker(BOB));
    expect(await ask('"golden parachute"')).toEqual(await ask('"golden umbrella"'));
  });

  it('takes a phrase of function words alone for ordinary words', async () => {
    expect(await found(shelf, '"is the" parachute')).toContain('h.txt');
  });
});

describe('phrases among many candidates', () => {
  it('looks deeper until the phrase is found', async () => {
    const shelf = await Shelf.open();
    const crowd = Array.from({ length: 400 }, (_, at) => ({
      path: `crowd${at}.txt`,
      acl: STAFF,
      chunks: ['period notice period notice notice period'.replace(/notice period/g, 'notice of period')],
    }));
    await shelf.add(...crowd, {
      path: 'last.txt',
      acl: STAFF,
      chunks: [`${'Many words stand here and dilute it all. '.repeat(8)} The notice period ends.`],
    });
    expect(await found(shelf, '"notice period"', BOB, 3)).toEqual(['last.txt']);
  });

  it('finds what a reading of all passages finds', async () => {
    const words = ['leave', 'Leave', 'carry', 'over', 'città', 'period', '2024', 'of'];
    const text = fc.array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(' ', '-', ', ', '\n')), {
      minLength: 2,
      maxLength: 9,
    });
    const documents = fc
      .sample(text, { numRuns: 150, seed: 7 })
      .map((parts, at) => ({ path: `p${at}.txt`, acl: STAFF, chunks: [`${parts.flat().join('')}x${at}`] }));
    const shelf = await Shelf.open();
    await shelf.add(...documents);
    const asked = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 });
    for (const phrase of fc.sample(asked, { numRuns: 40, seed: 11 })) {
      // Of function words alone: an ordinary question.
      if (phrase.every((word) => word === 'of' || word === 'over')) continue;
      const joined = phrase.join(' ');
      expect({ joined, paths: await found(shelf, `"${joined}"`, ANNA, 200) }).toEqual({
        joined,
        paths: truth(documents, [joined]),
      });
    }
  });
});

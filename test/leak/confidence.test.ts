import { beforeAll, describe, expect, it } from 'vitest';
import { search } from '../../src/search/index.ts';
import { tokenOf } from '../support/access.ts';
import { asker, Shelf } from '../support/shelf.ts';

const DIRECTORY = { users: ['anna', 'bob'], groups: { staff: ['user:anna', 'user:bob'], hr: ['user:anna'] } };
const BOB = tokenOf('bob', DIRECTORY);
const ANNA = tokenOf('anna', DIRECTORY);

type SearchAnswer = Awaited<ReturnType<typeof search>>;

/** Some are answered by what Bob may read, some only by what he may not, some by nothing. */
const QUESTIONS = [
  'when are travel expenses paid',
  'travel',
  'how much is the severance of the director',
  'severance director travel expenses',
  'quanto è la liquidazione del direttore',
  'travel indemnity clause of the Falcon contract',
  'zebra crossing warranty',
  'who approves the per diem',
  // Two function words of a language that only hidden documents bring in.
  'travel con nel',
];

const OPEN = [
  'Travel expenses are paid within thirty days. Receipts must be attached.',
  'The per diem for travel is 40 euro. The team lead approves the per diem.',
  'The canteen closes at three. Coffee is free of charge.',
];

let shelf: Shelf;
let before: readonly SearchAnswer[];

const askAll = async (): Promise<SearchAnswer[]> => {
  const answers: SearchAnswer[] = [];
  for (const text of QUESTIONS)
    answers.push(await search(shelf.deps, { text, limit: 8, budgetTokens: 2_000, filter: {} }, asker(BOB)));
  return answers;
};

beforeAll(async () => {
  shelf = await Shelf.open();
  await shelf.add(
    ...OPEN.map((text, at) => ({ path: `open/${at}.txt`, acl: ['allow group:staff'], chunks: [text] })),
  );
  before = await askAll();
  await shelf.add(
    ...Array.from({ length: 120 }, (_, at) => ({
      path: `hr/${at}.txt`,
      acl: ['allow group:hr'],
      chunks: [
        `The severance of the director is ${at} million. Indemnity clause of the Falcon contract.`,
        { text: `La liquidazione del direttore è di ${at} milioni di euro.`, language: 'it' as const },
      ],
    })),
  );
});

describe('the mark of an answer that found nothing, for somebody who may not read what answers', () => {
  it('stands before hidden documents are added at some questions and not at others', () => {
    const marks = before.map(({ confidence }) => confidence ?? 'none');
    expect(new Set(marks)).toEqual(new Set(['low', 'none']));
  });

  it('is the same after a hundred hidden documents that answer, in another language too', async () => {
    const after = await askAll();
    expect(after.map(({ confidence }) => confidence)).toEqual(before.map(({ confidence }) => confidence));
  });

  it('leaves the snippets the same as well', async () => {
    const shown = (answers: readonly SearchAnswer[]) =>
      answers.map(({ results }) => results.map(({ path, snippet }) => `${path} ${snippet}`).sort());
    expect(shown(await askAll())).toEqual(shown(before));
  });

  it('falls for somebody who may read them', async () => {
    const query = { text: QUESTIONS[2] ?? '', limit: 8, budgetTokens: 2_000, filter: {} };
    expect((await search(shelf.deps, query, asker(ANNA))).confidence).toBeUndefined();
    expect(before[2]?.confidence).toBe('low');
  });
});

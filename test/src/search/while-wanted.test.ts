import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Asker,
  checkQuote,
  listFolder,
  read,
  type SearchDeps,
  search,
} from '../../../src/search/index.ts';
import { whileWanted } from '../../../src/search/while-wanted.ts';
import { createFakeEmbedder } from '../../fakes/fake-embedder.ts';
import { createFakeReranker } from '../../fakes/fake-reranker.ts';
import { tokenOf } from '../../support/access.ts';
import { Shelf } from '../../support/shelf.ts';

const ANNA = tokenOf('anna', { users: ['anna'] });
const embedder = createFakeEmbedder();
let shelf: Shelf;
let document: string;

beforeAll(async () => {
  shelf = await Shelf.open(embedder);
  const files = Array.from({ length: 6 }, (_, at) => ({
    path: `folder ${at % 3}/file ${at}.txt`,
    acl: ['allow user:anna'],
    chunks: [`Travel expenses number ${at} are paid within thirty days.`, 'The office closes at six.'],
  }));
  const [first] = await shelf.add(...files);
  document = first?.id ?? '';
});

type Parts = Awaited<ReturnType<typeof parts>>;
type Ask = (parts: Parts) => Promise<unknown>;

const words =
  (text: string, changes: Partial<SearchDeps> = {}): Ask =>
  ({ deps, asker }) =>
    search({ ...deps, ...changes }, { text, limit: 3, budgetTokens: 2_000, filter: {} }, asker);

const QUESTIONS: readonly { readonly what: string; readonly ask: Ask }[] = [
  { what: 'a question by words', ask: words('travel expenses', { embedder: null }) },
  { what: 'a question by words and meaning', ask: words('travel expenses') },
  { what: 'a question with words that nothing holds', ask: words('travle expensse oficce') },
  { what: 'a question with a phrase', ask: words('"paid within thirty days"') },
  { what: 'a question that is reranked', ask: (at) => words('travel expenses', rerankedBy(at))(at) },
  {
    what: 'a reading',
    ask: ({ deps, asker }) => read(deps, { id: document, budgetTokens: 500 }, asker),
  },
  {
    what: 'a check of a quote',
    ask: ({ deps, asker }) => checkQuote(deps, { id: document, quote: 'paid within thirty days' }, asker),
  },
  {
    what: 'a listing of shares',
    ask: ({ deps, asker }) => listFolder(deps, { share: null, path: '', after: '', limit: 50 }, asker),
  },
  {
    what: 'a listing of a folder',
    ask: ({ deps, asker }) => listFolder(deps, { share: 'docs', path: '', after: '', limit: 50 }, asker),
  },
];

describe.each(QUESTIONS)('$what', ({ ask }) => {
  it('asks nothing further after it was given up, whichever step it was at', async () => {
    const whole = await callsOf(ask, Number.POSITIVE_INFINITY);
    expect(whole.calls).toBeGreaterThan(2);
    const givenUp = [];
    for (let at = 1; at <= whole.calls; at += 1) givenUp.push((await callsOf(ask, at)).calls);
    expect(givenUp).toEqual(givenUp.map((_, at) => at + 1));
  });

  it('ends with the reason it was given up for', async () => {
    expect((await callsOf(ask, 1)).outcome).toBe('given up');
  });
});

describe('whileWanted', () => {
  it('leaves what a port says of itself readable', () => {
    expect(whileWanted(embedder, AbortSignal.abort()).dimensions).toBe(embedder.dimensions);
  });

  it('lets methods use what is private to the port', async () => {
    const { signal } = new AbortController();
    await expect(whileWanted(shelf.catalog, signal).languages()).resolves.toEqual(['en']);
  });
});

/** Asks, and gives the question up during the call of a port that is the `at`th. */
async function callsOf(ask: Ask, at: number): Promise<{ readonly calls: number; readonly outcome: string }> {
  const made = await parts(at);
  const outcome = await ask(made).then(
    () => 'answered',
    (error: unknown) => String(error),
  );
  // What was begun beside it would go on now.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return { calls: made.calls(), outcome };
}

async function parts(at: number) {
  const client = new AbortController();
  let calls = 0;
  const watched = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...values: unknown[]): unknown => {
          calls += 1;
          if (calls === at) client.abort('given up');
          return Reflect.apply(member, target, values);
        };
      },
    });
  const { deps } = shelf;
  const asker: Asker = { token: ANNA, currentToken: async () => ANNA, signal: client.signal };
  return {
    calls: () => calls,
    watched,
    asker,
    deps: {
      ...deps,
      catalog: watched(deps.catalog),
      chunks: watched(deps.chunks),
      embedder: watched(embedder),
    },
  };
}

function rerankedBy({ watched }: Parts): Partial<SearchDeps> {
  return { reranking: { reranker: watched(createFakeReranker()), candidates: 3, budgetMs: 10_000 } };
}

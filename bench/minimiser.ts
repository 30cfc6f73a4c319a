/** How much of what answers the minimiser keeps, in how little. See README.md beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readSet } from '../src/evaluate/index.ts';
import { spanCoverage } from '../src/evaluate/span-coverage.ts';
import { SHOWN_SHARE, snippet, snippetBudget } from '../src/search/minimise/snippet.ts';
import { type AskedSet, openAskedSet } from './support/asked-set.ts';
import { folderNamed, script, WrongUse, whole } from './support/command-line.ts';
import { score, table } from './support/figures.ts';

const USAGE = `node bench/minimiser.ts SET [options]
Judges the minimiser alone: of every passage that holds (part of) a judged text of qrels_spans.jsonl, how much of that
text stands in its snippet, and how long the snippet is beside the passage.

  --max-queries N    of the set, spread evenly (10000)
  --per-document     a row for each document as well`;

/** Characters around a judged text by which its place is told from others where the same words stand. */
const AROUND = 300;
/** Part of those surroundings that a passage must hold. */
const SAME_PLACE = 0.3;
/** Part of a judged text below which agreeing words may be chance. */
const HOLDS = 0.25;
const SHARES = [0.1, 0.2, 0.3, 0.35, SHOWN_SHARE, 0.5, 0.6];

interface Span {
  readonly query: string;
  readonly doc: string;
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

/** A question over one passage that holds something judged for it. */
interface Case {
  readonly nth: number;
  readonly document: string;
  readonly text: string;
  readonly snippetOf: (budget: number) => string;
  readonly spans: readonly { readonly content: string; readonly held: number }[];
}

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const vocabularies = new Map<string, ReadonlySet<string>>();

await script(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'max-queries': { type: 'string', default: '10000' },
      'per-document': { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals.map(folderNamed);
  if (folder === undefined) throw new WrongUse('name a set');
  const set = await readSet({ folder });
  const step = Math.max(1, Math.floor(set.questions.length / whole('max-queries', values['max-queries'])));
  const questions = set.questions.filter((_, at) => at % step === 0);
  if (set.corpus.kind !== 'files') throw new WrongUse('the set must have its documents as files in docs/');
  const indexed = await openAskedSet(set);
  const cases: Case[] = [];
  const spans = spansOf(folder);
  const places = surroundingsIn(set.corpus.folder);
  for (const [nth, { id, text }] of questions.entries())
    cases.push(...(await casesOf(indexed, text, nth, spans.get(id) ?? [], places)));
  await indexed.close();

  const rows = SHARES.flatMap((share) => {
    const budget = (length: number): number =>
      share === SHOWN_SHARE ? snippetBudget(length, length) : Math.round(share * length);
    const label = share === SHOWN_SHARE ? `${share} (as search shows)` : String(share);
    const groups: [string, readonly Case[]][] = [
      ['all', cases],
      ['first half', cases.filter(({ nth }) => nth % 2 === 0)],
      ['other half', cases.filter(({ nth }) => nth % 2 === 1)],
    ];
    if (values['per-document'])
      for (const document of new Set(cases.map((one) => one.document)))
        groups.push([document, cases.filter((one) => one.document === document)]);
    return groups.map(([name, own]) => [label, name, String(own.length), ...figures(own, budget)]);
  });
  console.log(table([['budget', 'questions', 'passages', 'coverage', 'mean', 'share of length'], ...rows]));
});

function spansOf(folder: string): Map<string, Span[]> {
  const spans = new Map<string, Span[]>();
  for (const line of readFileSync(join(folder, 'qrels_spans.jsonl'), 'utf8').split('\n')) {
    if (line.trim() === '') continue;
    const span = JSON.parse(line) as Span;
    spans.set(span.query, [...(spans.get(span.query) ?? []), span]);
  }
  return spans;
}

/** Reads what stands around a judged text in its file. */
function surroundingsIn(folder: string): (span: Span) => string {
  const files = new Map<string, string>();
  return ({ doc, start, end }) => {
    const text = files.get(doc) ?? readFileSync(join(folder, doc), 'utf8');
    files.set(doc, text);
    return text.slice(Math.max(0, start - AROUND), end + AROUND);
  };
}

async function casesOf(
  { passages, ask }: AskedSet,
  question: string,
  nth: number,
  spans: readonly Span[],
  around: (span: Span) => string,
): Promise<Case[]> {
  if (spans.length === 0) return [];
  const { asked } = await ask(question);
  return passages.flatMap(({ document, row }) => {
    const held = spans.flatMap((span) => {
      if (span.doc !== document || !mayHold(row.text, span.content)) return [];
      const own = spanCoverage(span.content, [row.text]);
      if (own.covered < HOLDS * own.length) return [];
      const place = spanCoverage(around(span), [row.text]);
      if (place.covered < SAME_PLACE * place.length) return [];
      return [{ content: span.content, held: own.covered }];
    });
    const { text, language } = row;
    const snippetOf = (budget: number): string => snippet(text, language, asked, budget);
    return held.length === 0 ? [] : [{ nth, document, text, snippetOf, spans: held }];
  });
}

/** Whether enough of the words stand there at all: cheaper than looking for runs of them. */
function mayHold(text: string, span: string): boolean {
  const vocabulary = vocabularies.get(text) ?? new Set(words(text));
  vocabularies.set(text, vocabulary);
  const own = words(span);
  return own.filter((word) => vocabulary.has(word)).length >= HOLDS * own.length;
}

/** Judged text shown of that held, over all passages and as the mean of them, and characters shown of all. */
function figures(cases: readonly Case[], budgetOf: (length: number) => number): string[] {
  let held = 0;
  let kept = 0;
  let means = 0;
  let length = 0;
  let shownLength = 0;
  for (const { text, snippetOf, spans } of cases) {
    const shown = snippetOf(budgetOf(text.length));
    const own = spans.map((span) => Math.min(span.held, spanCoverage(span.content, [shown]).covered));
    const ownKept = own.reduce((sum, one) => sum + one, 0);
    const ownHeld = spans.reduce((sum, span) => sum + span.held, 0);
    kept += ownKept;
    held += ownHeld;
    means += ownKept / ownHeld;
    length += text.length;
    shownLength += shown.length;
  }
  return [score(kept / held), score(means / cases.length), score(shownLength / length)];
}

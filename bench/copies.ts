/** Which changes of a passage search takes for none. See README.md beside this file. */
import { parseArgs } from 'node:util';
import { decides } from '../index/analysis/deciding-words.ts';
import { isLong, saidIn, saysTheSame } from '../index/index.ts';
import type { Language } from '../ingest/index.ts';
import { type EvaluationSet, readSet } from '../src/evaluate/index.ts';
import { folderNamed, script, WrongUse, whole } from './support/command-line.ts';
import { mean, score, table } from './support/figures.ts';

const USAGE = `node bench/copies.ts SET… [options]
Changes passages of sets with corpus.jsonl in small ways, of which some leave what is said as it was and some do not, and
counts how often a rule takes the changed one for a copy: the rule of search, and others for comparison.

  --passages N       of each set, spread evenly (400)
  --language CODE    of the sets (en)`;

type Rule = (a: string, b: string) => boolean;
/** Another text that somebody may have written in its place; null where this text gives no occasion. */
type Change = (text: string, at: number) => string | null;

/** A number between 0 and 1 made of another, the same in every run. */
const chance = (seed: number): number => {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return x - Math.floor(x);
};

const pick = <T>(items: readonly T[], seed: number): T | undefined =>
  items[Math.floor(chance(seed) * items.length)];

/** The text with one match written otherwise; null without a match. */
function once(text: string, pattern: RegExp, seed: number, write: (found: string) => string): string | null {
  const match = pick([...text.matchAll(pattern)], seed);
  if (match === undefined) return null;
  const found = match[0];
  const changed = write(found);
  return changed === found
    ? null
    : text.slice(0, match.index) + changed + text.slice(match.index + found.length);
}

const OTHERS = ['vendor', 'customer', 'monthly', 'approve', 'report', 'increase', 'decrease', 'office'];
const LOWER = /(?<=\s)\p{Ll}{4,}(?=[\s,.;])/gu;
const GAP = /(?<=\p{Ll}) (?=\p{Ll})/gu;
const NAME = /(?<=\p{Ll},? )\p{Lu}\p{Ll}{2,}/gu;

const CHANGES: readonly (readonly [
  name: string,
  copy: 'a copy' | 'a revision' | 'another',
  change: Change,
])[] = [
  ['lines broken elsewhere, words hyphenated', 'a copy', (text) => broken(text)],
  ['typographic quotes, soft hyphens, unbreakable spaces', 'a copy', (text) => dressed(text)],
  ['punctuation left out', 'a copy', (text) => text.replace(/(?<=\p{L})[,;:](?=\s)/gu, '')],
  ['an ordinary word added', 'a revision', (text, at) => once(text, GAP, at, () => ' usually ')],
  ['an ordinary word left out', 'a revision', (text, at) => once(text, LOWER, at, () => '')],
  [
    'a word in the place of another',
    'another',
    (text, at) => once(text, LOWER, at, () => pick(OTHERS, at + 1) ?? ''),
  ],
  [
    'two words changed round',
    'another',
    (text, at) =>
      once(text, /(?<=\s)\p{Ll}{4,} \p{Ll}{4,}(?=\s)/gu, at, (found) => found.split(' ').reverse().join(' ')),
  ],
  ['another number', 'another', (text, at) => once(text, /\d+/g, at, (found) => `${Number(found) + 1}`)],
  ['a number added', 'another', (text, at) => once(text, GAP, at, () => ' 30 ')],
  ['another name', 'another', (text, at) => once(text, NAME, at, () => 'Bianchi')],
  ['a name added', 'another', (text, at) => once(text, GAP, at, () => ' Bianchi ')],
  ['not added', 'another', (text, at) => once(text, GAP, at, () => ' not ')],
  ['not left out', 'another', (text, at) => once(text, / not(?= )/g, at, () => '')],
  [
    'must, may and shall for each other',
    'another',
    (text, at) => once(text, /\b(must|may|shall)\b/g, at, (found) => (found === 'may' ? 'must' : 'may')),
  ],
  [
    'and and or for each other',
    'another',
    (text, at) => once(text, /\b(and|or)\b/g, at, (found) => (found === 'or' ? 'and' : 'or')),
  ],
  [
    'an exception added',
    'another',
    (text, at) => once(text, /\p{Ll}\.(?=\s|$)/gu, at, (found) => `${found[0]}, except for managers.`),
  ],
];

function broken(text: string): string {
  const hyphenated = text.replace(/(?<= \p{Ll}{4})(?=\p{Ll}{4,} )/gu, (_, at: number) =>
    at % 3 === 0 ? '-\n' : '',
  );
  return hyphenated.replace(/(?<=\S) (?=\S)/g, (_, at: number) => (at % 5 === 0 ? '\n' : ' '));
}

function dressed(text: string): string {
  return text
    .replace(/'/g, '’')
    .replace(/"([^"]*)"/g, '“$1”')
    .replace(/(?<= \p{Ll}{3})(?=\p{Ll}{4,} )/gu, '\u00ad')
    .replace(/(?<=\p{Ll}) (?=\p{Ll})/gu, (_, at: number) => (at % 4 === 0 ? '\u00a0' : ' '));
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Jaccard coefficient of runs of three words. */
function alike(least: number): Rule {
  const runs = (text: string): Set<string> => {
    const words = wordsOf(text);
    return new Set(words.slice(2).map((_, at) => words.slice(at, at + 3).join(' ')));
  };
  return (a, b) => {
    const [one, other] = [runs(a), runs(b)];
    const both = [...one].filter((run) => other.has(run)).length;
    return both >= least * (one.size + other.size - both);
  };
}

/** `alike`, and no number, deciding word or word with a capital differs. */
function guarded(least: number, language: Language): Rule {
  const near = alike(least);
  const kept = (text: string): string =>
    (text.match(/[\p{L}\p{N}]+/gu) ?? [])
      .filter((word) => word !== word.toLowerCase() || decides(word, language))
      .join(' ');
  return (a, b) => near(a, b) && kept(a) === kept(b);
}

function rulesFor(language: Language): readonly (readonly [string, Rule])[] {
  const said = (text: string) => saidIn(text, language);
  const words = (text: string): string => said(text).words.join(' ');
  return [
    ['same text', (a, b) => a === b],
    ['same words', (a, b) => words(a) === words(b)],
    ['search', (a, b) => words(a) === words(b) || saysTheSame(said(a), said(b))],
    ['runs .9', alike(0.9)],
    ['runs .8', alike(0.8)],
    ['runs .8, guarded', guarded(0.8, language)],
  ];
}

function textsOf({ corpus, name }: EvaluationSet, language: Language, most: number): string[] {
  if (corpus.kind !== 'units') throw new WrongUse(`${name} has no texts in corpus.jsonl`);
  const texts = corpus.units.map(({ text }) => text).filter((text) => isLong(saidIn(text, language)));
  const step = Math.max(1, Math.floor(texts.length / most));
  return texts.filter((_, at) => at % step === 0).slice(0, most);
}

await script(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { passages: { type: 'string', default: '400' }, language: { type: 'string', default: 'en' } },
  });
  if (positionals.length === 0) throw new WrongUse('name a set');
  const language = values.language as Language;
  const most = whole('passages', values.passages);
  const texts: string[] = [];
  for (const folder of positionals.map(folderNamed))
    texts.push(...textsOf(await readSet({ folder }), language, most));
  const rules = rulesFor(language);
  const rows = CHANGES.map(([name, what, change]) => {
    const pairs = texts.flatMap((text, at): [string, string][] => {
      const changed = change(text, at + 1);
      return changed === null || changed === text ? [] : [[text, changed]];
    });
    const taken = rules.map(([, rule]) => score(mean(pairs.map(([a, b]) => (rule(a, b) ? 1 : 0)))));
    return [name, what, String(pairs.length), ...taken];
  });
  console.log(
    `${texts.length} passages of at least 30 words; part of the changed ones that a rule takes for copies\n`,
  );
  console.log(table([['change', 'is', 'passages', ...rules.map(([name]) => name)], ...rows]));
});

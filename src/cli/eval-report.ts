import type { Comparison, Scores } from '../evaluate/index.ts';
import { MEASURES } from '../evaluate/index.ts';
import { style, table } from './terminal.ts';

/** What each figure says, for people who do not know its name. */
const MEANING: Readonly<Record<(typeof MEASURES)[number], string>> = {
  'ndcg@10': 'right documents high up among ten, by how right they are',
  'recall@5': 'part of the right documents among the first 5',
  'recall@10': '… 10',
  'recall@20': '… 20',
  'doc@1': 'questions whose first result is of a right document',
  'doc@10': '… whose ten results hold one',
  'page@1': 'questions whose first result is of a right page',
  'page@10': '… whose ten results hold one',
  spanCoverage: 'of the judged text in the passages found, what their snippets keep',
  spansInChunks: 'judged text that the ten passages hold',
  spansInSnippets: 'judged text that their snippets hold',
  tokenShare: 'length of the snippets, of their passages',
  tokens: 'of the ten snippets together',
};

/** A figure with three decimals; tokens are whole. */
function figure(measure: (typeof MEASURES)[number], value: number): string {
  return measure === 'tokens' ? value.toFixed(0) : value.toFixed(3);
}

export function scoresText(scores: Scores): string {
  return table(
    MEASURES.flatMap((measure) => {
      const value = scores[measure];
      return value === undefined ? [] : [[measure, figure(measure, value), style('dim', MEANING[measure])]];
    }),
  );
}

export function comparisonText({ measures, unpaired, resamples }: Comparison): string {
  const rows = measures.map(({ measure, a, b, difference, low, high, queries }) => [
    measure,
    figure(measure, a),
    figure(measure, b),
    signed(measure, difference),
    `${signed(measure, low)} to ${signed(measure, high)}`,
    String(queries),
    verdict(low, high),
  ]);
  const notes = [
    `interval of 95 % from ${resamples} paired resamples`,
    ...(unpaired === 0 ? [] : [`${unpaired} queries of one run alone left out`]),
  ];
  return [
    table([['figure', 'first', 'second', 'difference', 'interval', 'queries', ''], ...rows]),
    style('dim', notes.join('; ')),
  ].join('\n');
}

function verdict(low: number, high: number): string {
  if (low > 0 || high < 0) return style('bold', 'differs');
  return style('dim', low === 0 && high === 0 ? 'the same' : 'may be chance');
}

function signed(measure: (typeof MEASURES)[number], value: number): string {
  const text = figure(measure, value);
  return value > 0 ? `+${text}` : text;
}

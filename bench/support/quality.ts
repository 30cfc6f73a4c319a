import type { Judged } from './beir.ts';
import { mean } from './figures.ts';

/** One result as far as judging needs it. */
export interface Found {
  readonly document: string;
  readonly page: number | null;
}

/** Means over the questions; NaN where the set judges no pages. */
export interface Quality {
  readonly documentAt1: number;
  readonly documentAt10: number;
  readonly documentNdcg: number;
  readonly pageAt1: number;
  readonly pageAt10: number;
  readonly pageNdcg: number;
}

const DEPTH = 10;

/** Documents of the results in order, each once. */
export function documentRanking(found: readonly Found[]): string[] {
  return [...new Set(found.map(({ document }) => document))];
}

/** Pages of the results in order, each once. */
export function pageRanking(found: readonly Found[]): string[] {
  return [...new Set(found.map(({ document, page }) => `${document}#page=${page}`))];
}

/** Whether one of the first `depth` of a ranking is relevant. */
export function hit(ranking: readonly string[], gains: ReadonlyMap<string, number>, depth: number): boolean {
  return ranking.slice(0, depth).some((id) => gains.has(id));
}

/** Judges all answers. A result page is right only when file and page number both agree. */
export function judge(
  answers: readonly { readonly question: Judged; readonly found: readonly Found[] }[],
): Quality {
  const paged = answers.filter(({ question }) => question.pages.size > 0);
  const over = (of: typeof answers, measure: (question: Judged, found: readonly Found[]) => number): number =>
    mean(of.map(({ question, found }) => measure(question, found)));
  return {
    documentAt1: over(answers, ({ documents }, found) => Number(hit(documentRanking(found), documents, 1))),
    documentAt10: over(answers, ({ documents }, found) =>
      Number(hit(documentRanking(found), documents, DEPTH)),
    ),
    documentNdcg: over(answers, ({ documents }, found) => ndcg(documentRanking(found), documents)),
    pageAt1: over(paged, ({ pages }, found) => Number(hit(pageRanking(found), pages, 1))),
    pageAt10: over(paged, ({ pages }, found) => Number(hit(pageRanking(found), pages, DEPTH))),
    pageNdcg: over(paged, ({ pages }, found) => ndcg(pageRanking(found), pages)),
  };
}

/** Normalised discounted cumulative gain with linear gains (Järvelin, Kekäläinen: TOIS 2002), as trec_eval. */
function ndcg(ranking: readonly string[], gains: ReadonlyMap<string, number>): number {
  const sum = (values: readonly number[]): number =>
    values.slice(0, DEPTH).reduce((total, gain, at) => total + gain / Math.log2(at + 2), 0);
  const ideal = sum([...gains.values()].sort((a, b) => b - a));
  return sum(ranking.map((id) => gains.get(id) ?? 0)) / ideal;
}

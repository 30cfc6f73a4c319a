/** What each judged document (or page) is worth; what is not in it is worth nothing. */
export type Gains = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain (Järvelin, Kekäläinen: TOIS 2002) with linear gains, as trec_eval's
 * `ndcg_cut`: the gain of rank r counts by 1 / log2(r + 1), over the same of the best possible order of all that
 * is judged. A document counts where it first appears. From 0 to 1; 0 where nothing is relevant.
 */
export function ndcg(ranking: readonly string[], gains: Gains, depth: number): number {
  const best = discounted(
    [...gains.values()].sort((a, b) => b - a),
    depth,
  );
  if (best === 0) return 0;
  const earned = distinct(ranking).map((id) => gains.get(id) ?? 0);
  return discounted(earned, depth) / best;
}

/** Part of the relevant documents that stand among the first `depth`, each once; 0 where nothing is relevant. */
export function recall(ranking: readonly string[], gains: Gains, depth: number): number {
  const relevant = [...gains.values()].filter((gain) => gain > 0).length;
  if (relevant === 0) return 0;
  return (
    distinct(ranking)
      .slice(0, depth)
      .filter((id) => isRelevant(gains, id)).length / relevant
  );
}

/** 1 when one of the first `depth` results is relevant, else 0. Results are not made distinct: each takes a place. */
export function hit(results: readonly string[], gains: Gains, depth: number): 0 | 1 {
  return results.slice(0, depth).some((id) => isRelevant(gains, id)) ? 1 : 0;
}

function isRelevant(gains: Gains, id: string): boolean {
  return (gains.get(id) ?? 0) > 0;
}

function distinct(ranking: readonly string[]): string[] {
  return [...new Set(ranking)];
}

function discounted(gains: readonly number[], depth: number): number {
  return gains.slice(0, depth).reduce((sum, gain, at) => sum + gain / Math.log2(at + 2), 0);
}

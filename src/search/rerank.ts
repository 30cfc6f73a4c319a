import { type Reranker, RerankerError } from '../../index/index.ts';

/** How hits are brought in a better order, where a reranker is configured. */
export interface Reranking {
  /** Null where its model could not be loaded: then no answer is reranked, and each says so. */
  readonly reranker: Reranker | null;
  /** The first hits, which are read together with the question; the others stay behind them. */
  readonly candidates: number;
  /** Milliseconds after which the order stays as it was. */
  readonly budgetMs: number;
}

/**
 * Puts the first items in the order of a reranker, or leaves all as they are when it takes too long or fails.
 * INVARIANT: only texts that passed gate 2 are given to it.
 * @throws the reason of `signal` when the question was given up
 */
export async function rerank<T>(
  { reranker, candidates, budgetMs }: Reranking,
  question: string,
  items: readonly T[],
  textOf: (item: T) => string,
  signal: AbortSignal,
): Promise<{ readonly items: readonly T[]; readonly reranked: boolean }> {
  signal.throwIfAborted();
  if (reranker === null) return { items, reranked: false };
  const head = items.slice(0, candidates);
  const budget = AbortSignal.timeout(budgetMs);
  try {
    const scores = await reranker.score(question, head.map(textOf), AbortSignal.any([signal, budget]));
    const order = head.map((item, at) => ({ item, score: scores[at] ?? Number.NEGATIVE_INFINITY }));
    // The sort is stable: equal scores keep the order of retrieval.
    order.sort((a, b) => b.score - a.score);
    return { items: [...order.map(({ item }) => item), ...items.slice(candidates)], reranked: true };
  } catch (error) {
    signal.throwIfAborted();
    if (budget.aborted || error instanceof RerankerError) return { items, reranked: false };
    throw error;
  }
}

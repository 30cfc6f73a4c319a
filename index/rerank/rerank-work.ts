/** What a reranking child is given at a time; texts are cut to a sane size by the parent. */
export interface RerankWork {
  readonly question: string;
  readonly passages: readonly string[];
}

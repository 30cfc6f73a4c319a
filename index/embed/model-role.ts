/** Why a model does not work. An embedder and a reranker each have a class of errors with codes of their own. */
export type ModelTrouble = 'model-missing' | 'model-broken' | 'crashed' | 'timeout' | 'closed';

/** What a model is for: the child that runs it, and the words of its errors. */
export interface ModelRole {
  /** Path of the child's program without its ending: source and compiled code differ in it. */
  readonly script: string;
  /** As in "the embedding model", "the embedding process". */
  readonly noun: string;
  /** Key of the configuration under which the model is set. */
  readonly key: string;
  /** What to do without the model. */
  readonly without: string;
  error(trouble: ModelTrouble, message: string, options?: ErrorOptions): Error;
  /** Whether an error says that the child died or hung. */
  isDeath(error: unknown): boolean;
}

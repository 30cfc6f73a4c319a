/**
 * Says how well passages answer a question, reading both together.
 *
 * Obligations: one number a passage, in their order, higher is better; numbers of two questions are not compared.
 * `score` rejects with a `RerankerError` (an aborted call with the signal's reason, its work dropped) and stays
 * usable for the next call. Calls of several questions take turns. After `close` every call rejects with
 * `reranker-closed`; closing twice is fine.
 */
export interface Reranker {
  score(question: string, passages: readonly string[], signal?: AbortSignal): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Why passages could not be scored. `code` is stable; the message ends with the mend. */
export class RerankerError extends Error {
  readonly code:
    | 'model-missing'
    | 'model-broken'
    | 'reranker-crashed'
    | 'reranker-timeout'
    | 'reranker-closed';

  constructor(code: RerankerError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RerankerError';
    this.code = code;
  }
}

/**
 * Turns text into vectors.
 *
 * Obligations: vectors come back in the order of the texts, each of `dimensions` numbers and length 1.
 * `id` names everything that changes the numbers (model, dtype, pooling, prefixes): vectors of two ids are
 * never compared. `embed` rejects with an `EmbedderError` (an aborted call with the signal's reason) and stays
 * usable for the next call. After `close` every call rejects with `embedder-closed`; closing twice is fine.
 */
export interface Embedder {
  readonly id: string;
  readonly dimensions: number;
  embed(texts: readonly string[], kind: 'query' | 'passage', signal?: AbortSignal): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** Why vectors could not be made. `code` is stable; the message ends with the mend. */
export class EmbedderError extends Error {
  readonly code:
    | 'model-missing'
    | 'model-broken'
    | 'embedder-crashed'
    | 'embedder-timeout'
    | 'embedder-closed';

  constructor(code: EmbedderError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbedderError';
    this.code = code;
  }
}

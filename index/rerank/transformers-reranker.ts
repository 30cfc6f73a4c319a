import { openLivingModel, type RestartPolicy } from '../embed/living-model.ts';
import type { ModelOptions } from '../embed/start-model.ts';
import type { RerankProfile } from './profiles.ts';
import type { RerankWork } from './rerank-work.ts';
import type { Reranker } from './reranker.ts';
import { RERANKING } from './reranking-role.ts';

export interface TransformersRerankerOptions extends ModelOptions<RerankProfile> {
  readonly restart?: RestartPolicy | undefined;
}

/** Characters kept for each token the model reads; no text has tokens this long on average. */
const CHARACTERS_PER_TOKEN = 32;

/**
 * A reranker that runs a cross-encoder in ONNX by transformers.js in a child process of its own.
 *
 * The returned promise rejects with a `RerankerError` where the model is missing, does not load, or is no reranker.
 * Later, a child that dies or hangs fails the calls it had; the next call starts a new child.
 */
export async function createTransformersReranker(options: TransformersRerankerOptions): Promise<Reranker> {
  const model = await openLivingModel<RerankProfile, RerankWork>(RERANKING, options);
  const most = options.profile.maxTokens * CHARACTERS_PER_TOKEN;
  return {
    async score(question, passages, signal) {
      model.throwIfClosed();
      signal?.throwIfAborted();
      if (passages.length === 0) return new Float32Array(0);
      const work = {
        question: question.slice(0, most),
        passages: passages.map((passage) => passage.slice(0, most)),
      };
      return model.run(work, signal);
    },
    close: () => model.close(),
  };
}

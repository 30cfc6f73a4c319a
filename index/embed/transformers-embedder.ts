import type { Embedder } from './embedder.ts';
import { EMBEDDING } from './embedding-role.ts';
import { openLivingModel, type RestartPolicy } from './living-model.ts';
import { type ModelProfile, profileId } from './profiles.ts';
import type { EmbedWork } from './protocol.ts';
import type { ModelOptions } from './start-model.ts';

export interface TransformersEmbedderOptions extends ModelOptions<ModelProfile> {
  readonly restart?: RestartPolicy | undefined;
}

/**
 * Characters kept for each token the model reads: no text of any language has tokens this long on average, and
 * a text of a million characters costs no more than it must.
 */
const CHARACTERS_PER_TOKEN = 32;

/**
 * An embedder that runs an ONNX model by transformers.js in a child process of its own.
 *
 * The returned promise rejects with an `EmbedderError` where the model is missing, does not load, or gives
 * vectors that are not what its profile says. Later, a child that dies or hangs fails the calls it had;
 * the next call starts a new child. An aborted call rejects with the signal's reason.
 */
export async function createTransformersEmbedder(options: TransformersEmbedderOptions): Promise<Embedder> {
  const { profile } = options;
  const model = await openLivingModel<ModelProfile, EmbedWork>(EMBEDDING, options);
  return {
    id: profileId(profile),
    dimensions: profile.dimensions,
    async embed(texts, kind, signal) {
      model.throwIfClosed();
      signal?.throwIfAborted();
      if (texts.length === 0) return [];
      const work = { kind, texts: texts.map((text) => inputOf(text, kind, profile)) };
      return rowsOf(await model.run(work, signal), profile.dimensions);
    },
    close: () => model.close(),
  };
}

function inputOf(text: string, kind: 'query' | 'passage', profile: ModelProfile): string {
  return profile.prefixes[kind] + text.slice(0, profile.maxTokens * CHARACTERS_PER_TOKEN);
}

function rowsOf(vectors: Float32Array, dimensions: number): Float32Array[] {
  return Array.from({ length: vectors.length / dimensions }, (_, row) =>
    // A copy, not a view: a caller that keeps one vector must not keep the memory of all.
    vectors.slice(row * dimensions, (row + 1) * dimensions),
  );
}

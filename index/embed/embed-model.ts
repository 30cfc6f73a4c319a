import { AutoModel, Tensor } from '@huggingface/transformers';
import { LoadError } from './load-error.ts';
import { type Graph, openParts, type Tokenizer } from './open-parts.ts';
import { lengthOf, normalizeRow, pool } from './pooling.ts';
import { type ModelProfile, onnxFileOf } from './profiles.ts';
import type { FileProgress, LoadRequest } from './protocol.ts';

/** A loaded model. Lives in the child only: ONNX Runtime crashes worker threads and may take a process down. */
export interface EmbedModel {
  /** Token ids with the model's own start and end tokens, at most `maxTokens`. */
  tokenize(text: string): readonly number[];
  /** Vectors of one batch, row after row, pooled and of length 1. Blocks the thread while the model runs. */
  run(batch: readonly (readonly number[])[]): Promise<Float32Array>;
}

/** Loads tokenizer and graph, then embeds one short text to see that the profile tells the truth about them. */
export async function loadModel(
  load: LoadRequest<ModelProfile>,
  onProgress: (progress: FileProgress) => void,
): Promise<EmbedModel> {
  return openParts(load, AutoModel, onProgress, async (tokenizer, model) => {
    const loaded = embedModelOf(load.profile, tokenizer, model);
    await probe(load.profile, loaded);
    return loaded;
  });
}

function embedModelOf(profile: ModelProfile, tokenizer: Tokenizer, model: Graph): EmbedModel {
  const specials = new Set<number>(tokenizer.all_special_ids);
  const padding = tokenizer.pad_token_id ?? 0;

  function tokenize(text: string): readonly number[] {
    const ids = tokenizer(text, { return_tensor: false }).input_ids;
    const last = ids.at(-1);
    if (ids.length <= profile.maxTokens || last === undefined) return ids;
    // The library cuts the end token off with the rest; the models were trained with it.
    return specials.has(last)
      ? [...ids.slice(0, profile.maxTokens - 1), last]
      : ids.slice(0, profile.maxTokens);
  }

  async function run(batch: readonly (readonly number[])[]): Promise<Float32Array> {
    const lengths = batch.map((ids) => ids.length);
    const width = Math.max(...lengths);
    const inputs = new BigInt64Array(batch.length * width).fill(BigInt(padding));
    const mask = new BigInt64Array(batch.length * width);
    batch.forEach((ids, row) => {
      ids.forEach((id, column) => {
        inputs[row * width + column] = BigInt(id);
      });
      mask.fill(1n, row * width, row * width + ids.length);
    });
    const dims = [batch.length, width];
    const output = await model({
      input_ids: new Tensor('int64', inputs, dims),
      attention_mask: new Tensor('int64', mask, dims),
    });
    const hidden = output.last_hidden_state ?? output.token_embeddings ?? output.logits;
    const [rows, tokens, dimensions] = tokenShape(profile, hidden);
    const vectors = pool({ data: hidden.data, width: tokens, dimensions, lengths }, profile.pooling);
    finish(profile, vectors, rows);
    return vectors;
  }

  return { tokenize, run };
}

function tokenShape(profile: ModelProfile, hidden: unknown): readonly [number, number, number] {
  if (hidden instanceof Tensor && hidden.data instanceof Float32Array) {
    const [rows, tokens, dimensions] = hidden.dims;
    if (rows && tokens && dimensions === profile.dimensions) return [rows, tokens, dimensions];
    if (rows && tokens && dimensions) {
      throw new LoadError(
        'model-broken',
        `it gives vectors of ${dimensions} dimensions, the profile says ${profile.dimensions}`,
      );
    }
  }
  throw new LoadError('model-broken', `${onnxFileOf(profile)} has no output of one vector for each token`);
}

/** How far from 1 a length may be, with weights and sums in single precision. */
const LENGTH_TOLERANCE = 1e-3;

function finish(profile: ModelProfile, vectors: Float32Array, rows: number): void {
  for (let row = 0; row < rows; row += 1) {
    const length = lengthOf(vectors, row, profile.dimensions);
    if (!(length > 0) || !Number.isFinite(length)) {
      throw new LoadError('model-broken', 'it gives a vector that is no direction (zero or not a number)');
    }
    if (profile.normalize) normalizeRow(vectors, row, profile.dimensions);
    else if (Math.abs(length - 1) > LENGTH_TOLERANCE) {
      throw new LoadError(
        'model-broken',
        'it gives vectors not of length 1: set embedding.normalize to true',
      );
    }
  }
}

async function probe(profile: ModelProfile, model: EmbedModel): Promise<void> {
  await model.run([model.tokenize(`${profile.prefixes.passage}probe`)]);
}

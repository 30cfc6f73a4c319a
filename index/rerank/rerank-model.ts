import { AutoModelForSequenceClassification, Tensor } from '@huggingface/transformers';
import { LoadError } from '../embed/load-error.ts';
import { type Graph, openParts, type Tokenizer } from '../embed/open-parts.ts';
import { onnxFileOf } from '../embed/profiles.ts';
import type { FileProgress, LoadRequest } from '../embed/protocol.ts';
import type { RerankProfile } from './profiles.ts';

/** A question and a passage as the model reads them. */
export interface Pair {
  readonly ids: readonly number[];
  /** 0 for the question's tokens and 1 for the passage's; null for models that do not tell them apart. */
  readonly types: readonly number[] | null;
}

/** A loaded cross-encoder. Lives in the child only: ONNX Runtime may take a process down. */
export interface RerankModel {
  /** The question, cut so that a passage has at least half of the room. */
  cut(question: string): string;
  /** At most `maxTokens`, the model's own start and end tokens included. */
  pair(question: string, passage: string): Pair;
  /** One score a pair. Blocks the thread while the model runs. */
  run(batch: readonly Pair[]): Promise<Float32Array>;
}

/** Loads tokenizer and graph, then scores one pair to see that the model is a reranker. */
export async function loadModel(
  load: LoadRequest<RerankProfile>,
  onProgress: (progress: FileProgress) => void,
): Promise<RerankModel> {
  return openParts(load, AutoModelForSequenceClassification, onProgress, async (tokenizer, graph) => {
    const model = rerankModelOf(load.profile, tokenizer, graph);
    await model.run([model.pair('probe', 'probe')]);
    return model;
  });
}

function rerankModelOf(profile: RerankProfile, tokenizer: Tokenizer, graph: Graph): RerankModel {
  const { maxTokens } = profile;
  const specials = new Set<number>(tokenizer.all_special_ids);
  const padding = tokenizer.pad_token_id ?? 0;

  function cut(question: string): string {
    for (let text = question; ; ) {
      const { length } = tokenizer(text, { return_tensor: false }).input_ids;
      const most = Math.max(1, Math.floor(maxTokens / 2));
      if (length <= most || text.length <= 1) return text;
      text = text.slice(0, Math.floor((text.length * most) / (length + 1)));
    }
  }

  function pair(question: string, passage: string): Pair {
    const made = tokenizer(question, { text_pair: passage, return_tensor: false });
    const ids: readonly number[] = made.input_ids;
    const types: readonly number[] | null = made.token_type_ids ?? null;
    const last = ids.at(-1);
    if (ids.length <= maxTokens || last === undefined) return { ids, types };
    // The end token stays: the models were trained with it.
    const end = specials.has(last) ? [last] : [];
    const kept = [...ids.slice(0, maxTokens - end.length), ...end];
    return { ids: kept, types: types?.slice(0, maxTokens) ?? null };
  }

  async function run(batch: readonly Pair[]): Promise<Float32Array> {
    const width = Math.max(...batch.map(({ ids }) => ids.length));
    const dims = [batch.length, width];
    const grid = (fill: number): BigInt64Array => new BigInt64Array(batch.length * width).fill(BigInt(fill));
    const [inputs, mask, types] = [grid(padding), grid(0), grid(0)];
    batch.forEach((each, row) => {
      const start = row * width;
      each.ids.forEach((id, column) => {
        inputs[start + column] = BigInt(id);
      });
      mask.fill(1n, start, start + each.ids.length);
      each.types?.forEach((type, column) => {
        types[start + column] = BigInt(type);
      });
    });
    const typed = batch.some((each) => each.types !== null);
    const { logits } = await graph({
      input_ids: new Tensor('int64', inputs, dims),
      attention_mask: new Tensor('int64', mask, dims),
      ...(typed ? { token_type_ids: new Tensor('int64', types, dims) } : {}),
    });
    return scoresOf(profile, logits, batch.length);
  }

  return { cut, pair, run };
}

function scoresOf(profile: RerankProfile, logits: unknown, rows: number): Float32Array {
  if (!(logits instanceof Tensor) || !(logits.data instanceof Float32Array)) {
    throw new LoadError('model-broken', `${onnxFileOf(profile)} has no scores as output`);
  }
  const outputs = logits.data.length / rows;
  if (outputs !== 1) {
    throw new LoadError('model-broken', `it gives ${outputs} numbers for a pair, a reranker gives one`);
  }
  const scores = Float32Array.from(logits.data);
  if (scores.every(Number.isFinite)) return scores;
  throw new LoadError('model-broken', 'it gives a score that is not a number');
}

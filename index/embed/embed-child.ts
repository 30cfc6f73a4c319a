/** The embedding child process: loads one model and embeds for its parent, queries before passages. */
import { planBatches } from './batches.ts';
import { type EmbedModel, loadModel } from './embed-model.ts';
import type { ModelProfile } from './profiles.ts';
import type { EmbedWork } from './protocol.ts';
import { serveParent } from './serve-parent.ts';

/** Texts tokenized in one step: some tens of milliseconds for usual chunks. */
const TOKENIZE_SLICE = 32;

async function* embedding(
  loaded: EmbedModel,
  texts: readonly string[],
  batchTokens: number,
): AsyncGenerator<void, Float32Array, void> {
  const tokens: (readonly number[])[] = [];
  for (let start = 0; start < texts.length; start += TOKENIZE_SLICE) {
    for (const text of texts.slice(start, start + TOKENIZE_SLICE)) tokens.push(loaded.tokenize(text));
    yield;
  }
  let vectors = new Float32Array(0);
  const lengths = tokens.map((ids) => ids.length);
  for (const batch of planBatches(lengths, batchTokens)) {
    const rows = await loaded.run(batch.map((index) => tokens[index] ?? []));
    const dimensions = rows.length / batch.length;
    if (vectors.length === 0) vectors = new Float32Array(texts.length * dimensions);
    batch.forEach((index, row) => {
      vectors.set(rows.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions);
    });
    yield;
  }
  return vectors;
}

serveParent<ModelProfile, EmbedWork>({
  async load(request, onProgress) {
    const model = await loadModel(request, onProgress);
    return ({ texts }) => embedding(model, texts, request.batchTokens);
  },
  turn: (jobs) => jobs.find(({ work }) => work.kind === 'query') ?? jobs[0],
});

/** The reranking child process: loads one model and scores passages for its parent, question by question in turns. */
import { planBatches } from '../embed/batches.ts';
import { serveParent } from '../embed/serve-parent.ts';
import type { RerankProfile } from './profiles.ts';
import { loadModel, type Pair, type RerankModel } from './rerank-model.ts';
import type { RerankWork } from './rerank-work.ts';

/** Pairs tokenized in one step. */
const TOKENIZE_SLICE = 16;

async function* scoring(
  model: RerankModel,
  work: RerankWork,
  batchTokens: number,
): AsyncGenerator<void, Float32Array, void> {
  const question = model.cut(work.question);
  const pairs: Pair[] = [];
  for (let start = 0; start < work.passages.length; start += TOKENIZE_SLICE) {
    for (const passage of work.passages.slice(start, start + TOKENIZE_SLICE)) {
      pairs.push(model.pair(question, passage));
    }
    yield;
  }
  const scores = new Float32Array(pairs.length);
  const lengths = pairs.map(({ ids }) => ids.length);
  for (const batch of planBatches(lengths, batchTokens)) {
    const made = await model.run(batch.flatMap((index) => pairs[index] ?? []));
    batch.forEach((index, row) => {
      scores[index] = made[row] ?? 0;
    });
    yield;
  }
  return scores;
}

/** The call whose step was last: the next one is the turn of the call that came after it. */
let last = -1;

serveParent<RerankProfile, RerankWork>({
  async load(request, onProgress) {
    const model = await loadModel(request, onProgress);
    return (work) => scoring(model, work, request.batchTokens);
  },
  turn(jobs) {
    const job = jobs.find(({ id }) => id > last) ?? jobs[0];
    last = job?.id ?? -1;
    return job;
  },
});

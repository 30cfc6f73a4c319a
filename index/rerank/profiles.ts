import type { Dtype, Weights } from '../embed/profiles.ts';

/** All that differs between rerankers, as data: no code path knows a model by name. */
export interface RerankProfile extends Weights {
  /** Longer pairs are cut here, special tokens included: the passage first, never more than half of the question. */
  readonly maxTokens: number;
}

/** What configuration may say about a reranker. Everything but `model` is optional. */
export interface RerankConfig {
  readonly model: string;
  readonly maxTokens?: number | undefined;
  readonly dtype?: Dtype | undefined;
  readonly file?: string | undefined;
}

const USUAL_MAX_TOKENS = 512;

/** Cross-encoders whose files are known, all with one output for each pair. */
export const RERANKERS: readonly RerankProfile[] = [
  // Apache-2.0, 14 languages, 118 million parameters of which most are the vocabulary: quick enough for a CPU.
  {
    model: 'cross-encoder/mmarco-mMiniLMv2-L12-H384-v1',
    maxTokens: 512,
    dtype: 'q8',
    // The publisher's 8-bit weights; despite the name they run on any CPU.
    file: 'model_quint8_avx2',
  },
  // Apache-2.0, 568 million parameters: better, and seconds a question on a CPU.
  { model: 'onnx-community/bge-reranker-v2-m3-ONNX', maxTokens: 512, dtype: 'q8' },
];

/** Short names under which the models are widely known. */
const KNOWN_AS: Readonly<Record<string, string>> = {
  'mmarco-mMiniLMv2-L12-H384-v1': 'cross-encoder/mmarco-mMiniLMv2-L12-H384-v1',
  'bge-reranker-v2-m3': 'onnx-community/bge-reranker-v2-m3-ONNX',
};

/** The profile of a configured reranker: any cross-encoder in ONNX with one output will do. */
export function rerankProfileOf(config: RerankConfig): RerankProfile {
  const model = KNOWN_AS[config.model] ?? config.model;
  const known = RERANKERS.find((profile) => profile.model === model);
  const dtype = config.dtype ?? known?.dtype ?? 'q8';
  // A publisher's odd file name holds for the dtype it was recorded with, not for another.
  const file = config.file ?? (dtype === known?.dtype ? known.file : undefined);
  return {
    model,
    maxTokens: config.maxTokens ?? known?.maxTokens ?? USUAL_MAX_TOKENS,
    dtype,
    ...(file === undefined ? {} : { file }),
  };
}

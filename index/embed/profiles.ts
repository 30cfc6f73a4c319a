import { createHash } from 'node:crypto';
import { EmbedderError } from './embedder.ts';

/** Weight types by the suffix their ONNX files carry in the transformers.js layout. */
const FILE_SUFFIX = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
} as const;

export type Dtype = keyof typeof FILE_SUFFIX;

/** Which files of a model are loaded. */
export interface Weights {
  /** Name on the hub (`owner/name`), or any name for a model in a local folder. */
  readonly model: string;
  readonly dtype: Dtype;
  /** ONNX file in `onnx/` without `.onnx`, where the publisher does not name it the transformers.js way. */
  readonly file?: string;
}

/** All that differs between embedding models, as data: no code path knows a model by name. */
export interface ModelProfile extends Weights {
  readonly dimensions: number;
  /** Longer texts are cut here, special tokens included. */
  readonly maxTokens: number;
  /** `cls`: the first token's vector; `mean`: the mean over all tokens. The wrong one quietly ruins retrieval. */
  readonly pooling: 'mean' | 'cls';
  /** False only for a graph whose output already has length 1: the vectors are checked when the model loads. */
  readonly normalize: boolean;
  /** Put before each text, as the model was trained. */
  readonly prefixes: { readonly query: string; readonly passage: string };
}

/** What configuration may say about the model. Everything but `model` is optional for a known model. */
export interface ModelConfig {
  readonly model: string;
  readonly dimensions?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly pooling?: 'mean' | 'cls' | undefined;
  readonly normalize?: boolean | undefined;
  readonly prefixes?:
    | { readonly query?: string | undefined; readonly passage?: string | undefined }
    | undefined;
  readonly dtype?: Dtype | undefined;
  readonly file?: string | undefined;
}

/** What BERT-sized encoders take, and as much as one chunk needs. */
const USUAL_MAX_TOKENS = 512;
const NO_PREFIXES = { query: '', passage: '' };
const E5 = {
  dimensions: 384,
  maxTokens: 512,
  pooling: 'mean',
  normalize: true,
  prefixes: { query: 'query: ', passage: 'passage: ' },
} as const;
const GRANITE = {
  dimensions: 384,
  // The model reads 32,768 tokens; attention over more than a chunk costs much and finds nothing more.
  maxTokens: 512,
  // As 1_Pooling/config.json of the publisher says; others measured that mean pooling costs a quarter of MRR.
  pooling: 'cls',
  normalize: true,
  prefixes: NO_PREFIXES,
  dtype: 'q8',
} as const;

/** Models whose rules are known. The first is the default. */
export const PROFILES: readonly ModelProfile[] = [
  // IBM publishes its 8-bit weights under this name; despite it they run on any CPU.
  { model: 'ibm-granite/granite-embedding-97m-multilingual-r2', ...GRANITE, file: 'model_quint8_avx2' },
  { model: 'onnx-community/granite-embedding-97m-multilingual-r2-ONNX', ...GRANITE },
  { model: 'Xenova/multilingual-e5-small', ...E5, dtype: 'q8' },
  // Its only 8-bit file is made for AVX-512 VNNI and saturates elsewhere; Xenova's copy has a portable one.
  { model: 'intfloat/multilingual-e5-small', ...E5, dtype: 'fp32' },
  {
    model: 'Xenova/all-MiniLM-L6-v2',
    dimensions: 384,
    maxTokens: 256,
    pooling: 'mean',
    normalize: true,
    prefixes: NO_PREFIXES,
    dtype: 'q8',
  },
];

export const DEFAULT_MODEL = 'ibm-granite/granite-embedding-97m-multilingual-r2';

/**
 * The profile for a configured model: a known one, with what the configuration changes about it, or a whole
 * profile for any other ONNX model. Throws an `EmbedderError` naming the keys that are missing.
 */
export function profileOf(config: ModelConfig): ModelProfile {
  const known = PROFILES.find((profile) => profile.model === config.model);
  const dimensions = config.dimensions ?? known?.dimensions;
  const pooling = config.pooling ?? known?.pooling;
  if (dimensions === undefined || pooling === undefined) throw unknownModel(config);
  const dtype = config.dtype ?? known?.dtype ?? 'q8';
  // A publisher's odd file name holds for the dtype it was recorded with, not for another.
  const file = config.file ?? (dtype === known?.dtype ? known.file : undefined);
  return {
    model: config.model,
    dimensions,
    maxTokens: config.maxTokens ?? known?.maxTokens ?? USUAL_MAX_TOKENS,
    pooling,
    normalize: config.normalize ?? known?.normalize ?? true,
    prefixes: {
      query: config.prefixes?.query ?? known?.prefixes.query ?? '',
      passage: config.prefixes?.passage ?? known?.prefixes.passage ?? '',
    },
    dtype,
    ...(file === undefined ? {} : { file }),
  };
}

function unknownModel(config: ModelConfig): EmbedderError {
  const missing = (['dimensions', 'pooling'] as const).filter((key) => config[key] === undefined);
  const names = PROFILES.map((profile) => profile.model).join(', ');
  return new EmbedderError(
    'model-missing',
    `embedding.model "${config.model}" is none of the known models (${names}). ` +
      `Choose one of them, or also set ${missing.map((key) => `embedding.${key}`).join(' and ')}.`,
  );
}

/** Names everything that changes the numbers; `Embedder.id` of this profile. */
export function profileId(profile: ModelProfile): string {
  const { query, passage } = profile.prefixes;
  const prefixes = createHash('sha256')
    .update(JSON.stringify([query, passage]))
    .digest('hex')
    .slice(0, 8);
  const weights = profile.file === undefined ? profile.dtype : `${profile.dtype}:${profile.file}`;
  const pooling = profile.normalize ? profile.pooling : `${profile.pooling}-raw`;
  return [profile.model, weights, pooling, profile.dimensions, profile.maxTokens, prefixes].join('|');
}

/** The ONNX file of a model, relative to the model's folder. */
export function onnxFileOf(profile: Weights): string {
  return `onnx/${profile.file ?? `model${FILE_SUFFIX[profile.dtype]}`}.onnx`;
}

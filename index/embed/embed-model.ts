import { AutoModel, AutoTokenizer, env, LogLevel, ModelRegistry, Tensor } from '@huggingface/transformers';
import { lengthOf, normalizeRow, pool } from './pooling.ts';
import { type ModelProfile, onnxFileOf } from './profiles.ts';
import type { FileProgress, LoadFailure, LoadRequest } from './protocol.ts';

/** A loaded model. Lives in the child only: ONNX Runtime crashes worker threads and may take a process down. */
export interface EmbedModel {
  /** Token ids with the model's own start and end tokens, at most `maxTokens`. */
  tokenize(text: string): readonly number[];
  /** Vectors of one batch, row after row, pooled and of length 1. Blocks the thread while the model runs. */
  run(batch: readonly (readonly number[])[]): Promise<Float32Array>;
}

/** Thrown by {@link loadModel}; travels to the parent as a value. */
export class LoadError extends Error {
  readonly failure: LoadFailure;

  constructor(code: LoadFailure['code'], reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'LoadError';
    this.failure = { code, reason };
  }
}

/** Loads tokenizer and graph, then embeds one short text to see that the profile tells the truth about them. */
export async function loadModel(
  load: LoadRequest,
  onProgress: (progress: FileProgress) => void,
): Promise<EmbedModel> {
  const { profile, source } = load;
  const name = source.from === 'folder' ? source.folder : profile.model;
  configure(load);
  try {
    const options = {
      progress_callback: (event: { status: string; file?: string; loaded?: number; total?: number }) => {
        if (event.status !== 'progress') return;
        onProgress({ file: event.file ?? '', loaded: event.loaded ?? 0, total: event.total ?? 0 });
      },
    };
    await requireTokenizer(name);
    const tokenizer = await AutoTokenizer.from_pretrained(name, options);
    const model = await AutoModel.from_pretrained(name, {
      ...options,
      device: 'cpu',
      // With a file of its own name the suffix for the dtype must stay away: `fp32` has none.
      ...(profile.file === undefined
        ? { dtype: profile.dtype }
        : { dtype: 'fp32', model_file_name: profile.file }),
      session_options: { intraOpNumThreads: load.threads, interOpNumThreads: 1 },
    });
    const loaded = embedModelOf(profile, tokenizer, model);
    await probe(profile, loaded);
    return loaded;
  } catch (error) {
    throw error instanceof LoadError ? error : loadErrorOf(error);
  }
}

/** Of a model without tokenizer the library only says that something undefined cannot be read. */
async function requireTokenizer(name: string): Promise<void> {
  const files = await ModelRegistry.get_tokenizer_files(name);
  if (files.length > 0) return;
  throw new LoadError('model-missing', `${env.remoteHost}${name} has no tokenizer_config.json`);
}

function configure({ source }: LoadRequest): void {
  env.logLevel = LogLevel.ERROR;
  const download = source.from === 'cache' && source.download;
  env.allowRemoteModels = download;
  env.fetch = download ? fetchFromHub : refuseNetwork;
  if (source.from === 'folder') {
    env.useFSCache = false;
    return;
  }
  env.cacheDir = source.cacheDir;
  env.localModelPath = source.cacheDir;
  if (source.remoteHost !== undefined) env.remoteHost = source.remoteHost;
}

/** INVARIANT: without permission to download, no request leaves this process, whatever the library intends. */
async function refuseNetwork(url: string | URL): Promise<never> {
  throw new LoadError('model-missing', `it would have to be downloaded from ${url}, which is not allowed`);
}

/** Statuses the library itself explains: absent, or not for us. */
const EXPLAINED = new Set([401, 403, 404, 416]);

async function fetchFromHub(url: string | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((error: unknown) => {
    throw new LoadError('model-missing', `cannot download ${url}: ${innermost(error)}`, { cause: error });
  });
  if (response.ok || EXPLAINED.has(response.status)) return response;
  throw new LoadError('model-missing', `cannot download ${url}: HTTP status ${response.status}`);
}

function loadErrorOf(error: unknown): LoadError {
  const reason = innermost(error);
  // `terminated` is what fetch says when the connection ends in mid-file.
  const absent =
    error instanceof Error && (error.name === 'ModelFileNotFoundError' || error.message === 'terminated');
  return new LoadError(absent ? 'model-missing' : 'model-broken', reason, { cause: error });
}

/** "fetch failed" says nothing; its cause says which host did not answer. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.message === '') return innermost(error.errors[0]);
  return error.cause === undefined ? error.message : innermost(error.cause);
}

function embedModelOf(
  profile: ModelProfile,
  tokenizer: Awaited<ReturnType<typeof AutoTokenizer.from_pretrained>>,
  model: Awaited<ReturnType<typeof AutoModel.from_pretrained>>,
): EmbedModel {
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

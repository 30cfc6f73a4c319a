import { type AutoModel, AutoTokenizer, env, LogLevel, ModelRegistry } from '@huggingface/transformers';
import { LoadError } from './load-error.ts';
import type { Weights } from './profiles.ts';
import type { FileProgress, LoadRequest } from './protocol.ts';

export type Tokenizer = Awaited<ReturnType<typeof AutoTokenizer.from_pretrained>>;
export type Graph = Awaited<ReturnType<typeof AutoModel.from_pretrained>>;

/**
 * Loads tokenizer and graph of a model and hands them to `use`, which tries them out. Lives in a child only.
 * @throws {LoadError} also for what `use` throws
 */
export async function openParts<T>(
  load: LoadRequest<Weights>,
  kind: Pick<typeof AutoModel, 'from_pretrained'>,
  onProgress: (progress: FileProgress) => void,
  use: (tokenizer: Tokenizer, model: Graph) => Promise<T>,
): Promise<T> {
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
    const model = await kind.from_pretrained(name, {
      ...options,
      device: 'cpu',
      // With a file of its own name the suffix for the dtype must stay away: `fp32` has none.
      ...(profile.file === undefined
        ? { dtype: profile.dtype }
        : { dtype: 'fp32', model_file_name: profile.file }),
      session_options: { intraOpNumThreads: load.threads, interOpNumThreads: 1 },
    });
    return await use(tokenizer, model);
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

function configure({ source }: LoadRequest<Weights>): void {
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

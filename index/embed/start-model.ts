import { join, resolve } from 'node:path';
import { LoadFailed, type ModelChild, startChild } from './child-handle.ts';
import { missingFiles, modelMissing } from './model-files.ts';
import type { ModelRole } from './model-role.ts';
import { onnxFileOf, type Weights } from './profiles.ts';
import type { FileProgress, LoadRequest, ModelSource } from './protocol.ts';

/** Which model, from where, and how it may use the machine. */
export interface ModelOptions<Profile extends Weights> {
  readonly profile: Profile;
  /** Folder with the model's files. Given, the cache and the hub are not looked at. */
  readonly modelPath?: string | undefined;
  /** Where downloaded models lie: `<cacheDir>/<owner>/<name>/…`. */
  readonly cacheDir: string;
  /** False: the model is in `modelPath` or `cacheDir` already, and no request leaves this machine. */
  readonly allowDownload: boolean;
  readonly threads: number;
  /** Longest time without a sign of life while the child works or loads, in ms. A batch takes a second at most. */
  readonly timeoutMs?: number | undefined;
  /** Tokens of one batch, padding counted. Larger gains little on a CPU and makes queries wait longer. */
  readonly batchTokens?: number | undefined;
  /** Another hub, e.g. a mirror inside the company. */
  readonly remoteHost?: string | undefined;
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_BATCH_TOKENS = 512;

/** Checks that the files are there, starts a child and words what may go wrong for an operator. */
export async function startModel<Profile extends Weights, Work>(
  role: ModelRole,
  options: ModelOptions<Profile>,
): Promise<ModelChild<Work>> {
  const { profile } = options;
  const folder = resolve(options.modelPath ?? join(options.cacheDir, profile.model));
  const source = sourceOf(options);
  if (source.from === 'folder' || !source.download) {
    const missing = missingFiles(folder, profile);
    if (missing.length > 0) throw modelMissing(role, folder, profile, `it lacks ${missing.join(', ')}`);
  }
  const load: LoadRequest<Profile> = {
    profile,
    source,
    threads: options.threads,
    batchTokens: options.batchTokens ?? DEFAULT_BATCH_TOKENS,
  };
  try {
    return await startChild(role, load, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, options.onProgress);
  } catch (error) {
    if (!(error instanceof LoadFailed)) throw error;
    if (error.failure.code === 'model-missing')
      throw modelMissing(role, folder, profile, error.failure.reason, error);
    throw modelBroken(role, folder, profile, error);
  }
}

function sourceOf(options: ModelOptions<Weights>): ModelSource {
  const { modelPath, remoteHost } = options;
  // Absolute, because the library takes a relative path for a name on the hub.
  if (modelPath !== undefined) return { from: 'folder', folder: resolve(modelPath) };
  const cacheDir = resolve(options.cacheDir);
  const download = options.allowDownload;
  return { from: 'cache', cacheDir, download, ...(remoteHost === undefined ? {} : { remoteHost }) };
}

function modelBroken(role: ModelRole, folder: string, profile: Weights, cause: LoadFailed): Error {
  return role.error(
    'model-broken',
    `The ${role.noun} model ${profile.model} in ${folder} (${onnxFileOf(profile)}) cannot be used: ` +
      `${cause.failure.reason}. If a file is damaged, delete the folder and run \`ntk models pull\`; ` +
      `if the settings are wrong, correct them under ${role.key}.`,
    { cause },
  );
}

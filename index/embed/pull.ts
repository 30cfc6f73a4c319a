import { join } from 'node:path';
import type { ModelProfile } from './profiles.ts';
import type { FileProgress } from './protocol.ts';
import { startModel } from './start-model.ts';

export interface PullOptions {
  readonly cacheDir: string;
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
  /** Another hub than huggingface.co, e.g. a mirror inside the company. */
  readonly remoteHost?: string | undefined;
  /** Longest time without a byte from the hub, in ms. */
  readonly timeoutMs?: number | undefined;
}

/** Loading is only to see that the files work: one thread is enough. */
const THREADS = 1;

/**
 * Downloads what is missing of a model into `<cacheDir>/<owner>/<name>`, loads it once and makes a vector, so
 * that a pulled model is a working one. Returns the folder, which can be copied to machines without network.
 * Rejects with an `EmbedderError` (`model-missing`, `model-broken`); files that arrived whole stay.
 */
export async function pullModel(
  profile: ModelProfile,
  options: PullOptions,
): Promise<{ readonly folder: string }> {
  const child = await startModel({ ...options, profile, allowDownload: true, threads: THREADS });
  await child.stop();
  return { folder: join(options.cacheDir, profile.model) };
}

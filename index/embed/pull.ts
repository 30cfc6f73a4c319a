import { join } from 'node:path';
import type { ModelRole } from './model-role.ts';
import type { Weights } from './profiles.ts';
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
 * Downloads what is missing of a model into `<cacheDir>/<owner>/<name>`, loads it once and tries it out, so
 * that a pulled model is a working one. Returns the folder, which can be copied to machines without network.
 * Rejects with an error of the role (`model-missing`, `model-broken`); files that arrived whole stay.
 */
export async function pullModel(
  role: ModelRole,
  profile: Weights,
  options: PullOptions,
): Promise<{ readonly folder: string }> {
  const child = await startModel(role, { ...options, profile, allowDownload: true, threads: THREADS });
  await child.stop();
  return { folder: join(options.cacheDir, profile.model) };
}

import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ModelRole } from './model-role.ts';
import { onnxFileOf, type Weights } from './profiles.ts';

/** Files without which transformers.js cannot run a model, relative to the model's folder. */
export function filesOf(profile: Weights): readonly string[] {
  return ['config.json', 'tokenizer.json', 'tokenizer_config.json', onnxFileOf(profile)];
}

/** Which of them a folder lacks, the parts of weights kept beside the graph included. */
export function missingFiles(folder: string, profile: Weights): readonly string[] {
  return [...filesOf(profile), ...weightFiles(folder, profile)].filter(
    (file) => !existsSync(join(folder, file)),
  );
}

/** Large models keep weights in `….onnx_data` files; `config.json` says in how many. */
function weightFiles(folder: string, profile: Weights): readonly string[] {
  const graph = onnxFileOf(profile);
  const name = basename(graph);
  const parts = externalParts(join(folder, 'config.json'), name);
  return Array.from({ length: parts }, (_, part) => `${graph}_data${part === 0 ? '' : `_${part}`}`);
}

function externalParts(configFile: string, name: string): number {
  try {
    const config: { 'transformers.js_config'?: { use_external_data_format?: unknown } } = JSON.parse(
      readFileSync(configFile, 'utf8'),
    );
    const declared = config['transformers.js_config']?.use_external_data_format;
    const forFile =
      typeof declared === 'object' && declared !== null
        ? Object.entries(declared).find(([key]) => key === name || `${key}.onnx` === name)?.[1]
        : declared;
    return Number(forFile ?? 0) || 0;
  } catch {
    // A missing or broken config.json is reported by the file check or by loading, with a better message.
    return 0;
  }
}

/** The error for a model that is not on this machine: names the folder, what lacks, and the mend. */
export function modelMissing(
  role: ModelRole,
  folder: string,
  profile: Weights,
  reason: string,
  cause?: unknown,
): Error {
  return role.error(
    'model-missing',
    `The ${role.noun} model ${profile.model} is not in ${folder}: ${reason}. ` +
      'Run `ntk models pull` on a machine with access to the model hub and copy the folder here, ' +
      `or ${role.without}.`,
    cause === undefined ? undefined : { cause },
  );
}

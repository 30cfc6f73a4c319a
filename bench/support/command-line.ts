import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ModelSettings, ReadingSettings } from './workspace.ts';

/** Wrong use of a script: its message and the usage text are printed and the exit code is 2. */
export class WrongUse extends Error {}

/** Runs a script's main function with one way of ending for all scripts. */
export async function script(usage: string, main: () => Promise<void>): Promise<void> {
  try {
    if (process.argv.includes('--help')) console.log(usage);
    else await main();
  } catch (error) {
    const wrong =
      error instanceof WrongUse || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
    console.error(wrong === true ? `${(error as Error).message}\n\n${usage}` : error);
    process.exitCode = wrong === true ? 2 : 1;
  }
}

/** A folder named on the command line, absolute. @throws {WrongUse} */
export function folderNamed(folder: string | undefined): string {
  if (folder === undefined) throw new WrongUse('name a folder');
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new WrongUse(`${folder} is no folder`);
  return resolve(folder);
}

/** A whole number from 1 on. @throws {WrongUse} */
export function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new WrongUse(`--${name}: write a whole number from 1 on`);
  return value;
}

/** Options that name a model in a local folder; the defaults are those of MiniLM's shape. */
export const MODEL_OPTIONS = {
  model: { type: 'string' },
  dimensions: { type: 'string', default: '384' },
  pooling: { type: 'string', default: 'mean' },
  'max-tokens': { type: 'string', default: '256' },
} as const;

export const MODEL_USAGE = `  --model DIR        folder of an ONNX model in transformers.js layout; without it by words only
  --dimensions N     of its vectors (384)
  --pooling P        mean or cls (mean)
  --max-tokens N     longest text it is given (256)`;

/** The model that the options name; undefined for none. @throws {WrongUse} */
export function modelNamed(values: {
  readonly model?: string | undefined;
  readonly dimensions: string;
  readonly pooling: string;
  readonly 'max-tokens': string;
}): ModelSettings | undefined {
  if (values.model === undefined) return undefined;
  const { pooling } = values;
  if (pooling !== 'mean' && pooling !== 'cls') throw new WrongUse('--pooling: write mean or cls');
  return {
    model: 'bench/model',
    path: folderNamed(values.model),
    dimensions: whole('dimensions', values.dimensions),
    pooling,
    maxTokens: whole('max-tokens', values['max-tokens']),
  };
}

/** Options that say what reads the files. Scans are left out unless asked for: they take as long as all else. */
export const READING_OPTIONS = {
  pdf: { type: 'string', default: 'auto' },
  ocr: { type: 'boolean', default: false },
} as const;

export const READING_USAGE = `  --pdf ENGINE       auto, poppler or pdfjs (auto)
  --ocr              read scans and pictures, where tesseract is installed`;

/** The reading that the options name. */
export function readingNamed(values: { readonly pdf: string; readonly ocr: boolean }): ReadingSettings {
  return { pdf: values.pdf, ocr: values.ocr ? {} : 'off' };
}

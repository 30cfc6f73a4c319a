import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { EvaluationError } from './evaluation-error.ts';

/** A record of a file with one JSON object a line; lines count from 1. */
export interface JsonLine<T> {
  readonly line: number;
  readonly value: T;
}

/** The text of a file. @throws {EvaluationError} when it cannot be read; `mend` says what to do then */
export async function readText(file: string, mend: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const trouble = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
    throw new EvaluationError(`${file} ${trouble}: ${mend}`, { cause: error });
  }
}

/** Records of a JSONL file; empty lines are passed over. @throws {EvaluationError} naming the line */
export function parseJsonLines<T>(file: string, text: string, shape: z.ZodType<T>): JsonLine<T>[] {
  return text.split('\n').flatMap((written, at): JsonLine<T>[] => {
    if (written.trim() === '') return [];
    const line = at + 1;
    const parsed = shape.safeParse(parseLine(file, line, written));
    if (parsed.success) return [{ line, value: parsed.data }];
    const issue = parsed.error.issues[0];
    const key = issue?.path.join('.') ?? '';
    throw new EvaluationError(
      `${file}:${line}: ${key === '' ? '' : `${key}: `}${issue?.message ?? 'not valid'}`,
    );
  });
}

function parseLine(file: string, line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EvaluationError(`${file}:${line}: this line is no JSON: write one object a line`, {
      cause: error,
    });
  }
}

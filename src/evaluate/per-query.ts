import { z } from 'zod';
import type { Judged } from './ask-all.ts';
import { EvaluationError } from './evaluation-error.ts';
import { parseJsonLines, readText } from './json-lines.ts';
import { MEASURES, type Measure, type Scores } from './judge.ts';

const row = z.looseObject({ query: z.string('write the id of a query as "query"') });

/** One line for each question: its id as `query`, and its figures by name. */
export function perQueryText(judged: readonly Judged[]): string {
  return judged.map(({ query, scores }) => `${JSON.stringify({ query, ...scores })}\n`).join('');
}

/** Reads what `perQueryText` wrote. @throws {EvaluationError} naming the line */
export async function readPerQuery(file: string): Promise<Judged[]> {
  const rows = parseJsonLines(
    file,
    await readText(file, 'write one with `ntk eval … --per-query FILE`'),
    row,
  );
  if (rows.length === 0)
    throw new EvaluationError(`${file} is empty: write it with \`ntk eval … --per-query FILE\``);
  const seen = new Set<string>();
  return rows.map(({ line, value: { query, ...figures } }) => {
    if (seen.has(query))
      throw new EvaluationError(`${file}:${line}: the query ${query} stands further above already`);
    seen.add(query);
    const scores: Partial<Record<Measure, number>> = {};
    for (const measure of MEASURES) {
      const value = figures[measure];
      if (value === undefined) continue;
      if (typeof value !== 'number') throw new EvaluationError(`${file}:${line}: ${measure} is no number`);
      scores[measure] = value;
    }
    return { query, scores: scores satisfies Scores };
  });
}

import { EvaluationError } from './evaluation-error.ts';

/** One judgment: what a document is worth for a question. */
export interface Judgment {
  readonly query: string;
  readonly document: string;
  /** Above 0: a document judged worth nothing counts as any other that is not relevant. */
  readonly gain: number;
}

/**
 * Reads judgments in BEIR's form: question, document and score, parted by tabs, perhaps under a header. Judgments
 * of nothing (0 and below) are left out.
 * @throws {EvaluationError} naming the line
 */
export function parseQrels(file: string, text: string): Judgment[] {
  return text.split('\n').flatMap((written, at): Judgment[] => {
    if (written.trim() === '') return [];
    const [query = '', document = '', score = ''] = written.replace(/\r$/, '').split('\t');
    const gain = score.trim() === '' ? Number.NaN : Number(score);
    if (query !== '' && document !== '' && Number.isFinite(gain)) {
      return gain > 0 ? [{ query, document, gain }] : [];
    }
    if (at === 0 && score !== '' && Number.isNaN(gain)) return [];
    throw new EvaluationError(
      `${file}:${at + 1}: write the id of a query, the id of a document and a number, parted by tabs`,
    );
  });
}

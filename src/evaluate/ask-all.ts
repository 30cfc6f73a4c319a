import { judge, type Passage, type Question, type Scores } from './judge.ts';

/** Results that an assistant is shown, and how deep the ranking goes. */
export const SHOWN = 10;
export const RANKED = 50;

/** The search that is measured. */
export interface Searching {
  /** The results of an answer of `SHOWN`, cut down as for an assistant; whole texts only where `texts` asks for them. */
  show(question: string, options: { readonly texts: boolean }): Promise<readonly Passage[]>;
  /** Documents of an answer of `RANKED`, in the order of their passages. */
  rank(question: string): Promise<readonly string[]>;
}

/** What one question scored. */
export interface Judged {
  readonly query: string;
  readonly scores: Scores;
}

/**
 * Asks every question twice: as an assistant does, for what it is shown, and deeper, for the ranking.
 * @throws the reason of the signal once it is aborted
 */
export async function askAll(
  questions: readonly Question[],
  searching: Searching,
  { signal, onAsked }: { readonly signal: AbortSignal; readonly onAsked: (asked: number) => void },
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const question of questions) {
    signal.throwIfAborted();
    const shown = await searching.show(question.text, { texts: question.spans.length > 0 });
    const ranking = await searching.rank(question.text);
    judged.push({ query: question.id, scores: judge(question, { shown, ranking }) });
    onAsked(judged.length);
  }
  return judged;
}

/** How well search knows that it found nothing. See README.md beside this file. */
import { parseArgs } from 'node:util';
import { type EvaluationSet, readSet } from '../src/evaluate/index.ts';
import { answered, LOW } from '../src/search/confidence.ts';
import { type AskedSet, openAskedSet } from './support/asked-set.ts';
import { folderNamed, script, WrongUse, whole } from './support/command-line.ts';
import { score, table } from './support/figures.ts';

const USAGE = `node bench/confidence.ts SET SET… [options]
Asks each set's questions where their answers are, in the same index without their judged documents (where the set has
more than twenty), and in the indices of the other sets, and says how well the mark \`confidence: "low"\` tells them apart.

  --max-queries N    of each set, spread evenly (100)`;

/** Without its judged document a small set has hardly anything left. */
const MIN_DOCUMENTS = 20;
const THRESHOLDS = [0.2, 0.25, LOW, 0.35, 0.4];

await script(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'max-queries': { type: 'string', default: '100' } },
  });
  if (positionals.length < 2) throw new WrongUse('name at least two sets');
  const most = whole('max-queries', values['max-queries']);
  const sets: { readonly set: EvaluationSet; readonly index: AskedSet }[] = [];
  for (const folder of positionals.map(folderNamed)) {
    const set = await readSet({ folder });
    sets.push({ set, index: await openAskedSet(set) });
    console.error(`${set.name}: read`);
  }
  const rows: string[][] = [];
  for (const { set, index } of sets) {
    const step = Math.max(1, Math.floor(set.questions.length / most));
    const questions = set.questions.filter((_, at) => at % step === 0).slice(0, most);
    const own = await scores(index, questions, false);
    rows.push(row(set.name, 'its own, answered', own, null));
    if (new Set(index.passages.map(({ document }) => document)).size > MIN_DOCUMENTS)
      rows.push(row(set.name, 'its own, answer removed', await scores(index, questions, true), own));
    for (const other of sets)
      if (other.set !== set)
        rows.push(row(set.name, other.set.name, await scores(other.index, questions, false), own));
  }
  for (const { index } of sets) await index.close();
  const marked = THRESHOLDS.map((threshold) => `below ${threshold}${threshold === LOW ? ' (low)' : ''}`);
  console.log(table([['questions', 'asked in', 'number', 'AUC', ...marked], ...rows]));
});

async function scores(
  index: AskedSet,
  questions: EvaluationSet['questions'],
  removed: boolean,
): Promise<number[]> {
  const found: number[] = [];
  for (const { text, documents } of questions) {
    const { rows, asked } = await index.ask(text, new Set(removed ? documents.keys() : []));
    if (asked.words.length > 0) found.push(answered(asked.words, rows));
  }
  return found;
}

function row(
  set: string,
  where: string,
  own: readonly number[],
  against: readonly number[] | null,
): string[] {
  const marked = THRESHOLDS.map((threshold) =>
    score(own.filter((value) => value < threshold).length / own.length),
  );
  return [set, where, String(own.length), against === null ? '' : score(auc(against, own)), ...marked];
}

/** Chance that an answered question scores above an unanswered one; ties count half. */
function auc(above: readonly number[], below: readonly number[]): number {
  let wins = 0;
  for (const high of above) for (const low of below) wins += high > low ? 1 : high === low ? 0.5 : 0;
  return wins / (above.length * below.length);
}

import type { Explanation, Step } from '../search/index.ts';
import { plain, print, style, wrap } from './terminal.ts';

const FORMS = {
  ranges: 'said as ranges',
  list: 'said as a list',
  'all-but': 'said as all but those that may not be read',
} as const;

/** How an answer was found, as people read it. */
export function printExplanation({ readable, steps }: Explanation): void {
  print(style('bold', '\nHow it was found'));
  if (readable === null) {
    print('   nothing was asked of the index: this person may read nothing, or the question has no words');
    return;
  }
  const { permissions, form, values } = readable;
  print(
    `   may read under ${permissions} ${plural('permission', permissions)}, ${FORMS[form]} (${values} ${plural('value', values)})`,
  );
  for (const step of steps) {
    print(
      `   ${`${step.milliseconds} ms`.padStart(10)}  ${style('cyan', step.step.padEnd(11))}  ${summary(step)}`,
    );
    if (step.step === 'words')
      print(style('dim', wrap(plain(step.terms.join(' ')), '                             ')));
  }
}

function summary(step: Step): string {
  switch (step.step) {
    case 'words':
      return `${step.passages} of at most ${step.limit} passages by ${step.terms.length} index ${plural('term', step.terms.length)}`;
    case 'model':
      return 'the question as a vector';
    case 'meaning':
      return `${step.passages} of at most ${step.limit} passages, ${planned(step.plan)}`;
    case 'permissions':
      return `of ${step.documents} ${plural('document', step.documents)} looked at again`;
  }
}

function planned(plan: Extract<Step, { step: 'meaning' }>['plan']): string {
  if (plan === null) return 'nothing to look at';
  if (plan.kind === 'exact') return 'every permitted one compared';
  const parts = plan.probes === 'all' ? 'all' : `the nearest ${plan.probes}`;
  const further = plan.probes !== 'all' && plan.doubting ? ', all where these may be near by chance' : '';
  return `by the vector index (${parts} of its parts${further}; ${plan.refine} times as many compared again)`;
}

const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);

import { describe, expect, it } from 'vitest';
import { withoutFrame } from '../../../index/analysis/question-frame.ts';

describe('withoutFrame', () => {
  it.each([
    { asked: 'Can you please tell me what the notice period is', rest: 'what the notice period is' },
    { asked: 'Hi, could you find out how long leave is?', rest: 'how long leave is?' },
    { asked: "I'd like to know who approves travel", rest: 'who approves travel' },
    { asked: 'Where can I find information about parking', rest: 'about parking' },
    { asked: 'mi puoi dire qual è il preavviso', rest: 'qual è il preavviso' },
    { asked: 'Ciao, potresti dirmi quante ferie ho?', rest: 'quante ferie ho?' },
    { asked: 'Vorrei sapere chi approva le trasferte', rest: 'chi approva le trasferte' },
    { asked: 'what is our policy on gifts', rest: 'what is our policy on gifts' },
    { asked: 'Tell me', rest: 'Tell me' },
    { asked: 'telltale signs', rest: 'telltale signs' },
    { asked: 'please', rest: 'please' },
    { asked: 'findings of the audit', rest: 'findings of the audit' },
    { asked: '"tell me why" policy', rest: '"tell me why" policy' },
  ])('leaves of "$asked" what is asked', ({ asked, rest }) => {
    expect(withoutFrame(asked)).toBe(rest);
  });
});

import { describe, expect, it } from 'vitest';
import { essence, essentialRuns } from '../../../index/analysis/quote-essence.ts';

/** Brings in a character for which a text is read the slow way, as a run of its own. */
const SLOW = ' 日 ';

describe('the words of a text', () => {
  it('are the same whichever way they are read, for every common character', () => {
    const ranges: readonly (readonly [number, number])[] = [
      [0x00, 0x24f],
      [0x2010, 0x2030],
      [0x20ac, 0x20ac],
      [0x2264, 0x2265],
      [0xe000, 0xe004],
    ];
    for (const [from, to] of ranges) {
      for (let code = from; code <= to; code += 1) {
        const text = `ab${String.fromCodePoint(code)}cd 12${String.fromCodePoint(code)}34`;
        const slow = essentialRuns(text + SLOW).slice(0, -1);
        expect(essentialRuns(text), `U+${code.toString(16)}`).toEqual(slow);
      }
    }
  });

  it('are those that make its essence', () => {
    const text = 'The rent (€ 1.250,00) is due on 31/03; not "later" than −5 % … è-così 10².';
    expect(essentialRuns(text).join('').toLowerCase()).toBe(essence(text).replaceAll('\ue002', ''));
  });
});

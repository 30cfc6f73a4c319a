import { describe, expect, it } from 'vitest';
import { spanCoverage } from '../../../src/evaluate/span-coverage.ts';

const part = (span: string, ...texts: readonly string[]): number => {
  const { covered, length } = spanCoverage(span, texts);
  return covered / length;
};
const TEN = 'one2 two2 thre four five sixx seve eigh nine tenn';

describe('the covered part of a span', () => {
  it('is all of it in a text that holds it', () =>
    expect(part('notice is three months', 'The notice is three months for all.')).toBe(1));
  it('does not depend on case, white space, punctuation or markup', () =>
    expect(part('Notice: **three** months', 'the NOTICE,\n three\tmonths')).toBe(1));
  it('is nothing in a text of the same words in another order', () =>
    expect(part('notice is three months', 'months three is notice')).toBe(0));
  it('counts characters of words where a text ends inside it', () =>
    expect(part(TEN, 'before one2 two2 thre four five sixx')).toBe(0.6));
  it('adds what two texts hold', () =>
    expect(part(TEN, 'one2 two2 thre four five', 'sixx seve eigh nine tenn')).toBe(1));
  it('counts what two texts share once', () =>
    expect(part(TEN, 'one2 two2 thre four five sixx', 'two2 thre four five sixx')).toBe(0.6));
  it('leaves out runs of four words, which may be chance', () =>
    expect(part(TEN, 'one2 two2 thre four and more')).toBe(0));
  it('of fewer than five words counts only as a whole', () => {
    expect(part('three months notice', 'three months')).toBe(0);
    expect(part('three months notice', 'has three months notice')).toBe(1);
  });
  it('is found where its first words stand several times', () =>
    expect(part('a b a b a c d e', 'a b a b a b a c d e')).toBe(1));
  it('is nothing without a text', () => expect(part(TEN)).toBe(0));
  it('has the length of its letters and digits', () => expect(spanCoverage('Ab, 12!', []).length).toBe(4));
});

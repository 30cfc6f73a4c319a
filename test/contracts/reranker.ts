import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reranker } from '../../index/rerank/reranker.ts';

const QUESTION = 'annual leave of employees';
const PASSAGES = [
  'The supplier sends the invoice to the accounting department.',
  'Employees: annual leave.',
  'Visitors sign in.',
  '',
];

/** What every `Reranker` keeps to. `make` gives a fresh one; the suite closes it. */
export function rerankerContract(name: string, make: () => Promise<Reranker>): void {
  describe(`${name} keeps the reranker contract`, () => {
    let reranker: Reranker;
    beforeAll(async () => {
      reranker = await make();
    });
    afterAll(() => reranker.close());

    it('gives each passage one number, the highest to the one that answers', async () => {
      const scores = await reranker.score(QUESTION, PASSAGES);
      expect(scores).toHaveLength(PASSAGES.length);
      expect(scores.every(Number.isFinite)).toBe(true);
      expect(scores.indexOf(Math.max(...scores))).toBe(1);
    });

    it('gives numbers in the order of the passages', async () => {
      const there = await reranker.score(QUESTION, PASSAGES);
      const back = await reranker.score(QUESTION, PASSAGES.toReversed());
      back.toReversed().forEach((score, at) => {
        expect(score).toBeCloseTo(there[at] ?? Number.NaN, 4);
      });
    });

    it('gives nothing for no passages', async () => {
      expect(await reranker.score(QUESTION, [])).toHaveLength(0);
    });

    it('rejects an aborted call with its reason and works on', async () => {
      const reason = new Error('enough');
      await expect(reranker.score(QUESTION, PASSAGES, AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(await reranker.score(QUESTION, PASSAGES)).toHaveLength(PASSAGES.length);
    });

    it('rejects every call after it was closed, and closes twice', async () => {
      const other = await make();
      await other.close();
      await other.close();
      await expect(other.score(QUESTION, PASSAGES)).rejects.toMatchObject({ code: 'reranker-closed' });
    });
  });
}

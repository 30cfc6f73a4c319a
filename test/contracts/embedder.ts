import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder } from '../../index/embed/embedder.ts';

/** Cosine of two vectors of length 1. */
export function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined || a.length !== b.length) return Number.NaN;
  return a.reduce((sum, value, k) => sum + value * (b[k] ?? Number.NaN), 0);
}

const PASSAGES = [
  'Employees get 25 days of annual leave.',
  'leave',
  'Il rimborso delle spese di viaggio è pagato entro 30 giorni dalla presentazione delle ricevute. '.repeat(
    20,
  ),
  'The supplier sends the invoice to the accounting department before the end of the month.',
];
/** Sums in single precision differ a little with the width of the batch. */
const SAME = 0.999;

/** What every `Embedder` keeps to. `make` gives a fresh one; the suite closes it. */
export function embedderContract(name: string, make: () => Promise<Embedder>): void {
  describe(`${name} keeps the embedder contract`, () => {
    let embedder: Embedder;
    beforeAll(async () => {
      embedder = await make();
    });
    afterAll(() => embedder.close());

    it('names itself', () => {
      expect(embedder.id).not.toBe('');
      expect(embedder.dimensions).toBeGreaterThan(0);
    });

    it.each(['query', 'passage'] as const)(
      'gives a %s one vector of its dimensions and length 1',
      async (kind) => {
        const vectors = await embedder.embed([...PASSAGES, ''], kind);
        expect(vectors).toHaveLength(PASSAGES.length + 1);
        for (const vector of vectors) {
          expect(vector).toBeInstanceOf(Float32Array);
          expect(vector).toHaveLength(embedder.dimensions);
          expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
        }
      },
    );

    it('gives each vector memory of its own', async () => {
      const [first] = await embedder.embed(PASSAGES, 'passage');
      expect(first?.buffer.byteLength).toBe(embedder.dimensions * Float32Array.BYTES_PER_ELEMENT);
    });

    it('keeps the order of texts of mixed length', async () => {
      const together = await embedder.embed(PASSAGES, 'passage');
      for (const [index, text] of PASSAGES.entries()) {
        const [alone] = await embedder.embed([text], 'passage');
        expect(cosine(alone, together[index])).toBeGreaterThan(SAME);
      }
    });

    it('gives equal texts equal vectors, within a call and between calls', async () => {
      const [a, , b] = await embedder.embed(['annual leave', 'invoice', 'annual leave'], 'passage');
      const [c] = await embedder.embed(['annual leave'], 'passage');
      expect(cosine(a, b)).toBeGreaterThan(SAME);
      expect(cosine(a, c)).toBeGreaterThan(SAME);
    });

    it('gives no vectors for no texts', async () => {
      expect(await embedder.embed([], 'query')).toEqual([]);
    });

    it('answers calls made at the same time, each with its own vectors', async () => {
      const [all, ...each] = await Promise.all([
        embedder.embed(PASSAGES, 'passage'),
        ...PASSAGES.map((text) => embedder.embed([text], 'passage')),
      ]);
      each.forEach(([vector], index) => {
        expect(cosine(vector, all?.[index])).toBeGreaterThan(SAME);
      });
    });

    it('rejects an aborted call with the reason of the signal and works on', async () => {
      const reason = new Error('no longer wanted');
      await expect(embedder.embed(PASSAGES, 'passage', AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(await embedder.embed(PASSAGES, 'passage')).toHaveLength(PASSAGES.length);
    });

    it('rejects calls after close with embedder-closed, and may be closed twice', async () => {
      const other = await make();
      await other.close();
      await other.close();
      await expect(other.embed(['x'], 'query')).rejects.toMatchObject({ code: 'embedder-closed' });
    });
  });
}

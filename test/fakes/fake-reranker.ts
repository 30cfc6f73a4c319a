import { type Reranker, RerankerError } from '../../index/rerank/reranker.ts';

/** Scores a passage by the part of its words that the question has. Deterministic, instant, no process. */
export function createFakeReranker(): Reranker {
  let closed = false;
  return {
    async score(question, passages, signal) {
      if (closed) throw new RerankerError('reranker-closed', 'The reranking model was closed.');
      signal?.throwIfAborted();
      const asked = new Set(words(question));
      return Float32Array.from(passages, (passage) => {
        const all = words(passage);
        return all.filter((word) => asked.has(word)).length / Math.max(1, all.length);
      });
    },
    async close() {
      closed = true;
    },
  };
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

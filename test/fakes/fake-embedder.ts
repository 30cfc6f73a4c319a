import { type Embedder, EmbedderError } from '../../index/embed/embedder.ts';

const DIMENSIONS = 64;

/**
 * A bag of words without a model: each word has a pseudo-random direction from its hash, a text the sum of
 * its words' directions. Texts that share words are close. Deterministic, instant, no process.
 */
export function createFakeEmbedder(
  options: { readonly id?: string; readonly dimensions?: number } = {},
): Embedder {
  const dimensions = options.dimensions ?? DIMENSIONS;
  let closed = false;
  return {
    id: options.id ?? `fake|${dimensions}`,
    dimensions,
    async embed(texts, _kind, signal) {
      if (closed) throw new EmbedderError('embedder-closed', 'The embedder was closed.');
      signal?.throwIfAborted();
      return texts.map((text) => bagOfWords(text, dimensions));
    },
    async close() {
      closed = true;
    },
  };
}

function bagOfWords(text: string, dimensions: number): Float32Array {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [''];
  const sum = new Float32Array(dimensions);
  for (const word of words) {
    let state = fnv1a(word);
    for (let k = 0; k < dimensions; k += 1) {
      state = xorshift(state);
      sum[k] = (sum[k] ?? 0) + (state >>> 0) / 2 ** 31 - 1;
    }
  }
  const length = Math.hypot(...sum);
  return sum.map((number) => number / length);
}

function fnv1a(word: string): number {
  let hash = 0x811c9dc5;
  for (const character of word) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  // xorshift never leaves zero.
  return hash === 0 ? 1 : hash;
}

function xorshift(state: number): number {
  let next = state;
  next ^= next << 13;
  next ^= next >>> 17;
  return next ^ (next << 5);
}

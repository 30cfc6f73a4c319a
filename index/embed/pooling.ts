/** What the model returns: `rows × width × dimensions` numbers, and how many tokens of each row are text. */
export interface TokenVectors {
  readonly data: Float32Array;
  readonly width: number;
  readonly dimensions: number;
  readonly lengths: readonly number[];
}

/** One vector a row: the first token's, or the mean over the row's own tokens (padding left out). */
export function pool(tokens: TokenVectors, pooling: 'mean' | 'cls'): Float32Array {
  const { data, width, dimensions, lengths } = tokens;
  const pooled = new Float32Array(lengths.length * dimensions);
  lengths.forEach((length, row) => {
    const start = row * width * dimensions;
    const counted = pooling === 'cls' ? 1 : length;
    for (let k = 0; k < dimensions; k += 1) {
      let sum = 0;
      for (let at = start + k, token = 0; token < counted; at += dimensions, token += 1) sum += data[at] ?? 0;
      pooled[row * dimensions + k] = sum / counted;
    }
  });
  return pooled;
}

/** Length of the vector of `row`. Not finite when the model gave NaN or infinity. */
export function lengthOf(vectors: Float32Array, row: number, dimensions: number): number {
  let sum = 0;
  for (let at = row * dimensions; at < (row + 1) * dimensions; at += 1) sum += (vectors[at] ?? 0) ** 2;
  return Math.sqrt(sum);
}

/** Brings the vector of `row` to length 1, in place. */
export function normalizeRow(vectors: Float32Array, row: number, dimensions: number): void {
  const length = lengthOf(vectors, row, dimensions);
  for (let at = row * dimensions; at < (row + 1) * dimensions; at += 1)
    vectors[at] = (vectors[at] ?? 0) / length;
}

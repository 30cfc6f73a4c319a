/** Of what may be read, at least this much must be in the sample to say anything. */
const ENOUGH = 30;
/** Standard deviations above what chance gives that count as being there for a reason. */
const MARGIN = 1;

/** How near rows are that have nothing to do with a question: dot products, over the sampled rows of a reader. */
export interface Chance {
  readonly mean: number;
  readonly deviation: number;
}

/** Vectors of a few rows of the table with their scopes, taken evenly from all of it. */
export class VectorSample {
  readonly #byScope = new Map<number, Float32Array[]>();

  constructor(rows: readonly { readonly scope: number; readonly vector: Float32Array }[]) {
    for (const { scope, vector } of rows) {
      const same = this.#byScope.get(scope);
      if (same === undefined) this.#byScope.set(scope, [vector]);
      else same.push(vector);
    }
  }

  /** How near to a question the sampled rows in these scopes are; null when they are too few. */
  chance(question: Float32Array, scopes: readonly number[]): Chance | null {
    const own: Float32Array[] = [];
    for (const scope of scopes) own.push(...(this.#byScope.get(scope) ?? []));
    if (own.length < ENOUGH) return null;
    const near = own.map((vector) => dot(question, vector));
    const mean = near.reduce((sum, value) => sum + value, 0) / near.length;
    const variance = near.reduce((sum, value) => sum + (value - mean) ** 2, 0) / near.length;
    return { mean, deviation: Math.sqrt(variance) };
  }
}

/**
 * Whether a row is nearer than the nearest of `rows` rows would be by chance. The largest of n normal values is about
 * √(2 ln n) deviations above their mean (Leadbetter, Lindgren, Rootzén 1983, theorem 1.5.3).
 */
export function standsOut(nearness: number, { mean, deviation }: Chance, rows: number): boolean {
  return nearness >= mean + deviation * (Math.sqrt(2 * Math.log(rows)) + MARGIN);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

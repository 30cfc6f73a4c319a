import type { Table } from '@lancedb/lancedb';
import { VectorSample } from './vector-sample.ts';

/** A count older than this is made anew, if the table changed. */
const FRESH_MS = 60_000;
/** Rows whose vectors are kept: three megabytes where a model gives 384 numbers. */
const SAMPLED = 2_048;

/**
 * How many rows a caller may read, about: by it a search is planned. Counting by a condition of ten thousand scopes
 * costs as much as a search; here each scope is counted once for all callers, behind their backs.
 *
 * INVARIANT: only plans depend on it. What may be read is decided by the condition of the search itself.
 */
export class RowsByScope {
  readonly #table: Table;
  readonly #now: () => number;
  #counts: ReadonlyMap<number, number> | null = null;
  #all = 0;
  #sample: VectorSample | null = null;
  #version = -1;
  #checked = Number.NEGATIVE_INFINITY;
  #counting: Promise<void> | null = null;

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  /** Rows in these scopes, and in all; null as long as they were never counted. */
  of(scopes: readonly number[]): { readonly readable: number; readonly all: number } | null {
    if (this.#now() - this.#checked >= FRESH_MS) this.#renew();
    const counts = this.#counts;
    if (counts === null) return null;
    return { readable: scopes.reduce((sum, scope) => sum + (counts.get(scope) ?? 0), 0), all: this.#all };
  }

  /** Vectors of some rows; null without vectors, or as long as none were taken. */
  sample(): VectorSample | null {
    return this.#sample;
  }

  /** Ends when nothing is being counted: a table may not be closed before. */
  async settled(): Promise<void> {
    await this.#counting;
  }

  #renew(): void {
    this.#checked = this.#now();
    this.#counting ??= this.#count()
      // The last count still serves, or none: then a search counts for itself, and says what is wrong.
      .catch(() => undefined)
      .finally(() => {
        this.#counting = null;
      });
  }

  async #count(): Promise<void> {
    const version = await this.#table.version();
    if (version === this.#version) return;
    const counts = new Map<number, number>();
    let all = 0;
    for await (const batch of this.#table.query().select(['scope'])) {
      const scopes: Int32Array = batch.getChild('scope')?.toArray() ?? new Int32Array();
      for (const scope of scopes) counts.set(scope, (counts.get(scope) ?? 0) + 1);
      all += scopes.length;
    }
    this.#counts = counts;
    this.#all = all;
    // Without a sample all parts of the index are looked at: slower, and right.
    this.#sample = await this.#take(all).catch(() => null);
    this.#version = version;
  }

  async #take(rows: number): Promise<VectorSample | null> {
    const { fields } = await this.#table.schema();
    if (rows === 0 || !fields.some(({ name }) => name === 'vector')) return null;
    const count = Math.min(rows, SAMPLED);
    const offsets = Array.from({ length: count }, (_, at) => Math.floor((at * rows) / count));
    const taken: Taken[] = await this.#table.takeOffsets(offsets).select(['scope', 'vector']).toArray();
    return new VectorSample(taken.map(({ scope, vector }) => ({ scope, vector: vector.toArray() })));
  }
}

interface Taken {
  readonly scope: number;
  readonly vector: { toArray(): Float32Array };
}

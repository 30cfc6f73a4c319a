import type { Table } from '@lancedb/lancedb';
import type { ChunkRow, RowFilter } from './chunk-store.ts';
import type { RowsByScope } from './lance-rows-by-scope.ts';
import { type ChunkRecord, fromRecord, ROW_COLUMNS } from './lance-schema.ts';
import { EXACT_BELOW, type NearestPlan, planNearest } from './nearest-plan.ts';
import { standsOut } from './vector-sample.ts';

/** What is looked for; `where` is the filter in the store's SQL. */
interface Wanted {
  readonly filter: RowFilter;
  readonly where: string;
  readonly limit: number;
}

/** A row as the vector search gives it: 1 minus the dot product, of the whole vectors. */
type Near = ChunkRecord & { readonly _distance: number };

/** Of what is found, this many must be the nearest for certain: nobody reads further. */
const READ_FIRST = 10;

/** Finds the passages nearest to a vector in one table; see docs/decisions/013. */
export class LanceNearest {
  readonly #table: Table;
  readonly #rows: RowsByScope;

  constructor(table: Table, rows: RowsByScope) {
    this.#table = table;
    this.#rows = rows;
  }

  async find(vector: Float32Array, wanted: Wanted): Promise<ChunkRow[]> {
    const plan = await this.plan(wanted);
    const found = await this.#by(plan, vector, wanted);
    const records =
      plan.kind === 'exact' || this.#isSure(plan, found, vector, wanted)
        ? found
        : await this.#by({ ...plan, probes: 'all' }, vector, wanted);
    return records.map((record) => fromRecord(record).row);
  }

  async plan({ filter: { scopes, ...narrower }, where, limit }: Wanted): Promise<NearestPlan> {
    const rows = this.#rows.of(scopes);
    const bound = Object.values(narrower).every((value) => value === undefined);
    if (rows !== null && (bound || rows.readable < EXACT_BELOW)) return planNearest(rows, limit);
    return planNearest({ readable: await this.#table.countRows(where), all: null }, limit);
  }

  /** Ends when nothing is being counted: a table may not be closed before. */
  async settled(): Promise<void> {
    await this.#rows.settled();
  }

  /** Whether the rows found in some parts of the index are those that would be found in all. */
  #isSure(
    plan: Extract<NearestPlan, { kind: 'approximate' }>,
    found: readonly Near[],
    vector: Float32Array,
    { filter: { scopes }, limit }: Wanted,
  ): boolean {
    if (plan.probes === 'all') return true;
    if (found.length < limit) return false;
    if (!plan.doubting) return true;
    const chance = this.#rows.sample()?.chance(vector, scopes) ?? null;
    const last = found[Math.min(limit, READ_FIRST) - 1];
    const readable = this.#rows.of(scopes)?.readable ?? 0;
    return chance !== null && last !== undefined && standsOut(1 - last._distance, chance, readable);
  }

  async #by(plan: NearestPlan, vector: Float32Array, { where, limit }: Wanted): Promise<Near[]> {
    const query = this.#table
      .query()
      .nearestTo(vector)
      .distanceType('dot')
      .where(where)
      .select([...ROW_COLUMNS, '_distance'])
      .limit(limit);
    if (plan.kind === 'exact') query.bypassVectorIndex();
    else {
      if (plan.probes === 'all') query.maximumNprobes(0);
      else query.nprobes(plan.probes);
      query.refineFactor(plan.refine);
    }
    return query.toArray();
  }
}

import { connect } from '@lancedb/lancedb';
import type { RowFilter } from '../../index/index.ts';
import { filterSql } from '../../index/store/lance-filter.ts';

/** The chunk table without our store around it: what LanceDB itself costs, and what is exactly right. */
export interface BareTable {
  rows(): Promise<number>;
  /** Nearest of all rows by the index, with the same effort as the store's, ids only. */
  nearest(vector: Float32Array, limit: number): Promise<void>;
  /** `document ordinal` of the nearest rows that pass, every row compared. */
  exact(vector: Float32Array, filter: RowFilter, limit: number): Promise<string[]>;
  close(): Promise<void>;
}

export interface Effort {
  readonly probes: number;
  readonly refine: number;
}

/** Opens a table that somebody else made. */
export async function openBareTable(folder: string, name: string, effort: Effort): Promise<BareTable> {
  const db = await connect(folder);
  const table = await db.openTable(name);
  const columns = ['document', 'ordinal', '_distance'];
  return {
    rows: () => table.countRows(),
    nearest: async (vector, limit) => {
      await table
        .query()
        .nearestTo(vector)
        .distanceType('dot')
        .maximumNprobes(0)
        .minimumNprobes(effort.probes)
        .refineFactor(effort.refine)
        .select(columns)
        .limit(limit)
        .toArray();
    },
    exact: async (vector, filter, limit) => {
      const where = filterSql(filter);
      if (where === null) return [];
      const query = table.query().nearestTo(vector).distanceType('dot').bypassVectorIndex().where(where);
      const rows = await query.select(columns).limit(limit).toArray();
      return rows.map(({ document, ordinal }) => `${document} ${ordinal}`);
    },
    close: async () => {
      table.close();
      db.close();
    },
  };
}

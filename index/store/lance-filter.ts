import type { RowFilter } from './chunk-store.ts';

/** A text literal of the store's SQL. */
export function quote(value: string): string {
  if (value.includes('\0')) throw new RangeError('a filter value contains a NUL character');
  return `'${value.replaceAll("'", "''")}'`;
}

/** A whole number of the store's SQL; anything else is a defect, never text. */
function number(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError('a filter value is not a number');
  return String(value);
}

/**
 * The store's SQL for a filter, or null when it lets nothing through (`IN ()` is an error there).
 * INVARIANT: the scope condition always stands in what is returned.
 */
export function filterSql(filter: RowFilter): string | null {
  if (filter.scopes.length === 0) return null;
  const conditions = [`scope IN (${filter.scopes.map(number).join(',')})`];
  if (filter.share !== undefined) conditions.push(`share = ${quote(filter.share)}`);
  if (filter.under !== undefined && filter.under !== '') {
    // `0` is the character after `/`: the file itself, everything below the folder, and nothing beside it.
    const [file, from, to] = [filter.under, `${filter.under}/`, `${filter.under}0`].map(quote);
    conditions.push(`(path = ${file} OR (path >= ${from} AND path < ${to}))`);
  }
  if (filter.types !== undefined) {
    if (filter.types.length === 0) return null;
    conditions.push(`type IN (${filter.types.map(quote).join(',')})`);
  }
  if (filter.languages !== undefined) {
    if (filter.languages.length === 0) return null;
    conditions.push(`language IN (${filter.languages.map(quote).join(',')})`);
  }
  if (filter.modifiedFrom !== undefined) conditions.push(`modified >= ${number(filter.modifiedFrom)}`);
  if (filter.modifiedTo !== undefined) conditions.push(`modified <= ${number(filter.modifiedTo)}`);
  return conditions.join(' AND ');
}

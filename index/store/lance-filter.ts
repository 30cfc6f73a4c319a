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

/** More ranges than this cost more than a list. */
const MAX_RANGES = 16;

/**
 * The condition that lets exactly these scopes through, in the form that costs least: a few ranges of following
 * numbers, or else a list, or else all between the least and the greatest but the missing ones.
 * INVARIANT: a number that is not in `scopes` never passes, also one given after the list was made.
 */
export function scopeSql(scopes: readonly number[]): string {
  const sorted = [...new Set(scopes)].sort((a, b) => a - b);
  const ranges: { from: number; to: number }[] = [];
  for (const scope of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && scope === last.to + 1) last.to = scope;
    else ranges.push({ from: scope, to: scope });
  }
  const between = ({ from, to }: { from: number; to: number }): string =>
    from === to ? `scope = ${number(from)}` : `(scope >= ${number(from)} AND scope <= ${number(to)})`;
  if (ranges.length <= MAX_RANGES) return `(${ranges.map(between).join(' OR ')})`;
  const span = { from: sorted[0] ?? 0, to: sorted.at(-1) ?? 0 };
  const missing = span.to - span.from + 1 - sorted.length;
  if (missing >= sorted.length) return `scope IN (${sorted.map(number).join(',')})`;
  const readable = new Set(sorted);
  const gaps: number[] = [];
  for (let scope = span.from; scope <= span.to; scope += 1) if (!readable.has(scope)) gaps.push(scope);
  return `${between(span)} AND scope NOT IN (${gaps.map(number).join(',')})`;
}

/**
 * The store's SQL for a filter, or null when it lets nothing through (`IN ()` is an error there).
 * INVARIANT: the scope condition always stands in what is returned.
 */
export function filterSql(filter: RowFilter): string | null {
  if (filter.scopes.length === 0) return null;
  const conditions = [scopeSql(filter.scopes)];
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

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
/** A range costs about as much as this many numbers of a list. */
const RANGE_COST = 20;

/** How the scopes that may be read are written: what it costs to say grows with `values`. */
export interface ScopeCondition {
  readonly sql: string;
  readonly form: 'ranges' | 'list' | 'all-but';
  readonly values: number;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Written out once for each list: a search asks several times with one. */
const written = new WeakMap<readonly number[], ScopeCondition>();

/**
 * The condition that lets exactly these scopes through, in the form that costs least: ranges of following numbers
 * and a list of the others, or else all between the least and the greatest but the missing ones.
 * INVARIANT: a number that is not in `scopes` never passes, also one given after the list was made.
 */
export function scopeCondition(scopes: readonly number[]): ScopeCondition {
  const known = written.get(scopes);
  if (known !== undefined) return known;
  const condition = write(ascending(scopes) ? scopes : [...new Set(scopes)].sort((a, b) => a - b));
  written.set(scopes, condition);
  return condition;
}

/** As both gates give them. */
function ascending(scopes: readonly number[]): boolean {
  return scopes.every((scope, at) => at === 0 || scope > (scopes[at - 1] ?? 0));
}

function write(sorted: readonly number[]): ScopeCondition {
  const runs = runsOf(sorted);
  const ranges = runs.length <= MAX_RANGES ? runs : longest(runs);
  const listed = numbersIn(ranges.length === 0 ? runs : runs.filter((run) => !ranges.includes(run)));
  const span = { from: sorted[0] ?? 0, to: sorted.at(-1) ?? 0 };
  const missing = lengthOf(span) - sorted.length;
  if (missing < listed.length) {
    const gaps = numbersIn(runs.map(({ to }, at) => ({ from: to + 1, to: (runs[at + 1]?.from ?? 0) - 1 })));
    const sql = `${between(span)} AND scope NOT IN (${gaps.map(number).join(',')})`;
    return { sql, form: 'all-but', values: gaps.length };
  }
  const list = listed.length === 0 ? [] : [`scope IN (${listed.map(number).join(',')})`];
  return {
    sql: `(${[...ranges.map(between), ...list].join(' OR ')})`,
    form: listed.length === 0 ? 'ranges' : 'list',
    values: ranges.length + listed.length,
  };
}

function runsOf(sorted: readonly number[]): Range[] {
  const runs: { from: number; to: number }[] = [];
  for (const scope of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && scope === last.to + 1) last.to = scope;
    else runs.push({ from: scope, to: scope });
  }
  return runs;
}

function longest(runs: readonly Range[]): Range[] {
  return runs
    .filter((run) => lengthOf(run) > RANGE_COST)
    .sort((a, b) => lengthOf(b) - lengthOf(a))
    .slice(0, MAX_RANGES);
}

const lengthOf = ({ from, to }: Range): number => to - from + 1;

function numbersIn(ranges: readonly Range[]): number[] {
  const numbers: number[] = [];
  for (const { from, to } of ranges) for (let next = from; next <= to; next += 1) numbers.push(next);
  return numbers;
}

const between = ({ from, to }: Range): string =>
  from === to ? `scope = ${number(from)}` : `(scope >= ${number(from)} AND scope <= ${number(to)})`;

/**
 * The store's SQL for a filter, or null when it lets nothing through (`IN ()` is an error there).
 * INVARIANT: the scope condition always stands in what is returned.
 */
export function filterSql(filter: RowFilter): string | null {
  if (filter.scopes.length === 0) return null;
  const conditions = [scopeCondition(filter.scopes).sql];
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

/** Numbers and tables as they go into RESULTS.md. */

/** Value at a quantile (0 to 1) by nearest rank; NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.max(0, Math.ceil(q * sorted.length) - 1);
  return sorted[at] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Three significant digits, thousands grouped. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

/** Quality measures are compared across runs: always three decimals. */
export const score = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : '–');

export const milliseconds = (value: number): string => `${number(value)} ms`;

/** Megabytes of 2^20 bytes. */
export const megabytes = (bytes: number): string => `${number(bytes / 1_048_576)} MB`;

/** A Markdown table; the first row is the header. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map((cell) => String(cell).replaceAll('|', '\\|')));
  const [header = [], ...body] = texts;
  const widths = header.map((_, column) => Math.max(3, ...texts.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/** Counts of equal values, most frequent first. */
export function countBy<T>(values: readonly T[], keyOf: (value: T) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

/** Thousands in groups of three with one sign, and perhaps decimals with another. */
const GROUPED = /^(\d{1,3}(?:([.,'’])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d{1,2}))?$/;
/** Thousands without groups, with decimals: an amount, not a section. */
const AMOUNT = /^(\d{4,})[.,](\d{1,2})$/;
const DECIMAL = /^(\d{1,3}),(\d+)$/;
const YEAR_FIRST = /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})$/;
const YEAR_LAST = /^(\d{1,2})([-./])(\d{1,2})\2(\d{4})$/;
const COUNTRY_CODE = /^\+(\d{1,3})\D/;

/**
 * An amount in one form whatever its country writes: `1.250,00`, `1,250.00` and `1250` are `1250`; with decimals
 * the whole part stands behind it. Null for what is no amount, such as `4.2` or `2024-03`.
 */
export function numberForms(written: string): readonly string[] | null {
  // What begins with 0 has no thousands: 0.125 stays what it is.
  const grouped = written.startsWith('0') ? null : GROUPED.exec(written);
  if (grouped !== null) return amount((grouped[1] ?? '').replace(/\D/g, ''), grouped[3] ?? '');
  const [, whole, decimals] = AMOUNT.exec(written) ?? [];
  if (whole !== undefined && decimals !== undefined) return amount(whole, decimals);
  const decimal = DECIMAL.exec(written);
  return decimal === null ? null : [`${decimal[1]}.${decimal[2]}`, ...decimal.slice(1)];
}

function amount(whole: string, decimals: string): readonly string[] {
  const rest = decimals.replace(/0+$/, '');
  return rest === '' ? [whole] : [`${whole}.${rest}`, whole];
}

/**
 * The days a date may mean, as ISO 8601 writes them: `12.03.2024` is 2024-03-12; `12/03/2024` may be read with the
 * month first as well. Empty for what is no date.
 */
export function dateForms(written: string): readonly string[] {
  const [, year, month, day] = YEAR_FIRST.exec(written) ?? [];
  if (year !== undefined && month !== undefined && day !== undefined) return days(year, [[month, day]]);
  const [, first, joint, second, last] = YEAR_LAST.exec(written) ?? [];
  if (first === undefined || second === undefined || last === undefined) return [];
  const readings: [string, string][] = [[second, first]];
  if (joint !== '.' && first !== second) readings.push([first, second]);
  return days(last, readings);
}

function days(year: string, readings: readonly (readonly [month: string, day: string])[]): string[] {
  return readings
    .filter(([month, day]) => within(Number(month), 12) && within(Number(day), 31))
    .map(([month, day]) => `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
}

function within(value: number, most: number): boolean {
  return value >= 1 && value <= most;
}

/** The digits of a telephone number; one with its country's code also as it is dialled inside that country. */
export function phoneForms(written: string): readonly string[] {
  const digits = written.replace(/\D/g, '');
  const [, country] = COUNTRY_CODE.exec(written) ?? [];
  if (country === undefined) return [digits];
  const inside = digits.slice(country.length);
  return inside.startsWith('0') ? [digits, inside] : [digits, inside, `0${inside}`];
}

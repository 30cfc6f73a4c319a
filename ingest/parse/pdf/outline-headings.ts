import { isCompanyName, isFormLine } from './boilerplate.ts';
import type { Heading, Headings } from './headings.ts';
import type { Row } from './rows.ts';
import type { OutlineEntry } from './source.ts';

type Flows = readonly (readonly Row[])[];

const MAX_ROWS = 3;
/** A line that begins with the entry's title names it too, "Balance sheets (unaudited)", if it is not much longer. */
const MIN_PREFIX = 8;
const MAX_LONGER = 1.6;

/**
 * Headings that the outline names. Their level counts the entries above them that were found too: an entry whose
 * line is missing holds no section that its children could stand in.
 */
export function headingsByOutline(flows: Flows, outline: readonly OutlineEntry[]): Headings {
  const byPage = new Map<number, (readonly Row[])[]>();
  for (const flow of flows) {
    const page = flow[0]?.page;
    if (page === undefined) continue;
    const others = byPage.get(page);
    if (others === undefined) byPage.set(page, [flow]);
    else others.push(flow);
  }
  const found = new Map<Row, Heading>();
  let above: number[] = [];
  for (const entry of outline) {
    above = above.filter((level) => level < entry.level);
    const empty = isFormLine(entry.title) || isCompanyName(entry.title);
    const rows = empty ? null : rowsOfTitle(entry, byPage.get(entry.page) ?? [], found);
    if (rows === null) continue;
    const heading = { level: above.length + 1 };
    for (const row of rows) found.set(row, heading);
    above.push(entry.level);
  }
  return found;
}

/** The largest set of up to three rows on the page that read like the entry's title, else the first that begins so. */
function rowsOfTitle(
  entry: OutlineEntry,
  flows: Flows,
  taken: ReadonlyMap<Row, Heading>,
): readonly Row[] | null {
  const wanted = lettersOf(entry.title);
  if (wanted === '') return null;
  let best: readonly Row[] | null = null;
  for (const flow of flows) {
    for (let at = 0; at < flow.length; at += 1) {
      const rows = titleAt(flow, at, wanted);
      const first = rows?.[0];
      if (rows === null || first === undefined || taken.has(first)) continue;
      if (best === null || first.size > (best[0]?.size ?? 0) * 1.05) best = rows;
    }
  }
  return best ?? rowBeginning(wanted, flows, taken);
}

function rowBeginning(wanted: string, flows: Flows, taken: ReadonlyMap<Row, Heading>): readonly Row[] | null {
  if (wanted.length < MIN_PREFIX) return null;
  for (const row of flows.flat()) {
    if (taken.has(row) || row.cells.length > 2) continue;
    const letters = lettersOf(row.text);
    if (letters.length <= MAX_LONGER * wanted.length && letters.startsWith(wanted)) return [row];
  }
  return null;
}

function titleAt(flow: readonly Row[], at: number, wanted: string): readonly Row[] | null {
  let text = '';
  for (let length = 1; length <= MAX_ROWS; length += 1) {
    const row = flow[at + length - 1];
    if (row === undefined) return null;
    text += ` ${row.text}`;
    const letters = lettersOf(text);
    if (letters === wanted) return flow.slice(at, at + length);
    if (letters.length > wanted.length) return null;
  }
  return null;
}

/** A title's letters and digits without its number: outlines and pages write numbers differently. */
function lettersOf(title: string): string {
  return title
    .trim()
    .replace(/^(?:\d{1,2}(?:\.\d{1,2})*\.?|[A-Z]\.|[IVX]+\.)\s+/, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

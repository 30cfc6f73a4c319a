import { isCompanyName, isFormLine } from './boilerplate.ts';
import { continuedHeading, startsNumbered } from './heading-text.ts';
import type { Candidate, Heading, Headings } from './headings.ts';
import { sizeOf } from './levels.ts';
import type { Row } from './rows.ts';

/** What makes headings a structure: covers, running heads and headings that would swallow the document. */

type Flows = readonly (readonly Row[])[];

/** Documents of fewer pages have no cover. */
const MIN_PAGES_WITH_COVER = 4;
/** A line that comes back on this many pages, or this share of them, at their edge is a running head. */
const RUNNING_PAGES = 5;
const RUNNING_SHARE = 0.2;
const MIN_RUNNING = 3;
const EDGE_ROWS = 2;
/** A heading over more than this share of a long document, with others below it, is not structure. */
const SWALLOW_SHARE = 0.5;
const MIN_PAGES_TO_SWALLOW = 6;
const MIN_SWALLOWED = 2;

/** The candidates less the lines of covers and company names, which name no part of the document. */
export function withoutCover(
  candidates: readonly Candidate[],
  flows: Flows,
  pages: number,
): readonly Candidate[] {
  const named = candidates.filter(({ text, page }) => page === 1 || !isCompanyName(text));
  if (pages < MIN_PAGES_WITH_COVER) return named;
  const cover = flows.filter((flow) => flow[0]?.page === 1);
  if (cover.some((flow) => flow.some((row) => isFormLine(row.text)))) {
    return named.filter(({ text, page }) => page > 1 || startsNumbered(text));
  }
  const headlines = subHeadlines(named, cover);
  return named.filter((candidate) => !headlines.has(candidate));
}

/** Smaller headings that follow the largest one of the first page with no text between. */
function subHeadlines(candidates: readonly Candidate[], cover: Flows): ReadonlySet<Candidate> {
  const found = new Set<Candidate>();
  const first = candidates.filter(({ page }) => page === 1);
  const largest = Math.max(0, ...first.map(({ style }) => sizeOf(style)));
  const of = new Map(first.flatMap((candidate) => candidate.rows.map((row) => [row, candidate] as const)));
  for (const flow of cover) {
    let stacked = false;
    for (const [at, row] of flow.entries()) {
      const candidate = of.get(row);
      if (candidate === undefined) stacked = false;
      else if (sizeOf(candidate.style) >= largest) stacked = true;
      // The last of the stack, right above the text, may be the first section's own heading.
      else if (stacked && headsNoText(flow, at, candidate, of)) found.add(candidate);
    }
  }
  return found;
}

function headsNoText(
  flow: readonly Row[],
  at: number,
  candidate: Candidate,
  of: ReadonlyMap<Row, Candidate>,
): boolean {
  let above = at - 1;
  while (above >= 0 && of.get(flow[above] as Row) === candidate) above -= 1;
  const before = of.get(flow[above] as Row);
  const below = flow.slice(at).find((row) => of.get(row) !== candidate);
  const next = below === undefined ? undefined : of.get(below);
  return next !== undefined || before?.style === candidate.style;
}

interface Running {
  /** Rows that say again what section goes on; they are no text either. */
  readonly rows: ReadonlySet<Row>;
  readonly kept: readonly Candidate[];
}

/** Takes out what repeats at the edges of pages, and headings that only say that their section goes on. */
export function withoutRunning(candidates: readonly Candidate[], flows: Flows, pages: number): Running {
  const edges = new Set(flows.flatMap((flow) => [...flow.slice(0, EDGE_ROWS), ...flow.slice(-EDGE_ROWS)]));
  const atEdge = (candidate: Candidate): boolean => candidate.rows.some((row) => edges.has(row));
  const often = new Map<string, Set<number>>();
  for (const candidate of candidates) {
    if (!atEdge(candidate)) continue;
    const key = keyOf(candidate.text);
    often.set(key, (often.get(key) ?? new Set()).add(candidate.page));
  }
  const isOften = (key: string): boolean => {
    const times = often.get(key)?.size ?? 0;
    return times >= RUNNING_PAGES || (times >= MIN_RUNNING && times > RUNNING_SHARE * pages);
  };
  const rows = new Set<Row>();
  const kept: Candidate[] = [];
  const seen = new Set<string>();
  for (const candidate of candidates) {
    const base = continuedHeading(candidate.text);
    const key = keyOf(base ?? candidate.text);
    const repeats = base === null ? isOften(key) && atEdge(candidate) : atEdge(candidate);
    if (repeats && seen.has(key)) for (const row of candidate.rows) rows.add(row);
    else kept.push(candidate);
    seen.add(key);
  }
  return { rows, kept };
}

function keyOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

interface Span {
  readonly heading: Heading;
  readonly rows: readonly Row[];
  level: number;
  /** Characters from its first row to the end of the document. */
  readonly toEnd: number;
}

/**
 * Lowers a heading that would cover most of a long document to the level of the one that follows it, which then
 * closes it: what holds nearly everything tells nothing of a passage. The title on the first page may.
 */
export function withoutSwallowing(headings: Headings, flows: Flows, pages: number): Headings {
  if (pages < MIN_PAGES_TO_SWALLOW) return headings;
  const spans = spansOf(headings, flows);
  const all = flows.flat().reduce((sum, row) => sum + row.text.length, 0);
  // Backwards, so that one that was closed by a heading now lowered is seen after it.
  for (let at = spans.length - 1; at >= 0; at -= 1) {
    const span = spans[at];
    if (span === undefined || span.toEnd <= SWALLOW_SHARE * all) continue;
    if (at === 0 && span.rows[0]?.page === 1) continue;
    let next = at + 1;
    while (next < spans.length && (spans[next]?.level ?? 0) > span.level) next += 1;
    const under = span.toEnd - (spans[next]?.toEnd ?? 0);
    if (under <= SWALLOW_SHARE * all || next - at - 1 < MIN_SWALLOWED) continue;
    span.level = spans[at + 1]?.level ?? span.level;
  }
  const levelled = new Map<Row, Heading>();
  for (const { rows, heading, level } of spans) {
    const kept = level === heading.level ? heading : { level };
    for (const row of rows) levelled.set(row, kept);
  }
  return levelled;
}

function spansOf(headings: Headings, flows: Flows): Span[] {
  const rows = new Map<Heading, Row[]>();
  const starts = new Map<Heading, number>();
  let before = 0;
  for (const row of flows.flat()) {
    const heading = headings.get(row);
    if (heading !== undefined) {
      const known = rows.get(heading);
      if (known === undefined) rows.set(heading, [row]);
      else known.push(row);
      if (known === undefined) starts.set(heading, before);
    }
    before += row.text.length;
  }
  return [...rows].map(([heading, own]) => ({
    heading,
    rows: own,
    level: heading.level,
    toEnd: before - (starts.get(heading) ?? 0),
  }));
}

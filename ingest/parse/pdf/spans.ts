/** A run of text in one font, placed so that it reads from left to right with `y` downwards, in points. */
export interface Span {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly size: number;
  readonly font: string;
  readonly rightToLeft: boolean;
}

/** A span with the angle it was turned back from, in degrees. */
export interface Run {
  readonly angle: number;
  readonly span: Span;
}

/** Baselines closer than this part of the font size are one row. */
const SAME_BASELINE = 0.3;
/** Text below this share of its neighbour's size may be a raised or lowered mark of that row. */
const SMALL_MARK = 0.82;
/** How far, in parts of the row's size, such a mark may stand off the baseline, and off its neighbour. */
const MARK_RISE = 0.65;
const MARK_GAP = 0.4;
/** Spans on one baseline, unordered. */
export type Baseline = readonly Span[];

/** Groups runs by their angle, then by baseline from the top; the angle with most characters comes first. */
export function readBaselines(runs: readonly Run[]): (readonly Baseline[])[] {
  const byAngle = new Map<number, Span[]>();
  for (const { angle, span } of runs) {
    const spans = byAngle.get(angle);
    if (spans === undefined) byAngle.set(angle, [span]);
    else spans.push(span);
  }
  return [...byAngle.values()].sort((a, b) => characters(b) - characters(a)).map(gather);
}

/** Whether a span shows anything. */
export function isInked(span: Span): boolean {
  return span.text.trim() !== '';
}

function characters(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + span.text.trim().length, 0);
}

function gather(spans: readonly Span[]): Baseline[] {
  const sorted = spans.toSorted((a, b) => a.y - b.y || a.x - b.x);
  const groups: Span[][] = [];
  for (const span of sorted) {
    const group = groups.at(-1);
    const first = group?.[0];
    const level =
      first !== undefined && Math.abs(span.y - first.y) <= SAME_BASELINE * Math.min(span.size, first.size);
    if (level) group?.push(span);
    else groups.push([span]);
  }
  return adoptMarks(groups.filter((group) => group.some(isInked)));
}

/** Gives raised and lowered marks (footnote numbers, exponents) to the row they belong to. */
function adoptMarks(groups: readonly Span[][]): Span[][] {
  const kept: Span[][] = [];
  for (let at = 0; at < groups.length; at += 1) {
    const group = groups[at] ?? [];
    const homeless: Span[] = [];
    for (const span of group) {
      const host = [groups[at + 1], kept.at(-1)].find((row) => row !== undefined && hosts(row, span));
      if (host === undefined || !isInked(span)) homeless.push(span);
      else host.push({ ...span, y: host[0]?.y ?? span.y });
    }
    if (homeless.some(isInked)) kept.push(homeless);
  }
  return kept;
}

function hosts(row: readonly Span[], mark: Span): boolean {
  return row.some((span) => {
    if (mark.size > SMALL_MARK * span.size || Math.abs(mark.y - span.y) > MARK_RISE * span.size) return false;
    if (!isInked(span)) return false;
    const after = mark.x - (span.x + span.width);
    const before = span.x - (mark.x + mark.width);
    const reach = MARK_GAP * span.size;
    return Math.abs(after) <= reach || Math.abs(before) <= reach;
  });
}

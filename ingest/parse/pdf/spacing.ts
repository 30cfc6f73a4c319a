import { roundedSize } from './fonts.ts';
import type { Row } from './rows.ts';

/** Distances above this many font sizes part paragraphs, not lines. */
const MAX_SPACING = 2.6;
const MIN_SPACING = 0.8;
/** What typesetters use where the document has too few lines to tell. */
const DEFAULT_SPACING = 1.2;
const ENOUGH_LINES = 5;
/** Distances are counted in steps of this many font sizes. */
const STEP = 0.05;

/**
 * The usual distance of two baselines for each font size of a document, in points: the most frequent one, the
 * smaller of two equally frequent ones.
 */
export function lineSpacing(flows: readonly (readonly Row[])[]): (size: number) => number {
  const bySize = new Map<number, Map<number, number>>();
  for (const flow of flows) {
    for (const [at, row] of flow.entries()) {
      const above = flow[at - 1];
      if (above === undefined || roundedSize(above.size) !== roundedSize(row.size)) continue;
      const ratio = (row.y - above.y) / row.size;
      if (ratio < MIN_SPACING || ratio > MAX_SPACING) continue;
      const size = roundedSize(row.size);
      const counts = bySize.get(size) ?? new Map<number, number>();
      const step = Math.round(ratio / STEP);
      counts.set(step, (counts.get(step) ?? 0) + 1);
      bySize.set(size, counts);
    }
  }
  const usual = new Map<number, number>();
  for (const [size, counts] of bySize) {
    const ranked = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const total = ranked.reduce((sum, [, count]) => sum + count, 0);
    const [best] = ranked;
    if (best !== undefined && total >= ENOUGH_LINES) usual.set(size, best[0] * STEP);
  }
  return (size) => (usual.get(roundedSize(size)) ?? DEFAULT_SPACING) * size;
}

/**
 * Rank-sum test of Mann and Whitney (1947) with the normal approximation, corrected for ties: how likely two samples
 * of one distribution would lie apart as far as these, in either direction.
 */
export function mannWhitney(
  first: readonly number[],
  second: readonly number[],
): { readonly u: number; readonly p: number } {
  const all = [
    ...first.map((value) => ({ value, mine: true })),
    ...second.map((value) => ({ value, mine: false })),
  ].sort((a, b) => a.value - b.value);
  let ranks = 0;
  let ties = 0;
  for (let at = 0; at < all.length; ) {
    let end = at;
    while (end < all.length && all[end]?.value === all[at]?.value) end += 1;
    const equal = end - at;
    // Equal values share the mean of their ranks, which are counted from 1.
    const rank = (at + 1 + end) / 2;
    ranks += rank * all.slice(at, end).filter(({ mine }) => mine).length;
    ties += equal ** 3 - equal;
    at = end;
  }
  const [n, m, total] = [first.length, second.length, all.length];
  const u = ranks - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  const z = variance === 0 ? 0 : (Math.abs(u - (n * m) / 2) - 0.5) / Math.sqrt(variance);
  return { u, p: Math.min(1, 2 * upperTail(Math.max(0, z))) };
}

/** Chance of a standard normal value above z (Abramowitz and Stegun 26.2.17; error below 7.5e-8). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z);
  const weights = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
  const sum = weights.reduce((total, weight, at) => total + weight * t ** (at + 1), 0);
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

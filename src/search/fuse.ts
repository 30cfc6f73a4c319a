/** Rank constant of reciprocal rank fusion (Cormack, Clarke, Büttcher: SIGIR 2009). */
const RRF_K = 60;

/** Merges rankings by the sum of `weight / (60 + rank)`; equal sums keep the order of first appearance. */
export function fuse<T>(
  rankings: readonly { readonly items: readonly T[]; readonly weight: number }[],
  keyOf: (item: T) => string,
): T[] {
  const sums = new Map<string, { readonly item: T; sum: number }>();
  for (const { items, weight } of rankings) {
    for (const [rank, item] of items.entries()) {
      const key = keyOf(item);
      const entry = sums.get(key) ?? { item, sum: 0 };
      entry.sum += weight / (RRF_K + rank + 1);
      sums.set(key, entry);
    }
  }
  return [...sums.values()].sort((a, b) => b.sum - a.sum).map(({ item }) => item);
}

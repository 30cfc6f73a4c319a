/**
 * Groups texts for the model: longest first, so that a batch holds texts of like length (padding is wasted
 * work) and the runtime's largest buffers are made once. Each batch has at most `budget` tokens, padding
 * counted, unless a single text is longer. Returns indices into `lengths`; every index occurs once.
 */
export function planBatches(lengths: readonly number[], budget: number): readonly (readonly number[])[] {
  const order = lengths.map((_, index) => index).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0));
  const batches: number[][] = [];
  let open: number[] = [];
  let width = 0;
  for (const index of order) {
    if (open.length > 0 && (open.length + 1) * width > budget) {
      batches.push(open);
      open = [];
    }
    if (open.length === 0) width = lengths[index] ?? 0;
    open.push(index);
  }
  return open.length > 0 ? [...batches, open] : batches;
}

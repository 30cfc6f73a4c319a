/** Grey levels that paper, dust and the packing of pictures differ by. */
const SHADE = 32;
/** Fewer pixels than this of another shade are dust; the smallest page number has more. */
const MIN_INK = 4;

/** Whether a picture, as a portable greymap of 8 bits (netpbm, PGM "P5"), is of one shade all over. */
export function isBlank(greymap: Uint8Array): boolean {
  const head = /^P5\s+\d+\s+\d+\s+255\s/.exec(Buffer.from(greymap.subarray(0, 64)).toString('latin1'));
  if (head === null) return false;
  const pixels = greymap.subarray(head[0].length);
  const counts = new Uint32Array(256);
  for (const pixel of pixels) counts[pixel] = (counts[pixel] ?? 0) + 1;
  const paper = counts.indexOf(Math.max(...counts));
  let ink = 0;
  for (const [shade, count] of counts.entries()) if (Math.abs(shade - paper) > SHADE) ink += count;
  return ink < MIN_INK;
}

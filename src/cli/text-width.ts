const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** What terminals draw two columns wide (Unicode Standard Annex 11, the ranges that names are made of). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Columns that a text without control characters takes on a terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** The end of a text in at most `room` columns, behind an ellipsis where something is left out. */
export function lastColumns(text: string, room: number): string {
  if (textWidth(text) <= room) return text;
  const kept: string[] = [];
  let left = room - 1;
  for (const { segment } of [...GRAPHEMES.segment(text)].reverse()) {
    left -= textWidth(segment);
    if (left < 0) break;
    kept.unshift(segment);
  }
  return `…${kept.join('')}`;
}

/**
 * Moves notes and comments in mammoth's HTML from its end to behind the block that refers to them: a footnote
 * belongs to the section it is cited in, not to the last one.
 *
 * Works on the text because mammoth writes these elements itself, always in the same form: all notes in one
 * list, then all comments in one definition list, at the end.
 */
const APPENDIX = /<ol><li id="(?:foot|end)note-[^"]+">|<dl><dt id="comment-[^"]+">/;
const ENTRY_START = /<li id="((?:foot|end)note-[^"]+)">|<dt id="(comment-[^"]+)">[\s\S]*?<\/dt>/;
const BACK_LINK = / ?<a href="#(?:footnote|endnote|comment)-ref-[^"]*">↑<\/a>/g;
const BLOCK_TAG = /<\/?(?:p|h[1-6]|[uod]l|li|d[dt]|table|thead|tbody|t[rdh])\b[^>]*>/g;
const REFERENCE_OR_BLOCK_END =
  /<sup><a href="#((?:footnote|endnote|comment)-[^"]+)" id="[^"]*">([^<]*)<\/a><\/sup>|<\/(?:p|h[1-6]|li|td|th)>/g;
/** `split` by a pattern with two groups gives text, group, group, text, … */
const SPLIT_STEP = 3;

export function placeNotes(html: string): string {
  const at = html.search(APPENDIX);
  if (at === -1) return html;
  const notes = readNotes(html.slice(at));
  const waiting: string[] = [];
  const used = new Set<string>();
  const body = html.slice(0, at).replace(REFERENCE_OR_BLOCK_END, (found, id?: string, label?: string) => {
    if (id === undefined) {
      const here = waiting.splice(0).join('');
      return endsInside(found) ? here + found : found + here;
    }
    // A comment's mark is no text of the document; a note's number is.
    const mark = id.startsWith('comment-') ? '' : (label ?? '');
    const note = notes.get(id);
    if (note !== undefined && !used.has(id)) waiting.push(`<p>${mark} ${note}</p>`);
    used.add(id);
    return mark;
  });
  const unused = [...notes].filter(([id]) => !used.has(id)).map(([, note]) => `<p>${note}</p>`);
  return body + waiting.join('') + unused.join('');
}

/** What follows `</td>` would stand outside the table's cells, what follows `</li>` outside the list. */
const endsInside = (end: string): boolean => end === '</td>' || end === '</th>' || end === '</li>';

/** Each note as one line of inline HTML. */
function readNotes(appendix: string): Map<string, string> {
  const notes = new Map<string, string>();
  const pieces = appendix.split(ENTRY_START);
  for (let i = 1; i + 2 < pieces.length; i += SPLIT_STEP) {
    const id = pieces[i] ?? pieces[i + 1];
    const text = (pieces[i + 2] ?? '').replace(BACK_LINK, '').replace(BLOCK_TAG, ' ').trim();
    if (id !== undefined && text !== '') notes.set(id, text);
  }
  return notes;
}

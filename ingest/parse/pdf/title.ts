import { type Heading, type Headings, NUMBERING } from './headings.ts';
import type { PdfFile } from './open.ts';
import type { Row } from './rows.ts';
import { cleanRun, tidy } from './text.ts';

const MAX_LENGTH = 200;
/** Titles that programs write when nobody gave one, and file names. */
const MEANINGLESS = [
  /^(?:untitled|unbenannt|senza (?:titolo|nome)|sans titre|sin título)\b/i,
  /^(?:document|documento|dokument|presentation|presentazione|slide|title|titolo|page|pagina|print|scan)\s*\d*$/i,
  /^(?:microsoft (?:word|powerpoint|excel)|powerpoint presentation|diapositiva|slide \d)/i,
  /\.(?:docx?|dot[xm]?|pptx?|xlsx?|pdf|rtf|odt|txt|indd|qxd|fm|tex|dvi|html?|pub|ai|eps|wpd|tmp)$/i,
  /^(?:[a-z]:)?[\\/]|^https?:|^file:/i,
  /^\(?(?:anonymous|none|null|unknown)\)?$/i,
];

/** The title its maker gave the document, when it says something; null else. */
export async function metadataTitle(file: PdfFile, fileName: string): Promise<string | null> {
  try {
    const { info, metadata } = await file.getMetadata();
    const candidates = [info?.Title, metadata?.get('dc:title')];
    for (const candidate of candidates) {
      if (typeof candidate !== 'string') continue;
      const title = tidy(cleanRun(candidate));
      if (isMeaningful(title, fileName)) return title;
    }
  } catch {
    // Damaged metadata: the first heading gives the title.
  }
  return null;
}

function isMeaningful(title: string, fileName: string): boolean {
  if (title.length > MAX_LENGTH || !/\p{L}{2}/u.test(title)) return false;
  if (MEANINGLESS.some((pattern) => pattern.test(title))) return false;
  const base = fileName.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
  // One "word" with underscores or digits is a file's or a template's name.
  if (!/\s/.test(title) && (/[_\d]/.test(title) || title.toLowerCase() === base.toLowerCase())) return false;
  return !title.includes('\ufffd');
}

/** How many pages from the start a heading may give the title. */
const TITLE_PAGES = 3;
/** Headings that name a part which most documents have. */
const PART_NAME =
  /^(?:abstract|contents|table of contents|introduction|summary|preface|notices?|indice|sommario|introduzione|premessa)$/i;

/** The heading of the first pages that is set largest, the earlier of equals; null without any. */
export function headingTitle(headings: Headings): string | null {
  const byHeading = new Map<Heading, Row[]>();
  for (const [row, heading] of headings) {
    if (row.page <= TITLE_PAGES) byHeading.set(heading, [...(byHeading.get(heading) ?? []), row]);
  }
  let best: { readonly size: number; readonly text: string } | null = null;
  for (const rows of byHeading.values()) {
    const text = tidy(rows.map((row) => row.text).join(' '));
    const size = rows[0]?.size ?? 0;
    if (NUMBERING.test(text) || PART_NAME.test(text) || text.length > MAX_LENGTH) continue;
    if (best === null || size > best.size * 1.02) best = { size, text };
  }
  return best?.text ?? null;
}

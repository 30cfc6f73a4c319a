import type { Language } from '../../../ingest/index.ts';

/** A sentence of a passage, in its place. */
export interface Sentence {
  readonly text: string;
  /**
   * The sentence without which this one cannot be understood: the line that introduces its list, the row that names
   * its columns, or the sentence before one that begins with “This”; null where it stands alone.
   */
  readonly leansOn: number | null;
}

/** Sentences of a text in order; a line (a paragraph, an item, a row) always ends one. */
export function splitSentences(text: string, language: Language): Sentence[] {
  const segments = segmentsByLine(text, language);
  const pointing = POINTING[language];
  const sentences: Sentence[] = [];
  let head: Head | null = null;
  for (const [nthLine, line] of text.split('\n').entries()) {
    const parts = (segments[nthLine] ?? [])
      .flatMap((segment) => (segment.length > LONG ? segment.split(SOFT_END) : [segment]))
      .map((part) => part.trim())
      .filter((part) => part !== '');
    const first = parts[0];
    if (first === undefined) continue;
    const at = sentences.length;
    const columns = line.split(COLUMN).length;
    const lead = head !== null && leads(head, line, columns) ? head.at : null;
    for (const [nth, part] of parts.entries()) {
      const before = nth === 0 ? lead : pointing.test(part) ? at + nth - 1 : null;
      sentences.push({ text: part, leansOn: before });
    }
    if (lead === null) head = headOf(line, parts.length, at, columns);
  }
  return sentences;
}

/** A segment longer than this is taken for several sentences. */
const LONG = 200;
/** Where one ends although no capital follows, as in text without capitals: behind a whole word, not an abbreviation. */
const SOFT_END = /(?<=(?:[\p{L}\p{N}%]{4}|\))[.!?;])\s+/u;

/** What the lines below may lean on. */
type Head =
  | { readonly kind: 'list'; readonly at: number }
  | { readonly kind: 'table'; readonly at: number; readonly columns: number };

const COLUMN = /\s\|\s|\t/;
const ITEM = /^(?:[-*•–]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s)/i;

function leads(head: Head, line: string, columns: number): boolean {
  return head.kind === 'list' ? ITEM.test(line) : columns === head.columns;
}

/** A line that ends in a colon introduces items; a row without figures or `name: value` names the columns below. */
function headOf(line: string, parts: number, at: number, columns: number): Head | null {
  if (line.trimEnd().endsWith(':')) return { kind: 'list', at: at + parts - 1 };
  if (columns > 1 && !/\d|:\s/.test(line)) return { kind: 'table', at, columns };
  return null;
}

/** First words that point back at the sentence before. */
const POINTING: Record<Language, RegExp> = {
  en: begins(
    'this|that|these|those|it|they|he|she|such|its|their|his|her|otherwise|in (?:this|that|such) case',
  ),
  it: begins(
    "quest[oaie]|quell[oaie]|ciò|tal[ei]|ess[oaie]|egli|ella|altrimenti|in (?:tal|questo|quel) caso|in caso contrario|lo stesso|quest'ultim[oa]",
  ),
  de: begins('dies(?:e[rsmn]?)?|das|er|sie|es|sonst|andernfalls|in diesem fall|solche[rsmn]?'),
  fr: begins("cela|cette|cet|ces|ceci|celui-ci|celle-ci|elles?|ils?|sinon|dans ce cas|c'est"),
  es: begins('est[eoa]s?|es[eoa]s?|ello|dich[oa]s?|ell[oa]s?|él|en (?:tal|este|ese) caso|de lo contrario'),
  und: /^(?!)/,
};

function begins(words: string): RegExp {
  return new RegExp(`^[«“"'(]*(?:${words})(?![\\p{L}\\p{N}])`, 'iu');
}

/** Segments of each line. The text is segmented as a whole, for to begin anew costs more than a line does. */
function segmentsByLine(text: string, language: Language): readonly (readonly string[])[] {
  let line: string[] = [];
  const lines = [line];
  for (const { segment } of segmenterFor(language).segment(text)) {
    // The end of a line always ends a segment (Unicode Standard Annex 29, rule SB4).
    const ends = segment.endsWith('\n');
    line.push(ends ? segment.slice(0, -1) : segment);
    if (!ends) continue;
    line = [];
    lines.push(line);
  }
  return lines;
}

const segmenters = new Map<Language, Intl.Segmenter>();

function segmenterFor(language: Language): Intl.Segmenter {
  let segmenter = segmenters.get(language);
  if (segmenter === undefined) {
    segmenter = new Intl.Segmenter(language === 'und' ? 'en' : language, { granularity: 'sentence' });
    segmenters.set(language, segmenter);
  }
  return segmenter;
}

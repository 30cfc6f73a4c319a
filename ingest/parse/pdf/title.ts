import { isBoilerplate, isCompanyName, isFormLine } from './boilerplate.ts';
import { startsNumbered } from './heading-text.ts';
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

/** The first of the titles its maker gave the document that says something; null without one. */
export function makersTitle(titles: readonly string[], fileName: string): string | null {
  return titles.map((title) => tidy(cleanRun(title))).find((title) => isMeaningful(title, fileName)) ?? null;
}

function isMeaningful(title: string, fileName: string): boolean {
  if (title.length > MAX_LENGTH || !/\p{L}{2}/u.test(title)) return false;
  if (MEANINGLESS.some((pattern) => pattern.test(title))) return false;
  const base = fileName.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
  // One "word" with underscores or digits is a file's or a template's name.
  if (!/\s/.test(title) && (/[_\d]/.test(title) || title.toLowerCase() === base.toLowerCase())) return false;
  return !title.includes('\ufffd') && !isFormLine(title) && saysSomething(title);
}

/** Words that programs and clerks put into titles of files: kinds, states, quarters, dates. */
const CLERICAL =
  /\b(?:doc(?:ument)?s?|exhibits?|ex|vfinal|final|draft|version|ver|copy|print|scan|corp|file|form|word|press|release|q[1-4]|fy|ye|page|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)\b|\p{L}*\d[\p{L}\d]*/giu;
const LONG_WORD = 4;

/** Whether words remain without the clerical ones: one of some length, or several. */
function saysSomething(title: string): boolean {
  const words = title.replace(CLERICAL, ' ').match(/\p{L}{2,}/gu) ?? [];
  return words.length > 1 || words.some((word) => word.length >= LONG_WORD || word === title);
}

/** Lines that could be the title: a heading, or what looks like one. */
export interface TitleLine {
  readonly rows: readonly Row[];
  readonly text: string;
}

const SAME_SIZE = 1.02;
const MAX_TITLE_LINES = 3;
/** From this size on, in points, a line is display type: a smaller one right below the largest completes the title. */
const DISPLAY_SIZE = 18;
const MIN_SUBTITLE = 0.55;
const SUBTITLE_GAP = 2;
/** Headings that name a part which most documents have. */
const PART_NAME =
  /^(?:abstract|contents|table of contents|introduction|summary|preface|notices?|news ?release|press release|confidential|draft|indice|sommario|introduzione|premessa|comunicato stampa|riservato|bozza)$/i;
/** "Oggetto: rinnovo del contratto": a letter's title is what stands behind. */
const SUBJECT = /^(?:oggetto|subject|re|betreff|objet)\s*:\s*/i;

/**
 * The most prominent line of the first page that tells this document from others; lines of one size next to each
 * other belong together, and a subtitle to its title. Null without any, and on the cover of a form.
 */
export function coverTitle(lines: readonly TitleLine[], flows: readonly (readonly Row[])[]): string | null {
  const page = flows[0]?.[0]?.page;
  const cover = flows.filter((flow) => flow[0]?.page === page);
  const rows = cover.flat().map(({ text }) => tidy(text));
  if (rows.some(isFormLine)) return formTitle(rows);
  const onPage = lines.filter(({ rows, text }) => rows[0]?.page === page && couldBeTitle(tidy(text)));
  const best = onPage.reduce<TitleLine | null>(
    (largest, line) => (largest === null || sizeOf(line) > SAME_SIZE * sizeOf(largest) ? line : largest),
    null,
  );
  if (best === null) return null;
  const parts = titleFrom(onPage.slice(onPage.indexOf(best)));
  const title = [...new Set(parts.map(({ text }) => tidy(text).replace(SUBJECT, '')))].join(' – ');
  if (parts.every(({ text }) => isCompanyName(tidy(text)))) return null;
  return title.length > MAX_LENGTH ? tidy(best.text).replace(SUBJECT, '') : title;
}

const FORM_NAME = /^form\s+[\w-]{1,8}(?:\/a)?$/i;
const PERIOD = /\b(?:fiscal year|quarterly period|quarter|year)\s+ended:?\s+([\p{L}\d ,.]{6,24}\d{4})/iu;

/** The cover of a filed form is known by who files it, which form, and for which period. */
function formTitle(rows: readonly string[]): string | null {
  const company = rows.find((row) => row.includes(' ') && isCompanyName(row));
  if (company === undefined) return null;
  const form = rows.find((row) => FORM_NAME.test(row));
  const period = rows.map((row) => PERIOD.exec(row)?.[0]).find((found) => found !== undefined);
  return [company, form, period].filter((part) => part !== undefined).join(' – ');
}

/** The first of these lines and those below that belong to it. */
function titleFrom(lines: readonly TitleLine[]): readonly TitleLine[] {
  const title: TitleLine[] = [];
  for (const line of lines.slice(0, MAX_TITLE_LINES)) {
    const last = title.at(-1);
    if (last !== undefined && !belongs(last, line)) break;
    title.push(line);
  }
  return title;
}

function belongs(line: TitleLine, below: TitleLine): boolean {
  const gap = (below.rows[0]?.y ?? 0) - (line.rows.at(-1)?.y ?? 0);
  const size = sizeOf(line);
  if (gap <= 0 || gap > SUBTITLE_GAP * size) return false;
  const same = Math.max(sizeOf(below), size) <= SAME_SIZE * Math.min(sizeOf(below), size);
  return same || (sizeOf(below) >= DISPLAY_SIZE && sizeOf(below) >= MIN_SUBTITLE * size);
}

function sizeOf({ rows }: TitleLine): number {
  return rows[0]?.size ?? 0;
}

function couldBeTitle(text: string): boolean {
  if (text === '' || text.length > MAX_LENGTH || isBoilerplate(text)) return false;
  return !startsNumbered(text) && !PART_NAME.test(text) && (!text.endsWith(':') || SUBJECT.test(text));
}

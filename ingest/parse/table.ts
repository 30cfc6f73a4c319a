import type { Parser } from './parser.ts';
import { looksLikeHtml, looksLikeMail, looksLikeTable } from './sniff.ts';

/**
 * The only place that knows formats: to add one, add a descriptor here and its parser beside this file.
 *
 * Parsers load when first used, so a child that reads only Markdown never loads the spreadsheet library.
 */
export interface Format {
  /** Stable short name: stands in the catalog and in `--type`. */
  readonly type: string;
  /** What a message calls it. */
  readonly label: string;
  /** Lower case, without the dot; the first is the usual one. */
  readonly extensions: readonly string[];
  readonly content: Content;
  /** null: the file is listed with its type, its text is not read. */
  readonly parse: Parser | null;
}

/** How a format is recognised by its bytes. */
type Content =
  /** `sniff` recognises it whatever the name; without one the extension decides. `weak` only if no text type is named. */
  | { readonly kind: 'text'; readonly sniff?: (start: string) => boolean; readonly weak?: boolean }
  /** `marks` are looked for in `[Content_Types].xml` and in `mimetype`; `part` is the tell-tale entry without them. */
  | { readonly kind: 'zip'; readonly marks: readonly string[]; readonly part?: string }
  /** Any of these streams (lower case) in an OLE container. */
  | { readonly kind: 'ole'; readonly streams: readonly string[] }
  /** `at`: where the bytes may begin at the latest (PDF readers accept junk before the header). */
  | { readonly kind: 'magic'; readonly bytes: readonly (readonly number[])[]; readonly within: number };

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
/** PDF 1.7 annex H.3 note 13: readers accept the header anywhere in the first 1,024 bytes. */
const PDF_HEADER_WITHIN = 1024;

const WORD = ['wordprocessingml.document.main+xml', 'wordprocessingml.template.main+xml'];
const WORD_MACRO = [
  'ms-word.document.macroEnabled.main+xml',
  'ms-word.template.macroEnabledTemplate.main+xml',
];
const SHEET = ['spreadsheetml.sheet.main+xml', 'spreadsheetml.template.main+xml'];
const SHEET_MACRO = ['ms-excel.sheet.macroEnabled.main+xml', 'ms-excel.template.macroEnabled.main+xml'];
const SLIDES = [
  'presentationml.presentation.main+xml',
  'presentationml.slideshow.main+xml',
  'presentationml.template.main+xml',
];
const SLIDES_MACRO = [
  'ms-powerpoint.presentation.macroEnabled.main+xml',
  'ms-powerpoint.slideshow.macroEnabled.main+xml',
];
const odf = (kind: string): string => `application/vnd.oasis.opendocument.${kind}`;

const parseWorkbook: Parser = async (input) => (await import('./xlsx.ts')).parseXlsx(input);
const parseMail: Parser = async (input) => (await import('./eml.ts')).parseEml(input);

const READ: readonly Format[] = [
  {
    type: 'pdf',
    label: 'PDF',
    extensions: ['pdf'],
    content: { kind: 'magic', bytes: [ascii('%PDF-')], within: PDF_HEADER_WITHIN },
    parse: async (input) => (await import('./pdf.ts')).parsePdf(input),
  },
  {
    type: 'docx',
    label: 'Word document',
    extensions: ['docx', 'docm', 'dotx', 'dotm'],
    content: { kind: 'zip', marks: [...WORD, ...WORD_MACRO], part: 'word/document.xml' },
    parse: async (input) => (await import('./docx.ts')).parseDocx(input),
  },
  {
    type: 'xlsx',
    label: 'Excel workbook',
    extensions: ['xlsx', 'xlsm', 'xltx', 'xltm'],
    content: { kind: 'zip', marks: [...SHEET, ...SHEET_MACRO], part: 'xl/workbook.xml' },
    parse: parseWorkbook,
  },
  {
    type: 'xlsb',
    label: 'binary Excel workbook',
    extensions: ['xlsb'],
    content: { kind: 'zip', marks: ['ms-excel.sheet.binary.macroEnabled.main'], part: 'xl/workbook.bin' },
    parse: parseWorkbook,
  },
  {
    type: 'xls',
    label: 'old Excel workbook',
    extensions: ['xls', 'xlt'],
    content: { kind: 'ole', streams: ['workbook', 'book'] },
    parse: parseWorkbook,
  },
  {
    type: 'xls',
    label: 'Excel 3 or 4 sheet',
    extensions: [],
    content: {
      kind: 'magic',
      bytes: [
        [0x09, 0x02, 0x06, 0x00],
        [0x09, 0x04, 0x06, 0x00],
      ],
      within: 0,
    },
    parse: parseWorkbook,
  },
  {
    type: 'ods',
    label: 'OpenDocument spreadsheet',
    extensions: ['ods', 'ots'],
    content: { kind: 'zip', marks: [odf('spreadsheet')] },
    parse: parseWorkbook,
  },
  {
    type: 'pptx',
    label: 'PowerPoint presentation',
    extensions: ['pptx', 'pptm', 'ppsx', 'ppsm', 'potx'],
    content: { kind: 'zip', marks: [...SLIDES, ...SLIDES_MACRO], part: 'ppt/presentation.xml' },
    parse: async (input) => (await import('./pptx.ts')).parsePptx(input),
  },
  {
    type: 'odt',
    label: 'OpenDocument text',
    extensions: ['odt', 'ott'],
    content: { kind: 'zip', marks: [odf('text')] },
    parse: async (input) => (await import('./odt.ts')).parseOdt(input),
  },
  {
    type: 'odp',
    label: 'OpenDocument presentation',
    extensions: ['odp', 'otp'],
    content: { kind: 'zip', marks: [odf('presentation')] },
    parse: async (input) => (await import('./odt.ts')).parseOdt(input),
  },
  {
    type: 'html',
    label: 'HTML page',
    extensions: ['html', 'htm', 'xhtml'],
    content: { kind: 'text', sniff: looksLikeHtml },
    parse: async (input) => (await import('./html.ts')).parseHtml(input),
  },
  {
    type: 'eml',
    label: 'mail',
    extensions: ['eml', 'mht', 'mhtml'],
    content: { kind: 'text', sniff: looksLikeMail },
    parse: parseMail,
  },
  {
    type: 'csv',
    label: 'table as text',
    extensions: ['csv', 'tsv'],
    content: { kind: 'text', sniff: looksLikeTable, weak: true },
    parse: async (input) => (await import('./csv.ts')).parseCsv(input),
  },
  {
    type: 'md',
    label: 'Markdown',
    extensions: ['md', 'markdown', 'mdx', 'mdown', 'mkd'],
    content: { kind: 'text' },
    parse: async (input) => (await import('./markdown.ts')).parseMarkdown(input),
  },
  {
    type: 'txt',
    label: 'text',
    extensions: ['txt', 'text', 'log', 'rst', 'adoc', 'asciidoc', 'org', 'nfo'],
    content: { kind: 'text' },
    parse: async (input) => (await import('./text.ts')).parseText(input),
  },
];

const listed = (type: string, label: string, extensions: readonly string[], content: Content): Format => ({
  type,
  label,
  extensions,
  content,
  parse: null,
});

/** Formats whose files are named in the catalog and whose text is not read. */
const LISTED: readonly Format[] = [
  listed('doc', 'old Word document', ['doc', 'dot'], { kind: 'ole', streams: ['worddocument'] }),
  listed('ppt', 'old PowerPoint presentation', ['ppt', 'pps', 'pot'], {
    kind: 'ole',
    streams: ['powerpoint document', 'pp40'],
  }),
  listed('msg', 'Outlook message', ['msg', 'oft'], { kind: 'ole', streams: ['__properties_version1.0'] }),
  listed('vsd', 'Visio drawing', ['vsd'], { kind: 'ole', streams: ['visiodocument'] }),
  listed('vsdx', 'Visio drawing', ['vsdx'], { kind: 'zip', marks: ['ms-visio.drawing'] }),
  listed('rtf', 'rich text', ['rtf'], { kind: 'magic', bytes: [ascii('{\\rtf')], within: 0 }),
  listed('epub', 'e-book', ['epub'], { kind: 'zip', marks: ['application/epub+zip'] }),
  listed('odg', 'OpenDocument drawing', ['odg'], { kind: 'zip', marks: [odf('graphics')] }),
  listed('mbox', 'mailbox of several mails', ['mbox'], { kind: 'text' }),
];

export const FORMATS: readonly Format[] = [...READ, ...LISTED];

/** The format a text file is read as when nothing says more. */
export const PLAIN_TEXT = 'txt';

export function formatByType(type: string): Format | undefined {
  return FORMATS.find((format) => format.type === type);
}

export function formatByExtension(extension: string): Format | undefined {
  return FORMATS.find((format) => format.extensions.includes(extension));
}

/** Lower-case extension without the dot; empty when the name has none. */
export function extensionOf(name: string): string {
  return /[^/\\.][^/\\]*\.([^./\\]{1,16})$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

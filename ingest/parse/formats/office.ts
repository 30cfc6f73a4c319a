import { ascii, type Format } from '../format.ts';
import type { Parser } from '../parser.ts';

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

/** Files embedded in the document are read behind its own text. */
const embedding =
  (parser: () => Promise<Parser>): Parser =>
  async (input) =>
    (await import('../embedded.ts')).withEmbedded(await parser())(input);

const parseWorkbook = embedding(async () => (await import('../xlsx.ts')).parseXlsx);

const parseApple: Parser = async (input) => (await import('../iwork.ts')).parseIwork(input);

/** What people write, calculate and show. */
export const OFFICE_FORMATS: readonly Format[] = [
  {
    type: 'pdf',
    label: 'PDF',
    extensions: ['pdf'],
    content: { kind: 'magic', bytes: [ascii('%PDF-')], within: PDF_HEADER_WITHIN },
    parse: async (input) => (await import('../pdf.ts')).parsePdf(input),
  },
  {
    type: 'docx',
    label: 'Word document',
    extensions: ['docx', 'docm', 'dotx', 'dotm'],
    content: { kind: 'zip', marks: [...WORD, ...WORD_MACRO], part: 'word/document.xml' },
    parse: embedding(async () => (await import('../docx.ts')).parseDocx),
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
    parse: embedding(async () => (await import('../pptx.ts')).parsePptx),
  },
  {
    type: 'odt',
    label: 'OpenDocument text',
    extensions: ['odt', 'ott'],
    content: { kind: 'zip', marks: [odf('text')] },
    parse: async (input) => (await import('../odt.ts')).parseOdt(input),
  },
  {
    type: 'odp',
    label: 'OpenDocument presentation',
    extensions: ['odp', 'otp'],
    content: { kind: 'zip', marks: [odf('presentation')] },
    parse: async (input) => (await import('../odt.ts')).parseOdt(input),
  },
  {
    type: 'doc',
    label: 'old Word document',
    extensions: ['doc', 'dot'],
    content: { kind: 'ole', streams: ['worddocument'] },
    parse: embedding(async () => (await import('../doc.ts')).parseDoc),
  },
  {
    type: 'ppt',
    label: 'old PowerPoint presentation',
    extensions: ['ppt', 'pps', 'pot'],
    content: { kind: 'ole', streams: ['powerpoint document', 'pp40'] },
    parse: embedding(async () => (await import('../ppt.ts')).parsePpt),
  },
  {
    type: 'rtf',
    label: 'rich text',
    extensions: ['rtf'],
    content: { kind: 'magic', bytes: [ascii('{\\rtf')], within: 0 },
    parse: async (input) => (await import('../rtf.ts')).parseRtf(input),
  },
  {
    type: 'epub',
    label: 'e-book',
    extensions: ['epub'],
    content: { kind: 'zip', marks: ['application/epub+zip'] },
    parse: async (input) => (await import('../epub.ts')).parseEpub(input),
  },
  {
    type: 'pages',
    label: 'Apple Pages document',
    extensions: ['pages'],
    content: { kind: 'zip', marks: [], part: 'index.xml' },
    parse: parseApple,
  },
  {
    type: 'numbers',
    label: 'Apple Numbers sheet',
    extensions: ['numbers'],
    content: { kind: 'zip', marks: [], part: 'index/document.iwa' },
    parse: parseApple,
  },
  {
    type: 'key',
    label: 'Apple Keynote presentation',
    extensions: ['key'],
    content: { kind: 'zip', marks: [], part: 'index.apxl' },
    parse: parseApple,
  },
];

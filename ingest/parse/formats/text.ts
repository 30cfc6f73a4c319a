import type { Format } from '../format.ts';
import {
  looksLikeCalendar,
  looksLikeCard,
  looksLikeHtml,
  looksLikeMail,
  looksLikeMailbox,
  looksLikeSavedPage,
  looksLikeTable,
  looksLikeXml,
} from '../sniff.ts';

/** The format a text file is read as when nothing says more. */
export const PLAIN_TEXT = 'txt';

/** Pages, mails, calendars, data and plain text, in the order in which their beginnings are tried. */
export const TEXT_FORMATS: readonly Format[] = [
  {
    type: 'html',
    label: 'HTML page',
    extensions: ['html', 'htm', 'xhtml'],
    content: { kind: 'text', sniff: looksLikeHtml },
    parse: async (input) => (await import('../html.ts')).parseHtml(input),
  },
  {
    type: 'mhtml',
    label: 'saved page',
    extensions: ['mht', 'mhtml'],
    content: { kind: 'text', sniff: looksLikeSavedPage },
    parse: async (input) => (await import('../mhtml.ts')).parseMhtml(input),
  },
  {
    type: 'mbox',
    label: 'mailbox of several mails',
    extensions: ['mbox'],
    content: { kind: 'text', sniff: looksLikeMailbox },
    parse: async (input) => (await import('../mbox.ts')).parseMbox(input),
  },
  {
    type: 'eml',
    label: 'mail',
    extensions: ['eml'],
    content: { kind: 'text', sniff: looksLikeMail },
    parse: async (input) => (await import('../eml.ts')).parseEml(input),
  },
  {
    type: 'msg',
    label: 'Outlook message',
    extensions: ['msg', 'oft'],
    content: { kind: 'ole', streams: ['__properties_version1.0'] },
    parse: async (input) => (await import('../msg.ts')).parseMsg(input),
  },
  {
    type: 'ics',
    label: 'calendar',
    extensions: ['ics', 'ical', 'ifb'],
    content: { kind: 'text', sniff: looksLikeCalendar },
    parse: async (input) => (await import('../ics.ts')).parseIcs(input),
  },
  {
    type: 'vcf',
    label: 'address cards',
    extensions: ['vcf', 'vcard'],
    content: { kind: 'text', sniff: looksLikeCard },
    parse: async (input) => (await import('../vcf.ts')).parseVcf(input),
  },
  {
    type: 'ipynb',
    label: 'notebook',
    extensions: ['ipynb'],
    content: { kind: 'text' },
    parse: async (input) => (await import('../ipynb.ts')).parseIpynb(input),
  },
  {
    type: 'json',
    label: 'JSON',
    extensions: ['json', 'jsonl', 'ndjson', 'geojson'],
    content: { kind: 'text' },
    parse: async (input) => (await import('../json.ts')).parseJson(input),
  },
  {
    type: 'xml',
    label: 'XML',
    extensions: ['xml', 'svg', 'rss', 'atom', 'xsd', 'wsdl', 'gpx', 'kml'],
    content: { kind: 'text', sniff: looksLikeXml },
    parse: async (input) => (await import('../xml.ts')).parseXml(input),
  },
  {
    type: 'csv',
    label: 'table as text',
    extensions: ['csv', 'tsv'],
    content: { kind: 'text', sniff: looksLikeTable, weak: true },
    parse: async (input) => (await import('../csv.ts')).parseCsv(input),
  },
  {
    type: 'md',
    label: 'Markdown',
    extensions: ['md', 'markdown', 'mdx', 'mdown', 'mkd'],
    content: { kind: 'text' },
    parse: async (input) => (await import('../markdown.ts')).parseMarkdown(input),
  },
  {
    type: PLAIN_TEXT,
    label: 'text',
    extensions: ['txt', 'text', 'log', 'rst', 'adoc', 'asciidoc', 'org', 'nfo'],
    content: { kind: 'text' },
    parse: async (input) => (await import('../text.ts')).parseText(input),
  },
];

import type { Block, Warning } from '../document.ts';
import { type Component, type ContentLine, properties, property, readComponents } from './content-lines.ts';
import { decodeText } from './decode.ts';
import { htmlToBlocks } from './html.ts';
import type { Parser } from './parser.ts';
import { textToBlocks } from './text.ts';
import { cleanLine } from './tidy.ts';

const KINDS = new Set(['VEVENT', 'VTODO', 'VJOURNAL']);
const HAS_HTML = /<(p|br|div|a|b|ul|html)\b[^>]*>/i;

/** Calendars (RFC 5545): each event, task and note as a section with when, where and who. */
export const parseIcs: Parser = async ({ bytes }) => {
  const decoded = decodeText(bytes);
  const { components, isCut } = readComponents(decoded.text);
  const warnings: Warning[] = [...decoded.warnings];
  if (isCut)
    warnings.push({ code: 'repaired', detail: 'the calendar is cut off or too large: its end is missing' });
  const [calendar] = components;
  if (calendar === undefined) return { ok: false, reason: 'corrupt', detail: 'no calendar begins in it' };
  const blocks = components
    .flatMap((component) => (KINDS.has(component.name) ? [component] : component.children))
    .filter(({ name }) => KINDS.has(name))
    .flatMap(entryBlocks);
  const title =
    cleanLine(property(calendar, 'X-WR-CALNAME')) || cleanLine(property(calendar, 'NAME')) || null;
  return { ok: true, document: { title, blocks, pages: null, warnings } };
};

function entryBlocks(entry: Component): Block[] {
  const summary = cleanLine(property(entry, 'SUMMARY'));
  const lines: readonly (readonly [string, string])[] = [
    ['When', when(entry)],
    ['Repeats', repeats(property(entry, 'RRULE'))],
    ['Due', time(entry.lines.find(({ name }) => name === 'DUE'))],
    ['Where', property(entry, 'LOCATION')],
    ['Organizer', people(entry, 'ORGANIZER')],
    ['Attendees', people(entry, 'ATTENDEE')],
    ['Status', property(entry, 'STATUS').toLowerCase()],
    ['Categories', properties(entry, 'CATEGORIES').join(', ')],
  ];
  const facts = lines
    .map(([name, value]) => [name, cleanLine(value)])
    .flatMap(([name, value]): Block[] =>
      value === '' ? [] : [{ kind: 'paragraph', text: `${name}: ${value}`, page: null }],
    );
  return [
    { kind: 'heading', level: 1, text: summary || 'Untitled entry', page: null },
    ...facts,
    ...['DESCRIPTION', 'COMMENT'].flatMap((name) => properties(entry, name).flatMap(proseBlocks)),
  ];
}

const proseBlocks = (text: string): Block[] =>
  HAS_HTML.test(text) ? htmlToBlocks(text) : textToBlocks(text);

function when(entry: Component): string {
  const at = (name: string): ContentLine | undefined => entry.lines.find((line) => line.name === name);
  const start = time(at('DTSTART'));
  const end = time(at('DTEND'));
  const zone = at('DTSTART')?.parameters.get('TZID') ?? '';
  // A meeting within one day needs its day once.
  const sameDay = end.slice(0, 10) === start.slice(0, 10) && end.length > 10;
  const until = end === '' || end === start ? '' : `–${sameDay ? end.slice(11) : end}`;
  return [`${start}${until}`, zone].filter((part) => part !== '').join(' ');
}

/** `2026-03-02 10:00` as it stands on the wall of its zone; UTC says so; a day alone has no time. */
function time(line: ContentLine | undefined): string {
  const parts = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?/.exec(line?.value.trim() ?? '');
  if (parts === null) return '';
  const [, year, month, day, hour, minute, utc] = parts;
  const date = `${year}-${month}-${day}`;
  return hour === undefined ? date : `${date} ${hour}:${minute}${utc === 'Z' ? ' UTC' : ''}`;
}

function repeats(rule: string): string {
  const parts = new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]));
  const frequency = parts.get('FREQ')?.toLowerCase() ?? '';
  const every = parts.get('INTERVAL');
  const until = time({ name: 'UNTIL', parameters: new Map(), value: parts.get('UNTIL') ?? '' });
  return [
    every === undefined || every === '1' ? frequency : `${frequency}, every ${every}`,
    parts.get('BYDAY') ?? '',
    parts.has('COUNT') ? `${parts.get('COUNT')} times` : '',
    until === '' ? '' : `until ${until}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function people({ lines }: Component, name: string): string {
  return lines
    .filter((line) => line.name === name)
    .map(({ parameters, value }) => {
      const address = value.replace(/^mailto:/i, '');
      const shown = parameters.get('CN') ?? '';
      return shown === '' || shown === address ? address : `${shown} <${address}>`;
    })
    .join(', ');
}

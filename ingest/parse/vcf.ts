import type { Block, Warning } from '../document.ts';
import { type Component, properties, property, readComponents } from './content-lines.ts';
import { decodeText } from './decode.ts';
import type { Parser } from './parser.ts';
import { cleanLine } from './tidy.ts';

const FIELDS: readonly (readonly [string, string])[] = [
  ['Organisation', 'ORG'],
  ['Title', 'TITLE'],
  ['Role', 'ROLE'],
  ['Mail', 'EMAIL'],
  ['Phone', 'TEL'],
  ['Address', 'ADR'],
  ['Web', 'URL'],
  ['Note', 'NOTE'],
];

/** Address cards (RFC 6350, and the older 2.1 and 3.0): each as a section; pictures and keys are passed over. */
export const parseVcf: Parser = async ({ bytes }) => {
  const decoded = decodeText(bytes);
  const { components, isCut } = readComponents(decoded.text);
  const warnings: Warning[] = [...decoded.warnings];
  if (isCut)
    warnings.push({ code: 'repaired', detail: 'the cards are cut off or too many: the end is missing' });
  const cards = components.filter(({ name }) => name === 'VCARD');
  if (cards.length === 0) return { ok: false, reason: 'corrupt', detail: 'no card begins in it' };
  const blocks = cards.flatMap(cardBlocks);
  return { ok: true, document: { title: null, blocks, pages: null, warnings } };
};

function cardBlocks(card: Component): Block[] {
  const name = cleanLine(property(card, 'FN')) || structured(property(card, 'N')) || 'Unnamed card';
  const lines = FIELDS.map(([label, field]) => {
    const values = properties(card, field).map(structured);
    return [label, values.filter((value) => value !== '').join('; ')] as const;
  });
  return [
    { kind: 'heading', level: 1, text: name, page: null },
    ...lines
      .filter(([, value]) => value !== '')
      .map(([label, value]): Block => ({ kind: 'paragraph', text: `${label}: ${value}`, page: null })),
  ];
}

/** Names and addresses are parts with semicolons between them, many of them empty. */
function structured(value: string): string {
  return value
    .split(';')
    .map(cleanLine)
    .filter((part) => part !== '')
    .join(', ');
}

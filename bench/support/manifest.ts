import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogDocument } from '../../index/index.ts';

/** One line of `manifest.tsv`. Labels are made by other programs, not checked by hand. */
export interface Expected {
  readonly path: string;
  readonly type: string;
  readonly expectation: string;
  readonly note: string;
}

const MANIFEST = 'manifest.tsv';

/** Reads the manifest of a folder by the names in its first line. @throws {Error} without the columns */
export function readManifest(folder: string): Expected[] {
  const [head = '', ...lines] = readFileSync(join(folder, MANIFEST), 'utf8').split('\n');
  const columns = head.split('\t');
  const at = (name: string): number => columns.indexOf(name);
  if (['path', 'type', 'expectation'].some((name) => at(name) < 0)) {
    throw new Error(`${MANIFEST} needs the columns path, type and expectation`);
  }
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('\t'))
    .map((cells) => ({
      path: cells[at('path')] ?? '',
      type: cells[at('type')] ?? '',
      expectation: (cells[at('expectation')] ?? '').trim(),
      note: cells[at('note')] ?? '',
    }));
}

/** What became of a file in one word or two. */
export function outcomeOf(document: CatalogDocument): string {
  if (document.outcome !== 'quarantined') return document.outcome;
  return `quarantined ${document.reason ?? 'UNNAMED'}`;
}

/** Reasons that are our trouble and never a property of the file alone. */
const OURS = new Set(['timeout', 'out-of-memory', 'parser-crashed']);

/** A parser that hung, grew or died. The pass survives it, but the file deserves a better answer. */
export function parserTrouble({ reason }: CatalogDocument): boolean {
  return reason !== null && OURS.has(reason);
}

/** A refusal without reason or without words: an operator could do nothing with it. */
export function unnamed({ outcome, reason, detail }: CatalogDocument): boolean {
  return outcome === 'quarantined' && (reason === null || detail === null || detail.trim() === '');
}

const isRefused = (document: CatalogDocument, ...reasons: string[]): boolean =>
  document.outcome === 'quarantined' && reasons.includes(document.reason ?? '');

/**
 * Why an outcome contradicts its label; null when it does not. A type that is not read at all never
 * contradicts: it is refused by name before anything is known of its content.
 */
export function contradiction({ expectation }: Expected, document: CatalogDocument): string | null {
  if (isRefused(document, 'unsupported', 'needs-program')) return null;
  const { outcome, warnings } = document;
  switch (expectation) {
    case 'ok':
      return outcome === 'indexed' ? null : 'should give text';
    case 'ok-no-text':
    case 'empty':
      return outcome === 'quarantined' ? 'should open, without text' : null;
    case 'encrypted':
      // Of an archive with some members locked the others are read, and the locked ones named.
      return isRefused(document, 'encrypted') || warnings.some(({ detail }) => detail.includes(': encrypted'))
        ? null
        : 'should be named encrypted';
    case 'wrong-ext':
      return outcome === 'indexed' && !warnings.some(({ code }) => code === 'wrong-extension')
        ? 'should warn of the extension'
        : null;
    case 'corrupt':
      return isRefused(document, 'corrupt') || outcome === 'indexed' ? null : 'should be corrupt or repaired';
    case 'bomb':
    case 'malformed':
      return parserTrouble(document) ? 'should end within the limits' : null;
    default:
      return null;
  }
}

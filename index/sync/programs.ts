import type { ProgramsInUse } from '../../ingest/index.ts';
import type { Catalog } from '../catalog/catalog.ts';

/** What reads documents where the index is written, and what looks at them before. */
export interface Readers extends ProgramsInUse {
  /** Null: files are not scanned. */
  readonly scanner: 'clamd' | null;
}

const KEY = 'readers';

/**
 * Remembers what reads documents, and lets those be read again of which the programs of before could not read all:
 * pictures and scans, when OCR is there now or knows more languages.
 *
 * What an index was made with before this was remembered is not known: it stays as it is.
 */
export async function readAgainWithPrograms(
  catalog: Pick<Catalog, 'meta' | 'setMeta' | 'forgetHashes'>,
  readers: Readers,
): Promise<void> {
  const before = await rememberedReaders(catalog);
  if (before !== null && readsMore(before.ocr, readers.ocr)) await catalog.forgetHashes('short-of-ocr');
  if (JSON.stringify(before) !== JSON.stringify(readers)) await catalog.setMeta(KEY, JSON.stringify(readers));
}

/** What reads documents, as whoever wrote the index last found it; null when nobody did. */
export async function rememberedReaders(catalog: Pick<Catalog, 'meta'>): Promise<Readers | null> {
  const text = await catalog.meta(KEY);
  return text === null ? null : (JSON.parse(text) as Readers);
}

function readsMore(before: Readers['ocr'], now: Readers['ocr']): boolean {
  if (now.state !== 'on') return false;
  const known = before.state === 'on' ? before.languages : [];
  return now.languages.some((language) => !known.includes(language));
}

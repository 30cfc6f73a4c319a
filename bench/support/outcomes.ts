import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { shareId } from '../../acl/index.ts';
import type { CatalogDocument } from '../../index/index.ts';
import { openCore } from '../../src/compose/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { countBy, table } from './figures.ts';
import { SHARE } from './workspace.ts';

const PAGE = 5_000;

/** Every document of the bench share as the catalog knows it. */
export async function documentsOf(config: string): Promise<CatalogDocument[]> {
  const core = await openCore(await loadConfig(config));
  try {
    const found: CatalogDocument[] = [];
    for (;;) {
      const after = found.at(-1)?.path ?? '';
      const query = { share: shareId(SHARE), under: '', after, limit: PAGE };
      const page = await core.catalog.listDocuments(query);
      found.push(...page);
      if (page.length < PAGE) return found;
    }
  } finally {
    await core.close();
  }
}

/** What became of the files, by type: a Markdown table. */
export function outcomeTable(documents: readonly CatalogDocument[]): string {
  const rows = countBy(documents, typeOf).map(([type]) => {
    const own = documents.filter((document) => typeOf(document) === type);
    const of = (outcome: CatalogDocument['outcome']): CatalogDocument[] =>
      own.filter((document) => document.outcome === outcome);
    const reasons = countBy(of('quarantined'), ({ reason }) => reason ?? 'UNNAMED');
    return [
      type,
      own.length,
      of('indexed').length,
      of('no-text').length,
      own.filter(({ warnings }) => warnings.length > 0).length,
      reasons.map(([reason, count]) => `${count} ${reason}`).join(', '),
      own.reduce((sum, { chunks }) => sum + chunks, 0),
    ];
  });
  return table([['type', 'files', 'indexed', 'no text', 'warned', 'quarantined', 'chunks'], ...rows]);
}

function typeOf({ type, path }: CatalogDocument): string {
  return type ?? (extname(path).slice(1).toLowerCase() || 'none');
}

/** Bytes of all files below a folder. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}

import { MAX_OUTLINE_ENTRIES, MAX_OUTLINE_LEVEL, type OutlineEntry } from '../source.ts';
import { tidy } from '../text.ts';
import type { OutlineItem, PdfFile } from './open.ts';

/** The document's bookmarks in order, with their pages; entries that lead nowhere are left out. */
export async function readOutline(file: PdfFile): Promise<OutlineEntry[]> {
  const entries: OutlineEntry[] = [];
  const walk = async (items: readonly OutlineItem[], level: number): Promise<void> => {
    for (const item of items) {
      if (entries.length >= MAX_OUTLINE_ENTRIES) return;
      const page = await pageOf(file, item.dest).catch(() => null);
      const title = tidy(item.title);
      if (page !== null && title !== '') entries.push({ title, level, page });
      if (level < MAX_OUTLINE_LEVEL) await walk(item.items, level + 1);
    }
  };
  try {
    await walk((await file.getOutline()) ?? [], 1);
  } catch {
    // A damaged outline takes nothing from the text; headings are then found by their look.
  }
  return entries;
}

async function pageOf(file: PdfFile, dest: OutlineItem['dest']): Promise<number | null> {
  const target = typeof dest === 'string' ? await file.getDestination(dest) : dest;
  const first = target?.[0];
  if (typeof first === 'number') return first + 1;
  if (isReference(first)) return (await file.getPageIndex(first)) + 1;
  return null;
}

function isReference(value: unknown): value is { num: number; gen: number } {
  return typeof value === 'object' && value !== null && 'num' in value && 'gen' in value;
}

import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Unit } from './corpus.ts';

const LETTERS = 26;
const NAME_LENGTH = 6;

/**
 * Name of the file of a unit. It is letters only and no word: names are searched as well, and a number or a word in
 * one would find units by their place in the set.
 */
export function unitName(at: number): string {
  let name = '';
  for (let rest = at; name.length < NAME_LENGTH; rest = Math.floor(rest / LETTERS)) {
    name = String.fromCharCode(97 + (rest % LETTERS)) + name;
  }
  return `zq${name}.html`;
}

/** A unit as the page that is indexed: its title is the page's title and heading, each line a paragraph. */
export function unitPage({ title, text }: Unit): string {
  const head = escapeHtml(title.trim());
  const heading = head === '' ? '' : `<h1>${head}</h1>`;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const body = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n');
  return `<!doctype html><html><head><meta charset="utf-8"><title>${head}</title></head><body>${heading}\n${body}</body></html>\n`;
}

/** Makes a folder hold exactly the files of the units. A file that is right already is not written again. */
export async function writeUnits(folder: string, units: readonly Unit[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wanted = new Set(units.map((_, at) => unitName(at)));
  for (const name of await readdir(folder)) {
    if (!wanted.has(name)) await rm(join(folder, name), { recursive: true });
  }
  for (const [at, unit] of units.entries()) {
    const file = join(folder, unitName(at));
    const page = unitPage(unit);
    if (!existsSync(file) || (await readFile(file, 'utf8')) !== page) await writeFile(file, page);
  }
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

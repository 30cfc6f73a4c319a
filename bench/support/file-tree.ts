import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipfWords } from './zipf-text.ts';

export interface FileTree {
  /** Root of the share. */
  readonly root: string;
  /** Paths of the files, relative to the root. */
  readonly paths: readonly string[];
  remove(): void;
}

const PER_FOLDER = 100;
const WORDS = 20;
const SEED = 20_261_121;

/** Small text files, 100 a folder, ten folders below each folder of the first level; `length` in words. */
export function makeFileTree(files: number, { length = WORDS } = {}): FileTree {
  const folder = mkdtempSync(join(tmpdir(), 'ntk-bench-tree-'));
  const root = join(folder, 'share');
  const words = zipfWords({ vocabulary: 20_000, seed: SEED });
  const paths: string[] = [];
  for (let at = 0; at < files; at += 1) {
    const place = Math.floor(at / PER_FOLDER);
    const under = `area ${Math.floor(place / 10)}/part ${place % 10}`;
    if (at % PER_FOLDER === 0) mkdirSync(join(root, under), { recursive: true });
    const path = `${under}/file ${at}.txt`;
    writeFileSync(join(root, path), `zebra ${words.text(length)}\n`);
    paths.push(path);
  }
  return { root, paths, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

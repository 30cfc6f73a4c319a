import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { TINY_FOLDER } from './tiny-model.ts';

const SCRIPT = join(import.meta.dirname, '../../../scripts/make-tiny-model.ts');
const folder = mkdtempSync(join(tmpdir(), 'ntk-tiny-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesIn(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(root, name)).isFile())
    .sort();
}

it('the tiny model in the repository is what its script writes, to the byte', () => {
  cpSync(join(TINY_FOLDER, 'words.txt'), join(folder, 'words.txt'));
  execFileSync(process.execPath, [SCRIPT, folder]);
  expect(filesIn(folder)).toEqual(filesIn(TINY_FOLDER));
  for (const name of filesIn(folder)) {
    expect(readFileSync(join(folder, name)).equals(readFileSync(join(TINY_FOLDER, name))), name).toBe(true);
  }
});

it('the tiny model stays under a megabyte', () => {
  const bytes = filesIn(TINY_FOLDER).reduce((sum, name) => sum + statSync(join(TINY_FOLDER, name)).size, 0);
  expect(bytes).toBeLessThan(1_000_000);
});

it('the tiny model knows every letter and digit, at the start of a word and inside', () => {
  const { model } = JSON.parse(readFileSync(join(TINY_FOLDER, 'tokenizer.json'), 'utf8'));
  const unknown = [...'abcdefghijklmnopqrstuvwxyz0123456789àèéìíòóùúäöüßçñ'].filter(
    (letter) => !(letter in model.vocab && `##${letter}` in model.vocab),
  );
  expect(unknown).toEqual([]);
});

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.ts';
import { TINY_RERANKER_FOLDER } from './tiny-reranker.ts';

const SCRIPT = join(import.meta.dirname, '../../../scripts/make-tiny-reranker.ts');

function filesIn(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(root, name)).isFile())
    .sort();
}

it('the tiny reranker in the repository is what its script writes, to the byte', () => {
  const folder = tempFolder();
  execFileSync(process.execPath, [SCRIPT, folder]);
  expect(filesIn(folder)).toEqual(filesIn(TINY_RERANKER_FOLDER));
  for (const name of filesIn(folder)) {
    const same = readFileSync(join(folder, name)).equals(readFileSync(join(TINY_RERANKER_FOLDER, name)));
    expect(same, name).toBe(true);
  }
});

import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { queryTerms } from '../../../index/index.ts';
import { unitName, unitPage, writeUnits } from '../../../src/evaluate/unit-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const unit = (id: string, text: string) => ({ id, title: `Title ${id}`, text });

describe('the file of a unit', () => {
  it('has a name of its own', () =>
    expect(new Set(Array.from({ length: 20_000 }, (_, at) => unitName(at))).size).toBe(20_000));

  it('has a name without a number, which a question could ask for', () => {
    for (const at of [0, 26, 12_987]) {
      const [term, more] = queryTerms(unitName(at).replace('.html', ''), ['en']);
      expect(term?.word).toMatch(/^zq[a-z]{6}$/);
      expect(more).toBeUndefined();
    }
  });

  it('shows markup of the text as text', () =>
    expect(unitPage({ id: 'a', title: 'A & B', text: 'if x < 3 then <b>' })).toContain(
      'if x &lt; 3 then &lt;b&gt;',
    ));
});

describe('the folder of the units', () => {
  it('holds their files and nothing else', async () => {
    const folder = tempFolder();
    await writeUnits(folder, [unit('a', 'x'), unit('b', 'y')]);
    await writeUnits(folder, [unit('a', 'x')]);
    expect(readdirSync(folder)).toEqual([unitName(0)]);
  });

  it('keeps a file that is right as it is, and mends one that is not', async () => {
    const folder = tempFolder();
    const units = [unit('a', 'x'), unit('b', 'y')];
    await writeUnits(folder, units);
    const [right, wrong] = [join(folder, unitName(0)), join(folder, unitName(1))];
    utimesSync(right, 1, 1);
    writeFileSync(wrong, 'changed');
    await writeUnits(folder, units);
    expect(statSync(right).mtimeMs).toBe(1_000);
    expect(readFileSync(wrong, 'utf8')).toContain('<p>y</p>');
  });
});

import { spawnSync } from 'node:child_process';
import { renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Company, makeCompany, SHARE } from '../support/company.ts';
import { type House, openHouse } from '../support/house.ts';

/** All that bruno, or another, is shown, over every face: paths by search, listing and the given ids. */
async function everything(house: House, login: string, ids: readonly string[]): Promise<string[]> {
  const seen = new Set<string>();
  for (const door of house.doors) {
    const shown = [await door.search(login, 'salary leave holiday ferie codeword', SHARE)];
    if (door.list !== null) shown.push(await door.list(login, SHARE));
    for (const id of ids) shown.push(await door.fetch(login, id));
    for (const { paths } of shown) for (const path of paths) seen.add(path);
  }
  return [...seen].sort();
}

let company: Company;
let house: House;
const at = (path: string): string => join(company.folder, 'share', path);

beforeEach(async () => {
  company = await makeCompany();
  house = await openHouse(company.core);
});

afterEach(async () => {
  await house.close();
  await company.close();
});

const OPEN = ['policies/ferie.md', 'policies/leave.md'];
const shown = async (login: string, ...paths: readonly string[]): Promise<string[]> => {
  const ids = await Promise.all([...OPEN, ...paths].map((path) => company.documentId(path).catch(() => '')));
  const known = ids.filter((id) => id !== '');
  return (await everything(house, login, known)).filter((path) => !path.includes('<img'));
};

describe('case 21: after the pass that saw it, over every face', () => {
  it('a folder that was closed shows nothing to those who were shut out', async () => {
    expect(await shown('bruno')).toEqual(OPEN);
    const ids = await Promise.all(OPEN.map((path) => company.documentId(path)));
    await company.setReaders('policies', ['group:hr']);
    await company.ingest();
    expect(await everything(house, 'bruno', ids)).toEqual([]);
    expect(await shown('anna')).toEqual(expect.arrayContaining(OPEN));
  });

  it('a file moved into a closed folder is gone for others, by its old id and its old path too', async () => {
    const id = await company.documentId('policies/leave.md');
    renameSync(at('policies/leave.md'), at('hr/leave.md'));
    await company.ingest();
    expect(await everything(house, 'bruno', [id])).not.toEqual(expect.arrayContaining(['policies/leave.md']));
    expect(await everything(house, 'bruno', [id])).not.toEqual(expect.arrayContaining(['hr/leave.md']));
    expect(await everything(house, 'anna', [id])).toEqual(expect.arrayContaining(['hr/leave.md']));
    expect(await company.documentId('hr/leave.md')).toBe(id);
  });

  it('a file moved out of a closed folder is shown to those who may read its new place', async () => {
    renameSync(at('hr/salaries.md'), at('policies/salaries.md'));
    await company.ingest();
    expect(await shown('bruno', 'policies/salaries.md')).toContain('policies/salaries.md');
  });

  it('a backup restored with its old time shows its text to those who may read, and only to them', async () => {
    const before = await readFile(at('hr/salaries.md'), 'utf8');
    const { atime, mtime } = statSync(at('hr/salaries.md'));
    await company.write('hr/salaries.md', '# Salary bands\n\nThe salary is not written down any more.\n');
    await company.ingest();
    writeFileSync(at('hr/salaries.md'), before);
    utimesSync(at('hr/salaries.md'), atime, mtime);
    await company.ingest();
    const id = await company.documentId('hr/salaries.md');
    for (const door of house.doors) {
      expect((await door.fetch('anna', id)).body).toContain('quetzalcoatl');
      expect((await door.search('anna', 'salary band 7', SHARE)).body).toContain('quetzalcoatl');
      expect((await door.fetch('bruno', id)).paths).toEqual([]);
      expect((await door.search('bruno', 'salary band 7', SHARE)).body).not.toContain('quetzalcoatl');
    }
  });

  it('a deleted file is not found by its id, and one made anew in its place is another document', async () => {
    const id = await company.documentId('policies/leave.md');
    rmSync(at('policies/leave.md'));
    await company.ingest();
    expect(await everything(house, 'anna', [id])).not.toContain('policies/leave.md');
    await company.write('policies/leave.md', '# Leave\n\nHoliday is granted on request.\n');
    await company.ingest();
    expect(await company.documentId('policies/leave.md')).not.toBe(id);
    for (const door of house.doors) expect((await door.fetch('anna', id)).paths).toEqual([]);
  });
});

describe('case 16: over every face', () => {
  it('a hard link in a closed folder is not named to those who read the other name', async () => {
    await mkdir(dirname(at('hr/copy.md')), { recursive: true });
    await link(at('policies/leave.md'), at('hr/copy.md'));
    await company.ingest();
    expect(await shown('bruno', 'hr/copy.md')).toEqual(OPEN);
    expect(await shown('anna', 'hr/copy.md')).toContain('hr/copy.md');
  });

  it('a folder that is bound into the share stands under the lists of its place there', async (context) => {
    const outside = join(company.folder, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'note.md'), '# Note\n\nThe holiday codeword is osmanthus.\n');
    for (const place of ['hr/bound', 'policies/bound']) await mkdir(at(place), { recursive: true });
    const bound = ['hr/bound', 'policies/bound'].filter(
      (place) => spawnSync('mount', ['--bind', outside, at(place)]).status === 0,
    );
    try {
      if (bound.length < 2) context.skip('nothing can be bound here');
      await company.ingest();
      const [closed = '', open = ''] = bound.map((place) => `${place}/note.md`);
      expect(await shown('bruno', closed, open)).toEqual([open, ...OPEN]);
      expect(await shown('anna', closed, open)).toEqual(expect.arrayContaining([closed]));
    } finally {
      for (const place of bound) spawnSync('umount', ['-l', at(place)]);
    }
  });
});

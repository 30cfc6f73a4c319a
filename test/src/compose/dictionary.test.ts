import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDictionary } from '../../../src/compose/dictionary.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A dictionary file and a clock that is moved by hand. */
async function opened(text: string) {
  const file = join(tempFolder(), 'words.tsv');
  writeFileSync(file, text);
  const clock = { time: 0 };
  const told: string[] = [];
  const live = await openDictionary(file, {
    now: () => clock.time,
    onTrouble: (message) => told.push(message),
  });
  const pairs = async (): Promise<number | undefined> => {
    clock.time += 2_000;
    return (await live?.current())?.pairs;
  };
  return { file, told, pairs };
}

const ONE = 'ferie\tit\tholidays\ten\n';

describe('openDictionary', () => {
  it('is none where none is configured', async () => {
    expect(await openDictionary(undefined, { now: () => 0 })).toBeNull();
  });

  it('refuses a file that is not there, with the mend', async () => {
    await expect(openDictionary('/nowhere/words.tsv', { now: () => 0 })).rejects.toThrow(
      /search\.dictionary: \/nowhere\/words\.tsv cannot be read \(ENOENT\): name a file of lines/,
    );
  });

  it('refuses a wrong line by its number', async () => {
    await expect(opened(`${ONE}ferie`)).rejects.toThrow(/words\.tsv:2: write word, language/);
  });

  it('reads the file again when it changed', async () => {
    const { file, pairs } = await opened(ONE);
    expect(await pairs()).toBe(1);
    writeFileSync(file, `${ONE}preavviso\tit\tnotice\ten\n`);
    expect(await pairs()).toBe(2);
  });

  it('keeps what it read and tells once while a line is wrong', async () => {
    const { file, pairs, told } = await opened(ONE);
    writeFileSync(file, 'broken');
    expect([await pairs(), await pairs()]).toEqual([1, 1]);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('words.tsv:1: write word');
  });

  it('keeps what it read while the file is gone', async () => {
    const { file, pairs, told } = await opened(ONE);
    rmSync(file);
    expect(await pairs()).toBe(1);
    expect(told[0]).toContain('ENOENT');
  });
});

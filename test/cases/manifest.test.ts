import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CASES } from './all-cases.ts';
import { BAD_INPUT, type Cited, DEMANDS } from './manifest.ts';
import { LOGINS } from './people.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Names that are cited but stand in no such file any more. */
function missing(cited: readonly Cited[]): string[] {
  return cited.flatMap(({ file, names }) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return names.filter((name) => !text.includes(name)).map((name) => `${file}: ${name}`);
  });
}

describe('the 25 cases', () => {
  it('are all there, each once', () => {
    expect(DEMANDS.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, at) => at + 1));
  });

  it.each(DEMANDS.map((demand) => ({ ...demand, label: `${demand.number} (${demand.title})` })))(
    'case $label is shown by tests that exist',
    ({ cited }) => {
      expect(cited.length).toBeGreaterThan(0);
      expect(missing(cited)).toEqual([]);
    },
  );

  it('that are about lists stand in the matrix', () => {
    const numbers = new Set(CASES.map(({ number }) => number));
    for (let number = 1; number <= 16; number += 1) expect(numbers, `case ${number}`).toContain(number);
  });

  it('both hide from somebody and show to somebody, for every person', () => {
    for (const login of LOGINS) {
      expect(CASES.some(({ reads }) => reads.includes(login))).toBe(true);
      expect(CASES.some(({ reads }) => !reads.includes(login))).toBe(true);
    }
  });
});

describe('bad input', () => {
  it.each(Object.keys(BAD_INPUT))('%s is shown by tests that exist', (kind) => {
    expect(missing(BAD_INPUT[kind] ?? [])).toEqual([]);
  });
});

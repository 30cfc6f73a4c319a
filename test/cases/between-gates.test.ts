import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../index/index.ts';
import { type Company, makeCompany, SHARE } from '../support/company.ts';
import type { Shown } from '../support/doors.ts';
import { type House, openHouse } from '../support/house.ts';

const SECRET = 'hr/salaries.md';

let company: Company;
let house: House;
let id: string;
/** What happens once, right after the scopes were read for the first time in a call: after gate 1. */
let between: (() => void) | null = null;

beforeAll(async () => {
  company = await makeCompany();
  id = await company.documentId(SECRET);
  house = await openHouse({ ...company.core, catalog: watched(company.core.catalog) });
});

afterAll(async () => {
  await house.close();
  await company.close();
});

function watched(catalog: Catalog): Catalog {
  return new Proxy(catalog, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]) => {
        const answer: unknown = await value.apply(target, given);
        const happens = between;
        if (name === 'scopes' && happens !== null) {
          between = null;
          happens();
        }
        return answer;
      };
    },
  });
}

function directory(hr: readonly string[]): void {
  const groups = [
    { id: 'hr', users: hr },
    { id: 'staff', users: ['anna', 'bruno'] },
  ];
  const users = [{ id: 'anna' }, { id: 'bruno' }];
  writeFileSync(join(company.folder, 'directory.yaml'), JSON.stringify({ users, groups }));
}

const ways: Readonly<Record<string, (door: House['doors'][number]) => Promise<Shown> | undefined>> = {
  'a search': (door) => door.search('anna', 'salary band quetzalcoatl', SHARE),
  'a fetch': (door) => door.fetch('anna', id),
  'a listing': (door) => door.list?.('anna', SHARE, 'hr'),
};

describe.each(Object.keys(ways))(
  'case 18: %s by somebody who leaves the group between gate 1 and delivery',
  (way) => {
    it.each(['functions', 'REST', 'MCP'])('shows nothing over %s', async (name) => {
      const door = house.doors.find((each) => each.name === name) ?? house.doors[0];
      directory(['anna']);
      const before = await ways[way]?.(door);
      if (before === undefined) return;
      expect(before.paths).toContain(SECRET);

      between = () => directory([]);
      const { paths, body } = (await ways[way]?.(door)) ?? before;
      expect(between).toBeNull();
      expect(paths).not.toContain(SECRET);
      expect(body).not.toMatch(/quetzalcoatl|81,450|salaries/);
    });
  },
);

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { liveSnapshot, makeToken, syncDirectory } from '../../acl/index.ts';
import type { Core } from '../../src/compose/index.ts';
import { ToldDirectory } from '../fakes/told-directory.ts';
import { type DirectoryText, snapshotOf } from '../support/access.ts';
import { type Company, makeCompany, SHARE } from '../support/company.ts';
import { type House, openHouse } from '../support/house.ts';

const SECRET = 'hr/salaries.md';
const WORDS = /quetzalcoatl|81,450|salaries/;

/** Whether a person is shown the secret: over every face and in every way, or over none. */
async function reads(house: House, login: string, id: string): Promise<boolean> {
  const seen: boolean[] = [];
  for (const door of house.doors) {
    const shown = [await door.search(login, 'salary band', SHARE), await door.fetch(login, id)];
    if (door.list !== null) shown.push(await door.list(login, SHARE));
    for (const { paths, body } of shown) {
      seen.push(paths.includes(SECRET));
      expect(WORDS.test(body), `${login} over ${door.name}: ${body}`).toBe(paths.includes(SECRET));
    }
  }
  expect(new Set(seen).size, `${login}: ${seen.join()}`).toBe(1);
  return seen[0] === true;
}

describe('case 19: a directory that changes counts at the next question over every face', () => {
  let company: Company;
  let house: House;
  let id: string;

  beforeAll(async () => {
    company = await makeCompany();
    house = await openHouse(company.core);
    id = await company.documentId(SECRET);
  });

  afterAll(async () => {
    await house.close();
    await company.close();
  });

  const STAFF = { id: 'staff', users: ['anna', 'bruno'] };

  it.each([
    { name: 'a member', groups: [{ id: 'hr', users: ['anna'] }], read: true },
    { name: 'a member taken out', groups: [{ id: 'hr', users: ['bruno'] }], read: false },
    {
      name: 'a member of a group within a group',
      groups: [
        { id: 'hr', groups: ['payroll'] },
        { id: 'payroll', users: ['anna'] },
      ],
      read: true,
    },
    {
      name: 'the inner group taken out',
      groups: [{ id: 'hr' }, { id: 'payroll', users: ['anna'] }],
      read: false,
    },
    {
      name: 'groups that hold each other',
      groups: [
        { id: 'hr', groups: ['payroll'] },
        { id: 'payroll', users: ['anna'], groups: ['hr'] },
      ],
      read: true,
    },
    {
      name: 'groups that hold each other, left by the member',
      groups: [
        { id: 'hr', groups: ['payroll'] },
        { id: 'payroll', groups: ['hr'] },
      ],
      read: false,
    },
    {
      name: 'the group under another name',
      groups: [{ id: 'hr', name: 'People and culture', users: ['anna'] }],
      read: true,
    },
    {
      name: 'another group under the old name',
      groups: [{ id: 'hr-2', name: 'hr', users: ['anna'] }],
      read: false,
    },
    {
      name: 'the group that holds only a group of the old name',
      groups: [{ id: 'hr' }, { id: 'hr-2', name: 'hr', users: ['anna'] }],
      read: false,
    },
  ])('$name', async ({ groups, read }) => {
    const users = [{ id: 'anna' }, { id: 'bruno' }];
    const text = JSON.stringify({ users, groups: [...groups, STAFF] });
    writeFileSync(join(company.folder, 'directory.yaml'), text);
    expect(await reads(house, 'anna', id)).toBe(read);
  });
});

describe('case 20: a directory that cannot be read whole', () => {
  const LIMIT = 3_600;
  const WHOLE: DirectoryText = {
    users: ['anna', 'bruno'],
    groups: { hr: ['user:anna'], staff: ['user:anna', 'user:bruno'] },
  };
  let company: Company;
  let house: House;
  let id: string;
  let source: ToldDirectory;
  let sync: () => Promise<unknown>;
  const clock = { at: 0 };

  beforeEach(async () => {
    company = await makeCompany();
    id = await company.documentId(SECRET);
    clock.at = Date.now();
    source = new ToldDirectory(snapshotOf(WHOLE));
    const deps = { source, store: company.core.catalog.directory, now: () => clock.at };
    sync = () => syncDirectory(deps, { force: true });
    const snapshot: Core['snapshot'] = () => liveSnapshot(deps);
    const tokenOf: Core['tokenOf'] = async (user) =>
      makeToken({ user, snapshot: await snapshot(), now: clock.at, maxStalenessSeconds: LIMIT });
    house = await openHouse({ ...company.core, snapshot, tokenOf });
    await sync();
  });

  afterEach(async () => {
    await house.close();
    await company.close();
  });

  it('answers from the last whole reading while that is young enough', async () => {
    source.tell('the LDAP server does not answer');
    clock.at += LIMIT * 1_000;
    await sync();
    expect(await reads(house, 'anna', id)).toBe(true);
    expect(await reads(house, 'bruno', id)).toBe(false);
  });

  it.each([
    'the LDAP server does not answer',
    'the server gave only a part: size limit exceeded',
    'the certificate is not trusted',
  ])('shows nobody anything once it is too old (%s)', async (trouble) => {
    source.tell(trouble);
    for (let passed = 0; passed <= LIMIT; passed += LIMIT / 4) {
      clock.at += (LIMIT / 4) * 1_000;
      await sync();
    }
    clock.at += 1_000;
    for (const login of ['anna', 'bruno']) {
      expect(await reads(house, login, id)).toBe(false);
      for (const door of house.doors) {
        const { paths, body } = await door.search(login, 'leave policy ferie', SHARE);
        expect(paths).toEqual([]);
        expect(body).not.toMatch(/parental|ferie non godute|leave\.md/i);
      }
    }
  });

  it('never takes part of a directory for the whole: a missing group would lift its denials', async () => {
    await company.write(
      'hr/.acl.yaml',
      'inherit: false\nentries:\n  - deny: group:staff\n  - allow: everyone\n',
    );
    await company.ingest();
    await sync();
    expect(await reads(house, 'bruno', id)).toBe(false);
    source.tell('half of the page is missing');
    await sync();
    expect(await reads(house, 'bruno', id)).toBe(false);
    source.tell(snapshotOf({ ...WHOLE, groups: { hr: ['user:anna'] } }));
    await sync();
    expect(await reads(house, 'bruno', id)).toBe(true);
  });
});

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DirectoryReading, FileDirectory, findUser, makeToken, principalId } from '../../acl/index.ts';
import { directorySourceContract } from '../contracts/directory-source.ts';
import { tempFolder } from '../support/temp-folder.ts';

directorySourceContract('the file directory', async () => {
  const path = join(tempFolder(), 'directory.yaml');
  return {
    source: new FileDirectory(path),
    fill: async (users, groups) => {
      const of = (kind: string, members: readonly string[]) =>
        members
          .filter((member) => member.startsWith(`${kind}:`))
          .map((member) => member.slice(kind.length + 1));
      const text = {
        users: users.map((id) => ({ id })),
        groups: Object.entries(groups).map(([id, members]) => ({
          id,
          users: of('user', members),
          groups: of('group', members),
        })),
      };
      writeFileSync(path, JSON.stringify(text));
    },
    breakIt: async () => writeFileSync(path, 'users: ['),
  };
});

function read(text: string): Promise<DirectoryReading> {
  const path = join(tempFolder(), 'directory.yaml');
  writeFileSync(path, text);
  return new FileDirectory(path).read(0);
}

const INCOMPLETE: readonly { readonly name: string; readonly text: string; readonly says: RegExp }[] = [
  { name: 'nothing', text: '', says: /top level/ },
  { name: 'broken YAML', text: 'users:\n  - id: [', says: /directory\.yaml: / },
  { name: 'no users', text: 'groups: []', says: /users/ },
  { name: 'an unknown key', text: 'users:\n  - {id: anna, enabeld: false}', says: /enabeld/ },
  {
    name: 'a user id used twice',
    text: 'users: [{id: anna, login: a}, {id: anna, login: b}]',
    says: /anna stands twice/,
  },
  {
    name: 'a group id used twice',
    text: 'users: []\ngroups: [{id: a}, {id: a}]',
    says: /group a stands twice/,
  },
  {
    name: 'a member user who is not defined',
    text: 'users: []\ngroups: [{id: a, users: [ghost]}]',
    says: /user:ghost/,
  },
  {
    name: 'a member group that is not defined',
    text: 'users: []\ngroups: [{id: a, groups: [ghost]}]',
    says: /group:ghost/,
  },
  {
    name: 'a user named as a group',
    text: 'users: [{id: anna}]\ngroups: [{id: a, groups: [anna]}]',
    says: /group:anna/,
  },
  { name: 'an id that is a number', text: 'users: [{id: 12}]', says: /users\.0\.id/ },
  { name: 'an id with a space', text: 'users: [{id: "a b"}]', says: /one word/ },
  { name: 'an empty id', text: 'users: [{id: ""}]', says: /one word/ },
  { name: 'enabled as text', text: 'users: [{id: a, enabled: "no"}]', says: /enabled/ },
  { name: 'an alias', text: 'users: [&x {id: a}, *x]', says: /alias/i },
];

/** What two entries share, and whom that concerns besides: `c` never. */
const SHARED: readonly { readonly name: string; readonly text: string; readonly shared: string }[] = [
  { name: 'a login', text: 'users: [{id: a, login: x}, {id: b, login: x}, {id: c}]', shared: 'login:x' },
  {
    name: 'logins that differ in case only',
    text: 'users: [{id: a, login: Anna}, {id: b, login: anna}, {id: c}]',
    shared: 'login:anna',
  },
  {
    name: 'logins that differ in Unicode form only',
    text: 'users: [{id: a, login: "Jos\u00e9"}, {id: b, login: "Jose\u0301"}, {id: c}]',
    shared: 'login:jos\u00e9',
  },
  {
    name: 'an id that is the login of another',
    text: 'users: [{id: a}, {id: b, login: A}, {id: c}]',
    shared: 'login:a',
  },
  { name: 'a uid', text: 'users: [{id: a, uid: 7}, {id: b, uid: 7}, {id: c, uid: 8}]', shared: 'uid:7' },
  {
    name: 'a SID in two spellings',
    text: 'users: [{id: a, sid: S-1-5-21-1-2-3-7}, {id: b, sid: s-1-0x5-21-1-2-3-7}, {id: c}]',
    shared: 'S-1-5-21-1-2-3-7',
  },
];

describe('FileDirectory', () => {
  it.each(SHARED)(
    'with $name for two answers neither of them and everybody else',
    async ({ text, shared }) => {
      const reading = await read(text);
      if (reading.kind !== 'complete') throw new Error(reading.detail);
      const { snapshot } = reading;
      const kinds = ['a', 'b', 'c'].map((id) => {
        const made = makeToken({
          user: principalId(`user:${id}`),
          snapshot,
          now: 0,
          maxStalenessSeconds: 60,
        });
        return made.ok ? null : made.refusal;
      });
      const refusal = { kind: 'ambiguous-identity', name: shared, bearers: ['user:a', 'user:b'] };
      expect(kinds).toEqual([refusal, refusal, null]);
    },
  );

  it.each(INCOMPLETE)('is incomplete with $name', async ({ text, says }) => {
    const reading = await read(text);
    expect(reading).toMatchObject({ kind: 'incomplete', detail: expect.stringMatching(says) });
  });

  it('is incomplete when the file is missing, and has no fingerprint', async () => {
    const source = new FileDirectory(join(tempFolder(), 'none.yaml'));
    expect((await source.read(0)).kind).toBe('incomplete');
    expect(await source.fingerprint()).toBeNull();
  });

  it('is incomplete when the file is a folder', async () => {
    const path = join(tempFolder(), 'directory.yaml');
    mkdirSync(path);
    expect((await new FileDirectory(path).read(0)).kind).toBe('incomplete');
  });

  it('has another fingerprint when the file is replaced by one of the same size and time', async () => {
    const path = join(tempFolder(), 'directory.yaml');
    writeFileSync(path, 'users: [{id: aa}]');
    const source = new FileDirectory(path);
    const before = await source.fingerprint();
    rmSync(path);
    writeFileSync(path, 'users: [{id: bb}]');
    expect(await source.fingerprint()).not.toBe(before);
  });

  it('keeps a disabled user, disabled', async () => {
    const reading = await read('users: [{id: anna, enabled: false}]');
    if (reading.kind !== 'complete') throw new Error(reading.detail);
    expect(findUser(reading.snapshot, 'anna')?.enabled).toBe(false);
  });

  it('warns when there are no groups', async () => {
    expect(await read('users: []')).toMatchObject({
      kind: 'complete',
      warnings: ['the directory has no groups'],
    });
  });

  it.each([
    { login: 'ANNA.Rossi', found: 'user:u1' },
    { login: 'u1', found: undefined },
    { login: 'Jose\u0301', found: 'user:u2' },
    { login: '', found: undefined },
    { login: 'anna', found: undefined },
  ])('finds by login, without case and Unicode form: $login', async ({ login, found }) => {
    const reading = await read(
      'users: [{id: u1, login: Anna.Rossi, name: anna}, {id: u2, login: "jos\u00e9"}]',
    );
    if (reading.kind !== 'complete') throw new Error(reading.detail);
    expect(findUser(reading.snapshot, login)?.id).toBe(found);
  });
});

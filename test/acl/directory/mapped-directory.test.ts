import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DirectoryFollower, Following } from '../../../acl/directory/source.ts';
import {
  type DirectorySnapshot,
  type DirectorySource,
  FileDirectory,
  liveSnapshot,
  MappedDirectory,
  makeToken,
  principalId,
  syncDirectory,
} from '../../../acl/index.ts';
import { openSqliteCatalog } from '../../../index/catalog/sqlite-catalog.ts';
import { directorySourceContract } from '../../contracts/directory-source.ts';
import { tempFolder } from '../../support/temp-folder.ts';

directorySourceContract('a directory with an identities file', async () => {
  const folder = tempFolder();
  const path = join(folder, 'directory.yaml');
  const identities = join(folder, 'identities.yaml');
  writeFileSync(identities, '');
  return {
    source: new MappedDirectory(new FileDirectory(path), identities),
    fill: async (users, groups) => {
      const of = (kind: string, members: readonly string[]) =>
        members.filter((one) => one.startsWith(`${kind}:`)).map((one) => one.slice(kind.length + 1));
      const text = {
        users: users.map((id) => ({ id })),
        groups: Object.entries(groups).map(([id, members]) => ({
          id,
          users: of('user', members),
          groups: of('group', members),
        })),
      };
      writeFileSync(path, JSON.stringify(text));
      writeFileSync(identities, `people: [{id: ${users[0]}, uid: 7}]`);
    },
    breakIt: async () => writeFileSync(identities, 'people: ['),
  };
});

const DIRECTORY = `
users:
  - {id: u1, login: anna.rossi, uid: 1001}
  - {id: u2, login: Bob}
  - {id: u3, login: carla}
groups:
  - {id: finance, users: [u1]}
  - {id: staff, groups: [finance]}
`;
const SID = 'S-1-5-21-1-2-3-1104';

/** The directory of above with external ids: `e-N` of user and group N, `e-twice` of carla and bob. */
function provisioned(path: string): DirectorySource {
  const file = new FileDirectory(path);
  const external: Readonly<Record<string, string>> = {
    'user:u1': 'e-1',
    'user:u2': 'e-twice',
    'user:u3': 'e-twice',
    'group:finance': 'e-finance',
  };
  return {
    name: 'provisioned',
    fingerprint: () => file.fingerprint(),
    read: async (now) => {
      const reading = await file.read(now);
      if (reading.kind === 'incomplete') return reading;
      const withId = <T extends { readonly id: string }>(entry: T): T => {
        const externalId = external[entry.id];
        return externalId === undefined ? entry : { ...entry, externalId };
      };
      const users = new Map([...reading.snapshot.users].map(([id, user]) => [id, withId(user)]));
      const groups = new Map([...reading.snapshot.groups].map(([id, group]) => [id, withId(group)]));
      return { ...reading, snapshot: { ...reading.snapshot, users, groups } };
    },
  };
}

function bench(identities: string) {
  const folder = tempFolder();
  const directory = join(folder, 'directory.yaml');
  const file = join(folder, 'identities.yaml');
  writeFileSync(directory, DIRECTORY);
  writeFileSync(file, identities);
  return { directory, file, source: new MappedDirectory(provisioned(directory), file) };
}

async function complete(identities: string) {
  const reading = await bench(identities).source.read(0);
  if (reading.kind !== 'complete') throw new Error(reading.detail);
  return reading;
}

function names(snapshot: DirectorySnapshot, user: string): readonly string[] | string {
  const made = makeToken({ user: principalId(user), snapshot, now: 0, maxStalenessSeconds: 60 });
  if (!made.ok) return made.refusal.kind;
  return [...made.token.principals].filter((name) => /^(uid|gid|sub|S-1-5-21)/.test(name)).sort();
}

const GIVEN: readonly {
  readonly name: string;
  readonly text: string;
  readonly anna: readonly string[] | string;
  readonly bob: readonly string[] | string;
}[] = [
  { name: 'an empty file', text: '', anna: ['uid:1001'], bob: [] },
  {
    name: 'a person by login, in any case',
    text: `people: [{login: ANNA.rossi, sid: ${SID}}]`,
    anna: [SID, 'uid:1001'],
    bob: [],
  },
  { name: 'a person by id', text: 'people: [{id: u2, uid: 1002}]', anna: ['uid:1001'], bob: ['uid:1002'] },
  {
    name: 'a person by id as it is listed',
    text: 'people: [{id: user:u2, uid: 1002}]',
    anna: ['uid:1001'],
    bob: ['uid:1002'],
  },
  {
    name: 'a person by external id',
    text: `people: [{externalId: e-1, sid: ${SID}}]`,
    anna: [SID, 'uid:1001'],
    bob: [],
  },
  {
    name: 'several SIDs, in any spelling',
    text: 'people: [{id: u2, sid: [S-1-5-21-1-2-3-7, s-1-0x5-21-4-5-6-7]}]',
    anna: ['uid:1001'],
    bob: ['S-1-5-21-1-2-3-7', 'S-1-5-21-4-5-6-7'],
  },
  {
    name: 'a subject',
    text: 'people: [{id: u2, subjects: [{issuer: "https://i.example/t", subject: "a#b/c"}]}]',
    anna: ['uid:1001'],
    bob: ['sub:https://i.example/t#a#b/c'],
  },
  {
    name: 'a group, which reaches those who are in it through another',
    text: 'groups: [{id: staff, gid: 2001}, {externalId: e-finance, sid: S-1-5-21-1-2-3-9}]',
    anna: ['S-1-5-21-1-2-3-9', 'gid:2001', 'uid:1001'],
    bob: [],
  },
  {
    name: 'one name for two',
    text: `people: [{id: u1, sid: ${SID}}, {id: u2, sid: ${SID}}]`,
    anna: 'ambiguous-identity',
    bob: 'ambiguous-identity',
  },
  {
    name: 'a uid that the directory gives to another',
    text: 'people: [{id: u2, uid: 1001}]',
    anna: 'ambiguous-identity',
    bob: 'ambiguous-identity',
  },
  {
    name: 'one name for a person and a group',
    text: `people: [{id: u2, sid: ${SID}}]\ngroups: [{id: staff, sid: ${SID}}]`,
    anna: 'ambiguous-identity',
    bob: 'ambiguous-identity',
  },
  {
    name: 'an external id that names two',
    text: `people: [{externalId: e-twice, sid: ${SID}}]`,
    anna: ['uid:1001'],
    bob: 'ambiguous-identity',
  },
];

const BAD: readonly { readonly name: string; readonly text: string; readonly says: RegExp }[] = [
  { name: 'broken YAML', text: 'people: [', says: /identities\.yaml: / },
  { name: 'a list', text: '- {id: u1}', says: /top level: / },
  { name: 'an unknown key', text: 'persons: []', says: /persons: no such key: check its spelling/ },
  {
    name: 'an unknown key of an entry',
    text: 'people: [{id: u1, uid: 1, sids: x}]',
    says: /people\.0\.sids: no such key/,
  },
  { name: 'a gid of a person', text: 'people: [{id: u1, gid: 5}]', says: /people\.0\.gid: no such key/ },
  {
    name: 'a login of a group',
    text: 'groups: [{login: staff, gid: 5}]',
    says: /groups\.0\.login: no such key/,
  },
  {
    name: 'two ways to say who',
    text: 'people: [{id: u1, login: anna.rossi, uid: 1}]',
    says: /people\.0: .*exactly one of login, id, externalId/,
  },
  { name: 'no way to say who', text: 'people: [{uid: 1}]', says: /people\.0: .*exactly one of/ },
  { name: 'no name to give', text: 'people: [{id: u1}]', says: /people\.0: give at least one of sid/ },
  {
    name: 'a malformed SID',
    text: 'people:\n  - {id: u1, uid: 1}\n  - {id: u2, sid: S-1-x}',
    says: /people\.1\.sid: write a SID of a person or group/,
  },
  { name: 'the SID of everyone', text: 'groups: [{id: staff, sid: S-1-1-0}]', says: /groups\.0\.sid: / },
  {
    name: 'the SID that stands for any owner',
    text: 'people: [{id: u1, sid: S-1-3-4}]',
    says: /people\.0\.sid: /,
  },
  { name: 'a uid that is nobody', text: 'people: [{id: u1, uid: 4294967295}]', says: /people\.0\.uid: / },
  { name: 'a uid below zero', text: 'people: [{id: u1, uid: -1}]', says: /people\.0\.uid: / },
  { name: 'a login that is a number', text: 'people: [{login: 7, uid: 1}]', says: /people\.0\.login: / },
  {
    name: 'an issuer with a #',
    text: 'people: [{id: u1, subjects: [{issuer: "https://i#x", subject: s}]}]',
    says: /people\.0\.subjects\.0\.issuer: .*without spaces and #/,
  },
  {
    name: 'a subject that is empty',
    text: 'people: [{id: u1, subjects: [{issuer: "https://i", subject: ""}]}]',
    says: /subjects\.0\.subject: /,
  },
  { name: 'a key twice', text: 'people: [{id: u1, uid: 1, uid: 2}]', says: /unique/i },
  { name: 'an anchor', text: 'people: [&a {id: u1, uid: 1}, *a]', says: /alias/i },
];

describe('the identities file', () => {
  it.each(GIVEN)('gives names by $name', async ({ text, anna, bob }) => {
    const { snapshot } = await complete(text);
    expect({ anna: names(snapshot, 'user:u1'), bob: names(snapshot, 'user:u2') }).toEqual({
      anna: typeof anna === 'string' ? anna : [...anna].sort(),
      bob: typeof bob === 'string' ? bob : [...bob].sort(),
    });
  });

  it.each(BAD)('with $name makes the reading incomplete and says where', async ({ text, says }) => {
    const reading = await bench(text).source.read(0);
    expect(reading).toMatchObject({ kind: 'incomplete', detail: expect.stringMatching(says) });
    expect(reading.kind === 'incomplete' && reading.detail).toContain('identities.yaml');
  });

  it('that is missing makes the reading incomplete and the fingerprint unknown', async () => {
    const { source, file } = bench('');
    rmSync(file);
    expect((await source.read(0)).kind).toBe('incomplete');
    expect(await source.fingerprint()).toBeNull();
  });

  it.each([
    {
      text: 'people: [{login: ghost, uid: 1}]',
      says: 'people.0: no user of the directory has the login ghost',
    },
    {
      text: 'people: [{id: finance, uid: 1}]',
      says: 'people.0: no user of the directory has the id finance',
    },
    {
      text: 'people: [{login: u1, uid: 1}]',
      says: 'people.0: no user of the directory has the login u1',
    },
    {
      text: 'groups: [{externalId: e-1, gid: 1}]',
      says: 'groups.0: no group of the directory has the externalId e-1',
    },
    {
      text: 'people: [{externalId: e-twice, uid: 1}]',
      says: 'people.0: user:u2 and user:u3 have the externalId e-twice: name one of them by id',
    },
  ])('warns: $says', async ({ text, says }) => {
    const { warnings } = await complete(text);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(says);
  });

  it('keeps apart what the directory and what the file says', async () => {
    const { snapshot } = await complete('people: [{id: u1, uid: 1001}]');
    expect(snapshot.users.get(principalId('user:u1'))).toMatchObject({
      aliases: ['uid:1001'],
      mapped: ['uid:1001'],
    });
  });

  it('does not change the snapshot that it was read over', async () => {
    const { directory, file } = bench('people: [{id: u1, uid: 5}]');
    const inner = await new FileDirectory(directory).read(0);
    if (inner.kind !== 'complete') throw new Error(inner.detail);
    const source: DirectorySource = { name: 'x', fingerprint: async () => null, read: async () => inner };
    await new MappedDirectory(source, file).read(0);
    expect(inner.snapshot.users.get(principalId('user:u1'))?.mapped).toBeUndefined();
  });
});

describe('a directory with an identities file', () => {
  async function live(identities: string) {
    const { directory, file, source } = bench(identities);
    const catalog = await openSqliteCatalog(join(directory, '..', 'catalog.sqlite'));
    const clock = { at: 0 };
    const deps = { source, store: catalog.directory, now: () => clock.at };
    const ask = async () => {
      const snapshot = await liveSnapshot(deps);
      if (snapshot === null) return 'no-directory';
      const user = principalId('user:u2');
      const made = makeToken({ user, snapshot, now: clock.at, maxStalenessSeconds: 60 });
      return made.ok ? made.token.principals.has(principalId('uid:1002')) : made.refusal.kind;
    };
    return { directory, file, deps, ask, clock };
  }

  it('counts an edit of either file at the next question', async () => {
    const { directory, file, ask } = await live('people: [{id: u2, uid: 1002}]');
    expect(await ask()).toBe(true);
    writeFileSync(file, 'people: []');
    expect(await ask()).toBe(false);
    writeFileSync(file, 'people: [{id: u2, uid: 1002}]');
    expect(await ask()).toBe(true);
    writeFileSync(directory, DIRECTORY.replace('id: u2', 'id: u9'));
    expect(await ask()).toBe('unknown-user');
  });

  it('keeps the last whole reading while the file is broken, and lets it grow old', async () => {
    const { file, ask, clock } = await live('people: [{id: u2, uid: 1002}]');
    await ask();
    writeFileSync(file, 'people: [{id: u2, uid: x}]');
    expect(await ask()).toBe(true);
    clock.at += 61_000;
    expect(await ask()).toBe('stale-directory');
  });

  it('warns in the sync of entries that name nobody and of names that two bear', async () => {
    const { deps } = await live('people: [{login: ghost, uid: 9}, {id: u2, uid: 1001}]');
    const { outcome, warnings } = await syncDirectory(deps, { force: true });
    expect(outcome).toBe('replaced');
    expect(warnings).toEqual([
      expect.stringContaining('no user of the directory has the login ghost'),
      expect.stringContaining('uid:1001 belongs to user:u1 and user:u2'),
      expect.stringContaining('S-1-22-1-1001 belongs to user:u1 and user:u2'),
    ]);
  });

  it('does not take a file that changed under the reading of a source without a fingerprint', async () => {
    const { directory, file } = bench('people: [{id: u1, uid: 5}]');
    const slow: DirectorySource = {
      name: 'slow',
      fingerprint: async () => null,
      read: async (now) => {
        writeFileSync(file, 'people: []   ');
        return new FileDirectory(directory).read(now);
      },
    };
    expect(await new MappedDirectory(slow, file).read(0)).toMatchObject({
      kind: 'incomplete',
      detail: expect.stringContaining('changed while it was read'),
    });
  });
});

describe('a followed directory with an identities file', () => {
  async function follow(answers: readonly Following['kind'][]) {
    const { directory, file } = bench('people: [{id: u2, uid: 1002}]');
    const inner = await new FileDirectory(directory).read(0);
    if (inner.kind !== 'complete') throw new Error(inner.detail);
    const queue = [...answers];
    const follower: DirectoryFollower = {
      next: async (now) => {
        const kind = queue.shift() ?? 'current';
        if (kind === 'failed') return { kind, detail: 'down', retry: 'soon' };
        if (kind !== 'read') return { kind };
        return { kind, extent: 'changes', snapshot: { ...inner.snapshot, confirmedAt: now }, warnings: [] };
      },
      close: async () => undefined,
    };
    const source: DirectorySource = {
      name: 'followed',
      fingerprint: async () => null,
      read: async () => inner,
      follow: () => follower,
    };
    const followed = new MappedDirectory(source, file).follow?.();
    if (followed === undefined) throw new Error('it is not followed');
    const uid = (following: Following): boolean | string =>
      following.kind === 'read'
        ? (following.snapshot.users.get(principalId('user:u2'))?.mapped ?? []).includes(
            principalId('uid:1002'),
          )
        : following.kind;
    return { file, next: async (now: number) => uid(await followed.next(now)), followed };
  }

  it('has the names in what it reads, and passes on what it did not', async () => {
    const { next } = await follow(['read', 'current', 'not-asked', 'failed']);
    expect([await next(1), await next(2), await next(3), await next(4)]).toEqual([
      true,
      'current',
      'not-asked',
      'failed',
    ]);
  });

  it('gives everything again when only the file changed', async () => {
    const { next, file, followed } = await follow(['read', 'current', 'current']);
    await next(1);
    writeFileSync(file, 'people: []');
    const following = await followed.next(2);
    expect(following).toMatchObject({ kind: 'read', snapshot: { confirmedAt: 2 } });
    expect(await next(3)).toBe('current');
  });

  it('fails while the file is broken, so that the stored reading grows old, and then gives everything', async () => {
    const { next, file, followed } = await follow(['read', 'current', 'current', 'current']);
    await next(1);
    writeFileSync(file, 'people: [');
    expect(await next(2)).toBe('failed');
    expect(await next(3)).toBe('failed');
    writeFileSync(file, 'people: [{id: u2, uid: 1002}]');
    expect(await followed.next(4)).toMatchObject({ kind: 'read', extent: 'whole' });
  });

  it('says after a file that could not be used that what it gives is more than the last change', async () => {
    const { file, followed } = await follow(['read', 'read', 'read', 'read']);
    await followed.next(1);
    expect(await followed.next(2)).toMatchObject({ kind: 'read', extent: 'changes' });
    writeFileSync(file, 'people: [');
    expect((await followed.next(3)).kind).toBe('failed');
    writeFileSync(file, 'people: []');
    expect(await followed.next(4)).toMatchObject({ kind: 'read', extent: 'whole' });
  });

  it('is there only where the source is followed', () => {
    const { source } = bench('');
    expect(source.follow).toBeUndefined();
  });
});

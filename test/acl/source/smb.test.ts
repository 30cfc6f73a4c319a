import { describe, expect, it } from 'vitest';
import {
  decide,
  makeToken,
  NoReadingStore,
  namesOf,
  parseSddl,
  principalId,
  SmbSource,
  type SmbSourceOptions,
  shareId,
} from '../../../acl/index.ts';
import { descriptorSourceContract } from '../../contracts/descriptor-source.ts';
import { FakeSmbReader } from '../../fakes/smb-reader.ts';
import { entries, snapshotOf } from '../../support/access.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const ANNA = 'S-1-5-21-1-2-3-1001';
const BOB = 'S-1-5-21-1-2-3-1002';
const STAFF = 'S-1-22-2-100';
const STRANGER = 'S-1-5-21-1-2-3-9999';

/** anna and bob with SIDs, and staff, of which bob is. */
const DIRECTORY = snapshotOf({ users: ['anna', 'bob'], groups: { staff: ['user:bob'] } });
const SNAPSHOT = {
  ...DIRECTORY,
  users: new Map(
    [...DIRECTORY.users.values()].map((user) => {
      const sid = principalId(user.login === 'anna' ? ANNA : BOB);
      return [user.id, { ...user, aliases: [sid] }];
    }),
  ),
  groups: new Map(
    [...DIRECTORY.groups.values()].map((group) => [
      group.id,
      { ...group, aliases: [principalId('gid:100')] },
    ]),
  ),
};
const KNOWN = new Set(
  [...SNAPSHOT.users.values(), ...SNAPSHOT.groups.values()].flatMap((entry) => [entry.id, ...namesOf(entry)]),
);

function sourceOf(reader: FakeSmbReader, options: Partial<SmbSourceOptions> = {}): SmbSource {
  return new SmbSource({
    share: shareId('docs'),
    root: tempFolder(),
    folder: '',
    shareEntries: entries('allow everyone'),
    knows: (principal) => KNOWN.has(principal),
    reader,
    server: 'windows',
    shareLevel: null,
    readings: new NoReadingStore(),
    origin: 'test',
    rescanAfterMs: 1,
    now: Date.now,
    ...options,
  });
}

async function readers(source: SmbSource, path = 'a/x.txt'): Promise<string> {
  const reading = await source.descriptorOf(path);
  if (!reading.ok) return `${reading.reason}: ${reading.detail}`;
  const tokens = [...SNAPSHOT.users.keys()].map((user) =>
    makeToken({ user, snapshot: SNAPSHOT, now: 0, maxStalenessSeconds: 60 }),
  );
  return tokens
    .flatMap((made) =>
      made.ok && decide(reading.descriptor, made.token).read ? [made.token.user.slice(5)] : [],
    )
    .join(' ');
}

const OPEN = 'O:SYD:(A;;FA;;;WD)';

descriptorSourceContract('the SMB source', async () => {
  // The contract's directory has no SIDs to tell people apart by.
  const reader = new FakeSmbReader({ 'open.txt': OPEN, 'closed/x.txt': OPEN });
  for (let n = 0; n < 200; n += 1) reader.lists.set(`closed/${n}/x.txt`, OPEN);
  return {
    source: sourceOf(reader),
    directory: { users: ['anna', 'bob'] },
    tellsApart: false,
    breakIt: async () => {
      reader.trouble = 'the server cannot be reached: check acl.unc and port 445';
      return true;
    },
  };
});

describe('a share whose server is asked', () => {
  it('is decided by the lists of file and share', async () => {
    const reader = new FakeSmbReader({ 'a/x.txt': `O:SYD:(A;;FR;;;${STAFF})(A;;FR;;;${ANNA})` });
    expect(await readers(sourceOf(reader))).toBe('anna bob');
    reader.shareList = `D:(D;;FA;;;${BOB})(A;;FA;;;WD)`;
    expect(await readers(sourceOf(reader))).toBe('anna');
  });

  it('asks a Windows server about the file alone', async () => {
    const reader = new FakeSmbReader({ 'a/x.txt': OPEN });
    expect(await readers(sourceOf(reader))).toBe('anna bob');
    expect(reader.asked).toEqual(['a/x.txt']);
  });

  it('asks a Samba server about every folder above as well', async () => {
    const reader = new FakeSmbReader({ 'a/x.txt': OPEN, a: `O:SYD:(A;;0x20;;;${BOB})`, '': OPEN });
    expect(await readers(sourceOf(reader, { server: 'samba' }))).toBe('bob');
    expect(reader.asked.sort()).toEqual(['', 'a', 'a/x.txt']);
  });

  it('asks for the paths of a mounted folder from the share’s root on, and for the folders above it', async () => {
    const reader = new FakeSmbReader({
      'team/b/a/x.txt': OPEN,
      'team/b/a': OPEN,
      'team/b': OPEN,
      team: OPEN,
      '': OPEN,
    });
    expect(await readers(sourceOf(reader, { server: 'samba', folder: 'team/b' }))).toBe('anna bob');
    reader.lists.set('team', `O:SYD:(A;;0x20;;;${ANNA})`);
    expect(await readers(sourceOf(reader, { server: 'samba', folder: 'team/b' }))).toBe('anna');
  });

  it('asks once a pass about a folder and about the share', async () => {
    const reader = new FakeSmbReader({ 'a/x.txt': OPEN, 'a/y.txt': OPEN, a: OPEN, '': OPEN });
    const source = sourceOf(reader, { server: 'samba' });
    source.beginPass();
    await readers(source, 'a/x.txt');
    await readers(source, 'a/y.txt');
    expect(reader.asked.filter((path) => path === 'a')).toHaveLength(1);
  });

  it('sees after a refresh what the server says from then on', async () => {
    const reader = new FakeSmbReader({ 'a/x.txt': OPEN });
    const source = sourceOf(reader);
    source.beginPass();
    expect(await readers(source)).toBe('anna bob');
    reader.lists.set('a/x.txt', `O:SYD:(A;;FR;;;${ANNA})`);
    reader.shareList = OPEN;
    source.refresh();
    expect(await readers(source)).toBe('anna');
    reader.shareList = `D:(A;;FA;;;${BOB})`;
    source.refresh();
    expect(await readers(source)).toBe('');
  });

  it('lets nobody read when the list of the share is kept from us, unless it is written down', async () => {
    const reader = new FakeSmbReader({ 'a/x.txt': OPEN });
    reader.shareList = null;
    expect(await readers(sourceOf(reader))).toMatch(/^acl-unreadable: the list of the share cannot be read/);
    const written = parseSddl(`D:(A;;FA;;;${ANNA})`);
    if (!written.ok) throw new Error(written.error);
    expect(await readers(sourceOf(reader, { shareLevel: written.descriptor }))).toBe('anna');
  });

  interface Refusal {
    readonly name: string;
    readonly lists: Readonly<Record<string, string>>;
    readonly server?: 'windows' | 'samba';
    readonly says: RegExp;
  }
  const REFUSALS: readonly Refusal[] = [
    { name: 'the server does not have', lists: {}, says: /^acl-missing: / },
    { name: 'has no list', lists: { 'a/x.txt': 'O:SY' }, says: /no access-control list/ },
    {
      name: 'denies somebody unknown',
      lists: { 'a/x.txt': `O:SYD:(D;;FR;;;${STRANGER})(A;;FR;;;WD)` },
      says: /shuts out S-1-5-21-1-2-3-9999/,
    },
    {
      name: 'has an entry without rights for somebody unknown, on Samba',
      lists: { 'a/x.txt': `O:SYD:(A;;;;;${STRANGER})(A;;FR;;;WD)`, a: OPEN, '': OPEN },
      server: 'samba',
      says: /shuts out S-1-5-21-1-2-3-9999/,
    },
    {
      name: 'lies below a folder that shuts out somebody unknown, on Samba',
      lists: { 'a/x.txt': OPEN, a: `O:SYD:(A;;FR;;;${STRANGER})(A;;FA;;;WD)`, '': OPEN },
      server: 'samba',
      says: /shuts out S-1-5-21-1-2-3-9999/,
    },
    {
      name: 'lies below a folder whose list is missing, on Samba',
      lists: { 'a/x.txt': OPEN, '': OPEN },
      server: 'samba',
      says: /the list of the folder a cannot be read/,
    },
  ];
  it.each(REFUSALS)('refuses a file that $name', async ({ lists, server = 'windows', says }) => {
    expect(await readers(sourceOf(new FakeSmbReader(lists), { server }))).toMatch(says);
  });

  it('lets an entry without rights for somebody unknown pass on Windows', async () => {
    const reader = new FakeSmbReader({ 'a/x.txt': `O:SYD:(A;;;;;${STRANGER})(A;;FR;;;WD)` });
    expect(await readers(sourceOf(reader))).toBe('anna bob');
  });

  it('is refused when the entries of the configuration deny somebody unknown', async () => {
    const source = sourceOf(new FakeSmbReader({ 'a/x.txt': OPEN }), {
      shareEntries: entries('deny user:bbo', 'allow everyone'),
    });
    expect(await readers(source)).toMatch(/denies user:bbo/);
  });
});

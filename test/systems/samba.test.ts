import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DirectorySnapshot,
  decide,
  MemoryReadingStore,
  makeToken,
  parseSddl,
  principalId,
  type SecurityDescriptor,
  SmbclientReader,
  SmbSource,
  shareId,
  type Token,
} from '../../acl/index.ts';
import { entries } from '../support/access.ts';
import { hasSmbd, Smbd } from './smbd.ts';

const USERS = ['ann', 'bob', 'cat', 'dan'] as const;
const GROUPS = { staff: ['ann', 'bob', 'cat'], hr: ['ann'], it: ['bob', 'dan'] } as const;
type User = (typeof USERS)[number];
const GROUP_NAMES = Object.keys(GROUPS) as (keyof typeof GROUPS)[];

const READ = 0x120089;
const FULL = 0x1f01ff;
/** Write and no read; in a denial without the standard rights, which every opening takes. */
const WRITE = 0x120116;
const WRITE_DATA = 0x116;

let smbd: Smbd;

beforeAll(async () => {
  if (!hasSmbd) return;
  const acl = { 'vfs objects': 'acl_xattr' };
  smbd = await Smbd.start({
    shares: {
      windows: { ...acl, 'acl_xattr:ignore system acls': 'yes' },
      samba: acl,
      plain: {},
      shut: {},
    },
    users: USERS,
    groups: GROUPS,
  });
});
afterAll(() => smbd?.remove());

/** Makes files with a list that lets everyone in, as a share has them before anybody closes something. */
function make(share: string, paths: readonly string[]): void {
  for (const path of paths) {
    const place = join(smbd.root(share), path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, `The zebra of ${path}.\n`);
    chmodSync(place, 0o666);
    for (let at = dirname(place); at.startsWith(smbd.root(share)); at = dirname(at)) chmodSync(at, 0o777);
  }
}

function snapshot(): DirectorySnapshot {
  const users = USERS.map((name) => {
    const id = principalId(`user:${name}`);
    const aliases = [principalId(smbd.sid(name)), principalId(`uid:${smbd.uid(name)}`)];
    return [id, { id, name, login: name, enabled: true, aliases }] as const;
  });
  const groups = GROUP_NAMES.map((name) => {
    const id = principalId(`group:${name}`);
    return [id, { id, name, aliases: [principalId(`gid:${smbd.gid(name)}`)] }] as const;
  });
  const groupsOf = new Map(
    USERS.map((user) => [
      principalId(`user:${user}`),
      GROUP_NAMES.filter((name) => (GROUPS[name] as readonly string[]).includes(user)).map((name) =>
        principalId(`group:${name}`),
      ),
    ]),
  );
  return { users: new Map(users), groups: new Map(groups), groupsOf, confirmedAt: 0 };
}

function tokenOf(user: User): Token {
  const made = makeToken({
    user: principalId(`user:${user}`),
    snapshot: snapshot(),
    now: 0,
    maxStalenessSeconds: 60,
  });
  if (!made.ok) throw new Error(made.refusal.kind);
  return made.token;
}

interface Asking {
  readonly user?: string;
  readonly password?: string;
  readonly host?: string;
  /** Name of the share on the server. */
  readonly share?: string;
  readonly shareLevel?: SecurityDescriptor;
}

function sourceOf(share: string, server: 'windows' | 'samba', asking: Asking = {}): SmbSource {
  const known = new Set(
    USERS.flatMap((user) => [...tokenOf(user).principals]).filter((name) => name.startsWith('S-')),
  );
  const { user = smbd.superuser, password = smbd.password, host = smbd.address } = asking;
  const account = { host, user, domain: null, password };
  return new SmbSource({
    share: shareId(share),
    root: smbd.root(share),
    folder: '',
    shareEntries: entries('allow everyone'),
    knows: (principal) => known.has(principal),
    reader: new SmbclientReader({ account, share: asking.share ?? share }),
    server,
    shareLevel: asking.shareLevel ?? null,
    readings: new MemoryReadingStore(),
    origin: 'test',
    rescanAfterMs: 86_400_000,
    now: Date.now,
  });
}

interface Compared {
  /** `user path` of what we let read and the server does not: must stay empty. */
  readonly wider: readonly string[];
  /** What the server lets read and we do not. */
  readonly narrower: readonly string[];
  readonly both: number;
  readonly neither: number;
  /** Why files were refused altogether. */
  readonly refused: readonly string[];
}

/** Our answer and the server's own, for every user and file. */
async function compare(
  share: string,
  server: 'windows' | 'samba',
  paths: readonly string[],
  source = sourceOf(share, server),
): Promise<Compared> {
  source.beginPass();
  const readings = await Promise.all(paths.map((path) => source.descriptorOf(path)));
  const wider: string[] = [];
  const narrower: string[] = [];
  let both = 0;
  let neither = 0;
  for (const user of USERS) {
    const token = tokenOf(user);
    const opened = await smbd.canRead(user, share, paths);
    for (const [at, path] of paths.entries()) {
      const reading = readings[at];
      const ours = reading?.ok === true && decide(reading.descriptor, token).read;
      const theirs = opened[at] === true;
      if (ours && theirs) both += 1;
      else if (!ours && !theirs) neither += 1;
      else (ours ? wider : narrower).push(`${user} ${path}`);
    }
  }
  const refused = [...new Set(readings.flatMap((reading) => (reading.ok ? [] : [reading.detail])))];
  return { wider, narrower, both, neither, refused };
}

/** Equal seeds give equal rows of numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pickFrom(random: () => number): <T>(list: readonly T[]) => T {
  return (list) => list[Math.floor(random() * list.length)] as (typeof list)[number];
}

/** Owner, owning group and some entries: any order, any flags, SIDs more than once. */
function oddSddl(random: () => number): string {
  const pick = pickFrom(random);
  const sids = [...userSids(), ...groupSids(), EVERYONE, EVERYONE, 'S-1-5-11'];
  const ace = (): string => {
    const deny = random() < 0.3;
    const mask = pick(deny ? [READ, FULL, WRITE_DATA, 0x1] : [READ, READ, FULL, WRITE, 0x1200a9, 0x1201bf]);
    return entry(deny ? 'D' : 'A', pick(['', '', '', 'ID', 'OICIIO']), mask, pick(sids));
  };
  const list = Array.from({ length: 1 + Math.floor(random() * 5) }, ace).join('');
  return `O:${pick(userSids())}G:${pick(groupSids())}D:${list}`;
}

/** A list as programs and people make them: denials first, nobody twice, the owner named. */
function usualSddl(random: () => number, read = READ): string {
  const pick = pickFrom(random);
  const owner = pick(userSids());
  const others = [...userSids(), ...groupSids(), EVERYONE].filter((sid) => sid !== owner);
  const chosen = others.filter(() => random() < 0.35);
  const denied = chosen.filter((sid) => sid !== EVERYONE && random() < 0.3);
  const allowed = chosen.filter((sid) => !denied.includes(sid));
  const list = [
    ...denied.map((sid) => entry('D', '', pick([read, FULL]), sid)),
    entry('A', '', FULL, owner),
    ...allowed.map((sid) => entry('A', '', pick([read, FULL]), sid)),
  ];
  return `O:${owner}G:${pick(groupSids())}D:${list.join('')}`;
}

const EVERYONE = 'S-1-1-0';
const userSids = (): string[] => USERS.map((user) => smbd.sid(user));
const groupSids = (): string[] => GROUP_NAMES.map((group) => `S-1-22-2-${smbd.gid(group)}`);
const entry = (type: 'A' | 'D', flags: string, mask: number, sid: string): string =>
  `(${type};${flags};0x${mask.toString(16)};;;${sid})`;

/** SDDL with `{bob}` and `{staff}` for their SIDs, and `{READ}` for a mask. */
function written(template: string): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const masks: Readonly<Record<string, number>> = { READ, FULL, WRITE, WRITE_DATA };
    const mask = masks[name];
    if (mask !== undefined) return `0x${mask.toString(16)}`;
    return name in GROUPS ? `S-1-22-2-${smbd.gid(name)}` : smbd.sid(name);
  });
}

async function setAll(share: string, lists: Iterable<readonly [string, string]>): Promise<void> {
  const queue = [...lists].values();
  const worker = async (): Promise<void> => {
    for (const [path, sddl] of queue) await smbd.setSddl(share, path, sddl);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

interface Case {
  readonly list: string;
  /**
   * Whom a server that asks its kernel lets read and we do not, and why. Where a list can stand for two POSIX lists,
   * the one that lets fewer people read is taken.
   */
  readonly narrower?: readonly [who: string, why: string];
}

const OWNER = 'the owner has no entry, and may have had bits of their own before';
const CASES: Readonly<Record<string, Case>> = {
  'everyone.txt': { list: 'O:{dan}G:{staff}D:(A;;{FULL};;;{dan})(A;;{FULL};;;WD)' },
  'deny user, allow group.txt': { list: 'O:{ann}G:{staff}D:(D;;{READ};;;{bob})(A;;{READ};;;{staff})' },
  'deny group, allow users.txt': {
    list: 'O:{ann}G:{staff}D:(D;;{READ};;;{it})(A;;{READ};;;{bob})(A;;{READ};;;{cat})',
  },
  'explicit allow before inherited deny.txt': {
    list: 'O:{dan}G:{staff}D:(A;;{FULL};;;{dan})(A;;{READ};;;WD)(D;ID;{FULL};;;{bob})',
    narrower: ['bob', 'a POSIX list has no order'],
  },
  'deny behind allow.txt': {
    list: 'O:{ann}G:{staff}D:(A;;{READ};;;{staff})(D;;{READ};;;{bob})(A;;{READ};;;{it})',
  },
  'inherit only.txt': { list: 'O:{ann}G:{staff}D:(A;OICIIO;{FULL};;;WD)(A;;{READ};;;{cat})' },
  'deny write.txt': {
    list: 'O:{dan}G:{staff}D:(D;;{WRITE_DATA};;;{bob})(A;;{READ};;;{dan})(A;;{READ};;;WD)',
  },
  'write only.txt': { list: 'O:{ann}G:{staff}D:(A;;{WRITE};;;{bob})(A;;{READ};;;{cat})' },
  'write only, and everyone reads.txt': {
    list: 'O:{dan}G:{staff}D:(A;;{FULL};;;{dan})(A;;{WRITE};;;{bob})(A;;{READ};;;WD)',
  },
  'nothing for bob, and everyone reads.txt': {
    list: 'O:{dan}G:{staff}D:(A;;{FULL};;;{dan})(A;;;;;{bob})(A;;{READ};;;WD)',
  },
  'nothing for a group, and everyone reads.txt': {
    list: 'O:{ann}G:{staff}D:(A;;{FULL};;;{ann})(A;;;;;{it})(A;;{READ};;;WD)',
    narrower: ['bob', 'in a list made from POSIX it would shut the group out'],
  },
  'owner alone.txt': { list: 'O:{cat}G:{staff}D:(A;;{FULL};;;{cat})' },
  'owner by a group.txt': { list: 'O:{cat}G:{hr}D:(A;;{READ};;;{staff})' },
  'owner as everyone.txt': { list: 'O:{cat}G:{staff}D:(A;;{READ};;;WD)', narrower: ['cat', OWNER] },
  'authenticated users.txt': {
    list: 'O:{ann}G:{staff}D:(A;;{READ};;;AU)',
    narrower: ['ann bob cat dan', 'no unix group stands for Authenticated Users'],
  },
};
const CASE_PATHS = Object.keys(CASES);
const caseLists = (): [string, string][] =>
  Object.entries(CASES).map(([path, { list }]) => [path, written(list)]);

describe.skipIf(!hasSmbd)('a Samba share that decides by Windows lists alone', () => {
  it('is decided as the server does, case by case', async () => {
    make('windows', CASE_PATHS);
    await setAll('windows', caseLists());
    const { wider, narrower, refused } = await compare('windows', 'windows', CASE_PATHS);
    expect({ wider, narrower, refused }).toEqual({ wider: [], narrower: [], refused: [] });
  });

  it('is decided as the server does, over random lists', async () => {
    const random = randomFrom(1);
    const lists = new Map(numbered(120, (n): [string, string] => [`random/f${n}.txt`, oddSddl(random)]));
    make('windows', [...lists.keys()]);
    await setAll('windows', lists);
    const { wider, narrower, both, neither } = await compare('windows', 'windows', [...lists.keys()]);
    expect({ wider, narrower }).toEqual({ wider: [], narrower: [] });
    expect(Math.min(both, neither)).toBeGreaterThan(100);
  });
});

const numbered = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

describe.skipIf(!hasSmbd)('a Samba share that asks its kernel as well', () => {
  it('is decided as the server does or more narrowly, case by case', async () => {
    make('samba', CASE_PATHS);
    await setAll('samba', caseLists());
    const { wider, narrower, refused } = await compare('samba', 'samba', CASE_PATHS);
    expect({ wider, refused }).toEqual({ wider: [], refused: [] });
    const excepted = Object.entries(CASES).flatMap(([path, { narrower: [who] = [''] }]) =>
      who === '' ? [] : who.split(' ').map((user) => `${user} ${path}`),
    );
    expect([...narrower].sort()).toEqual(excepted.sort());
  });

  it('is decided as the server does, over random lists of the usual kind below random folders', async () => {
    const random = randomFrom(4);
    const lists = new Map(
      numbered(80, (n): [string, string] => [`usual${n % 8}/f${n}.txt`, usualSddl(random)]),
    );
    make('samba', [...lists.keys()]);
    for (let n = 4; n < 8; n += 1) lists.set(`usual${n}`, usualSddl(random, 0x1200a9));
    await setAll('samba', lists);
    const paths = [...lists.keys()].filter((path) => path.endsWith('.txt'));
    const compared = await compare('samba', 'samba', paths);
    // Of folders Samba asks the kernel alone, and there a denial of a group leaves the folder's owner alone.
    const ownDenied = (what: string): boolean => {
      const [user = '', path = ''] = what.split(' ');
      const list = lists.get(dirname(path)) ?? '';
      return list.startsWith(`O:${smbd.sid(user)}`) && /\(D;;\w+;;;S-1-22-2-/.test(list);
    };
    const narrower = compared.narrower.filter((what) => !ownDenied(what));
    expect({ ...compared, narrower }).toMatchObject({ wider: [], narrower: [], refused: [] });
    expect(Math.min(compared.both, compared.neither)).toBeGreaterThan(100);
  });

  it('is never decided more widely, over random lists of any kind', async () => {
    const random = randomFrom(2);
    const lists = new Map(
      numbered(120, (n): [string, string] => [`odd${n % 10}/f${n}.txt`, oddSddl(random)]),
    );
    make('samba', [...lists.keys()]);
    for (let n = 6; n < 10; n += 1) lists.set(`odd${n}`, oddSddl(random));
    await setAll('samba', lists);
    const paths = [...lists.keys()].filter((path) => path.endsWith('.txt'));
    const { wider, narrower, both } = await compare('samba', 'samba', paths);
    expect(wider).toEqual([]);
    expect(both).toBeGreaterThan(narrower.length);
  });
});

describe.skipIf(!hasSmbd)('a share without stored Windows lists', () => {
  const aclOf = (random: () => number, isFolder: boolean): string => {
    const pick = pickFrom(random);
    const perm = () =>
      pick(isFolder ? ['rwx', 'r-x', '--x', 'r--', '---'] : ['rw-', 'r--', 'r--', '-w-', '---']);
    const who = [
      ...USERS.map((user) => `u:${smbd.uid(user)}`),
      ...GROUP_NAMES.map((group) => `g:${smbd.gid(group)}`),
    ];
    const named = who.filter(() => random() < 0.25).map((name) => `${name}:${perm()}`);
    const mask = named.length === 0 ? [] : [`m::${pick(['rwx', 'rwx', 'r-x', '-w-'])}`];
    return [`u::${perm()}`, `g::${perm()}`, `o::${perm()}`, ...named, ...mask].join(',');
  };

  it('is never decided more widely, over random POSIX lists below random folders', async () => {
    const random = randomFrom(3);
    const pick = pickFrom(random);
    const paths = numbered(240, (n) => `d${n % 12}/e${n % 3}/f${n}.txt`);
    make('plain', paths);
    for (const path of new Set(paths.flatMap((path) => [path, dirname(path), dirname(dirname(path))]))) {
      const isFolder = !path.endsWith('.txt');
      if (isFolder && random() < 0.5) continue;
      const place = join(smbd.root('plain'), path);
      chownSync(place, smbd.uid(pick(USERS)), smbd.gid(pick(GROUP_NAMES)));
      execFileSync('setfacl', ['-n', '-b', '--set', aclOf(random, isFolder), place]);
    }
    const { wider, narrower, both, neither } = await compare('plain', 'samba', paths);
    expect(wider).toEqual([]);
    expect(Math.min(both, neither)).toBeGreaterThan(200);
    expect(narrower.length).toBeLessThan(both / 10);
  });

  it('denies a named user whom others may not be mistaken for', async () => {
    make('plain', ['but-bob.txt', 'mode-0604.txt', 'closed/in.txt']);
    const at = (path: string) => join(smbd.root('plain'), path);
    execFileSync('setfacl', ['-m', `u:${smbd.uid('bob')}:---`, at('but-bob.txt')]);
    chownSync(at('mode-0604.txt'), 0, smbd.gid('staff'));
    chmodSync(at('mode-0604.txt'), 0o604);
    chownSync(at('closed'), 0, smbd.gid('hr'));
    chmodSync(at('closed'), 0o750);
    const paths = ['but-bob.txt', 'mode-0604.txt', 'closed/in.txt'];
    const readers = await readersOf('plain', 'samba', paths);
    expect(readers).toEqual(['ann cat dan', 'dan', 'ann']);
    expect(await compare('plain', 'samba', paths)).toMatchObject({ wider: [], narrower: [] });
  });
});

async function readersOf(
  share: string,
  server: 'windows' | 'samba',
  paths: readonly string[],
): Promise<string[]> {
  const source = sourceOf(share, server);
  const readings = await Promise.all(paths.map((path) => source.descriptorOf(path)));
  return readings.map((reading) =>
    USERS.filter((user) => reading.ok && decide(reading.descriptor, tokenOf(user)).read).join(' '),
  );
}

describe.skipIf(!hasSmbd)('the list of a share itself', () => {
  it('shuts out whom it denies, as the server does', async () => {
    make('shut', ['a.txt']);
    await smbd.setShareSddl(
      'shut',
      `D:${entry('D', '', FULL, smbd.sid('bob'))}${entry('A', '', FULL, EVERYONE)}`,
    );
    expect(await readersOf('shut', 'samba', ['a.txt'])).toEqual(['ann cat dan']);
    expect(await compare('shut', 'samba', ['a.txt'])).toMatchObject({ wider: [], narrower: [] });
  });

  it('is kept by Samba from an account that is not root, and then nobody reads', async () => {
    await smbd.restart();
    const source = sourceOf('shut', 'samba', { user: smbd.admin });
    const reading = await source.descriptorOf('a.txt');
    expect(reading).toMatchObject({ ok: false, reason: 'acl-unreadable' });
    expect(reading.ok ? '' : reading.detail).toContain('write acl.shareSddl');
  });

  it('counts as it is written in the configuration', async () => {
    const shareLevel = parseSddl(written('D:(A;;{FULL};;;{ann})'));
    if (!shareLevel.ok) throw new Error(shareLevel.error);
    const source = sourceOf('shut', 'samba', { user: smbd.admin, shareLevel: shareLevel.descriptor });
    const reading = await source.descriptorOf('a.txt');
    const readers = USERS.filter((user) => reading.ok && decide(reading.descriptor, tokenOf(user)).read);
    expect(readers).toEqual(['ann']);
  });
});

describe.skipIf(!hasSmbd)('reading from a server', () => {
  const NAMES = [
    'ü €.txt',
    "o'clock; rm.txt",
    '-a.txt',
    '$(id)`x`.txt',
    '%s%n.txt',
    '!x.txt',
    '日本語.txt',
    '.hidden',
  ];
  const MANGLED = [
    'FILENAME:a.txt',
    'new\nFILENAME:a.txt\nMODE:N\n',
    'quote".txt',
    'star*.txt',
    'colon:b',
    'back\\slash',
    'dot.',
    'space ',
  ];

  it('gives files of any name that can be asked for their own list, and no others', async () => {
    make(
      'windows',
      [...NAMES, ...MANGLED].map((name) => `names/${name}`),
    );
    await setAll(
      'windows',
      NAMES.map((name) => [`names/${name}`, written('O:{ann}G:{staff}D:(A;;{READ};;;{cat})')]),
    );
    const readers = await readersOf(
      'windows',
      'windows',
      [...NAMES, ...MANGLED].map((name) => `names/${name}`),
    );
    expect(readers).toEqual([...NAMES.map(() => 'cat'), ...MANGLED.map(() => '')]);
  });

  it.each(['windows', 'samba'])(
    'finds the change time of a file and a folder moved when their list changes in %s',
    async (share) => {
      make(share, ['moved/a.txt']);
      for (const path of ['moved', 'moved/a.txt']) {
        const changed = () => statSync(join(smbd.root(share), path), { bigint: true }).ctimeNs;
        const before = changed();
        await smbd.setSddl(share, path, written('O:{ann}G:{staff}D:(A;;{FULL};;;{ann})'));
        expect(changed()).toBeGreaterThan(before);
      }
    },
  );

  it('refuses a file that the server does not have', async () => {
    const reading = await sourceOf('windows', 'windows').descriptorOf('nowhere/at all.txt');
    expect(reading).toMatchObject({ ok: false, reason: 'acl-missing' });
  });

  it('refuses everything with a mend when the password is wrong or the server is away', async () => {
    for (const account of [{ password: 'wrong' }, { host: '127.255.255.1' }, { share: 'nowhere' }]) {
      const reading = await sourceOf('shut', 'samba', account).descriptorOf('a.txt');
      expect(reading).toMatchObject({ ok: false, reason: 'acl-unreadable' });
      expect(reading.ok ? '' : reading.detail).toMatch(/check acl\.(user|unc)/);
    }
  });

  it('does not show the password on any command line', async () => {
    const source = sourceOf('windows', 'windows');
    const reading = source.descriptorOf('everyone.txt');
    const seen: string[] = [];
    const watch = setInterval(() => seen.push(...commandLines()), 2);
    await reading;
    clearInterval(watch);
    expect(seen.filter((line) => /smbclient|rpcclient/.test(line)).length).toBeGreaterThan(0);
    expect(seen.filter((line) => line.includes(smbd.password))).toEqual([]);
  });
});

function commandLines(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
    } catch {
      return [];
    }
  });
}

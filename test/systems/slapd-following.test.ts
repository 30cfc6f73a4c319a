import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { LdapDirectory, type LdapDirectoryOptions } from '../../acl/directory/ldap/index.ts';
import { type DirectoryFollower, type DirectorySnapshot, type Following, findUser } from '../../acl/index.ts';
import { openCore } from '../../src/compose/index.ts';
import { startKeeping } from '../../src/compose/keeping.ts';
import { toConfig } from '../../src/config/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { said } from './directory-said.ts';
import { actingProxy } from './ports.ts';
import { BASE, hasSlapd, PASSWORD, READER, Slapd, type SlapdSettings } from './slapd.ts';

const START = 1_700_000_000_000;
const MINUTE = 60_000;
/** What is read; `ou=elsewhere` is not, so that entries move in and out. */
const COMPANY = `ou=company,${BASE}`;
const PLACES = [`ou=a,${COMPANY}`, `ou=b,${COMPANY}`, `ou=elsewhere,${BASE}`] as const;
const NUMBERS = 8;
const STEPS = 200;

function seed(): string {
  const unit = (dn: string, ou: string) => `dn: ${dn}\nobjectClass: organizationalUnit\nou: ${ou}`;
  const entries = [
    `dn: ${BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example`,
    `dn: ${READER}\nobjectClass: simpleSecurityObject\nobjectClass: organizationalRole\ncn: reader\nuserPassword: ${PASSWORD}`,
    unit(COMPANY, 'company'),
    ...PLACES.map((dn) => unit(dn, dn.slice(3, dn.indexOf(',')))),
    person(0, PLACES[0]),
    person(1, PLACES[0]),
    group(0, PLACES[0], [0, 1]),
  ];
  return `${entries.join('\n\n')}\n`;
}

const user = (n: number) => `uid=u${n}`;
const circle = (n: number) => `cn=g${n}`;
function person(n: number, place: string, add = ''): string {
  return `dn: ${user(n)},${place}\n${add}objectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: u${n}\ncn: Name ${n}\nsn: U\nuidNumber: ${1_000 + n}\ngidNumber: 100\nhomeDirectory: /`;
}
function group(n: number, place: string, members: readonly number[], add = ''): string {
  const names = members.flatMap((one) => PLACES.map((at) => `member: ${user(one)},${at}`));
  return `dn: ${circle(n)},${place}\n${add}objectClass: groupOfNames\ncn: g${n}\n${names.join('\n')}`;
}

const KINDS = [
  ...(['add', 'delete', 'rename', 'move', 'relabel', 'join', 'leave', 'group'] as const),
  ...(['ungroup', 'nest', 'unnest', 'move-unit', 'move-group'] as const),
];

/** One change, as the server is asked for it; it refuses those that make no sense at the moment. */
function asLdif(kind: (typeof KINDS)[number], n: number, m: number, place: string, other: string): string {
  const add = 'changetype: add\n';
  const member = (how: string, name: string) =>
    `dn: ${circle(m)},${place}\nchangetype: modify\n${how}: member\nmember: ${name}\n`;
  const renamed = (rdn: string, to: string, superior: string, at: string = place) =>
    `dn: ${rdn},${at}\nchangetype: modrdn\nnewrdn: ${to}\ndeleteoldrdn: 1\nnewsuperior: ${superior}\n`;
  switch (kind) {
    case 'add':
      return person(n, place, add);
    case 'delete':
      return `dn: ${user(n)},${place}\nchangetype: delete\n`;
    case 'rename':
      return renamed(user(n), user(m), place);
    case 'move':
      return renamed(user(n), user(n), other);
    case 'relabel':
      return `dn: ${user(n)},${place}\nchangetype: modify\nreplace: uidNumber\nuidNumber: ${2_000 + m}\n`;
    case 'join':
      return member('add', `${user(n)},${other}`);
    case 'leave':
      return member('delete', `${user(n)},${other}`);
    case 'group':
      return group(m, place, [n], add);
    case 'ungroup':
      return `dn: ${circle(m)},${place}\nchangetype: delete\n`;
    case 'nest':
      return member('add', `${circle(n)},${other}`);
    case 'unnest':
      return member('delete', `${circle(n)},${other}`);
    case 'move-unit':
      return renamed('ou=team', 'ou=team', other);
    case 'move-group':
      return renamed(circle(m), circle(n), other);
  }
}

const change = fc
  .tuple(
    fc.constantFrom(...KINDS),
    fc.nat(NUMBERS - 1),
    fc.nat(NUMBERS - 1),
    fc.constantFrom(...PLACES),
    fc.constantFrom(...PLACES),
  )
  .map((drawn) => asLdif(...drawn));

let slapd: Slapd;
let follower: DirectoryFollower;
afterEach(async () => {
  await follower?.close();
  await slapd?.remove();
});

const directory = (more: Partial<LdapDirectoryOptions> = {}) =>
  new LdapDirectory({
    url: slapd.url,
    bindDn: READER,
    bindPassword: PASSWORD,
    baseDn: COMPANY,
    schema: 'openldap',
    pageSize: 3,
    timeoutMs: 10_000,
    intervalMs: 15 * MINUTE,
    fullIntervalMs: 60 * MINUTE,
    ...more,
  });

async function begin(settings: SlapdSettings): Promise<Following> {
  slapd = await Slapd.start(seed(), settings);
  follower = directory().follow();
  return follower.next(START);
}

function snapshotOf(following: Following): DirectorySnapshot {
  if (following.kind !== 'read') throw new Error(JSON.stringify(following));
  return following.snapshot;
}

/** What reading everything gives now. */
async function whole(): Promise<unknown> {
  const reading = await directory().read(START);
  return reading.kind === 'incomplete' ? reading.detail : said(reading.snapshot);
}

/** Names of the direct groups of a user. */
function memberships(snapshot: DirectorySnapshot, login: string): string[] {
  const id = findUser(snapshot, login)?.id;
  if (id === undefined) throw new Error(`no ${login}`);
  const named = (snapshot.groupsOf.get(id) ?? []).map((one) => snapshot.groups.get(one)?.name ?? one);
  return named.filter((name) => !name.startsWith('gid:')).sort();
}

function attempt(ldif: string): boolean {
  try {
    slapd.modify(ldif);
    return true;
  } catch {
    return false;
  }
}

/** Takes a person out of the group that `seed` has. */
const leaving = (n: number) =>
  `dn: ${circle(0)},${PLACES[0]}\nchangetype: modify\ndelete: member\nmember: ${user(n)},${PLACES[0]}\n`;

describe.skipIf(!hasSlapd)('following a real slapd (needs slapd and ldap-utils)', () => {
  it.each([
    // refint mends members a moment after the change itself.
    { name: 'with syncprov', overlays: ['syncprov'] as const, tries: 1 },
    { name: 'with syncprov and refint', overlays: ['syncprov', 'refint'] as const, tries: 100 },
  ])('$name gives after each of many random changes what reading everything gives', async (row) => {
    let snapshot = snapshotOf(await begin(row));
    const extents = { whole: 0, changes: 0 };
    let accepted = 0;
    attempt(`dn: ou=team,${PLACES[0]}\nchangetype: add\nobjectClass: organizationalUnit\nou: team\n`);
    attempt(person(9, `ou=team,${PLACES[0]}`, 'changetype: add\n'));
    for (const [step, ldif] of fc.sample(change, { numRuns: STEPS, seed: 41 }).entries()) {
      if (attempt(ldif)) accepted += 1;
      let followed: unknown;
      let read: unknown;
      for (let tried = 0; tried < row.tries; tried += 1) {
        const next = await follower.next(START + step * 5_000);
        if (next.kind === 'read') {
          snapshot = next.snapshot;
          extents[next.extent] += 1;
        }
        followed = next.kind === 'failed' ? next.detail : said(snapshot);
        read = await whole();
        if (isDeepStrictEqual(followed, read)) break;
      }
      expect([step, ldif, followed]).toEqual([step, ldif, read]);
    }
    expect(accepted).toBeGreaterThan(STEPS / 4);
    expect(extents.changes).toBeGreaterThan(2 * extents.whole);
  });

  it('asks for nothing while nothing changes', async () => {
    await begin({ overlays: ['syncprov'] });
    expect(await follower.next(START + MINUTE)).toEqual({ kind: 'current' });
    const before = await slapd.treeSearches();
    expect(await follower.next(START + 2 * MINUTE)).toEqual({ kind: 'current' });
    expect(before).toBeGreaterThan(0);
    expect(await slapd.treeSearches()).toBe(before);
  });

  it('finds a member who was removed by reading what changed', async () => {
    await begin({ overlays: ['syncprov'] });
    slapd.modify(leaving(1));
    const next = await follower.next(START + 5_000);
    expect(next).toMatchObject({ kind: 'read', extent: 'changes' });
    expect(memberships(snapshotOf(next), 'u1')).toEqual([]);
    expect(memberships(snapshotOf(next), 'u0')).toEqual(['g0']);
  });

  it('finds a member whose folder was moved, with nothing of the member changed', async () => {
    await begin({ overlays: ['syncprov'] });
    const team = `ou=team,${PLACES[0]}`;
    slapd.modify(
      `dn: ${team}\nchangetype: add\nobjectClass: organizationalUnit\nou: team\n\n${person(5, team, 'changetype: add\n')}\n\n${group(5, PLACES[0], [0], 'changetype: add\n')}\nmember: ${user(5)},ou=team,${PLACES[1]}\n`,
    );
    expect(memberships(snapshotOf(await follower.next(START + 5_000)), 'u5')).toEqual([]);
    slapd.modify(
      `dn: ${team}\nchangetype: modrdn\nnewrdn: ou=team\ndeleteoldrdn: 1\nnewsuperior: ${PLACES[1]}\n`,
    );
    const next = await follower.next(START + 10_000);
    expect(next).toMatchObject({ kind: 'read', extent: 'changes' });
    expect(memberships(snapshotOf(next), 'u5')).toEqual(['g5']);
  });

  it('finds for a while after a change what moves no mark', async () => {
    await begin({ overlays: ['syncprov'] });
    slapd.modifyUnseen(leaving(1));
    const next = await follower.next(START + 5_000);
    expect(memberships(snapshotOf(next), 'u1')).toEqual([]);
  });

  it.each(Array.from({ length: 12 }, (_, n) => 250 * (n + 1)))(
    'gives what was true at one moment when somebody is renamed after %d bytes of reading',
    async (bytes) => {
      slapd = await Slapd.start(seed(), { overlays: ['syncprov'] });
      const name = `${user(1)},${PLACES[0]}`;
      const proxy = await actingProxy(slapd, bytes, () => {
        slapd.modify(
          `${leaving(1)}\ndn: ${name}\nchangetype: modrdn\nnewrdn: uid=new\ndeleteoldrdn: 1\n\n${group(7, PLACES[1], [0], 'changetype: add\n')}\nmember: uid=new,${PLACES[0]}\n`,
        );
      });
      follower = directory({ url: `ldap://127.0.0.1:${proxy.port}` }).follow();
      const before = await whole();
      const followed = said(snapshotOf(await follower.next(START)));
      expect([before, await whole()]).toContainEqual(followed);
      await follower.close();
      await proxy.close();
    },
  );

  it('reads everything after a restart of the server, without failing', async () => {
    await begin({ overlays: ['syncprov'] });
    await slapd.kill();
    await slapd.run();
    expect(await follower.next(START + 5_000)).toMatchObject({ kind: 'read', extent: 'whole' });
  });

  it('fails while the server is away, and reads everything when it is back', async () => {
    await begin({ overlays: ['syncprov'] });
    await slapd.kill();
    expect(await follower.next(START + 5_000)).toMatchObject({ kind: 'failed', retry: 'soon' });
    await slapd.run();
    expect(await follower.next(START + 10_000)).toMatchObject({ kind: 'read', extent: 'whole' });
  });

  it('reads everything once the full interval has gone by', async () => {
    await begin({ overlays: ['syncprov'] });
    await follower.next(START + MINUTE);
    expect(await follower.next(START + 60 * MINUTE - 1)).toEqual({ kind: 'current' });
    expect(await follower.next(START + 60 * MINUTE)).toMatchObject({ kind: 'read', extent: 'whole' });
  });

  it.each([
    { name: 'no mark', settings: {} },
    { name: 'a mark that nothing moves', settings: { loadedMark: true } },
  ])('with $name reads everything at each interval and believes nothing in between', async ({ settings }) => {
    const first = await begin(settings);
    expect(first).toMatchObject({ kind: 'read', extent: 'whole' });
    slapd.modify(leaving(1));
    expect(await follower.next(START + 5_000)).toEqual({ kind: 'not-asked' });
    const next = await follower.next(START + 15 * MINUTE);
    expect(next).toMatchObject({ kind: 'read', extent: 'whole' });
    expect(memberships(snapshotOf(next), 'u1')).toEqual([]);
  });

  it('asks later again where the password is refused', async () => {
    slapd = await Slapd.start(seed(), {});
    follower = directory({ bindPassword: 'wrong' }).follow();
    expect(await follower.next(START)).toMatchObject({ kind: 'failed', retry: 'later' });
  });

  it('lets a removed member count soon in every process, while one of them keeps the directory', async () => {
    slapd = await Slapd.start(seed(), { overlays: ['syncprov'] });
    const file = join(tempFolder(), 'need-to-know.yaml');
    const config = toConfig(
      file,
      `shares: [{ name: docs, path: ., acl: { source: open } }]\ndirectory: { source: ldap, url: "${slapd.url}", schema: openldap, baseDn: "${COMPANY}", bindDn: "${READER}", probe: 1s }\n`,
    );
    process.env['NTK_LDAP_PASSWORD'] = PASSWORD;
    const serving = await openCore(config);
    const other = await openCore(config);
    const troubles: unknown[] = [];
    const keeping = startKeeping(serving, (...trouble) => troubles.push(trouble));
    try {
      const groups = async (): Promise<readonly string[]> => {
        const user = await other.userOf('u1');
        const made = user === null ? null : await other.tokenOf(user);
        const snapshot = await other.snapshot();
        if (made?.ok !== true) return ['nobody'];
        return [...made.token.principals].flatMap((id) => snapshot?.groups.get(id)?.name ?? []);
      };
      await expect.poll(groups, { timeout: 30_000 }).toContain('g0');
      slapd.modify(leaving(1));
      await expect.poll(groups, { timeout: 30_000 }).not.toContain('g0');
      expect(await groups()).not.toContain('nobody');
      expect(troubles).toEqual([]);
    } finally {
      await keeping.stop();
      await serving.close();
      await other.close();
    }
  });

  it('ends at once when it is closed while nothing answers', async () => {
    slapd = await Slapd.start(seed(), {});
    slapd.pause();
    follower = directory({ timeoutMs: 200_000 }).follow();
    const asking = follower.next(START);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await follower.close();
    expect((await asking).kind).toBe('failed');
  });
});

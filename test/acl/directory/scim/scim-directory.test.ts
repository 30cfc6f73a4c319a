import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import {
  HeldSnapshot,
  liveSnapshot,
  MappedDirectory,
  makeToken,
  type PrincipalId,
  principalId,
  ScimDirectory,
} from '../../../../acl/index.ts';
import { directorySourceContract } from '../../../contracts/directory-source.ts';
import { type Pushed, patchOf, pushed } from '../../../support/pushed.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const DAY = 86_400;

directorySourceContract('the SCIM directory', async () => {
  let next = '';
  let had: readonly string[] = [];
  const scim = await pushed({ newId: () => next });
  return {
    source: scim.directory,
    async fill(users, groups) {
      for (const path of had) await scim.send('DELETE', path);
      had = [...users.map((id) => `/Users/${id}`), ...Object.keys(groups).map((id) => `/Groups/${id}`)];
      for (const id of users) {
        next = id;
        await scim.made('/Users', { userName: id });
      }
      for (const id of Object.keys(groups)) {
        next = id;
        await scim.made('/Groups', { displayName: id });
      }
      for (const [id, members] of Object.entries(groups)) {
        const value = members.map((member) => ({ value: member.replace(/^\w+:/, '') }));
        if (value.length === 0) continue;
        await scim.send('PATCH', `/Groups/${id}`, patchOf({ op: 'add', path: 'members', value }));
      }
    },
    breakIt: () => scim.close(),
  };
});

async function start(settleMs = 0): Promise<Pushed & { anna: string; staff: string }> {
  const scim = await pushed({ settleMs });
  const anna = await scim.made('/Users', { userName: 'Anna', externalId: 'e-anna', displayName: 'Anna R.' });
  const staff = await scim.made('/Groups', {
    displayName: 'Staff',
    externalId: 'e-staff',
    members: [{ value: anna }],
  });
  return { ...scim, anna, staff };
}

const groupsOf = (snapshot: { groupsOf: ReadonlyMap<PrincipalId, readonly PrincipalId[]> }, id: string) =>
  snapshot.groupsOf.get(principalId(`user:${id}`));

describe('the SCIM directory', () => {
  it('names people by their login and carries the external ids', async () => {
    const { anna, staff, ...scim } = await start();
    const { users, groups } = await scim.snapshot();
    expect(users.get(principalId(`user:${anna}`))).toEqual({
      id: `user:${anna}`,
      login: 'Anna',
      name: 'Anna R.',
      enabled: true,
      externalId: 'e-anna',
    });
    expect(groups.get(principalId(`group:${staff}`))).toEqual({
      id: `group:${staff}`,
      name: 'Staff',
      externalId: 'e-staff',
    });
  });

  it('a reading after a change leaves the snapshot before it as it was', async () => {
    const { anna, staff, ...scim } = await start();
    const before = await scim.snapshot();
    await scim.send(
      'PATCH',
      `/Groups/${staff}`,
      patchOf({ op: 'remove', path: `members[value eq "${anna}"]` }),
    );
    const after = await scim.snapshot();
    expect(groupsOf(before, anna)).toEqual([`group:${staff}`]);
    expect(groupsOf(after, anna)).toBeUndefined();
    expect(after.groupsOf).not.toBe(before.groupsOf);
  });

  it('a deleted and made-again group of the same name is another group', async () => {
    const { anna, staff, ...scim } = await start();
    await scim.send('DELETE', `/Groups/${staff}`);
    const again = await scim.made('/Groups', { displayName: 'Staff', members: [{ value: anna }] });
    const { groups, ...snapshot } = await scim.snapshot();
    expect([...groups.keys()]).toEqual([`group:${again}`]);
    expect(groupsOf(snapshot, anna)).toEqual([`group:${again}`]);
    expect(again).not.toBe(staff);
  });

  it('groups within groups, in a circle, reach the token once', async () => {
    const { anna, staff, ...scim } = await start();
    const outer = await scim.made('/Groups', { displayName: 'outer', members: [{ value: staff }] });
    await scim.send(
      'PATCH',
      `/Groups/${staff}`,
      patchOf({ op: 'add', path: 'members', value: [{ value: outer }] }),
    );
    const user = principalId(`user:${anna}`);
    const snapshot = await scim.snapshot();
    const made = makeToken({ user, snapshot, now: scim.clock.at, maxStalenessSeconds: DAY });
    const groups = made.ok ? [...made.token.principals].filter((id) => id.startsWith('group:')) : [];
    expect(groups.sort()).toEqual([`group:${outer}`, `group:${staff}`].sort());
  });

  it('a change of more members than are named one by one is taken up whole', async () => {
    const scim = await pushed();
    const ids: string[] = [];
    for (let at = 0; at < 2_100; at += 1) ids.push(await scim.made('/Users', { userName: `u${at}` }));
    const all = await scim.made('/Groups', { displayName: 'all' });
    await scim.snapshot();
    const value = ids.map((id) => ({ value: id }));
    await scim.send('PATCH', `/Groups/${all}`, patchOf({ op: 'add', path: 'members', value }));
    expect((await scim.snapshot()).groupsOf.size).toBe(2_100);
    await scim.send('DELETE', `/Groups/${all}`);
    expect((await scim.snapshot()).groupsOf.size).toBe(0);
  });

  it('who has read nothing for very many changes reads everything', async () => {
    const { anna, staff, ...scim } = await start();
    await scim.snapshot();
    await scim.send('PATCH', `/Groups/${staff}`, patchOf({ op: 'remove', path: 'members' }));
    const db = new DatabaseSync(scim.path);
    db.exec('update scim_state set changes = changes + 6000; delete from scim_changes');
    db.close();
    expect(groupsOf(await scim.snapshot(), anna)).toBeUndefined();
  });
});

describe('before the first push is over', () => {
  it('nothing was pushed: no snapshot, and a sentence with the mend', async () => {
    const scim = await pushed();
    const reading = await scim.directory.read(scim.clock.at);
    expect(reading).toEqual({
      kind: 'incomplete',
      detail: 'the identity provider has pushed no user yet: start provisioning there',
    });
  });

  it('people but no groups: no snapshot, because groups that deny are missing', async () => {
    const scim = await pushed();
    await scim.made('/Users', { userName: 'anna' });
    expect((await scim.directory.read(scim.clock.at)).kind).toBe('incomplete');
  });

  it('still coming in: no snapshot until nothing came for the time to settle', async () => {
    const scim = await start(60_000);
    scim.clock.at += 59_999;
    expect((await scim.directory.read(scim.clock.at)).kind).toBe('incomplete');
    scim.clock.at += 1;
    expect((await scim.directory.read(scim.clock.at)).kind).toBe('complete');
  });

  it('once over it stays over: a later change does not shut everybody out again', async () => {
    const scim = await start(60_000);
    scim.clock.at += 60_000;
    await scim.made('/Users', { userName: 'bob' });
    expect((await scim.snapshot()).users.size).toBe(2);
  });
});

describe('how old it is', () => {
  function live(scim: Pushed) {
    const deps = { source: scim.directory, store: new HeldSnapshot(), now: () => scim.clock.at };
    return () => liveSnapshot(deps);
  }

  it('counts from the last request of the provider, however often it is asked for', async () => {
    const scim = await start();
    const snapshot = live(scim);
    const heard = scim.clock.at;
    scim.clock.at += 31 * DAY * 1_000;
    expect((await snapshot())?.confirmedAt).toBe(heard);
    expect((await snapshot())?.confirmedAt).toBe(heard);
  });

  it('a provider that fell silent too long lets nobody in', async () => {
    const { anna, ...scim } = await start();
    const snapshot = live(scim);
    scim.clock.at += 31 * DAY * 1_000;
    const user = principalId(`user:${anna}`);
    const request = { user, snapshot: await snapshot(), now: scim.clock.at, maxStalenessSeconds: 30 * DAY };
    expect(makeToken(request)).toMatchObject({ ok: false, refusal: { kind: 'stale-directory' } });
  });

  it('a request that changes nothing renews it', async () => {
    const scim = await start();
    const snapshot = live(scim);
    await snapshot();
    scim.clock.at += 31 * DAY * 1_000;
    await scim.send('GET', '/Users?filter=userName eq "nobody"');
    expect((await snapshot())?.confirmedAt).toBe(scim.clock.at);
  });

  it('a membership that was taken away counts at the very next look', async () => {
    const { anna, staff, ...scim } = await start();
    const snapshot = live(scim);
    await snapshot();
    await scim.send('PATCH', `/Groups/${staff}`, patchOf({ op: 'remove', path: 'members' }));
    expect((await snapshot())?.groupsOf.size).toBe(0);
    expect(anna).toBeTruthy();
  });

  it('a change that comes in during the reading does not bring the older snapshot back', async () => {
    const { anna, staff, ...scim } = await start();
    const bob = await scim.made('/Users', { userName: 'bob' });
    const source = new ScimDirectory({ store: scim.store, now: () => scim.clock.at, settleMs: 0 });
    const snapshot = live({ ...scim, directory: Object.assign(source, { read: source.read.bind(source) }) });
    await snapshot();
    await scim.send(
      'PATCH',
      `/Groups/${staff}`,
      patchOf({ op: 'remove', path: `members[value eq "${anna}"]` }),
    );
    const read = source.read;
    source.read = async (now) => {
      const reading = await read(now);
      await scim.send(
        'PATCH',
        `/Users/${bob}`,
        patchOf({ op: 'replace', path: 'displayName', value: `${now}` }),
      );
      return reading;
    };
    expect(groupsOf((await snapshot()) ?? { groupsOf: new Map() }, anna)).toBeUndefined();
  });

  it('an older reading that takes longer is not given to whoever asks later', async () => {
    const { anna, staff, ...scim } = await start();
    const { directory } = scim;
    let held: (() => void) | undefined;
    let slow = true;
    const source = {
      name: 'slow once',
      fingerprint: () => directory.fingerprint(),
      confirmedAt: () => directory.confirmedAt(),
      async read(now: number) {
        const reading = await directory.read(now);
        if (slow) {
          slow = false;
          await new Promise<void>((resolve) => {
            held = resolve;
          });
        }
        return reading;
      },
    };
    const store = new HeldSnapshot();
    const early = liveSnapshot({ source, store, now: () => scim.clock.at });
    await expect.poll(() => held).toBeDefined();
    await scim.send('PATCH', `/Groups/${staff}`, patchOf({ op: 'remove', path: 'members' }));
    const replace = store.replace.bind(store);
    store.replace = async (snapshot, sync) => {
      await replace(snapshot, sync);
      store.replace = replace;
      held?.();
      await early;
    };
    const late = await liveSnapshot({ source, store, now: () => scim.clock.at });
    expect(groupsOf(late ?? { groupsOf: new Map() }, anna)).toBeUndefined();
  });

  it('what was pushed and cannot be read lets nobody in, the older snapshot neither', async () => {
    const { anna, staff, ...scim } = await start();
    const identities = join(tempFolder(), 'identities.yaml');
    writeFileSync(identities, '{}');
    const source = new MappedDirectory(scim.directory, identities);
    const deps = { source, store: new HeldSnapshot(), now: () => scim.clock.at };
    expect(groupsOf((await liveSnapshot(deps)) ?? { groupsOf: new Map() }, anna)).toHaveLength(1);
    writeFileSync(identities, 'users: [');
    await scim.send('PATCH', `/Groups/${staff}`, patchOf({ op: 'remove', path: 'members' }));
    expect(await liveSnapshot(deps)).toBeNull();
    writeFileSync(identities, '{}');
    expect((await liveSnapshot(deps))?.groupsOf.size).toBe(0);
  });

  it('another process sees what was pushed', async () => {
    const { anna, ...scim } = await start();
    const other = await pushed({ path: scim.path });
    expect((await other.snapshot()).users.has(principalId(`user:${anna}`))).toBe(true);
    await scim.send('PATCH', `/Users/${anna}`, patchOf({ op: 'replace', value: { active: false } }));
    expect((await other.snapshot()).users.get(principalId(`user:${anna}`))?.enabled).toBe(false);
  });
});

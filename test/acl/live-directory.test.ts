import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type DirectorySource,
  FileDirectory,
  groupPath,
  liveSnapshot,
  makeToken,
  principalId,
  syncDirectory,
} from '../../acl/index.ts';
import { openSqliteCatalog } from '../../index/catalog/sqlite-catalog.ts';
import { snapshotOf } from '../support/access.ts';
import { tempFolder } from '../support/temp-folder.ts';

const MINUTE = 60_000;
const START = 1_000_000_000;
const IN = 'users: [{id: bob}, {id: anna}]\ngroups: [{id: staff, users: [bob]}]\n';
const OUT = 'users: [{id: bob}, {id: anna}]\ngroups: [{id: staff, users: [anna]}]\n';

/** A directory file with a real catalog behind it and a clock that the test turns. */
async function bench(text: string) {
  const folder = tempFolder();
  const path = join(folder, 'directory.yaml');
  writeFileSync(path, text);
  const catalog = await openSqliteCatalog(join(folder, 'catalog.sqlite'));
  const clock = { at: START };
  const deps = { source: new FileDirectory(path), store: catalog.directory, now: () => clock.at };
  /** Groups of bob as a query sees them now, or the refusal. */
  const ask = async (maxStalenessSeconds = 60): Promise<string> => {
    const snapshot = await liveSnapshot(deps);
    const made = makeToken({ user: principalId('user:bob'), snapshot, now: clock.at, maxStalenessSeconds });
    if (!made.ok) return made.refusal.kind;
    return [...made.token.principals].filter((p) => groupPath(made.token, p).length > 1).join(' ');
  };
  return { path, catalog, clock, deps, ask };
}

describe('liveSnapshot', () => {
  it('reads the file at the first question', async () => {
    const { ask } = await bench(IN);
    expect(await ask()).toBe('group:staff');
  });

  it('counts an edit at the next question', async () => {
    const { ask, path } = await bench(IN);
    await ask();
    writeFileSync(path, OUT);
    expect(await ask()).toBe('');
  });

  it('counts an edit of the same size within the same moment', async () => {
    const { ask, path } = await bench(IN);
    await ask();
    const edited = IN.replace('users: [bob]}', 'users: [ana]}').replace('{id: anna}', '{id: ana },');
    writeFileSync(path, edited.slice(0, IN.length).replace(',]', ' ]'));
    expect(await ask()).toBe('');
  });

  it('keeps an unchanged file fresh however long ago it was read', async () => {
    const { ask, clock } = await bench(IN);
    await ask();
    clock.at += 1_000 * MINUTE;
    expect(await ask()).toBe('group:staff');
  });

  it('refuses when there never was a complete reading', async () => {
    const { ask } = await bench('users: [');
    expect(await ask()).toBe('no-directory');
  });

  it('keeps the old snapshot whole while the file is broken, and lets it grow stale', async () => {
    const { ask, path, clock } = await bench(IN);
    await ask();
    writeFileSync(path, 'users: [{id: bob}]\ngroups: [{id: staff, users: [ghost]}]\n');
    clock.at += MINUTE;
    expect(await ask()).toBe('group:staff');
    clock.at += 1_000;
    expect(await ask()).toBe('stale-directory');
  });

  it('answers again as soon as the file is mended', async () => {
    const { ask, path, clock } = await bench(IN);
    await ask();
    writeFileSync(path, 'users: [');
    clock.at += 2 * MINUTE;
    expect(await ask()).toBe('stale-directory');
    writeFileSync(path, OUT);
    expect(await ask()).toBe('');
  });

  it('keeps the old snapshot and its age when the file is deleted', async () => {
    const { ask, path, clock } = await bench(IN);
    await ask();
    rmSync(path);
    clock.at += MINUTE;
    expect(await ask()).toBe('group:staff');
    clock.at += 1_000;
    expect(await ask()).toBe('stale-directory');
  });

  it('gives many questions at once the same whole snapshot', async () => {
    const { ask, path } = await bench(IN);
    await ask();
    writeFileSync(path, OUT);
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => ask())))).toEqual(new Set(['']));
  });
});

describe('syncDirectory', () => {
  it('replaces, then confirms, then notes a failure, newest first', async () => {
    const { deps, catalog, path, clock } = await bench(IN);
    await syncDirectory(deps, { force: false });
    clock.at += MINUTE;
    await syncDirectory(deps, { force: false });
    writeFileSync(path, 'users: [');
    clock.at += MINUTE;
    const failed = await syncDirectory(deps, { force: true });
    expect(failed.detail).toContain('directory.yaml');
    expect((await catalog.directory.lastSyncs(10)).map(({ outcome }) => outcome)).toEqual([
      'failed',
      'confirmed',
      'replaced',
    ]);
    expect((await catalog.directory.current())?.snapshot.confirmedAt).toBe(START + MINUTE);
  });

  it('reads again with force although nothing changed', async () => {
    const { deps } = await bench(IN);
    await syncDirectory(deps, { force: false });
    expect((await syncDirectory(deps, { force: true })).outcome).toBe('replaced');
  });

  it('is seen by another process at once, never half', async () => {
    const { deps, path } = await bench(IN);
    const other = await openSqliteCatalog(join(path, '..', 'catalog.sqlite'));
    await syncDirectory(deps, { force: false });
    expect((await other.directory.current())?.snapshot.groupsOf.get(principalId('user:bob'))).toEqual([
      'group:staff',
    ]);
    writeFileSync(path, OUT);
    await syncDirectory(deps, { force: false });
    const seen = (await other.directory.current())?.snapshot;
    expect(seen?.groupsOf.get(principalId('user:bob'))).toBeUndefined();
    expect(seen?.groupsOf.get(principalId('user:anna'))).toEqual(['group:staff']);
  });

  it('does not take a reading under which the source changed', async () => {
    const { deps, path } = await bench(IN);
    const file = new FileDirectory(path);
    const torn: DirectorySource = {
      name: file.name,
      fingerprint: () => file.fingerprint(),
      read: async (now) => {
        const reading = await file.read(now);
        appendFileSync(path, '  # more to come\n');
        return reading;
      },
    };
    const sync = await syncDirectory({ ...deps, source: torn }, { force: false });
    expect(sync.outcome).toBe('failed');
    expect(await deps.store.current()).toBeNull();
  });

  it('reads a source that has no fingerprint each time', async () => {
    const { deps } = await bench(IN);
    let reads = 0;
    const source: DirectorySource = {
      name: 'ldap',
      fingerprint: async () => null,
      read: async (now) => {
        reads += 1;
        return { kind: 'complete', snapshot: snapshotOf({ users: ['bob'], confirmedAt: now }), warnings: [] };
      },
    };
    await syncDirectory({ ...deps, source }, { force: false });
    await syncDirectory({ ...deps, source }, { force: false });
    expect(reads).toBe(2);
  });
});

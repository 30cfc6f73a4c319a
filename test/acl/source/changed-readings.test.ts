import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryReadingStore, shareId } from '../../../acl/index.ts';
import { ChangedReadings } from '../../../acl/source/changed-readings.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const HOUR = 3_600_000;
const SHARE = shareId('docs');

let root: string;
let store: MemoryReadingStore;
let now: number;
let asked: string[];
/** What the server would say now. */
let says: (path: string) => string | null;

beforeEach(() => {
  root = tempFolder();
  store = new MemoryReadingStore();
  for (const name of ['a', 'b']) writeFileSync(join(root, name), name);
  now = statSync(join(root, 'a')).ctimeMs + HOUR;
  asked = [];
  says = (path) => `list of ${path}`;
});

function readings(origin = 'server'): ChangedReadings<string> {
  return new ChangedReadings<string>({
    share: SHARE,
    readings: store,
    origin,
    rescanAfterMs: 24 * HOUR,
    now: () => now,
    localPath: (path) => (path.startsWith('above') ? null : join(root, path)),
    read: async (paths) => {
      asked.push(...paths);
      return new Map(
        paths.map((path) => {
          const text = says(path);
          return [path, text === null ? { ok: false, refusal: 'closed' } : { ok: true, text }];
        }),
      );
    },
  });
}

/** What a pass of its own asks the server for; a new process begins with what is in the store. */
async function pass(of = readings(), paths = ['a', 'b']): Promise<string[]> {
  asked = [];
  of.beginPass();
  await Promise.all(paths.map((path) => of.get(path)));
  return asked;
}

describe('readings of what changed', () => {
  it('ask for everything the first time, in one call', async () => {
    expect(await pass()).toEqual(['a', 'b']);
  });

  it('ask for nothing when nothing changed, not even in another process', async () => {
    await pass();
    now += HOUR;
    expect(await pass(readings())).toEqual([]);
  });

  it('give what was read before', async () => {
    await pass();
    const again = readings();
    again.beginPass();
    expect(await again.get('a')).toEqual({ ok: true, text: 'list of a' });
  });

  it('ask again for a file whose status changed', async () => {
    await pass();
    chmodSync(join(root, 'b'), 0o600);
    now = statSync(join(root, 'b')).ctimeMs + HOUR;
    expect(await pass()).toEqual(['b']);
  });

  it('ask again for everything when the server or the account is another', async () => {
    await pass();
    expect(await pass(readings('other server'))).toEqual(['a', 'b']);
  });

  it('ask again for everything after the time that is allowed', async () => {
    await pass();
    now += 24 * HOUR - 1;
    expect(await pass()).toEqual([]);
    now += 1;
    expect(await pass()).toEqual(['a', 'b']);
  });

  it('ask again when the clock was set back', async () => {
    await pass();
    now -= 1;
    expect(await pass()).toEqual(['a', 'b']);
  });

  it('are not kept of a file that had just changed', async () => {
    now = statSync(join(root, 'a')).ctimeMs + 59_000;
    await pass();
    expect(await pass()).toEqual(['a', 'b']);
  });

  it('are not kept when the server refused', async () => {
    says = (path) => (path === 'a' ? null : 'list');
    await pass();
    expect(await pass()).toEqual(['a']);
  });

  it('are made at every pass of a place that is not mounted', async () => {
    await pass(readings(), ['above/x']);
    expect(await pass(readings(), ['above/x'])).toEqual(['above/x']);
  });

  it('are made afresh after a refresh, and before any pass', async () => {
    const one = readings();
    await pass(one);
    one.refresh();
    asked = [];
    says = () => 'closed now';
    expect(await one.get('a')).toEqual({ ok: true, text: 'closed now' });
    expect(await readings().get('b')).toEqual({ ok: true, text: 'closed now' });
    expect(asked).toEqual(['a', 'b']);
  });

  it('made afresh count in the next pass', async () => {
    const one = readings();
    await pass(one);
    one.refresh();
    says = () => 'closed now';
    await one.get('a');
    const next = readings();
    next.beginPass();
    expect(await next.get('a')).toEqual({ ok: true, text: 'closed now' });
  });

  it('ask once for a path that is wanted twice in a pass', async () => {
    expect(await pass(readings(), ['a', 'a', 'a'])).toEqual(['a']);
  });

  it('fail for everybody who waits when the store fails', async () => {
    store.get = () => Promise.reject(new Error('disk full'));
    const one = readings();
    one.beginPass();
    const all = await Promise.allSettled([one.get('a'), one.get('b')]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

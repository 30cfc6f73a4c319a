/** What a pushed directory costs, and what one change of it costs the next question. See README.md beside this file. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  HeldSnapshot,
  liveSnapshot,
  ScimDirectory,
  type ScimMethod,
  ScimProvider,
  scimId,
} from '../acl/index.ts';
import { openSqliteCatalog } from '../index/catalog/sqlite-catalog.ts';
import { script, whole } from './support/command-line.ts';
import { median, milliseconds, number, quantile, table } from './support/figures.ts';

const USAGE = `node bench/pushed-directory.ts [options]
Fills a catalog with people and groups as an identity provider would have pushed them, then sends changes of one
membership each and asks for the directory after every one: with what changed taken up alone, as the server does,
and read afresh; and prints the ratio.

  --users N        people (20000)
  --groups N       groups (2000)
  --each N         groups that each person is in (20)
  --changes N      changes (200)`;

await script(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      users: { type: 'string', default: '20000' },
      groups: { type: 'string', default: '2000' },
      each: { type: 'string', default: '20' },
      changes: { type: 'string', default: '200' },
    },
  });
  const users = whole('users', values.users);
  const groups = whole('groups', values.groups);
  const each = whole('each', values.each);
  const changes = whole('changes', values.changes);
  const folder = await mkdtemp(join(tmpdir(), 'ntk-bench-'));
  const catalog = await openSqliteCatalog(join(folder, 'catalog.sqlite'));
  try {
    const now = Date.now();
    const plain = { externalId: null, version: 1, created: now, modified: now };
    const person = (at: number): string => `user-${at}`;
    await catalog.scim.write(now, async (writer) => {
      for (let at = 0; at < users; at += 1) {
        const attributes = { displayName: `Person ${at}`, name: { givenName: 'P', familyName: `${at}` } };
        await writer.insertUser({
          id: scimId(person(at)),
          userName: `p${at}@example.com`,
          active: true,
          attributes,
          ...plain,
        });
      }
      const members = Array.from({ length: groups }, (): string[] => []);
      for (let at = 0; at < users; at += 1) {
        for (let step = 0; step < each; step += 1) members[(at * 7 + step * 13) % groups]?.push(person(at));
      }
      for (const [at, ids] of members.entries()) {
        const id = scimId(`group-${at}`);
        await writer.insertGroup({ id, displayName: `Group ${at}`, ...plain });
        await writer.addMembers(id, ids);
      }
    });
    const provider = new ScimProvider({
      store: catalog.scim,
      audit: async () => undefined,
      now: Date.now,
      newId: randomUUID,
      base: 'https://bench.example/scim/v2',
      settleMs: 0,
    });
    const source = (): ScimDirectory =>
      new ScimDirectory({ store: catalog.scim, now: Date.now, settleMs: 0 });
    const live = { source: source(), store: new HeldSnapshot(), now: Date.now };
    const first = await timed(() => liveSnapshot(live));
    const send = async (method: ScimMethod, id: string, operation: object): Promise<void> => {
      const body = { Operations: [operation] };
      const blank = { query: {}, ifMatch: null, ifNoneMatch: null };
      const { status } = await provider.handle({ method, kind: 'Groups', id, body, ...blank });
      if (status !== 204) throw new Error(`the change was answered ${status}`);
    };
    const taken = {
      patch: [] as number[],
      idle: [] as number[],
      after: [] as number[],
      afresh: [] as number[],
    };
    for (let at = 0; at < changes; at += 1) {
      // The first group that this person was put into.
      const who = (at * 31) % users;
      const member = person(who);
      const group = `group-${(who * 7) % groups}`;
      const remove = { op: 'Remove', path: 'members', value: [{ value: member }] };
      taken.patch.push(await timed(() => send('PATCH', group, remove)));
      taken.after.push(await timed(() => liveSnapshot(live)));
      taken.idle.push(await timed(() => liveSnapshot(live)));
      if (at % 20 === 0) taken.afresh.push(await timed(() => source().read(Date.now())));
    }
    const row = (what: string, times: readonly number[]): string[] => [
      what,
      milliseconds(median(times)),
      milliseconds(quantile(times, 0.95)),
    ];
    console.log(
      `${number(users)} people, ${number(groups)} groups, ${number(users * each)} memberships; first reading ${milliseconds(first)}`,
    );
    console.log(
      table([
        ['', 'median', 'p95'],
        row('one membership changed (PATCH)', taken.patch),
        row('the directory, nothing changed', taken.idle),
        row('the directory after one change', taken.after),
        row('the directory read afresh', taken.afresh),
      ]),
    );
    console.log(`after one change : afresh = ${number(median(taken.after) / median(taken.afresh))}`);
  } finally {
    await catalog.close();
    await rm(folder, { recursive: true, force: true });
  }
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DirectorySnapshot, ScimDirectory } from '../../../../acl/index.ts';
import { type Pushed, patchOf, pushed } from '../../../support/pushed.ts';

const RUNS = 25;
const NAMES = ['anna', 'Anna', 'bob', 'carla', 'dario'];
const GROUP_NAMES = ['staff', 'hr', 'board'];

/** One step; numbers choose among what is there, or name what is not. */
type Step =
  | { readonly do: 'user'; readonly name: string; readonly active: unknown }
  | { readonly do: 'group'; readonly name: string; readonly members: readonly number[] }
  | { readonly do: 'delete'; readonly at: number }
  | { readonly do: 'active'; readonly at: number; readonly value: unknown }
  | { readonly do: 'login'; readonly at: number; readonly name: string }
  | { readonly do: 'add' | 'remove' | 'replace'; readonly at: number; readonly members: readonly number[] }
  | { readonly do: 'filter'; readonly at: number; readonly member: number }
  | { readonly do: 'empty'; readonly at: number }
  | { readonly do: 'put'; readonly at: number; readonly members: readonly number[] | null }
  | { readonly do: 'half'; readonly at: number; readonly members: readonly number[] };

const at = fc.nat(30);
const members = fc.array(at, { maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('user' as const),
    name: fc.constantFrom(...NAMES),
    active: fc.constantFrom(true, false, 'False', 'True', undefined),
  }),
  fc.record({ do: fc.constant('group' as const), name: fc.constantFrom(...GROUP_NAMES), members }),
  fc.record({ do: fc.constant('delete' as const), at }),
  fc.record({
    do: fc.constant('active' as const),
    at,
    value: fc.constantFrom(true, false, 'FALSE', 'true', 'x', null),
  }),
  fc.record({ do: fc.constant('login' as const), at, name: fc.constantFrom(...NAMES) }),
  fc.record({ do: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const), at, members }),
  fc.record({ do: fc.constant('filter' as const), at, member: at }),
  fc.record({ do: fc.constant('empty' as const), at }),
  fc.record({ do: fc.constant('put' as const), at, members: fc.option(members) }),
  fc.record({ do: fc.constant('half' as const), at, members }),
);

interface Person {
  login: string;
  active: boolean;
}

/** The rules, written down once more and simply: who is there, and who is directly in what. */
class Reference {
  readonly users = new Map<string, Person>();
  readonly groups = new Map<string, Set<string>>();
  readonly ever: string[] = [];

  id(number: number): string {
    return this.ever[number % (this.ever.length + 1)] ?? 'never-given';
  }

  free(login: string, own: string | null): boolean {
    return ![...this.users].some(
      ([id, person]) => id !== own && person.login.toLowerCase() === login.toLowerCase(),
    );
  }

  /** Null when one of them was never given: then nothing may happen. */
  there(ids: readonly string[]): string[] | null {
    if (ids.some((id) => !this.ever.includes(id))) return null;
    return ids.filter((id) => this.users.has(id) || this.groups.has(id));
  }

  remove(id: string): void {
    this.users.delete(id);
    this.groups.delete(id);
    for (const group of this.groups.values()) group.delete(id);
  }

  picture(): object {
    return {
      users: [...this.users].map(([id, { login, active }]) => [`user:${id}`, login, active]).sort(),
      groups: [...this.groups.keys()].map((id) => `group:${id}`).sort(),
      memberships: [...this.groups]
        .flatMap(([group, all]) =>
          [...all].map((id) => `${this.users.has(id) ? 'user' : 'group'}:${id} in group:${group}`),
        )
        .sort(),
    };
  }
}

function pictureOf({ users, groups, groupsOf }: DirectorySnapshot): object {
  return {
    users: [...users.values()].map(({ id, login, enabled }) => [id, login, enabled]).sort(),
    groups: [...groups.keys()].sort(),
    memberships: [...groupsOf].flatMap(([id, of]) => of.map((group) => `${id} in ${group}`)).sort(),
  };
}

async function run(scim: Pushed, model: Reference, taken: Step): Promise<void> {
  const refs = (ids: readonly string[]) => ids.map((value) => ({ value }));
  const patch = async (id: string, ...operations: readonly object[]): Promise<void> => {
    const kind = model.groups.has(id) ? 'Groups' : 'Users';
    await scim.send('PATCH', `/${kind}/${id}`, patchOf(...operations));
  };
  if (taken.do === 'user') {
    const { status, body } = await scim.send('POST', '/Users', {
      userName: taken.name,
      active: taken.active,
    });
    expect(status).toBe(model.free(taken.name, null) ? 201 : 409);
    if (status !== 201) return;
    const { id } = body as { id: string };
    model.ever.push(id);
    model.users.set(id, { login: taken.name, active: String(taken.active).toLowerCase() !== 'false' });
    return;
  }
  if (taken.do === 'group') {
    const wanted = taken.members.map((number) => model.id(number));
    const { status, body } = await scim.send('POST', '/Groups', {
      displayName: taken.name,
      members: refs(wanted),
    });
    const found = model.there(wanted);
    expect(status).toBe(found === null ? 400 : 201);
    if (found === null) return;
    const { id } = body as { id: string };
    model.ever.push(id);
    model.groups.set(id, new Set(found));
    return;
  }
  const id = model.id(taken.at);
  const person = model.users.get(id);
  const group = model.groups.get(id);
  switch (taken.do) {
    case 'delete': {
      const { status } = await scim.send('DELETE', `/${group === undefined ? 'Users' : 'Groups'}/${id}`);
      expect(status).toBe(person === undefined && group === undefined ? 404 : 204);
      return model.remove(id);
    }
    case 'active':
      await patch(id, { op: 'Replace', path: 'active', value: taken.value });
      if (person === undefined || taken.value === 'x') return;
      person.active = String(taken.value).toLowerCase() === 'true';
      return;
    case 'login':
      await patch(id, { op: 'replace', value: { userName: taken.name } });
      if (person !== undefined && model.free(taken.name, id)) person.login = taken.name;
      return;
    case 'filter': {
      const member = model.id(taken.member);
      await patch(id, { op: 'remove', path: `members[value eq "${member}"]` });
      group?.delete(member);
      return;
    }
    case 'empty':
      await patch(id, { op: 'Remove', path: 'members' });
      group?.clear();
      return;
    case 'put': {
      if (group === undefined) return;
      const wanted = taken.members?.map((number) => model.id(number)) ?? null;
      const body = { displayName: 'put', ...(wanted === null ? {} : { members: refs(wanted) }) };
      await scim.send('PUT', `/Groups/${id}`, body);
      const found = wanted === null ? null : model.there(wanted);
      if (found !== null) model.groups.set(id, new Set(found));
      return;
    }
    case 'half': {
      const wanted = taken.members.map((number) => model.id(number));
      const adding = { op: 'add', path: 'members', value: refs(wanted) };
      return patch(id, adding, { op: 'remove', path: 'members' }, { op: 'no such thing' });
    }
    default: {
      const wanted = taken.members.map((number) => model.id(number));
      await patch(id, { op: taken.do, path: 'members', value: refs(wanted) });
      if (group === undefined) return;
      const found = model.there(wanted);
      if (taken.do === 'remove') for (const member of wanted) group.delete(member);
      else if (found !== null && taken.do === 'add') for (const member of found) group.add(member);
      else if (found !== null) model.groups.set(id, new Set(found));
    }
  }
}

it('whatever is pushed, each snapshot is what a plain model says, incrementally as afresh', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
      const scim = await pushed();
      try {
        const model = new Reference();
        // So that there always is a snapshot.
        await run(scim, model, { do: 'user', name: 'first', active: true });
        await run(scim, model, { do: 'group', name: 'first', members: [0] });
        for (const taken of steps) {
          await run(scim, model, taken);
          const all = model.users.size > 0 && model.groups.size > 0;
          if (!all && (await scim.directory.read(scim.clock.at)).kind === 'incomplete') continue;
          expect(pictureOf(await scim.snapshot())).toEqual(model.picture());
        }
        for (const [id, members] of model.groups) {
          const { body } = await scim.send('GET', `/Groups/${id}`);
          const shown = (body as { members: { value: string; type: string }[] }).members;
          expect(shown.map(({ value, type }) => [value, type])).toEqual(
            [...members].sort().map((member) => [member, model.users.has(member) ? 'User' : 'Group']),
          );
        }
        const afresh = new ScimDirectory({ store: scim.store, now: () => scim.clock.at, settleMs: 0 });
        const reading = await afresh.read(scim.clock.at);
        if (reading.kind === 'complete') expect(pictureOf(reading.snapshot)).toEqual(model.picture());
      } finally {
        await scim.close();
      }
    }),
    { numRuns: RUNS, seed: 20_260_321 },
  );
}, 120_000);

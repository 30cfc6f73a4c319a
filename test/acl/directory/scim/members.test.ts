import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pushed, patchOf, pushed } from '../../../support/pushed.ts';

let scim: Pushed;
let count = 0;
/** Ids of anna, bob and the group `inner`. */
let anna: string;
let bob: string;
let inner: string;

beforeAll(async () => {
  scim = await pushed();
  anna = await scim.made('/Users', { userName: 'anna' });
  bob = await scim.made('/Users', { userName: 'bob' });
  inner = await scim.made('/Groups', { displayName: 'inner' });
});

afterAll(() => scim.close());

async function group(...members: readonly string[]): Promise<string> {
  count += 1;
  return scim.made('/Groups', { displayName: `g${count}`, members: members.map((value) => ({ value })) });
}

async function membersOf(id: string): Promise<readonly string[]> {
  const { body } = await scim.send('GET', `/Groups/${id}`);
  return (body as { members: { value: string }[] }).members.map(({ value }) => value).sort();
}

/** Of a group of anna and bob: the operation, with A, B and G for the ids, and who is left. */
const ROWS: readonly [string, object, string][] = [
  ['Entra removes by a value', { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'B' }] }, 'A'],
  ['by a value that is one object', { op: 'remove', path: 'members', value: { value: 'B' } }, 'A'],
  ['by a bare id', { op: 'remove', path: 'members', value: 'B' }, 'A'],
  ['by a value without a path', { op: 'remove', value: { members: [{ value: 'B' }] } }, 'A'],
  ['by a filter', { op: 'remove', path: 'members[value eq "B"]' }, 'A'],
  ['by a filter in other case', { op: 'REMOVE', path: 'Members[Value Eq "B"]' }, 'A'],
  [
    'by a filter with its schema',
    { op: 'remove', path: 'urn:ietf:params:scim:schemas:core:2.0:Group:members[value eq "B"]' },
    'A',
  ],
  ['several by a filter', { op: 'remove', path: 'members[value eq "A" or value eq "B"]' }, ''],
  ['by a filter and a value', { op: 'remove', path: 'members[value eq "B"]', value: [] }, 'A'],
  ['by kind', { op: 'remove', path: 'members[type eq "Group"]' }, 'A B'],
  ['nobody, by an empty list', { op: 'remove', path: 'members', value: [] }, 'A B'],
  ['nobody, by an id that is no member', { op: 'remove', path: 'members[value eq "G"]' }, 'A B'],
  ['nobody, by an id that is unknown', { op: 'remove', path: 'members', value: [{ value: 'x' }] }, 'A B'],
  ['everybody, by the bare path', { op: 'remove', path: 'members' }, ''],
  ['everybody, by an empty replacement', { op: 'replace', path: 'members', value: [] }, ''],
  ['Entra adds', { op: 'Add', path: 'members', value: [{ value: 'G' }] }, 'A B G'],
  ['adding without a path', { op: 'add', value: { members: [{ value: 'G' }] } }, 'A B G'],
  ['adding who is in already', { op: 'add', path: 'members', value: [{ value: 'A' }] }, 'A B'],
  ['adding the same twice', { op: 'add', path: 'members', value: [{ value: 'G' }, { value: 'G' }] }, 'A B G'],
  ['replacing', { op: 'replace', path: 'members', value: [{ value: 'G' }, { value: 'A' }] }, 'A G'],
  [
    'Okta renames and replaces at once',
    { op: 'replace', value: { id: 'x', displayName: 'n', members: [{ value: 'A' }] } },
    'A',
  ],
];

/** Operations that are refused, and with which word. */
const REFUSED: readonly [string, object, string][] = [
  ['null for everybody', { op: 'remove', path: 'members', value: null }, 'invalidValue'],
  ['a replacement by null', { op: 'replace', path: 'members', value: null }, 'invalidValue'],
  ['a value that is a number', { op: 'add', path: 'members', value: [7] }, 'invalidValue'],
  ['a member without value', { op: 'add', path: 'members', value: [{ display: 'bob' }] }, 'invalidValue'],
  ['an id that was never given', { op: 'add', path: 'members', value: [{ value: 'bob' }] }, 'invalidValue'],
  ['a changed membership', { op: 'replace', path: 'members[value eq "B"].value', value: 'A' }, 'invalidPath'],
  ['a part of the members', { op: 'remove', path: 'members.value' }, 'invalidPath'],
  ['a filter on what members have not', { op: 'remove', path: 'members[userName eq "bob"]' }, 'invalidPath'],
  ['a filter that is none', { op: 'remove', path: 'members[]' }, 'invalidPath'],
  ['a group without name', { op: 'remove', path: 'displayName' }, 'invalidValue'],
];

function named(operation: object): object {
  const text = JSON.stringify(operation)
    .replaceAll(/"A"|\\"A\\"/g, (at) => at.replace('A', anna))
    .replaceAll(/"B"|\\"B\\"/g, (at) => at.replace('B', bob))
    .replaceAll(/"G"|\\"G\\"/g, (at) => at.replace('G', inner));
  return JSON.parse(text) as object;
}

describe('PATCH of the members anna and bob', () => {
  it.each(ROWS)('%s', async (_name, operation, left) => {
    const id = await group(anna, bob);
    const { status, body } = await scim.send('PATCH', `/Groups/${id}`, patchOf(named(operation)));
    expect([status, body]).toEqual([204, null]);
    const expected = left.split(' ').filter((name) => name !== '');
    const names = new Map([
      ['A', anna],
      ['B', bob],
      ['G', inner],
    ]);
    expect(await membersOf(id)).toEqual(expected.map((name) => names.get(name)).sort());
  });

  it.each(REFUSED)('refused, with nothing changed: %s', async (_name, operation, scimType) => {
    const id = await group(anna, bob);
    const adding = { op: 'add', path: 'members', value: [{ value: inner }] };
    const answer = await scim.send('PATCH', `/Groups/${id}`, patchOf(adding, named(operation)));
    expect(answer).toMatchObject({ status: 400, body: { scimType, status: '400' } });
    expect(await membersOf(id)).toEqual([anna, bob].sort());
  });

  it('passes over the id of somebody who was deleted and does the rest', async () => {
    const carla = await scim.made('/Users', { userName: 'carla' });
    const id = await group(anna, bob, carla);
    await scim.send('DELETE', `/Users/${carla}`);
    const both = patchOf(
      { op: 'add', path: 'members', value: [{ value: carla }] },
      { op: 'remove', path: `members[value eq "${bob}"]` },
    );
    expect((await scim.send('PATCH', `/Groups/${id}`, both)).status).toBe(204);
    expect(await membersOf(id)).toEqual([anna]);
  });

  it('more members than a group may have are refused', async () => {
    const id = await group(anna);
    const value = Array.from({ length: 200_001 }, (_, at) => ({ value: `${at}` }));
    const answer = await scim.send('PATCH', `/Groups/${id}`, patchOf({ op: 'add', path: 'members', value }));
    expect(answer).toMatchObject({ status: 400, body: { detail: 'members: a group has at most 200000.' } });
  });

  it('a PUT without members keeps them, one with an empty list does not', async () => {
    const id = await group(anna, bob);
    await scim.send('PUT', `/Groups/${id}`, { displayName: 'renamed' });
    expect(await membersOf(id)).toEqual([anna, bob].sort());
    await scim.send('PUT', `/Groups/${id}`, { displayName: 'renamed', members: [] });
    expect(await membersOf(id)).toEqual([]);
  });

  it('a PUT of members takes out who is not in it', async () => {
    const id = await group(anna, bob);
    await scim.send('PUT', `/Groups/${id}`, {
      displayName: 'x',
      members: [{ value: inner }, { value: bob }],
    });
    expect(await membersOf(id)).toEqual([bob, inner].sort());
  });

  it('a request that changes nothing leaves the version as it is', async () => {
    const id = await group(anna);
    const again = patchOf({ op: 'add', path: 'members', value: [{ value: anna }] });
    expect((await scim.send('PATCH', `/Groups/${id}`, again)).etag).toBe('W/"1"');
    const more = patchOf({ op: 'add', path: 'members', value: [{ value: bob }] });
    expect((await scim.send('PATCH', `/Groups/${id}`, more)).etag).toBe('W/"2"');
  });

  it('answers with the group when attributes are asked for', async () => {
    const id = await group(anna);
    const rename = patchOf({ op: 'replace', path: 'displayName', value: 'new name' });
    const answer = await scim.send('PATCH', `/Groups/${id}?excludedAttributes=members`, rename);
    expect(answer.body).toMatchObject({ id, displayName: 'new name' });
    expect(answer.body).not.toHaveProperty('members');
  });
});

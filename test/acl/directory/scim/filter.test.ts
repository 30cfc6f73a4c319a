import { describe, expect, it } from 'vitest';
import { equalities, matches, parseFilter } from '../../../../acl/directory/scim/filter.ts';
import { ScimRefused } from '../../../../acl/directory/scim/refusal.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ANNA = {
  id: 'Id-1',
  externalId: 'ext-A',
  userName: 'Anna@example.com',
  active: true,
  name: { givenName: 'Anna', familyName: 'Rossi' },
  emails: [{ value: 'anna@example.com', type: 'work', primary: true }, { value: 'a@home.example' }],
  [ENTERPRISE]: { department: 'Finance', manager: { value: 'Id-9' } },
  meta: { lastModified: '2026-03-01T10:00:00.000Z' },
};
const GROUP = { id: 'g', displayName: 'Staff', members: [{ value: 'Id-1', type: 'User' }] };

/** Filter, and whether Anna (or the group) matches. */
const ROWS: readonly [string, boolean][] = [
  ['userName eq "anna@EXAMPLE.com"', true],
  ['USERNAME EQ "anna@example.com"', true],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "anna"', true],
  ['userName eq "bob"', false],
  ['externalId eq "ext-A"', true],
  ['externalId eq "EXT-a"', false],
  ['id eq "id-1"', false],
  ['active eq true', true],
  ['active eq "True"', true],
  ['active eq false', false],
  ['not (active eq false)', true],
  ['name.familyName co "OSS"', true],
  ['name.familyName ew "ssi" and name.givenName pr', true],
  ['emails eq "A@home.example"', true],
  ['emails[type eq "work"]', true],
  ['emails[type eq "home"]', false],
  ['emails[type eq "work" and value co "@example"].value eq "anna@example.com"', true],
  ['title pr', false],
  ['title ne "Clerk"', true],
  ['nonsense eq "x"', false],
  ['userName eq "x" or active eq true and id pr', true],
  ['(userName eq "x" or active eq true) and id eq "x"', false],
  [`${ENTERPRISE}:department eq "finance"`, true],
  [`${ENTERPRISE}:manager eq "Id-9"`, true],
  ['meta.lastModified gt "2026-03-01T10:00:00Z"', false],
  ['meta.lastModified ge "2026-03-01T11:00:00+01:00"', true],
  ['name eq "Anna"', false],
  ['__proto__ pr', false],
];

const GROUP_ROWS: readonly [string, boolean][] = [
  ['members eq "Id-1"', true],
  ['members.value eq "Id-1"', true],
  ['members[value eq "Id-1"]', true],
  ['members[value eq "id-1"]', false],
  ['id eq "g" and members eq "Id-2"', false],
  ['displayName eq "STAFF"', true],
];

describe('a filter on a user', () => {
  it.each(ROWS)('%s: %s', (filter, expected) => {
    expect(matches(parseFilter(filter), ANNA)).toBe(expected);
  });
});

describe('a filter on a group', () => {
  it.each(GROUP_ROWS)('%s: %s', (filter, expected) => {
    expect(matches(parseFilter(filter), GROUP)).toBe(expected);
  });
});

describe('a value in a filter is a JSON string', () => {
  it.each([
    [String.raw`userName eq "DOM\\bob"`, String.raw`DOM\bob`],
    [String.raw`userName eq "caf\u00e9"`, 'café'],
    [String.raw`userName eq "say \"hi\""`, 'say "hi"'],
    ['userName eq "Zoë 🦊"', 'Zoë 🦊'],
  ])('%s means %s', (filter, userName) => {
    expect(matches(parseFilter(filter), { userName })).toBe(true);
  });

  it('a lone backslash stands for itself', () => {
    expect(matches(parseFilter(String.raw`userName eq "DOM\qbob"`), { userName: 'DOM\\qbob' })).toBe(true);
  });
});

describe('a filter that is none', () => {
  it.each([
    'userName eq bob',
    "userName eq 'bob'",
    'userName',
    'userName is "bob"',
    'userName eq "bob" garbage',
    'userName eq "bob',
    '(userName eq "bob"',
    'members[]',
    '"x" eq userName',
    `${'('.repeat(999)}a pr${')'.repeat(998)}`,
    `userName eq "${'x'.repeat(2_000)}"`,
    'userName eq "a" ; drop table scim_users',
  ])('%s is refused as invalidFilter', (filter) => {
    const parse = (): unknown => parseFilter(filter);
    expect(parse).toThrow(ScimRefused);
    expect(parse).toThrow(
      expect.objectContaining({ refusal: expect.objectContaining({ scimType: 'invalidFilter' }) }),
    );
  });
});

describe('equalities, by which the store looks up', () => {
  it.each([
    ['userName eq "a"', ['username']],
    ['id eq "a" and members eq "b"', ['id', 'members']],
    ['members[value eq "b"]', ['members.value']],
    ['userName eq "a" or id eq "b"', []],
    ['not (userName eq "a")', []],
    ['userName sw "a"', []],
  ])('%s requires %j', (filter, names) => {
    expect(equalities(parseFilter(filter)).map(({ attribute }) => attribute)).toEqual(names);
  });
});

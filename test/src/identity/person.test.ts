import { describe, expect, it } from 'vitest';
import type { DirectorySnapshot, DirectoryUser } from '../../../acl/index.ts';
import { principalId } from '../../../acl/index.ts';
import type { Issuer } from '../../../src/identity/issuer.ts';
import { personOf } from '../../../src/identity/person.ts';

const I = 'https://i';

function user(id: string, more: Partial<DirectoryUser> = {}): DirectoryUser {
  return { id: principalId(`user:${id}`), name: id, login: id, enabled: true, ...more };
}

function directory(...users: readonly DirectoryUser[]): DirectorySnapshot {
  const group = principalId('group:g');
  return {
    users: new Map(users.map((one) => [one.id, one])),
    groups: new Map([[group, { id: group, name: 'g', mapped: [principalId(`sub:${I}#group`)] }]]),
    groupsOf: new Map(),
    confirmedAt: 0,
  };
}

const subject = (value: string, issuer = I) => ({ mapped: [principalId(`sub:${issuer}#${value}`)] });

describe('the person of a subject', () => {
  it.each([
    { name: 'a mapped subject', users: [user('anna', subject('x'))], who: 'user:anna' },
    { name: 'a subject of another issuer', users: [user('anna', subject('x', 'https://j'))], who: 'nobody' },
    { name: 'a subject in another case', users: [user('anna', subject('X'))], who: 'nobody' },
    { name: 'a subject that is the login of somebody', users: [user('x')], who: 'nobody' },
    {
      name: 'a subject of two',
      users: [user('anna', subject('x')), user('bob', subject('x'))],
      who: 'several',
    },
  ])('$name: $who', ({ users, who }) => {
    expect(ask('subject', 'x', users)).toBe(who);
  });

  it('is no group', () => {
    expect(ask('subject', 'group', [user('anna')])).toBe('nobody');
  });

  it.each([
    { name: 'an external id', users: [user('anna', { externalId: 'x' }), user('bob')], who: 'user:anna' },
    { name: 'an external id in another case', users: [user('anna', { externalId: 'X' })], who: 'nobody' },
    {
      name: 'an external id of two',
      users: [user('anna', { externalId: 'x' }), user('bob', { externalId: 'x' })],
      who: 'several',
    },
    { name: 'the login of somebody', users: [user('x')], who: 'nobody' },
  ])('by external id, $name: $who', ({ users, who }) => {
    expect(ask('externalId', 'x', users)).toBe(who);
  });

  it.each([
    { name: 'a login in another case', users: [user('X')], who: 'user:X' },
    { name: 'a login of two', users: [user('a', { login: 'x' }), user('X')], who: 'several' },
    { name: 'an id that is not the login', users: [user('x', { login: 'y' })], who: 'nobody' },
  ])('by login, $name: $who', ({ users, who }) => {
    expect(ask('login', 'x', users)).toBe(who);
  });
});

function ask(matches: Issuer['matches'], value: string, users: readonly DirectoryUser[]): string {
  const person = personOf(directory(...users), { issuer: I, matches }, value);
  return person.kind === 'found' ? person.user : person.kind;
}

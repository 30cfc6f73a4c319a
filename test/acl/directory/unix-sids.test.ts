import { expect, it } from 'vitest';
import { makeToken, namesOf, principalId } from '../../../acl/index.ts';
import { snapshotOf } from '../../support/access.ts';

const user = (id: string, ...aliases: readonly string[]) => ({
  id: principalId(`user:${id}`),
  name: id,
  login: id,
  enabled: true,
  aliases: aliases.map(principalId),
});

it('a uid and a gid come with the SIDs that Samba shows for them', () => {
  expect(namesOf(user('bob', 'uid:1008', 'gid:0'))).toEqual(
    ['uid:1008', 'gid:0', 'S-1-22-1-1008', 'S-1-22-2-0'].map(principalId),
  );
});

it('names of other worlds come with no other', () => {
  const aliases = ['S-1-5-21-1-2-3-1001', 'sub:https://login.example#uid:5', 'xuid:7'];
  expect(namesOf(user('bob', ...aliases))).toEqual(aliases.map(principalId));
});

it('a SID that stands already does not come twice', () => {
  expect(namesOf(user('bob', 'uid:5', 'S-1-22-1-5'))).toHaveLength(2);
});

it('nobody gets a token whose derived SID another bears', () => {
  const snapshot = {
    ...snapshotOf({ users: [] }),
    users: new Map([user('bob', 'uid:5'), user('eve', 'S-1-22-1-5')].map((one) => [one.id, one])),
  };
  for (const id of ['user:bob', 'user:eve']) {
    const made = makeToken({ user: principalId(id), snapshot, now: 0, maxStalenessSeconds: 60 });
    expect(made).toMatchObject({ ok: false, refusal: { kind: 'ambiguous-identity' } });
  }
});

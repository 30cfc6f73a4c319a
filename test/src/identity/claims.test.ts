import { describe, expect, it } from 'vitest';
import { readClaims } from '../../../src/identity/claims.ts';
import type { Issuer } from '../../../src/identity/issuer.ts';

const ISSUER: Issuer = {
  issuer: 'https://login.example/t',
  audience: ['api://x'],
  algorithms: ['RS256'],
  maxAge: 3_600,
  user: { claims: ['sub'] },
  matches: 'subject',
  groups: { from: 'directory' },
  scopes: {},
};
const PAYLOAD = { sub: 'abc', exp: 1_000, scope: 'documents:read' };

function read(payload: Readonly<Record<string, unknown>>, issuer: Partial<Issuer> = {}) {
  return readClaims({ ...PAYLOAD, ...payload }, { ...ISSUER, ...issuer });
}

describe('who a token is of', () => {
  it.each([
    { name: 'sub', claims: ['sub'], payload: {}, subject: 'abc' },
    { name: 'tid and oid', claims: ['tid', 'oid'], payload: { tid: 't', oid: 'o' }, subject: 't/o' },
    { name: 'oid and tid', claims: ['oid', 'tid'], payload: { tid: 't', oid: 'o' }, subject: 'o/t' },
    {
      name: 'values that hold the divider',
      claims: ['tid', 'oid'],
      payload: { tid: 'a/b', oid: 'c' },
      subject: 'a%2Fb/c',
    },
    {
      name: 'values that look like an escaped divider',
      claims: ['tid', 'oid'],
      payload: { tid: 'a%2Fb', oid: 'c' },
      subject: 'a%252Fb/c',
    },
    { name: 'one value with a divider', claims: ['sub'], payload: { sub: 'a/b%' }, subject: 'a/b%' },
    {
      name: 'a verified e-mail address, where the operator asked for it',
      claims: ['email'],
      payload: { email: 'a@b.c', email_verified: true },
      subject: 'a@b.c',
    },
  ])('is read from $name', ({ claims, payload, subject }) => {
    expect(read(payload, { user: { claims } })).toMatchObject({ ok: true, claimed: { subject } });
  });

  it.each([
    { name: 'a missing claim', claims: ['tid', 'oid'], payload: { oid: 'o' }, refusal: 'no-subject' },
    { name: 'an empty claim', claims: ['sub'], payload: { sub: '' }, refusal: 'no-subject' },
    { name: 'a number', claims: ['sub'], payload: { sub: 7 }, refusal: 'no-subject' },
    { name: 'a list', claims: ['sub'], payload: { sub: ['abc'] }, refusal: 'no-subject' },
    { name: 'null', claims: ['sub'], payload: { sub: null }, refusal: 'no-subject' },
    {
      name: 'a value without end',
      claims: ['sub'],
      payload: { sub: 'x'.repeat(513) },
      refusal: 'no-subject',
    },
    { name: 'what every object inherits', claims: ['constructor'], payload: {}, refusal: 'no-subject' },
    {
      name: 'an e-mail address that nobody verified',
      claims: ['email'],
      payload: { email: 'a@b.c' },
      refusal: 'email-not-verified',
    },
    {
      name: 'an e-mail address verified in words',
      claims: ['email'],
      payload: { email: 'a@b.c', email_verified: 'true' },
      refusal: 'email-not-verified',
    },
  ])('is nobody with $name', ({ claims, payload, refusal }) => {
    expect(read(payload, { user: { claims } })).toEqual({ ok: false, refusal });
  });
});

const SID = 'S-1-5-21-1-2-3-500';
type Outcome = 'directory' | 'overage' | 'groups-not-said' | 'groups-unreadable' | readonly string[];

/** Claims of groups, and what comes of them with `overage: directory` and with `overage: refuse`. */
const GROUPS: readonly {
  readonly name: string;
  readonly as?: 'sid' | 'group' | 'subject';
  readonly claim?: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly directory: Outcome;
  readonly refuse: Outcome;
}[] = [
  both('a list', { groups: ['a', 'b'] }, ['group:a', 'group:b']),
  both('an empty list, which says that there are none', { groups: [] }, []),
  both('one value without a list', { groups: 'a' }, ['group:a']),
  both('a list with a number', { groups: ['a', 7] }, 'groups-unreadable'),
  both('a list with an empty name', { groups: ['a', ''] }, 'groups-unreadable'),
  both('a list in a list', { groups: [['a']] }, 'groups-unreadable'),
  both('an object', { groups: { a: true } }, 'groups-unreadable'),
  both('null', { groups: null }, 'groups-unreadable'),
  both('more than a token can hold', { groups: Array(2_001).fill('a') }, 'groups-unreadable'),
  { ...both('a SID', { groups: [SID, 's-1-0x5-32-545'] }, [SID, 'S-1-5-32-545']), as: 'sid' },
  { ...both('a SID that is none', { groups: [SID, 'S-1-x'] }, 'groups-unreadable'), as: 'sid' },
  { ...both('the SID of any owner', { groups: [SID, 'S-1-3-4'] }, 'groups-unreadable'), as: 'sid' },
  { ...both('a subject', { groups: ['g'] }, ['sub:https://login.example/t#g']), as: 'subject' },
  { ...both('another claim', { roles: ['a'] }, ['group:a']), claim: 'roles' },
  both('hasgroups that is false', { groups: ['a'], hasgroups: false }, ['group:a']),
  over('no claim at all', {}),
  over('hasgroups', { hasgroups: true }),
  over('hasgroups in words', { hasgroups: 'true' }),
  over('hasgroups beside a part of them', { groups: ['a'], hasgroups: true }),
  over('distributed claims, as Entra writes them', {
    _claim_names: { groups: 'src1' },
    _claim_sources: { src1: { endpoint: 'https://graph.windows.net/t/users/o/getMemberObjects' } },
  }),
  over('distributed claims beside a part of them', { groups: ['a'], _claim_names: { groups: 'src1' } }),
  over('distributed claims that cannot be understood', { groups: ['a'], _claim_names: 'groups' }),
  both('distributed claims of something else', { groups: ['a'], _claim_names: { address: 'src1' } }, [
    'group:a',
  ]),
];

function both(name: string, payload: Readonly<Record<string, unknown>>, outcome: Outcome) {
  return { name, payload, directory: outcome, refuse: outcome };
}

function over(name: string, payload: Readonly<Record<string, unknown>>) {
  return { name, payload, directory: 'overage', refuse: 'groups-not-said' } as const;
}

describe('groups of a token', () => {
  it.each(GROUPS)('are read from $name', ({ as = 'group', claim = 'groups', payload, directory, refuse }) => {
    const outcome = (overage: 'directory' | 'refuse'): Outcome => {
      const reading = read(payload, { groups: { from: 'claim', claim, as, overage } });
      if (!reading.ok) return reading.refusal as Outcome;
      const { groups } = reading.claimed;
      return groups.kind === 'claimed' ? groups.groups : (groups.kind as Outcome);
    };
    expect({ directory: outcome('directory'), refuse: outcome('refuse') }).toEqual({ directory, refuse });
  });

  it('are those of the directory, whatever the token says, where the issuer is no source of them', () => {
    for (const payload of [{ groups: ['a'] }, { hasgroups: true }, {}]) {
      expect(read(payload)).toMatchObject({ claimed: { groups: { kind: 'directory' } } });
    }
  });
});

describe('scopes of a token', () => {
  it.each([
    { name: 'words of scope', payload: {}, issuer: {}, scopes: ['documents:read'] },
    { name: 'words of scp', payload: { scope: undefined, scp: 'a  b' }, issuer: {}, scopes: ['a', 'b'] },
    {
      name: 'a list of the named claim',
      payload: { roles: ['a', 7, 'b'] },
      issuer: { scopeClaim: 'roles' },
      scopes: ['a', 'b'],
    },
    { name: 'no claim', payload: { scope: undefined }, issuer: {}, scopes: [] },
    { name: 'a number', payload: { scope: 7 }, issuer: {}, scopes: [] },
    { name: 'the named claim alone', payload: {}, issuer: { scopeClaim: 'roles' }, scopes: [] },
    {
      name: 'words of the issuer for ours',
      payload: { scope: 'Documents.Read openid' },
      issuer: { scopes: { 'documents:read': ['Documents.Read', 'Documents.All'] } },
      scopes: ['documents:read', 'Documents.Read', 'openid'],
    },
    {
      name: 'our own word where the issuer has another for it',
      payload: { scope: 'documents:read' },
      issuer: { scopes: { 'documents:read': ['Documents.Read'] } },
      scopes: [],
    },
  ])('are $scopes from $name', ({ payload, issuer, scopes }) => {
    const reading = read(payload, issuer);
    if (!reading.ok) throw new Error(reading.refusal);
    expect([...reading.claimed.scopes].sort()).toEqual([...scopes].sort());
  });
});

it('a token counts until its own end', () => {
  expect(read({ exp: 1_234 })).toMatchObject({ claimed: { expires: 1_234_000 } });
  expect(read({ exp: undefined })).toEqual({ ok: false, refusal: 'no-expiry' });
});

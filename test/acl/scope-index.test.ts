import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Descriptor,
  type PrincipalId,
  principalId,
  readableScopes,
  type Scope,
  ScopeIndex,
  scopeId,
  shareId,
  type Token,
} from '../../acl/index.ts';
import type { Perm } from '../../acl/posix/posix-acl.ts';
import type { SecurityDescriptor, WindowsAce } from '../../acl/windows/security-descriptor.ts';

const SIDS = ['S-1-1-0', 'S-1-3-4', 'S-1-5-11', 'S-1-5-21-1-2-3-1001', 'S-1-5-21-1-2-3-2001', '?'].map(
  principalId,
);
const PEOPLE = ['everyone', 'user:ann', 'group:staff', 'group:hr'].map(principalId);
const share = shareId('docs');
const everyone = [{ effect: 'allow' as const, principal: principalId('everyone'), origin: 'share' }];
const perm = fc.integer({ min: 0, max: 7 }).map((bits) => bits as Perm);
const number = fc.constantFrom(0, 1001, 1002, 100, 200);

const sidecar = fc
  .array(
    fc.record({
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      principal: fc.constantFrom(...PEOPLE),
    }),
  )
  .map(
    (lines): Descriptor => ({
      system: 'sidecar',
      share,
      shareEntries: everyone,
      entries: lines.map((entry) => ({ ...entry, origin: 'x' })),
    }),
  );

const posix = fc
  .record({
    owner: number,
    group: number,
    userObj: perm,
    groupObj: perm,
    other: perm,
    users: fc.array(fc.record({ uid: number, perm }), { maxLength: 2 }),
    groups: fc.array(fc.record({ gid: number, perm }), { maxLength: 2 }),
    mask: fc.option(perm),
  })
  .map(
    (file): Descriptor => ({
      system: 'posix',
      share,
      shareEntries: everyone,
      chain: { file, ancestors: [] },
    }),
  );

const ace = fc
  .record({
    type: fc.constantFrom(0, 1, 5, 9, 200),
    flags: fc.constantFrom(0, 8, 16),
    mask: fc.constantFrom(0, 1, 0x120089, 0x80000000, 0x116),
    sid: fc.constantFrom(...SIDS),
    conditional: fc.boolean(),
  })
  .map((made): WindowsAce => made);
const list = fc
  .record({
    owner: fc.option(fc.constantFrom(...SIDS)),
    dacl: fc.oneof(
      fc.constant({ kind: 'absent' as const }),
      fc.constant({ kind: 'null' as const }),
      fc.array(ace, { maxLength: 4 }).map((aces) => ({ kind: 'list' as const, aces })),
    ),
  })
  .map(
    ({ owner, dacl }): SecurityDescriptor => ({
      ...{ owner, group: null, dacl, protected: false, autoInherited: false, autoInheritRequired: false },
    }),
  );
const windows = fc
  .record({ file: list, shareLevel: fc.option(list), folders: fc.option(fc.array(list, { maxLength: 2 })) })
  .map(
    ({ file, shareLevel, folders }): Descriptor => ({
      ...{ system: 'windows', share, shareEntries: everyone, file, shareLevel },
      ...(folders === null ? {} : { samba: { folders } }),
    }),
  );

const principals = [...SIDS, ...PEOPLE, ...['uid:1001', 'uid:0', 'gid:100', 'gid:200'].map(principalId)];
const token = fc.subarray(principals).map(
  (held): Token => ({
    user: principalId('user:ann'),
    principals: new Set<PrincipalId>(held),
    via: new Map(),
  }),
);

describe('ScopeIndex', () => {
  it('finds just the scopes that deciding one by one finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(sidecar, posix, windows), { maxLength: 12 }),
        token,
        (descriptors, held) => {
          const scopes = descriptors.map((descriptor, at): Scope => ({ id: scopeId(at + 1), descriptor }));
          const index = new ScopeIndex();
          for (const scope of scopes) index.add(scope);
          expect(index.readable(held)).toEqual(readableScopes(scopes, held));
          expect(index.size).toBe(scopes.length);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import {
  decide,
  descriptorHash,
  type PrincipalId,
  principalId,
  shareId,
  type Token,
} from '../../../acl/index.ts';
import { evaluateSamba, explainSambaDoubt } from '../../../acl/windows/samba-access.ts';
import { parseSddl } from '../../../acl/windows/sddl.ts';
import type { SecurityDescriptor } from '../../../acl/windows/security-descriptor.ts';

const SIDS: Readonly<Record<string, string>> = {
  bob: 'S-1-5-21-1-2-3-1101',
  anna: 'S-1-5-21-1-2-3-1102',
  staff: 'S-1-22-2-2001',
  it: 'S-1-22-2-2002',
};

/** SDDL with `{bob}` for bob's SID. */
function sd(template: string): SecurityDescriptor {
  const parsed = parseSddl(template.replaceAll(/\{(\w+)\}/g, (_, name: string) => SIDS[name] ?? name));
  if (!parsed.ok) throw new Error(`${template}: ${parsed.error}`);
  return parsed.descriptor;
}

/** A token of bob: himself, his groups and what everybody has. `user:bob` bears only his own SID. */
function bob(groups: readonly string[] = ['staff'], own: readonly string[] = ['bob']): Token {
  const user = principalId('user:bob');
  const via = new Map<PrincipalId, PrincipalId>();
  for (const name of own) via.set(principalId(SIDS[name] ?? name), user);
  for (const name of groups) {
    via.set(principalId(`group:${name}`), user);
    via.set(principalId(SIDS[name] ?? name), principalId(`group:${name}`));
  }
  const always = ['everyone', 'authenticated', 'S-1-1-0', 'S-1-5-11', 'S-1-5-2'].map(principalId);
  return { user, principals: new Set([user, ...always, ...via.keys()]), via };
}

const OPEN = 'D:(A;;FA;;;WD)';

interface Case {
  readonly name: string;
  readonly file: string;
  readonly share?: string;
  readonly folders?: readonly string[];
  readonly token?: Token;
  /** `yes`, or the doubt with its place. */
  readonly says: string;
}

const MATRIX: readonly Case[] = [
  { name: 'a list that lets everyone in', file: `O:{anna}${OPEN}`, says: 'yes' },
  { name: 'a Windows list that lets nobody in', file: 'O:{anna}D:(A;;FR;;;{anna})', says: 'windows' },
  {
    name: 'a share list that denies',
    file: `O:{anna}${OPEN}`,
    share: 'D:(D;;FA;;;{bob})(A;;FA;;;WD)',
    says: 'windows',
  },
  {
    name: 'user:bob:--- with other r',
    file: 'O:{anna}D:(A;;;;;{bob})(A;;FR;;;WD)',
    says: 'file own-entry-lacks 0',
  },
  {
    name: 'user:bob:-w- with other r',
    file: 'O:{anna}D:(A;;FW;;;{bob})(A;;FR;;;WD)',
    says: 'file own-entry-lacks 0',
  },
  {
    name: 'user:bob:--- outweighs a group',
    file: 'O:{anna}D:(A;;;;;{bob})(A;;FR;;;{staff})',
    says: 'file own-entry-lacks 0',
  },
  { name: 'another user’s --- is not bob’s', file: 'O:{anna}D:(A;;;;;{it})(A;;FR;;;WD)', says: 'yes' },
  {
    name: 'an inherit-only --- says nothing',
    file: 'O:{anna}D:(A;OICIIO;;;;{bob})(A;;FR;;;WD)',
    says: 'yes',
  },
  {
    name: 'mode 0604: a group without r closes the way to others',
    file: 'O:{anna}D:(A;;FA;;;{anna})(A;;;;;{staff})(A;;FR;;;WD)',
    says: 'file group-entry-lacks 1',
  },
  {
    name: 'a group without r leaves another group of the user',
    file: 'O:{anna}D:(A;;;;;{staff})(A;;FR;;;{it})(A;;FR;;;WD)',
    token: bob(['staff', 'it']),
    says: 'yes',
  },
  {
    name: 'two entries of one user are one',
    file: 'O:{anna}D:(A;;FW;;;{bob})(A;ID;FR;;;{bob})',
    says: 'yes',
  },
  {
    name: 'of two entries of the owner one may be the owner’s bits',
    file: 'O:{bob}D:(A;;FW;;;{bob})(A;ID;FR;;;{bob})',
    says: 'file own-entry-lacks 0',
  },
  { name: 'an owner let in by a group', file: 'O:{bob}D:(A;;FR;;;{staff})', says: 'yes' },
  { name: 'an owner let in as Everyone alone', file: `O:{bob}${OPEN}`, says: 'file owner-unnamed' },
  { name: 'an owner that is not known, and Everyone', file: OPEN, says: 'file owner-unnamed' },
  {
    name: 'a denial behind the grant',
    file: 'O:{anna}D:(A;;FR;;;{bob})(D;;FR;;;{staff})',
    says: 'file denied 1',
  },
  {
    name: 'a denial of write behind the grant',
    file: 'O:{anna}D:(A;;FR;;;{bob})(D;;0x116;;;{staff})',
    says: 'yes',
  },
  {
    name: 'a grant to Authenticated Users, who have no gid',
    file: 'O:{anna}D:(A;;FR;;;AU)',
    says: 'file nobody-named',
  },
  {
    name: 'CREATOR GROUP without r may be a group of anyone',
    file: 'O:{anna}D:(A;;FW;;;CG)(A;;FR;;;WD)',
    says: 'file group-entry-lacks 0',
  },
  {
    name: 'CREATOR OWNER without r on the owner',
    file: 'O:{bob}D:(A;;FW;;;CO)(A;;FR;;;{staff})',
    says: 'file own-entry-lacks 0',
  },
  { name: 'a null list', file: 'O:{anna}D:NO_ACCESS_CONTROL', says: 'file no-list' },
  {
    name: 'a folder that everyone passes',
    file: `O:{anna}${OPEN}`,
    folders: [`O:{anna}${OPEN}`, 'O:{anna}D:(A;;0x20;;;WD)'],
    says: 'yes',
  },
  {
    name: 'a folder whose list gives reading and no passing',
    file: `O:{anna}${OPEN}`,
    folders: [`O:{anna}${OPEN}`, 'O:{anna}D:(A;;FR;;;WD)'],
    says: 'folder 1 nobody-named',
  },
  {
    name: 'a root that a group of the user may not pass',
    file: `O:{anna}${OPEN}`,
    folders: ['O:{anna}D:(A;;FR;;;{staff})(A;;FX;;;WD)'],
    says: 'folder 0 group-entry-lacks 0',
  },
  { name: 'a user without any SID', file: `O:{anna}${OPEN}`, token: bob([], []), says: 'no-own-sid' },
  {
    name: 'a claimed group’s SID that stands as the user’s own is held to as narrowly',
    file: 'O:{anna}D:(A;;FW;;;{it})(A;;FR;;;{bob})',
    token: bob([], ['bob', 'it']),
    says: 'file own-entry-lacks 0',
  },
];

describe('a Samba server that asks its kernel as well', () => {
  it.each(MATRIX)('$name: $says', ({ file, share, folders = [], token = bob(), says }) => {
    const protection = {
      file: sd(file),
      share: share === undefined ? null : sd(share),
      folders: folders.map(sd),
    };
    const { read, because } = evaluateSamba(protection, token);
    if (because.kind !== 'kernel') {
      expect(read ? 'yes' : because.kind).toBe(says);
      return;
    }
    expect(read).toBe(false);
    const { place, doubt, index } = because;
    const where = place.part === 'file' ? 'file' : `folder ${place.index}`;
    expect([where, doubt, ...(index === null ? [] : [index])].join(' ')).toBe(says);
    expect(explainSambaDoubt(because)).toMatch(/^denied: \w+/);
  });

  it('is asked by decide when the descriptor says so', () => {
    const descriptor = {
      system: 'windows',
      share: shareId('docs'),
      shareEntries: [{ effect: 'allow', principal: principalId('everyone'), origin: 'test' }],
      file: sd('O:{anna}D:(A;;FW;;;{bob})(A;;FR;;;WD)'),
      shareLevel: null,
    } as const;
    expect(decide(descriptor, bob()).read).toBe(true);
    const { read, because } = decide({ ...descriptor, samba: { folders: [] } }, bob());
    expect(read).toBe(false);
    expect(because).toMatchObject({ kind: 'samba', because: { kind: 'kernel', doubt: 'own-entry-lacks' } });
  });

  it('makes a scope of its own, by the lists of the folders', () => {
    const plain = {
      system: 'windows',
      share: shareId('docs'),
      shareEntries: [],
      file: sd(OPEN),
      shareLevel: null,
    } as const;
    const below = (folder: string) => descriptorHash({ ...plain, samba: { folders: [sd(folder)] } });
    const hashes = [
      descriptorHash(plain),
      below(OPEN),
      below('D:(A;;FR;;;WD)'),
      below('O:{bob}D:(A;;FA;;;WD)'),
    ];
    expect(new Set(hashes).size).toBe(4);
    expect(below(OPEN)).toBe(below('D:(A;ID;FA;;;WD)'));
  });

  it('names the folder in its sentence', () => {
    const because = {
      kind: 'kernel',
      place: { part: 'folder', index: 1 },
      doubt: 'nobody-named',
      index: null,
    } as const;
    expect(explainSambaDoubt(because, ['(root of the share)', 'hr/'])).toContain('the folder hr/');
  });
});

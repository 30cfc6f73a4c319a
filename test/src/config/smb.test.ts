import { afterEach, describe, expect, it, vi } from 'vitest';
import { NoReadingStore } from '../../../acl/index.ts';
import { descriptorSource } from '../../../src/compose/core.ts';
import { ConfigError, toConfig } from '../../../src/config/index.ts';

const GOOD = `shares:
  - name: docs
    path: /mnt/docs
    acl:
      source: smb
      unc: //fs1.example.com/docs
      server: samba
      user: svc-ntk
      domain: EXAMPLE
      shareSddl: D:(A;;FA;;;WD)
    shareAcl: [{ allow: everyone }]
directory: { source: file, path: directory.yaml }
`;

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

const without = (line: string): string => GOOD.replace(new RegExp(`^ *${line}.*\n`, 'm'), '');

const REFUSED: readonly { readonly name: string; readonly text: string; readonly says: RegExp }[] = [
  {
    name: 'no address',
    text: without('unc'),
    says: /:4: shares\.0\.acl\.unc: write \/\/SERVER\/SHARE|unc: /,
  },
  {
    name: 'an address with backslashes',
    text: GOOD.replace('//fs1.example.com/docs', '\\\\fs1\\docs'),
    says: /:6: .*unc: write \/\/SERVER\/SHARE/,
  },
  {
    name: 'an address without a share',
    text: GOOD.replace('/docs\n      server', '\n      server'),
    says: /unc: write/,
  },
  {
    name: 'an address that ends in a slash',
    text: GOOD.replace('com/docs', 'com/docs/'),
    says: /unc: write/,
  },
  {
    name: 'an address with a command in it',
    text: GOOD.replace('com/docs', 'com/docs";!id;"'),
    says: /unc: write/,
  },
  { name: 'a server that is an option', text: GOOD.replace('//fs1', '//-Ofs1'), says: /unc: write/ },
  { name: 'no kind of server', text: without('server'), says: /server: write windows or samba/ },
  {
    name: 'an unknown kind of server',
    text: GOOD.replace('server: samba', 'server: netapp'),
    says: /:7: .*server: write windows or samba/,
  },
  { name: 'no account', text: without('user'), says: /acl\.user: / },
  {
    name: 'an account with its domain',
    text: GOOD.replace('svc-ntk', 'EXAMPLE\\svc-ntk'),
    says: /:8: .*user: .*domain/,
  },
  {
    name: 'an account with its password',
    text: GOOD.replace('svc-ntk', 'svc-ntk%secret'),
    says: /:8: .*user: /,
  },
  {
    name: 'a password',
    text: GOOD.replace('      domain', '      password: x\n      domain'),
    says: /:9: .*password: no such key/,
  },
  {
    name: 'a share list that is none',
    text: GOOD.replace('D:(A;;FA;;;WD)', 'D:(A;;FA;;;bob)'),
    says: /:10: .*shareSddl: SDDL, character/,
  },
  {
    name: 'a share list that says nothing',
    text: GOOD.replace('D:(A;;FA;;;WD)', 'O:BA'),
    says: /shareSddl: it has no list/,
  },
  {
    name: 'a Samba share that does not say who may connect',
    text: without('shareAcl'),
    says: /:\d+: shares\.0\.shareAcl: write who may connect, as `valid users`/,
  },
];

describe('acl.source: smb', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each(REFUSED)('refuses $name and says where', ({ text, says }) => {
    const message = refusal(() => toConfig('/etc/ntk.yaml', text));
    expect(message).toMatch(says);
    expect(message).not.toContain('secret');
  });

  it('reads everything again once a day, if nothing else is said', () => {
    expect(toConfig('/etc/ntk.yaml', GOOD).shares[0]?.acl).toMatchObject({
      rescanAfter: 86_400,
      domain: 'EXAMPLE',
    });
  });

  it('lets everyone connect to a Windows share, whose own list is asked for', () => {
    const text = without('shareAcl').replace('server: samba', 'server: windows');
    expect(toConfig('/etc/ntk.yaml', text).shares[0]?.shareAcl).toEqual([{ allow: 'everyone' }]);
  });

  it.each(['//fs1/docs', '//10.0.0.5/docs$', '//fs1/Team docs/Führung & Co'])(
    'takes the address %s',
    (unc) => {
      const text = GOOD.replace('//fs1.example.com/docs', JSON.stringify(unc));
      expect(toConfig('/etc/ntk.yaml', text).shares[0]?.acl).toMatchObject({ unc });
    },
  );

  it('names the variable of a missing password', () => {
    vi.stubEnv('NTK_SMB_PASSWORD', undefined);
    const [share] = toConfig('/etc/ntk.yaml', GOOD).shares;
    if (share === undefined) throw new Error('no share');
    const open = () => descriptorSource(share, null, new NoReadingStore());
    expect(refusal(open)).toMatch(/set NTK_SMB_PASSWORD or NTK_SMB_PASSWORD_FILE: acl\.user of share docs/);
    vi.stubEnv('NTK_SMB_PASSWORD', 'x');
    expect(open().owns('a')).toBe(false);
  });
});

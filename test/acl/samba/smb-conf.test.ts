import { describe, expect, it } from 'vitest';
import { settingsDoubt, settingsOf, withoutDescriptor } from '../../../acl/samba/smb-conf.ts';

/** As `testparm -sv` of Samba 4.17 prints it, shortened. */
const PRINTED = `# Global parameters
[global]
\tavailable = Yes
\tguest only = No
\tnt acl support = Yes
\tvalid users = 
\tvfs objects = acl_xattr


[Docs]
\tACL_XATTR:Ignore System ACLs = yes
\tcomment = path = /nowhere
\tpath = /srv/docs

[hr]
\tpath = /srv/hr
\tvalid users = @hr
\tvfs objects = 
`;

/** One line of a share's settings over those of a share that follows stored descriptors. */
const share = (...lines: readonly string[]): string =>
  `${PRINTED}\n[x]\n\tpath = /srv/x\n${lines.map((line) => `\t${line}\n`).join('')}`;

function doubtOf(lines: readonly string[], systemAcls: 'enforced' | 'ignored' = 'enforced'): string | null {
  const settings = settingsOf(share(...lines), 'x');
  if (settings === null) throw new Error('no share');
  return settingsDoubt(settings, { systemAcls });
}

describe('the settings of a share', () => {
  it('are its own over the global ones, names in any case', () => {
    const docs = settingsOf(PRINTED, 'docs');
    expect(docs?.get('path')).toBe('/srv/docs');
    expect(docs?.get('vfsobjects')).toBe('acl_xattr');
    expect(docs?.get('acl_xattr:ignoresystemacls')).toBe('yes');
  });

  it('may take away what is set for all', () => {
    expect(settingsOf(PRINTED, 'hr')?.get('vfsobjects')).toBe('');
  });

  it.each(['nowhere', 'global', ''])('are not there for %j', (name) => {
    expect(settingsOf(PRINTED, name)).toBeNull();
  });

  it('are read from nothing as no share', () => {
    expect(settingsOf('', 'docs')).toBeNull();
  });
});

describe('whether a share is judged by its stored descriptors', () => {
  it.each([
    [],
    ['vfs objects = catia, fruit streams_xattr;acl_xattr'],
    ['acl_xattr:ignore system acls = no'],
    ['acl_xattr:security_acl_name = security.NTACL'],
    ['valid users = '],
    ['admin users = root'],
  ])('nothing stands against %s', (...lines) => {
    expect(doubtOf(lines)).toBeNull();
  });

  it.each([
    ['vfs objects = ', 'without acl_xattr'],
    ['vfs objects = acl_xattr_too', 'without acl_xattr'],
    ['vfs objects = acl_xattr nfs4acl_xattr', 'nfs4acl_xattr'],
    ['vfs objects = xattr_tdb acl_xattr', 'xattr_tdb'],
    ['acl_xattr:security_acl_name = user.NTACL', 'user.NTACL'],
    ['acl_xattr:ignore system acls = Yes', 'write systemAcls: ignored'],
    ['available = No', 'available'],
    ['nt acl support = No', 'nt acl support'],
    ['guest only = Yes', 'guest only'],
    ['valid users = @staff', 'valid users'],
    ['invalid users = eve', 'invalid users'],
    ['force user = docs', 'force user'],
    ['force group = docs', 'force group'],
    ['veto files = /*.doc/', 'veto files'],
  ])('%s does', (line, why) => {
    expect(doubtOf([line])).toContain(why);
  });

  it('the configuration must not say that lists are ignored where they are not', () => {
    expect(doubtOf([], 'ignored')).toContain('write systemAcls: enforced');
  });
});

it.each([
  [[], 'mode'],
  [['acl_xattr:default acl style = posix'], 'mode'],
  [['acl_xattr:default acl style = windows'], 'unknown'],
  [['acl_xattr:default acl style = everyone'], 'unknown'],
] as const)('with %j a file without a descriptor has one of kind %s', (lines, kind) => {
  const settings = settingsOf(share(...lines), 'x');
  expect(settings && withoutDescriptor(settings)).toBe(kind);
});

import { describe, expect, it } from 'vitest';
import { NoReadingStore } from '../../../acl/index.ts';
import { descriptorSource } from '../../../src/compose/core.ts';
import { ConfigError, toConfig } from '../../../src/config/index.ts';

const FILE = '/etc/ntk/need-to-know.yaml';
const LIST = '"D:(A;;FA;;;WD)"';

/** A configuration whose share has these keys under `acl` besides the source. */
function text(keys: string, shareAcl = '[{ allow: everyone }]'): string {
  const acl = keys.split(', ').filter((key) => key !== '');
  return `shares:
  - name: docs
    path: /srv/docs
${shareAcl === '' ? '' : `    shareAcl: ${shareAcl}\n`}    acl:
      source: windows-xattr
${acl.map((key) => `      ${key}\n`).join('')}directory: { source: file, path: directory.yaml }
`;
}

const SERVER = 'attribute: security.NTACL, systemAcls: enforced';
const MOUNT = 'attribute: system.cifs_acl, server: windows';

function refusal(config: string): string {
  try {
    toConfig(FILE, config);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('acl.source: windows-xattr', () => {
  it.each([
    ['on a Samba server by its share', text(`${SERVER}, sambaShare: Docs`, '')],
    ['on a Samba server by a list', text(`${SERVER}, shareSddl: ${LIST}`)],
    ['on a mount of a Windows server', text(`${MOUNT}, shareSddl: ${LIST}`, '')],
    ['on a mount by its other name', text(`${MOUNT.replace('acl', 'ntsd')}, shareSddl: ${LIST}`, '')],
    ['on a mount of a Samba server', text(`${MOUNT.replace('windows', 'samba')}, shareSddl: ${LIST}`)],
  ])('is accepted and opened %s', (_, config) => {
    const [share] = toConfig(FILE, config).shares;
    if (share === undefined) throw new Error('no share');
    expect(descriptorSource(share, null, new NoReadingStore()).owns('a')).toBe(false);
  });

  it('finds smb.conf from the configuration', () => {
    const config = toConfig(FILE, text(`${SERVER}, sambaShare: docs, sambaConfig: ../samba/smb.conf`));
    expect(config.shares[0]?.acl).toMatchObject({ sambaConfig: '/etc/samba/smb.conf' });
  });

  it('reads unchanged files of a mount again after a day unless told otherwise', () => {
    const config = toConfig(FILE, text(`${MOUNT}, shareSddl: ${LIST}`));
    expect(config.shares[0]?.acl).toMatchObject({ rescanAfter: 86_400 });
  });

  it.each([
    ['no attribute', text(''), /attribute: write security\.NTACL on a Samba server, or system\.cifs_acl/],
    ['another attribute', text('attribute: user.NTACL'), /:7: .*attribute: write security\.NTACL/],
    [
      'nothing about system lists',
      text('attribute: security.NTACL'),
      /systemAcls: write ignored where smb\.conf/,
    ],
    ['no list of the share', text(SERVER), /name the share of smb\.conf in sambaShare, or write its list/],
    ['two of them', text(`${SERVER}, sambaShare: docs, shareSddl: ${LIST}`), /one of them/],
    [
      'a configuration of Samba without a share',
      text(`${SERVER}, shareSddl: ${LIST}, sambaConfig: /x`),
      /:10: .*sambaConfig/,
    ],
    ['a share that is an option', text(`${SERVER}, sambaShare: --help`), /sambaShare: write the name/],
    ['a share that is a path', text(`${SERVER}, sambaShare: a/b`), /sambaShare: write the name/],
    ['a share in brackets', text(`${SERVER}, sambaShare: "[docs]"`), /sambaShare: write the name/],
    ['a list that is no SDDL', text(`${SERVER}, shareSddl: everyone`), /shareSddl: SDDL, character 1/],
    ['a list without entries to follow', text(`${SERVER}, shareSddl: "O:BA"`), /shareSddl: .*no list/],
    [
      'a mount without its kind of server',
      text(`attribute: system.cifs_acl, shareSddl: ${LIST}`),
      /server: write windows or samba/,
    ],
    ['a mount without the list of its share', text(MOUNT), /shareSddl: write the list of the share itself/],
    [
      'a mount with a share of smb.conf',
      text(`${MOUNT}, shareSddl: ${LIST}, sambaShare: docs`),
      /sambaShare: no such key/,
    ],
    [
      'silence about who may connect',
      text(`${SERVER}, shareSddl: ${LIST}`, ''),
      /shareAcl: write who may connect/,
    ],
    [
      'silence about who may connect to a mounted Samba share',
      text(`${MOUNT.replace('windows', 'samba')}, shareSddl: ${LIST}`, ''),
      /shareAcl: write who may connect/,
    ],
  ])('is refused with %s', (_, config, says) => {
    expect(refusal(config)).toMatch(says);
  });
});

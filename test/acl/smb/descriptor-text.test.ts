import { describe, expect, it } from 'vitest';
import { parseDescriptorText } from '../../../acl/smb/descriptor-text.ts';
import { parseSmbcacls } from '../../../acl/smb/smbcacls-text.ts';
import { printSddl } from '../../../acl/windows/sddl.ts';

const ace = (type: string, mask: string, sid: string): string =>
  `\tACE\n\t\ttype: ${type} \n\t\tSpecific bits: 0x89\n\t\tPermissions: 0x${mask}: SYNCHRONIZE_ACCESS \n\t\tSID: ${sid}\n\n`;
const ALLOW = ace('ACCESS ALLOWED (0) flags: 0x00', '120089', 'S-1-1-0');
const DENY = ace('ACCESS DENIED (1) flags: 0x10 SEC_ACE_FLAG_INHERITED_ACE', '1f01ff', 'S-1-5-21-1-2-3-1001');
const CONDITIONAL = ace('ACCESS ALLOWED CALLBACK (9) flags: 0x00', '1f01ff', 'S-1-1-0');

const HEAD = 'revision: 1\ntype: 0x8004: SEC_DESC_DACL_PRESENT SEC_DESC_SELF_RELATIVE \n';
const list = (...aces: readonly string[]): string =>
  `DACL\n\tACL\tNum ACEs:\t${aces.length}\trevision:\t2\n\t---\n${aces.join('')}`;
const OWNERS = '\tOwner SID:\tS-1-5-21-1-2-3-500\n\tGroup SID:\tS-1-22-2-100\n';

function sddlOf(text: string): string {
  const parsed = parseDescriptorText(text);
  return parsed.ok ? printSddl(parsed.descriptor) : `error: ${parsed.error}`;
}

describe('a descriptor that smbclient prints', () => {
  it('gives owner, group and entries in their order', () => {
    expect(sddlOf(`${HEAD}${list(ALLOW, DENY)}${OWNERS}`)).toBe(
      'O:S-1-5-21-1-2-3-500G:S-1-22-2-100D:(A;;FR;;;WD)(D;ID;FA;;;S-1-5-21-1-2-3-1001)',
    );
  });

  it('keeps that a condition hangs on an entry', () => {
    const parsed = parseDescriptorText(`${HEAD}${list(CONDITIONAL)}${OWNERS}`);
    expect(parsed).toMatchObject({
      ok: true,
      descriptor: { dacl: { aces: [{ type: 9, conditional: true }] } },
    });
  });

  it('tells an empty list, a null list and none apart', () => {
    const kind = (text: string) => {
      const parsed = parseDescriptorText(text);
      return parsed.ok ? parsed.descriptor.dacl : parsed.error;
    };
    expect(kind(`${HEAD}${list()}${OWNERS}`)).toEqual({ kind: 'list', aces: [] });
    expect(kind(`${HEAD}${OWNERS}`)).toEqual({ kind: 'null' });
    expect(kind(`revision: 1\ntype: 0x8000: SEC_DESC_SELF_RELATIVE \n${OWNERS}`)).toEqual({ kind: 'absent' });
  });

  it('keeps the flags of the list', () => {
    const head =
      'revision: 1\ntype: 0x9404: SEC_DESC_DACL_PRESENT SEC_DESC_DACL_AUTO_INHERITED SEC_DESC_DACL_PROTECTED \n';
    expect(sddlOf(`${head}${list(ALLOW)}${OWNERS}`)).toContain('D:PAI(A;;FR;;;WD)');
  });

  const WHOLE = `${HEAD}${list(ALLOW, DENY)}${OWNERS}`;
  it.each([
    ['fewer entries than announced', WHOLE.replace(DENY, '')],
    ['more entries than announced', WHOLE.replace(DENY, DENY + DENY)],
    ['an entry of a type that has no plain form', WHOLE.replace('(1)', '(5)')],
    ['an entry of a type nobody knows', WHOLE.replace('(1)', '(99)')],
    ['a list although none is announced', WHOLE.replace('0x8004', '0x8000')],
    ['a SID that is none', WHOLE.replace('SID: S-1-1-0', 'SID: S-1-x')],
    ['a mask that is missing', WHOLE.replace('\t\tPermissions: 0x1f01ff: SYNCHRONIZE_ACCESS \n', '')],
    ['another revision', WHOLE.replace('revision: 1\n', 'revision: 2\n')],
    ['a line between', WHOLE.replace('\t---\n', '\t---\nsurprise\n')],
    ['text behind its end', `${WHOLE}FILENAME:other.txt\n`],
    ['nothing', ''],
  ])('is refused with %s', (_, text) => {
    expect(parseDescriptorText(WHOLE).ok).toBe(true);
    expect(parseDescriptorText(text)).toMatchObject({ ok: false });
  });

  it('is refused when its list breaks off after any line', () => {
    const lines = WHOLE.slice(0, WHOLE.indexOf(OWNERS)).trimEnd().split('\n');
    for (let kept = 0; kept < lines.length; kept += 1) {
      const parsed = parseDescriptorText(lines.slice(0, kept).join('\n'));
      if (parsed.ok) expect(parsed.descriptor).toMatchObject({ owner: null, dacl: { kind: 'null' } });
    }
  });
});

describe('a descriptor that smbcacls prints in numbers', () => {
  const WHOLE =
    'REVISION:1\nCONTROL:0x8004\nOWNER:S-1-22-1-0\nGROUP:S-1-22-2-0\nACL:S-1-1-0:0/0x0/0x001201bf\nACL:S-1-5-18:1/0x13/0x001f01ff\n';

  it('gives owner, group and entries in their order', () => {
    const parsed = parseSmbcacls(WHOLE);
    expect(parsed.ok ? printSddl(parsed.descriptor) : parsed.error).toBe(
      'O:S-1-22-1-0G:S-1-22-2-0D:(A;;0x1201bf;;;WD)(D;OICIID;FA;;;SY)',
    );
  });

  it.each([
    ['no entries, for a null list reads the same', WHOLE.replaceAll(/ACL:.*\n/g, '')],
    ['no list', WHOLE.replace('0x8004', '0x8000')],
    ['names instead of numbers', WHOLE.replace('0/0x0/0x001201bf', 'ALLOWED/0x0/RWX')],
    ['an entry of a type nobody knows', WHOLE.replace(':0/0x0', ':99/0x0')],
    ['a complaint', 'Failed to open \\: NT_STATUS_ACCESS_DENIED\n'],
    ['nothing', ''],
  ])('is refused with %s', (_, text) => {
    expect(parseSmbcacls(text)).toMatchObject({ ok: false });
  });
});

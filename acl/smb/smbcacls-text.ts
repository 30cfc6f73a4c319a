import { aceKind } from '../windows/ace-types.ts';
import type { SecurityDescriptorResult, WindowsAce } from '../windows/security-descriptor.ts';
import { parseSid } from '../windows/sid.ts';

const DACL_PRESENT = 0x0004;

/**
 * Reads a descriptor as `smbcacls --numeric` prints it. It prints a null list and an empty one alike, so that a
 * descriptor without entries is an error.
 */
export function parseSmbcacls(text: string): SecurityDescriptorResult {
  const [revision, control, owner, group, ...entries] = text.trimEnd().split('\n');
  const bits = /^CONTROL:0x([0-9a-f]{1,4})$/i.exec(control ?? '')?.[1];
  const ownerSid = parseSid(/^OWNER:(\S+)$/.exec(owner ?? '')?.[1] ?? '');
  const groupSid = parseSid(/^GROUP:(\S+)$/.exec(group ?? '')?.[1] ?? '');
  if (revision !== 'REVISION:1' || bits === undefined || ownerSid === null || groupSid === null) {
    return { ok: false, error: 'smbcacls printed no descriptor' };
  }
  if ((Number.parseInt(bits, 16) & DACL_PRESENT) === 0 || entries.length === 0) {
    return { ok: false, error: 'the list is null or empty, and smbcacls does not say which' };
  }
  const aces: WindowsAce[] = [];
  for (const line of entries) {
    const [, trustee = '', type, flags = '', mask = ''] =
      /^ACL:(\S+):(\d{1,3})\/0x([0-9a-f]{1,2})\/0x([0-9a-f]{1,8})$/i.exec(line) ?? [];
    const sid = parseSid(trustee);
    const kind = aceKind(Number(type));
    if (sid === null || kind.layout !== 'basic') {
      return { ok: false, error: `not understood: ${JSON.stringify(line.slice(0, 80))}` };
    }
    aces.push({
      type: Number(type),
      flags: Number.parseInt(flags, 16),
      mask: Number.parseInt(mask, 16),
      sid,
      conditional: kind.callback,
    });
  }
  return {
    ok: true,
    descriptor: {
      owner: ownerSid,
      group: groupSid,
      dacl: { kind: 'list', aces },
      protected: false,
      autoInherited: false,
      autoInheritRequired: false,
    },
  };
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluateWindows } from '../../../acl/windows/access.ts';
import { parseSecurityDescriptor } from '../../../acl/windows/binary.ts';
import { writeSecurityDescriptor } from '../../../acl/windows/binary-write.ts';
import { parseSddl, printSddl } from '../../../acl/windows/sddl.ts';
import type { SecurityDescriptor } from '../../../acl/windows/security-descriptor.ts';
import { binaryDescriptor, sddlDescriptor, token } from './arbitrary.ts';

/**
 * [MS-DTYP] 2.5.3.2 written a second way: on wide integers, taking granted bits away from RemainingAccess, with
 * its own list of types and its own generic mapping.
 */
function referenceReads(descriptor: SecurityDescriptor, principals: ReadonlySet<string>): boolean {
  if (descriptor.dacl.kind === 'absent') return false;
  if (descriptor.dacl.kind === 'null') return true;
  let remaining = 1n;
  let denied = false;
  descriptor.dacl.aces.forEach((ace) => {
    const bits = [...ace.flags.toString(2).padStart(8, '0')];
    const inheritOnly = bits[4] === '1';
    if (inheritOnly || denied || remaining === 0n) return;
    let mask = BigInt(ace.mask);
    if (mask & (1n << 31n)) mask |= 0x120089n;
    if (mask & (1n << 28n)) mask |= 0x1f01ffn;
    const owner = descriptor.owner;
    const isOwner = ace.sid === 'S-1-3-4';
    const creator = /^S-1-3-[0-3]$/.test(ace.sid);
    const inToken = !creator && (isOwner ? owner !== null && principals.has(owner) : principals.has(ace.sid));
    const perhaps = inToken || (isOwner && owner === null);
    switch (ace.type) {
      case 0x00:
        if (inToken) remaining &= ~mask;
        break;
      case 0x01:
      case 0x06:
      case 0x0a:
      case 0x0c:
        if (perhaps && (remaining & mask) !== 0n) denied = true;
        break;
      case 0x15:
        if (perhaps) denied = true;
        break;
      default:
        if (ace.type > 0x15) denied = true;
    }
  });
  return !denied && remaining === 0n;
}

it('decides as an independently written reference does, from SDDL', () => {
  let read = 0;
  fc.assert(
    fc.property(sddlDescriptor, fc.option(sddlDescriptor), token, (file, share, principals) => {
      const expected =
        referenceReads(file, principals) && (share === null || referenceReads(share, principals));
      if (expected) read += 1;
      const parsed = parseSddl(printSddl(file));
      if (!parsed.ok) throw new Error(parsed.error);
      expect(evaluateWindows({ descriptor: parsed.descriptor, share }, principals).read).toBe(expected);
    }),
    { numRuns: 4_000 },
  );
  // Both answers must occur often, or the comparison says nothing.
  expect(read).toBeGreaterThan(200);
  expect(read).toBeLessThan(3_800);
});

it('decides as an independently written reference does, from bytes', () => {
  fc.assert(
    fc.property(binaryDescriptor, token, (file, principals) => {
      const written = writeSecurityDescriptor(file);
      if (!written.ok) throw new Error(written.error);
      const parsed = parseSecurityDescriptor(written.bytes);
      if (!parsed.ok) throw new Error(parsed.error);
      expect(evaluateWindows({ descriptor: parsed.descriptor }, principals).read).toBe(
        referenceReads(file, principals),
      );
    }),
    { numRuns: 4_000 },
  );
});

it('a cut SDDL text never grants what the whole one denies', () => {
  fc.assert(
    fc.property(sddlDescriptor, token, fc.nat(), (file, principals, cut) => {
      fc.pre(!evaluateWindows({ descriptor: file }, principals).read);
      const text = printSddl(file);
      const parsed = parseSddl(text.slice(0, cut % (text.length + 1)));
      if (parsed.ok) expect(evaluateWindows({ descriptor: parsed.descriptor }, principals).read).toBe(false);
    }),
    { numRuns: 3_000 },
  );
});

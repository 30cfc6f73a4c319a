import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aliasOfSid, parseSid, readSidBytes, sidOfAlias, sidToBytes } from '../../../acl/windows/sid.ts';
import { sid } from './arbitrary.ts';

const CONTEXT = {
  domainSid: 'S-1-5-21-1-2-3',
  rootDomainSid: 'S-1-5-21-7-8-9',
  machineSid: 'S-1-5-21-4-5-6',
};

describe('the string form of a SID', () => {
  it.each([
    ['S-1-1-0', 'S-1-1-0'],
    ['s-1-5-32-544', 'S-1-5-32-544'],
    ['S-1-5-021-0001', 'S-1-5-21-1'],
    ['S-1-0x000000000005-18', 'S-1-5-18'],
    ['S-1-4294967295-1', 'S-1-4294967295-1'],
    ['S-1-4294967296-1', 'S-1-0x000100000000-1'],
    ['S-1-0xABCDEF012345-1', 'S-1-0xabcdef012345-1'],
  ])('%s is %s', (text, canonical) => {
    expect(parseSid(text)).toBe(canonical);
  });

  it.each([
    '',
    'S-1',
    'S-1-5',
    'S-2-5-18',
    'S-1-5-',
    'S-1-5--1',
    'S-1-5-4294967296',
    'S-1-5-18 ',
    ' S-1-5-18',
    'S-1-5-18x',
    'S-1-281474976710656-1',
    'S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16',
    'S-1-5-0x10',
    'S-1-5-99999999999999999999',
    'S-?',
  ])('%j is none', (text) => {
    expect(parseSid(text)).toBeNull();
  });
});

describe('the bytes of a SID', () => {
  it('BUILTIN\\Administrators is read from the bytes of the specification', () => {
    const bytes = Buffer.from('01020000000000052000000020020000', 'hex');
    expect(readSidBytes(bytes)).toEqual({ sid: 'S-1-5-32-544', size: 16 });
    expect(Buffer.from(sidToBytes('S-1-5-32-544') ?? []).toString('hex')).toBe(bytes.toString('hex'));
  });

  it('round trip, at any offset, and not when a byte is missing', () => {
    fc.assert(
      fc.property(sid, fc.nat(9), (one, offset) => {
        const bytes = sidToBytes(one) ?? new Uint8Array();
        const moved = Buffer.concat([Buffer.alloc(offset, 0xff), bytes]);
        expect(readSidBytes(moved, offset)).toEqual({ sid: one, size: bytes.length });
        expect(readSidBytes(moved.subarray(0, -1), offset)).toBeNull();
      }),
    );
  });

  it.each([
    ['no revision 1', '02010000000000050b000000'],
    ['no sub-authority', '010000000000000500000000'],
    ['16 sub-authorities', `0110000000000005${'00'.repeat(64)}`],
    ['nothing', ''],
  ])('%s is none', (_, hex) => {
    expect(readSidBytes(Buffer.from(hex, 'hex'))).toBeNull();
  });
});

describe('an SDDL alias', () => {
  it.each([
    ['WD', 'S-1-1-0'],
    ['AN', 'S-1-5-7'],
    ['AU', 'S-1-5-11'],
    ['BA', 'S-1-5-32-544'],
    ['bu', 'S-1-5-32-545'],
    ['BG', 'S-1-5-32-546'],
    ['SY', 'S-1-5-18'],
    ['LS', 'S-1-5-19'],
    ['NS', 'S-1-5-20'],
    ['CO', 'S-1-3-0'],
    ['CG', 'S-1-3-1'],
    ['OW', 'S-1-3-4'],
    ['SU', 'S-1-5-6'],
    ['IU', 'S-1-5-4'],
    ['NU', 'S-1-5-2'],
    ['AC', 'S-1-15-2-1'],
    ['DA', 'S-1-5-21-1-2-3-512'],
    ['DU', 'S-1-5-21-1-2-3-513'],
    ['DG', 'S-1-5-21-1-2-3-514'],
    ['DC', 'S-1-5-21-1-2-3-515'],
    ['DD', 'S-1-5-21-1-2-3-516'],
    ['CA', 'S-1-5-21-1-2-3-517'],
    ['PA', 'S-1-5-21-1-2-3-520'],
    ['CN', 'S-1-5-21-1-2-3-522'],
    ['AP', 'S-1-5-21-1-2-3-525'],
    ['KA', 'S-1-5-21-1-2-3-526'],
    ['RS', 'S-1-5-21-1-2-3-553'],
    ['SA', 'S-1-5-21-7-8-9-518'],
    ['EA', 'S-1-5-21-7-8-9-519'],
    ['EK', 'S-1-5-21-7-8-9-527'],
    ['RO', 'S-1-5-21-7-8-9-498'],
    ['LA', 'S-1-5-21-4-5-6-500'],
    ['LG', 'S-1-5-21-4-5-6-501'],
  ])('%s is %s', (alias, expected) => {
    expect(sidOfAlias(alias, CONTEXT)).toEqual({ ok: true, sid: expected });
  });

  it.each([
    ['DU', {}, 'DU cannot be completed without domainSid'],
    ['LA', { domainSid: 'S-1-5-21-1-2-3' }, 'LA cannot be completed without machineSid'],
    ['EA', {}, 'EA cannot be completed without rootDomainSid'],
    ['DU', { domainSid: 'EXAMPLE' }, 'domainSid is not a SID'],
    ['ZZ', CONTEXT, 'no SID is called "ZZ"'],
  ])('%s with %j has none', (alias, context, error) => {
    expect(sidOfAlias(alias, context)).toEqual({ ok: false, error });
  });

  it('of the forest root falls back to the domain', () => {
    expect(sidOfAlias('EA', { domainSid: 'S-1-5-21-1-2-3' })).toEqual({
      ok: true,
      sid: 'S-1-5-21-1-2-3-519',
    });
  });

  it('is printed only where it means the same everywhere', () => {
    expect(aliasOfSid('S-1-1-0')).toBe('WD');
    expect(aliasOfSid('S-1-5-21-1-2-3-513')).toBeNull();
  });
});

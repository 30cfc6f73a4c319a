import { describe, expect, it } from 'vitest';
import {
  type ChangeMark,
  changesBehind,
  changesSince,
  isNewSince,
} from '../../../acl/directory/ldap/change-mark.ts';

const usn = (number: bigint, server = 'dc1'): ChangeMark => ({ kind: 'usn', server, usn: number });
/** A contextCSN of a server at a second. */
const time = (second: number, server = '001') =>
  `202601010000${String(second).padStart(2, '0')}.000000Z#000000#${server}#000000`;
const csn = (...seconds: readonly (readonly [string, number])[]): ChangeMark => ({
  kind: 'csn',
  times: new Map(seconds.map(([server, second]) => [server, time(second, server)])),
});
const changed = (users: string, groups: string | null) => ({ kind: 'changes', users, groups });
const later = (number: number) => `(uSNChanged>=${number})`;

describe('changesSince', () => {
  it.each([
    { name: 'the same number', from: usn(5n), to: usn(5n), gives: { kind: 'nothing' } },
    { name: 'a higher number', from: usn(5n), to: usn(9n), gives: changed(later(6), later(6)) },
    { name: 'a lower number', from: usn(5n), to: usn(4n), gives: { kind: 'unrelated' } },
    { name: 'another controller', from: usn(5n), to: usn(9n, 'dc2'), gives: { kind: 'unrelated' } },
    { name: 'the same time', from: csn(['001', 5]), to: csn(['001', 5]), gives: { kind: 'nothing' } },
    {
      name: 'a later time',
      from: csn(['001', 5]),
      to: csn(['001', 9]),
      gives: changed(`(entryCSN>=${time(5)})`, null),
    },
    { name: 'an earlier time', from: csn(['001', 5]), to: csn(['001', 4]), gives: { kind: 'unrelated' } },
    {
      name: 'a later time of the server that was behind',
      from: csn(['001', 8], ['002', 3]),
      to: csn(['001', 8], ['002', 6]),
      gives: changed(`(entryCSN>=${time(3, '002')})`, null),
    },
    {
      name: 'later times of both servers, from the earlier one on',
      from: csn(['001', 8], ['002', 3]),
      to: csn(['001', 9], ['002', 6]),
      gives: changed(`(entryCSN>=${time(3, '002')})`, null),
    },
    {
      name: 'one time later and one earlier',
      from: csn(['001', 8], ['002', 3]),
      to: csn(['001', 9], ['002', 2]),
      gives: { kind: 'unrelated' },
    },
    {
      name: 'a new server',
      from: csn(['001', 8]),
      to: csn(['001', 8], ['002', 9]),
      gives: { kind: 'unrelated' },
    },
    {
      name: 'a server less',
      from: csn(['001', 8], ['002', 9]),
      to: csn(['001', 8]),
      gives: { kind: 'unrelated' },
    },
    { name: 'another kind of server', from: usn(5n), to: csn(['001', 9]), gives: { kind: 'unrelated' } },
  ])('says of $name: $gives.kind', ({ from, to, gives }) => {
    expect(changesSince(from, to)).toEqual(gives);
  });
});

describe('changesBehind', () => {
  it('reads all groups of a server whose overlays work in the background', () => {
    expect(changesBehind(csn(['001', 5], ['002', 9]))).toEqual(
      changed(`(entryCSN>=${time(9, '002')})`, null),
    );
  });

  it('is nothing where every change moves the mark', () => {
    expect(changesBehind(usn(5n))).toEqual({ kind: 'nothing' });
  });
});

describe('isNewSince', () => {
  it.each([
    { name: 'made after the mark', uSNCreated: '6', isNew: true },
    { name: 'made at the mark', uSNCreated: '5', isNew: false },
    { name: 'made before it', uSNCreated: '4', isNew: false },
    { name: 'that does not say when it was made', uSNCreated: [], isNew: false },
    { name: 'with a number that is none', uSNCreated: 'x', isNew: false },
  ])('takes an entry $name for new: $isNew', ({ uSNCreated, isNew }) => {
    expect(isNewSince({ dn: 'CN=a', uSNCreated }, usn(5n))).toBe(isNew);
  });
});

import { allBut, type Case, EVERYBODY, NOBODY, type Setting } from './case.ts';

type Windows = Extract<Setting, { system: 'windows' }>;

const list = (sddl: string, share?: string): Windows => ({
  system: 'windows',
  list: sddl,
  ...(share === undefined ? {} : { share }),
});

/** What a Windows server would decide ([MS-DTYP] 2.5.3.2), written down by hand. */
export const WINDOWS_CASES: readonly Case<Windows>[] = [
  {
    number: 1,
    name: 'deny user, allow group',
    set: list('O:BAD:(D;;FR;;;{bob})(A;;FR;;;{staff})'),
    reads: ['anna'],
  },
  {
    number: 1,
    name: 'deny group, allow user',
    set: list('O:BAD:(D;;FR;;;{staff})(A;;FR;;;{bob})(A;;FR;;;{carl})'),
    reads: ['carl'],
  },
  {
    number: 2,
    name: 'deny nested group, allow user',
    set: list('O:BAD:(D;;FR;;;{company})(A;;FR;;;{bob})(A;;FR;;;{dora})'),
    reads: ['dora'],
  },
  {
    number: 3,
    name: 'explicit allow before inherited deny',
    set: list('O:BAD:(A;;FR;;;{bob})(D;ID;FR;;;{staff})(A;ID;FR;;;WD)'),
    reads: allBut('anna'),
  },
  {
    number: 4,
    name: 'allow before deny stays before it',
    set: list('O:BAD:(A;;FR;;;{finance})(D;;FR;;;{carl})(A;;FR;;;WD)'),
    reads: EVERYBODY,
  },
  {
    number: 4,
    name: 'inherited deny before explicit allow',
    set: list('O:BAD:(D;ID;FR;;;{carl})(A;;FR;;;{finance})(A;;FR;;;WD)'),
    reads: allBut('carl'),
  },
  {
    number: 5,
    name: 'inherit-only allow grants nothing',
    set: list('O:BAD:(A;OICIIO;FA;;;WD)(A;;FR;;;{bob})'),
    reads: ['bob'],
  },
  {
    number: 5,
    name: 'inherit-only deny denies nothing',
    set: list('O:BAD:(D;OICIIO;FA;;;WD)(A;;FR;;;{dora})'),
    reads: ['dora'],
  },
  { number: 6, name: 'empty list', set: list('O:BAD:'), reads: NOBODY },
  { number: 6, name: 'null list', set: list('O:BAD:NO_ACCESS_CONTROL'), reads: EVERYBODY },
  { number: 6, name: 'absent list', set: list('O:BAG:BA'), reads: NOBODY },
  {
    number: 7,
    name: 'deny of writing only',
    set: list('O:BAD:(D;;0x2;;;{bob})(A;;FR;;;{staff})'),
    reads: ['anna', 'bob'],
  },
  { number: 8, name: 'allow without bit 0x1', set: list('O:BAD:(A;;0x120088;;;WD)'), reads: NOBODY },
  { number: 8, name: 'generic read holds bit 0x1', set: list('O:BAD:(A;;GR;;;{hr})'), reads: ['anna'] },
  {
    number: 9,
    name: 'OWNER RIGHTS denies the owner what their group may',
    set: list('O:{anna}D:(D;;FR;;;OW)(A;;FR;;;{staff})'),
    reads: ['bob'],
  },
  {
    number: 9,
    name: 'OWNER RIGHTS of reading the list is no data',
    set: list('O:{anna}D:(A;;RC;;;OW)(A;;FR;;;{carl})'),
    reads: ['carl'],
  },
  { number: 9, name: 'an owner without an entry', set: list('O:{anna}D:(A;;FR;;;{carl})'), reads: ['carl'] },
  { number: 10, name: 'CREATOR OWNER matches nobody', set: list('O:{anna}D:(A;;FA;;;CO)'), reads: NOBODY },
  {
    number: 10,
    name: 'a denial of CREATOR OWNER denies nobody',
    set: list('O:{anna}D:(D;;FA;;;CO)(A;;FR;;;{staff})'),
    reads: ['anna', 'bob'],
  },
  {
    number: 11,
    name: 'the share denies, the file allows',
    set: list('O:BAD:(A;;FA;;;WD)', 'O:BAD:(D;;FR;;;{bob})(A;;FA;;;WD)'),
    reads: allBut('bob'),
  },
  {
    number: 11,
    name: 'the share allows, the file denies',
    set: list('O:BAD:(D;;FR;;;{carl})(A;;FA;;;WD)', 'O:BAD:(D;;FR;;;{bob})(A;;FA;;;WD)'),
    reads: allBut('bob', 'carl'),
  },
  {
    number: 11,
    name: 'the share names only a group',
    set: list('O:BAD:(A;;FA;;;WD)', 'O:BAD:(A;;FR;;;{hr})'),
    reads: ['anna'],
  },
  {
    number: 12,
    name: 'a conditional grant grants nothing',
    set: list('O:BAD:(XA;;FA;;;WD;(@User.Dept == "HR"))(A;;FR;;;{hr})'),
    reads: ['anna'],
  },
  {
    number: 12,
    name: 'a conditional denial denies',
    set: list('O:BAD:(XD;;FR;;;{bob};(@User.Dept == "HR"))(A;;FA;;;WD)'),
    reads: allBut('bob'),
  },
  {
    number: 12,
    name: 'an entry of an unknown type',
    set: list('O:BAD:(0x55;;;;;;#00112233)(A;;FA;;;WD)'),
    reads: NOBODY,
  },
  {
    number: 13,
    name: 'the server could not read the list',
    set: { system: 'windows', unreadable: 'access is denied' },
    reads: NOBODY,
  },
  { number: 13, name: 'a list that is none', set: list('O:BAD:(A;;FA;;;WD'), reads: NOBODY },
  {
    number: 13,
    name: 'a denial of a SID that the directory does not know',
    set: list('O:BAD:(D;;FR;;;S-1-5-21-7-8-9-6666)(A;;FA;;;WD)'),
    reads: NOBODY,
  },
  {
    number: 25,
    name: 'an administrator is nobody special',
    set: list('O:BAD:(A;;FA;;;{bob})'),
    reads: ['bob'],
  },
  {
    number: 25,
    name: 'an administrator reads what administrators may',
    set: list('O:BAD:(A;;FA;;;BA)'),
    reads: ['root'],
  },
];

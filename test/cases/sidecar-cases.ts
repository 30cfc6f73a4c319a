import { allBut, type Case, EVERYBODY, NOBODY, type Setting } from './case.ts';

type Sidecar = Extract<Setting, { system: 'sidecar' }>;

const list = (...entries: readonly string[]): Sidecar => ({ system: 'sidecar', list: entries });
const behind = (share: readonly string[], ...entries: readonly string[]): Sidecar => ({
  system: 'sidecar',
  list: entries,
  share,
});

/** The first entry that names somebody decides, written down by hand. */
export const SIDECAR_CASES: readonly Case<Sidecar>[] = [
  {
    number: 1,
    name: 'deny user, allow group',
    set: list('deny user:bob', 'allow group:staff'),
    reads: ['anna'],
  },
  {
    number: 2,
    name: 'deny nested group, allow user',
    set: list('deny group:company', 'allow user:bob', 'allow user:dora'),
    reads: ['dora'],
  },
  {
    number: 3,
    name: 'explicit allow before inherited deny',
    set: list('allow user:bob', 'deny group:staff', 'allow everyone'),
    reads: allBut('anna'),
  },
  {
    number: 4,
    name: 'allow before deny stays before it',
    set: list('allow group:finance', 'deny user:carl', 'allow everyone'),
    reads: EVERYBODY,
  },
  { number: 6, name: 'empty list', set: list(), reads: NOBODY },
  {
    number: 11,
    name: 'the share denies, the file allows',
    set: behind(['deny user:bob', 'allow everyone'], 'allow everyone'),
    reads: allBut('bob'),
  },
  {
    number: 11,
    name: 'the share allows, the file denies',
    set: behind(['deny user:bob', 'allow everyone'], 'deny user:carl', 'allow everyone'),
    reads: allBut('bob', 'carl'),
  },
  {
    number: 13,
    name: 'a list that cannot be read',
    set: { system: 'sidecar', unreadable: 'entries: [' },
    reads: NOBODY,
  },
  {
    number: 13,
    name: 'a denial of somebody whom the directory does not know',
    set: list('deny user:bbo', 'allow everyone'),
    reads: NOBODY,
  },
  { number: 19, name: 'a group within a group', set: list('allow group:company'), reads: ['anna', 'bob'] },
  { number: 19, name: 'groups that hold each other', set: list('allow group:south'), reads: ['bob'] },
  { number: 19, name: 'a group that nobody is in', set: list('allow group:empty'), reads: NOBODY },
  {
    number: 25,
    name: 'an administrator is nobody special',
    set: list('allow user:bob'),
    reads: ['bob'],
  },
];

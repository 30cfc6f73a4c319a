import { allBut, type Case, EVERYBODY, NOBODY, type Setting } from './case.ts';

type Posix = Extract<Setting, { system: 'posix' }>;

const list = (text: string, ...folders: readonly string[]): Posix => ({
  system: 'posix',
  list: text,
  folders,
});

/** What acl(5) says, written down by hand. */
export const POSIX_CASES: readonly Case<Posix>[] = [
  {
    number: 14,
    name: 'a named user with --- where others read',
    set: list('644:{root}:{wheel}:user::rw-,user:{bob}:---,group::r--,mask::r--,other::r--'),
    reads: allBut('bob'),
  },
  {
    number: 14,
    name: 'a named user with --- is not saved by their group',
    set: list('640:{root}:{staff}:user::rw-,user:{bob}:---,group::r--,mask::r--,other::---'),
    reads: ['anna', 'root'],
  },
  {
    number: 14,
    name: 'a named group with --- keeps its members from the rights of others',
    set: list('644:{root}:{wheel}:user::rw-,group::r--,group:{finance}:---,mask::r--,other::r--'),
    reads: allBut('carl'),
  },
  {
    number: 15,
    name: 'the mask takes read from a named user and the group',
    set: list('620:{anna}:{finance}:user::rw-,user:{bob}:rw-,group::r--,mask::-w-,other::---'),
    reads: ['anna'],
  },
  {
    number: 15,
    name: '0604 and a member of the group',
    set: list('604:{root}:{staff}'),
    reads: ['carl', 'dora', 'root'],
  },
  { number: 15, name: '0044 and the owner', set: list('044:{dora}:{staff}'), reads: allBut('dora') },
  {
    number: 16,
    name: 'a folder above without x',
    set: list('644:{root}:{wheel}', '750:{root}:{hr}'),
    reads: ['anna', 'root'],
  },
  {
    number: 16,
    name: 'x without r is enough',
    set: list('644:{root}:{wheel}', '711:{root}:{wheel}'),
    reads: EVERYBODY,
  },
  {
    number: 16,
    name: 'a folder two above shuts one named user out',
    set: list(
      '644:{root}:{wheel}',
      '755:{root}:{wheel}:user::rwx,user:{dora}:---,group::r-x,mask::r-x,other::r-x',
      '755:{root}:{wheel}',
    ),
    reads: allBut('dora'),
  },
  {
    number: 16,
    name: 'a file below a folder that is shut to its owner',
    set: list('600:{bob}:{staff}', '700:{carl}:{finance}'),
    reads: NOBODY,
  },
  { number: 25, name: 'uid 0 is nobody special', set: list('600:{bob}:{staff}'), reads: ['bob'] },
  { number: 25, name: 'uid 0 reads what is its own', set: list('600:{root}:{wheel}'), reads: ['root'] },
];

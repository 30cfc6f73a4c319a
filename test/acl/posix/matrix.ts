/** Principals by what they are to the lists below: owner 1001, named 1002, and strangers; gid 100 owns, 200 may be named. */
export const WHO = {
  owner: ['uid:1001', 'gid:900'],
  'owner in group': ['uid:1001', 'gid:100'],
  named: ['uid:1002', 'gid:900'],
  'named in group': ['uid:1002', 'gid:100'],
  member: ['uid:1003', 'gid:100'],
  second: ['uid:1004', 'gid:200'],
  both: ['uid:1005', 'gid:100', 'gid:200'],
  stranger: ['uid:1006', 'gid:900'],
  root: ['uid:0', 'gid:0'],
} as const;
type Who = keyof typeof WHO;

/** Who of `WHO` reads a file below folders, all written as `parsePosix` takes them. */
export interface Case {
  readonly name: string;
  readonly file: string;
  readonly ancestors?: readonly string[];
  readonly reads: readonly Who[];
}

const OPEN = '755:0:0';

export const MATRIX: readonly Case[] = [
  {
    name: 'case 14: a named user with --- is denied what others may',
    file: '644:1001:100:user::rw-,user:1002:---,group::r--,mask::r--,other::r--',
    reads: ['owner', 'owner in group', 'member', 'second', 'both', 'stranger', 'root'],
  },
  {
    name: 'case 14: a named user with --- is not saved by their group',
    file: '640:1001:100:user::rw-,user:1002:---,group::r--,mask::r--,other::---',
    reads: ['owner', 'owner in group', 'member', 'both'],
  },
  {
    name: 'case 14: a named group with --- keeps its members from the rights of others',
    file: '644:1001:100:user::rw-,group::r--,group:200:---,mask::r--,other::r--',
    reads: ['owner', 'owner in group', 'named', 'named in group', 'member', 'both', 'stranger', 'root'],
  },
  {
    name: 'case 15: the mask takes read from a named user and a named group',
    file: '620:1001:100:user::rw-,user:1002:rw-,group::rw-,group:200:r--,mask::-w-,other::---',
    reads: ['owner', 'owner in group'],
  },
  {
    name: 'case 15: the mask does not touch owner and others',
    file: '614:1001:100:user::rw-,user:1002:r--,group::r--,mask::--x,other::r--',
    reads: ['owner', 'owner in group', 'second', 'stranger', 'root'],
  },
  {
    name: 'case 15: an empty mask denies what is named, whatever others may',
    file: '604:1001:100:user::rw-,user:1002:r--,group::r--,group:200:r--,mask::---,other::r--',
    reads: ['owner', 'owner in group', 'stranger', 'root'],
  },
  {
    name: 'case 15: a mask without named entries cuts the owning group',
    file: '604:1001:100:user::rw-,group::r--,mask::---,other::r--',
    reads: ['owner', 'owner in group', 'named', 'second', 'stranger', 'root'],
  },
  {
    name: 'case 15: 0604 denies a member of the group what others may',
    file: '0604:1001:100',
    reads: ['owner', 'owner in group', 'named', 'second', 'stranger', 'root'],
  },
  {
    name: '0044 denies the owner what group and others may',
    file: '044:1001:100',
    reads: ['named', 'named in group', 'member', 'second', 'both', 'stranger', 'root'],
  },
  {
    name: 'mode bits alone: the group class has no mask',
    file: '040:1001:100',
    reads: ['named in group', 'member', 'both'],
  },
  {
    name: 'the owner is judged as owner even where a named entry says otherwise',
    file: '064:1001:100:user::---,user:1001:rw-,group::rw-,mask::rw-,other::r--',
    reads: ['named', 'named in group', 'member', 'second', 'both', 'stranger', 'root'],
  },
  {
    name: 'one granting group of several is enough',
    file: '640:1001:100:user::rw-,group::---,group:200:r--,mask::r--,other::---',
    reads: ['owner', 'owner in group', 'second', 'both'],
  },
  {
    name: 'a named entry for the owning group counts beside it',
    file: '640:1001:100:user::rw-,group::---,group:100:r--,mask::r--,other::---',
    reads: ['owner', 'owner in group', 'named in group', 'member', 'both'],
  },
  { name: 'write and execute do not read', file: '333:1001:100', reads: [] },
  { name: 'uid 0 is nobody special', file: '600:1001:100', reads: ['owner', 'owner in group'] },
  { name: 'uid 0 owns what it owns', file: '600:0:0', reads: ['root'] },
  {
    name: 'set-id and sticky bits say nothing',
    file: '7604:1001:100',
    reads: ['owner', 'owner in group', 'named', 'second', 'stranger', 'root'],
  },
  {
    name: 'case 16: an ancestor without x hides a readable file',
    file: '644:1001:100',
    ancestors: [OPEN, '744:0:0', OPEN],
    reads: ['root'],
  },
  {
    name: 'case 16: x without r on an ancestor is enough',
    file: '644:1001:100',
    ancestors: ['711:0:0', '711:0:0'],
    reads: [
      'owner',
      'owner in group',
      'named',
      'named in group',
      'member',
      'second',
      'both',
      'stranger',
      'root',
    ],
  },
  {
    name: 'case 16: an ancestor may shut out one named user',
    file: '644:1001:100',
    ancestors: [OPEN, '755:0:0:user::rwx,user:1002:r--,group::r-x,mask::r-x,other::r-x'],
    reads: ['owner', 'owner in group', 'member', 'second', 'both', 'stranger', 'root'],
  },
  {
    name: 'case 16: the mask of an ancestor counts',
    file: '644:1001:100',
    ancestors: ['740:0:0:user::rwx,user:1002:r-x,group::r-x,group:200:--x,mask::r--,other::---'],
    reads: ['root'],
  },
  {
    name: 'case 16: a file nobody else may reach is shut to its own owner',
    file: '600:1001:100',
    ancestors: ['700:0:0'],
    reads: [],
  },
];

/** A test that shows something, by file and by name as it is written there. */
export interface Cited {
  readonly file: string;
  readonly names: readonly string[];
}

/** One of the 25 cases that every release must pass. Its rows in the matrix count beside what is cited. */
export interface Demand {
  readonly number: number;
  readonly title: string;
  readonly cited: readonly Cited[];
}

const cite = (file: string, ...names: readonly string[]): Cited => ({ file, names });

const WINDOWS = 'test/acl/windows/access.test.ts';
const POSIX = 'test/acl/posix/matrix.ts';
const SEARCH = 'test/src/search/search.test.ts';
const READ = 'test/src/search/read.test.ts';
const LIST = 'test/src/search/list-folder.test.ts';
const LEAK = 'test/leak/leak.test.ts';
const SLAPD = 'test/systems/slapd.test.ts';
const DIRECTORY = 'test/cases/directory.test.ts';
const CHANGES = 'test/cases/share-changes.test.ts';
const TRACES = 'test/cases/traces.test.ts';

export const DEMANDS: readonly Demand[] = [
  { number: 1, title: 'deny user, allow group', cited: [cite(WINDOWS, '1 deny user, allow group')] },
  {
    number: 2,
    title: 'deny nested group, allow user',
    cited: [cite(WINDOWS, '2 deny nested group, allow user')],
  },
  {
    number: 3,
    title: 'explicit allow before inherited deny',
    cited: [cite(WINDOWS, '3 explicit allow before inherited deny')],
  },
  {
    number: 4,
    title: 'non-canonical order',
    cited: [cite(WINDOWS, '4 allow, deny, allow out of canonical order')],
  },
  {
    number: 5,
    title: 'inherit-only allow grants nothing',
    cited: [cite(WINDOWS, '5 inherit-only allow grants nothing')],
  },
  {
    number: 6,
    title: 'empty, NULL and absent DACL',
    cited: [cite(WINDOWS, '6 empty list', '6 null list', '6 absent list')],
  },
  {
    number: 7,
    title: 'deny write only: still readable',
    cited: [cite(WINDOWS, '7 deny of writing only leaves reading')],
  },
  { number: 8, title: 'allow lacking bit 0x1', cited: [cite(WINDOWS, '8 allow without bit 0x1')] },
  {
    number: 9,
    title: 'OWNER RIGHTS restricts the owner',
    cited: [cite(WINDOWS, '9 OWNER RIGHTS denies the owner')],
  },
  {
    number: 10,
    title: 'CREATOR OWNER matches nobody',
    cited: [cite(WINDOWS, '10 CREATOR OWNER matches nobody, not even a token that holds it')],
  },
  {
    number: 11,
    title: 'share denies, file allows',
    cited: [
      cite(WINDOWS, '11 the share denies, the file allows'),
      cite('test/acl/decide.test.ts', 'case 11: the share denies what the file allows'),
    ],
  },
  {
    number: 12,
    title: 'unknown or conditional entry',
    cited: [cite(WINDOWS, '12 a conditional denial denies', '12 an unknown type denies, whoever it means')],
  },
  {
    number: 13,
    title: 'descriptor unreadable or timing out: hidden',
    cited: [
      cite('test/acl/posix/getfacl-reader.test.ts', 'gives an error where getfacl $name', 'hangs'),
      cite(
        'test/index/sync/permissions-of-now.test.ts',
        'hides its files when its list cannot be read any more',
      ),
    ],
  },
  {
    number: 14,
    title: 'POSIX named user ---, other r',
    cited: [cite(POSIX, 'case 14: a named user with --- is denied what others may')],
  },
  {
    number: 15,
    title: 'POSIX mask; 0604 group member',
    cited: [
      cite(
        POSIX,
        'case 15: the mask takes read from a named user and a named group',
        'case 15: 0604 denies a member of the group what others may',
      ),
    ],
  },
  {
    number: 16,
    title: 'ancestor without x; symlink, hardlink, bind escape',
    cited: [
      cite(POSIX, 'case 16: an ancestor without x hides a readable file'),
      cite(
        'test/ingest/share.test.ts',
        'names a link that leads out, to a file, to a folder, or to a folder beside with a longer name',
        'gives both names of a hard link one number',
      ),
      cite(
        CHANGES,
        'a hard link in a closed folder is not named to those who read the other name',
        'a folder that is bound into the share stands under the lists of its place there',
      ),
    ],
  },
  {
    number: 17,
    title: 'Samba mask-0 entry; chmod-stale NTACL',
    cited: [
      cite(
        'test/acl/windows/samba-access.test.ts',
        'user:bob:--- with other r',
        'user:bob:--- outweighs a group',
      ),
      cite('test/acl/source/samba-xattr.test.ts', 'are refused once the mode was changed past Samba'),
      cite('test/systems/samba-xattr.test.ts', 'hides a file whose permissions were changed past Samba'),
    ],
  },
  {
    number: 18,
    title: 'group removed between filter and delivery: gone',
    cited: [
      cite(
        'test/cases/between-gates.test.ts',
        'case 18: %s by somebody who leaves the group between gate 1 and delivery',
      ),
      cite(SEARCH, 'case 18: shows nothing to a caller who left the group between retrieval and delivery'),
      cite(READ, 'gives nothing when the group is gone before delivery'),
    ],
  },
  {
    number: 19,
    title: 'nested removal, cycle, rename, same-name re-creation',
    cited: [
      cite(DIRECTORY, 'the inner group taken out', 'groups that hold each other, left by the member'),
      cite(DIRECTORY, 'the group under another name', 'another group under the old name'),
      cite(
        SLAPD,
        'keeps the identity of a group that is renamed',
        'gives a group that is made anew under its old name another identity',
      ),
    ],
  },
  {
    number: 20,
    title: 'group overage, sizelimit truncation, LDAP down: nothing returned',
    cited: [
      cite(
        'test/src/http/sign-in.test.ts',
        'a token with $name lets nobody in where the directory may not stand in',
        'a directory that knows none of their groups does not stand in',
      ),
      cite(
        DIRECTORY,
        'shows nobody anything once it is too old (%s)',
        'never takes part of a directory for the whole: a missing group would lift its denials',
      ),
      cite(
        SLAPD,
        'fails at the size limit of the server and keeps the stored snapshot',
        'fails when it is not there, answers from the old snapshot, and refuses once that is too old',
      ),
    ],
  },
  {
    number: 21,
    title: 'folder revoked, file moved, backup restored: right at the next query',
    cited: [
      cite(
        CHANGES,
        'a folder that was closed shows nothing to those who were shut out',
        'a file moved into a closed folder is gone for others, by its old id and its old path too',
        'a backup restored with its old time shows its text to those who may read, and only to them',
      ),
      cite(
        SEARCH,
        'case 21: a scope changed in the catalog hides at once although the chunks carry the old one',
      ),
      cite(
        'test/sequences/sequences.test.ts',
        'never show over any face what a reference denies, and after a pass show all it grants',
      ),
    ],
  },
  {
    number: 22,
    title: 'hidden versus nonexistent id: identical body, status, timing band',
    cited: [
      cite(
        'test/cases/faces.test.ts',
        'case 22: a hidden id is answered word for word like one that does not exist',
      ),
      cite(LEAK, 'gets the same answer for a hidden id as for one that does not exist'),
      cite(READ, 'case 22: hidden, absent, malformed and out of range look alike'),
      // The time that answers take is measured, never tested.
      cite('bench/timing.ts', 'hidden', 'absent', 'malformed'),
    ],
  },
  {
    number: 23,
    title: 'counts, facets, suggestions, cursors, scores unchanged by hidden documents',
    cited: [
      cite(
        TRACES,
        'change no count, cursor, field or text of what somebody else is told, be they many or none',
      ),
      cite(SEARCH, 'gives the same answer whether or not hidden documents exist'),
      cite(LIST, 'does not tell by its cursor that something hidden follows'),
    ],
  },
  {
    number: 24,
    title: 'cache or cursor of A replayed by B; injection through arguments and filters',
    cited: [
      cite(
        TRACES,
        'opens nothing more for another: ids of documents, passages and further reading',
        'a cursor of a listing of theirs turns no page of hidden names for another',
        'and %j as a folder, a share, a type or an id shows nothing hidden',
      ),
      cite(SEARCH, 'case 24: a filter of %s widens nothing'),
      cite(LIST, 'case 24: the cursor of another person widens nothing'),
    ],
  },
  {
    number: 25,
    title: 'citation paths, titles, neighbours, logs of hidden parents; narrow recall equals brute force',
    cited: [
      cite(
        TRACES,
        'a readable file in a hidden folder names its own path and no neighbour',
        'the audit holds ids of what was shown, and no question, path, title or text',
        'however many hidden passages match better, somebody finds every passage of theirs',
      ),
      cite(
        'test/contracts/chunk-store.ts',
        'gives a narrow caller the ten that brute force over their rows gives',
      ),
      cite(LEAK, 'finds in folder listings exactly what the person may read'),
    ],
  },
];

/** Bad input that permissions and directories must bear, and the test of each. */
export const BAD_INPUT: Readonly<Record<string, readonly Cited[]>> = {
  'malformed SDDL': [
    cite('test/acl/windows/sddl.test.ts', 'never throws, on any text and on damaged descriptors'),
    cite('test/cases/windows-cases.ts', 'a list that is none'),
  ],
  'truncated or looping binary descriptors': [
    cite(
      'test/acl/windows/binary.test.ts',
      'cut anywhere, they are an error',
      'list and owner at one place',
      'never throw, and grant only through a list that was read or a null list that was declared',
    ),
  ],
  'unknown SIDs': [
    cite('test/cases/windows-cases.ts', 'a denial of a SID that the directory does not know'),
    cite('test/acl/source/windows-export.test.ts', 'a denial of somebody unknown'),
  ],
  'conditional entries': [cite('test/cases/windows-cases.ts', 'a conditional denial denies')],
  'lists of 10,000 entries': [
    cite('test/acl/windows/sddl.test.ts', 'reads 10,000 entries'),
    cite('test/acl/sidecar.test.ts', 'takes 10,000 entries'),
    cite('test/cases/long-lists.test.ts', 'a %s list of 10,000 entries is decided to its last entry'),
  ],
  'LDAP that is down': [
    cite(
      SLAPD,
      'fails when it is not there, answers from the old snapshot, and refuses once that is too old',
    ),
  ],
  'a wrong certificate': [cite(SLAPD, 'refuses a certificate that is for another name')],
  'half a page of members': [
    cite(
      'test/acl/directory/ldap-server.test.ts',
      'is incomplete after an empty page that announces more',
      'does not go on over a second connection',
    ),
  ],
  'cyclic groups': [
    cite('test/acl/token.test.ts', 'two groups in each other'),
    cite('test/cases/sidecar-cases.ts', 'groups that hold each other'),
  ],
  'a user without groups': [
    cite('test/cases/people.ts', 'dora: {'),
    cite(
      'test/cases/long-lists.test.ts',
      'a person without any group reads what everyone may and nothing else',
    ),
  ],
};

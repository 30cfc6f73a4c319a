import { EVERYONE, type PrincipalId, principalId } from '../ids.ts';
import {
  check,
  type PosixChain,
  type PosixDecision,
  type PosixDoubt,
  type PosixEntry,
  type PosixPlace,
  posixIdentity,
} from './access.ts';
import { printPerm } from './acl-text.ts';
import { EXECUTE, type Perm, type PosixAcl, perm, READ } from './posix-acl.ts';

/** One entry of one list of the chain, in the order of evaluation: folders from the outermost, then the file. */
export interface PosixEntryExplanation {
  readonly place: PosixPlace;
  readonly principal: PrincipalId;
  /** As `getfacl` prints it, with the mask where one cuts it. */
  readonly text: string;
  /** Whether the entry, cut by the mask, holds the right that is asked for there. */
  readonly gives: boolean;
  /** Whether it speaks of the caller: who is named, or in a group of the list, is not among the others. */
  readonly matched: boolean;
  /** Whether it settled its list; several do where no entry of the caller's groups holds the right. */
  readonly decisive: boolean;
}

/** Every entry of a chain with what it says of the principals. Lists after the one that denied settle nothing. */
export function explainPosixEntries(
  chain: PosixChain,
  principals: ReadonlySet<PrincipalId>,
): readonly PosixEntryExplanation[] {
  const reading = posixIdentity(principals);
  const lists: readonly { acl: PosixAcl; right: Perm; place: PosixPlace }[] = [
    ...chain.ancestors.map((acl, index) => ({
      acl,
      right: EXECUTE,
      place: { part: 'ancestor' as const, index },
    })),
    { acl: chain.file, right: READ, place: { part: 'file' } },
  ];
  let open = true;
  return lists.flatMap(({ acl, right, place }) => {
    const decision = reading.ok && open ? check(acl, reading.identity, right, place) : null;
    open &&= decision?.read === true;
    const settled = decision === null ? [] : decidingEntries(decision);
    const entries = entriesOf(acl);
    const matches = ({ entry }: Listed): boolean => {
      if (!reading.ok) return false;
      if (entry.kind === 'user-obj' || entry.kind === 'user') return entry.uid === reading.identity.uid;
      return entry.kind !== 'other' && reading.identity.inGroup(entry.gid);
    };
    const spokenOf = entries.some(matches);
    return entries.map((listed) => ({
      place,
      principal: listed.principal,
      text: printEntry(listed.entry) + (listed.mask === null ? '' : `, mask::${printPerm(listed.mask)}`),
      gives: (listed.entry.perm & (listed.mask ?? listed.entry.perm) & right) === right,
      matched: listed.entry.kind === 'other' ? reading.ok && !spokenOf : matches(listed),
      decisive: settled.some((one) => printEntry(one) === printEntry(listed.entry)),
    }));
  });
}

interface Listed {
  readonly entry: PosixEntry;
  readonly principal: PrincipalId;
  readonly mask: Perm | null;
}

/** Entries in the order in which they are looked at. */
function entriesOf({ owner, userObj, users, group, groupObj, groups, mask, other }: PosixAcl): Listed[] {
  const uid = (number: number): PrincipalId => principalId(`uid:${number}`);
  const gid = (number: number): PrincipalId => principalId(`gid:${number}`);
  return [
    { entry: { kind: 'user-obj', uid: owner, perm: userObj }, principal: uid(owner), mask: null },
    ...users.map((one) => ({ entry: { kind: 'user', ...one } as const, principal: uid(one.uid), mask })),
    { entry: { kind: 'group-obj', gid: group, perm: groupObj }, principal: gid(group), mask },
    ...groups.map((one) => ({ entry: { kind: 'group', ...one } as const, principal: gid(one.gid), mask })),
    { entry: { kind: 'other', perm: other }, principal: EVERYONE, mask: null },
  ];
}

function decidingEntries({ because }: PosixDecision): readonly PosixEntry[] {
  switch (because.kind) {
    case 'posix-entry':
      return [because.entry];
    case 'posix-groups':
      return because.entries;
    case 'posix-doubt':
      return [];
  }
}

const DOUBTS: Readonly<Record<PosixDoubt, string>> = {
  'no-uid': 'the user has no uid in the directory',
  'several-uids': 'the user has more than one uid in the directory',
  'unreadable-id': 'the user has a uid or gid that is not a number',
};

/** One sentence for a reader of `acl explain`. `names` are the ancestors' paths, outermost first, where known. */
export function explainPosix({ read, because }: PosixDecision, names: readonly string[] = []): string {
  if (because.kind === 'posix-doubt') return `denied: ${DOUBTS[because.doubt]}`;
  const { place } = because;
  const right = place.part === 'file' ? 'read (r)' : 'search (x)';
  const where = place.part === 'file' ? 'the file' : folderName(place.index, names);
  const verdict = read ? 'allowed' : 'denied';
  if (because.kind === 'posix-groups') {
    return `${verdict}: on ${where} no matching group gives ${right}: ${because.entries.map(printEntry).join(', ')}`;
  }
  const { entry, mask } = because;
  const masked = mask === null ? '' : `, with mask::${printPerm(mask)} ${printPerm(perm(entry.perm & mask))}`;
  return `${verdict}: on ${where} ${printEntry(entry)}${masked} ${read ? 'gives' : 'does not give'} ${right}`;
}

function folderName(index: number, names: readonly string[]): string {
  const name = names[index];
  return name === undefined ? `folder ${index + 1} above it` : `the folder ${name}`;
}

function printEntry(entry: PosixEntry): string {
  const bits = printPerm(entry.perm);
  switch (entry.kind) {
    case 'user-obj':
      return `user::${bits} (owner ${entry.uid})`;
    case 'user':
      return `user:${entry.uid}:${bits}`;
    case 'group-obj':
      return `group::${bits} (group ${entry.gid})`;
    case 'group':
      return `group:${entry.gid}:${bits}`;
    case 'other':
      return `other::${bits}`;
  }
}

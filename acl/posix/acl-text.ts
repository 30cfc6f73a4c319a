import {
  EXECUTE,
  fromEntries,
  modeOf,
  octal,
  type Perm,
  type PosixAcl,
  type PosixReading,
  perm,
  posixId,
  type RawEntry,
  READ,
  WRITE,
} from './posix-acl.ts';

/** Entries as text, or in plain words what is wrong with them. */
export type EntriesReading =
  | { readonly ok: true; readonly entries: readonly RawEntry[] }
  | { readonly ok: false; readonly error: string };

/** Characters: 10,000 entries of the longest form are under it. */
const MAX_TEXT = 400_000;

/**
 * Reads entries as `getfacl -n` prints them, joined by line ends or commas; acl(5), TEXT FORMS.
 *
 * Comments (`#effective:` too) and `default:` entries say nothing of the file itself and are passed over; a
 * `default:` entry is checked all the same. One-letter tags are read as well.
 */
export function parseAclEntries(text: string): EntriesReading {
  if (text.length > MAX_TEXT) return { ok: false, error: 'the list is too long' };
  const entries: RawEntry[] = [];
  for (const line of text.split(/\r?\n/)) {
    for (const piece of line.replace(/#.*$/s, '').split(',')) {
      const written = piece.trim();
      if (written === '') continue;
      const inherited = /^(default|d):/.exec(written);
      const entry = parseEntry(inherited === null ? written : written.slice(inherited[0].length));
      if (typeof entry === 'string') return { ok: false, error: `${JSON.stringify(written)}: ${entry}` };
      if (inherited === null) entries.push(entry);
    }
  }
  return { ok: true, entries };
}

/** Reads a whole list from text. Owner and group are those of the file. */
export function fromAclText(text: string, owner: number, group: number): PosixReading {
  const reading = parseAclEntries(text);
  return reading.ok ? fromEntries(reading.entries, owner, group) : reading;
}

const TAGS: Readonly<Record<string, 'user' | 'group' | 'mask' | 'other'>> = {
  user: 'user',
  u: 'user',
  group: 'group',
  g: 'group',
  mask: 'mask',
  m: 'mask',
  other: 'other',
  o: 'other',
};

/** One entry, or what is wrong with it. */
function parseEntry(text: string): RawEntry | string {
  const parts = text.split(':').map((part) => part.trim());
  const [kind = '', name = '', rights = ''] = parts;
  if (parts.length !== 3) return 'write TAG:ID:rwx, for example user:1002:r--';
  const tag = Object.hasOwn(TAGS, kind) ? TAGS[kind] : undefined;
  if (tag === undefined) return 'begins with none of user, group, mask, other';
  const bits = parsePerm(rights);
  if (bits === null) return 'ends in none of rwx, r-x, r-- and the like';
  if (tag === 'mask' || tag === 'other') {
    return name === '' ? { tag, id: null, perm: bits } : `${tag} takes no id`;
  }
  if (name === '') return { tag: `${tag}-obj`, id: null, perm: bits };
  const id = posixId(name);
  return id === null ? 'has no numeric id (getfacl -n prints them)' : { tag, id, perm: bits };
}

function parsePerm(text: string): Perm | null {
  if (!/^[r-][w-][x-]$/.test(text)) return null;
  return perm((text[0] === 'r' ? READ : 0) | (text[1] === 'w' ? WRITE : 0) | (text[2] === 'x' ? EXECUTE : 0));
}

/** `r-x` */
export function printPerm(bits: Perm): string {
  return `${bits & READ ? 'r' : '-'}${bits & WRITE ? 'w' : '-'}${bits & EXECUTE ? 'x' : '-'}`;
}

/** The entries as `getfacl -cn` prints them, joined by commas: `user::rw-,user:1002:r--,…` */
export function printAclText(acl: PosixAcl): string {
  return [
    `user::${printPerm(acl.userObj)}`,
    ...acl.users.map(({ uid, perm: bits }) => `user:${uid}:${printPerm(bits)}`),
    `group::${printPerm(acl.groupObj)}`,
    ...acl.groups.map(({ gid, perm: bits }) => `group:${gid}:${printPerm(bits)}`),
    ...(acl.mask === null ? [] : [`mask::${printPerm(acl.mask)}`]),
    `other::${printPerm(acl.other)}`,
  ].join(',');
}

/** `MODE:UID:GID`, with `:ACLTEXT` where the list says more than the mode. Equal lists print equal text. */
export function printPosix(acl: PosixAcl): string {
  const stat = `${octal(modeOf(acl))}:${acl.owner}:${acl.group}`;
  return acl.mask === null ? stat : `${stat}:${printAclText(acl)}`;
}

/**
 * Who may read what, written a second time: plain data and the plainest code that decides over it. Nothing of it
 * is taken from the product.
 */
export interface Entry {
  readonly effect: 'allow' | 'deny';
  /** `everyone`, `user:bob` or `group:staff`. */
  readonly whom: string;
}

export interface FolderList {
  inherit: boolean;
  entries: Entry[];
  /** False: what stands there is no list. */
  sound: boolean;
}

/** A file by what is in it: each file has a number, each text it ever had a version. */
export interface FileState {
  readonly number: number;
  version: number;
}

/** The share and the directory as they are this moment. */
export interface Town {
  /** By folder; the share's root is the empty text. */
  readonly lists: Map<string, FolderList>;
  readonly folders: Set<string>;
  readonly files: Map<string, FileState>;
  readonly people: Map<string, { enabled: boolean }>;
  /** Direct members of each group by its id. */
  readonly groups: Map<string, { name: string; readonly members: Set<string> }>;
}

/** What a pass saw of one file. */
interface Seen {
  readonly number: number;
  readonly version: number;
  readonly list: readonly Entry[];
}

/** What a whole pass saw: only files with a list that could be believed. */
export type Photograph = ReadonlyMap<string, Seen>;

/** A word that stands for one text of one file, and that no random id holds by chance. */
export const markOf = ({ number, version }: Pick<FileState, 'number' | 'version'>): string =>
  `zebra${number}text${version}`;

/** Takes the photograph that a pass takes now. */
export function photograph(town: Town): Photograph {
  const photo = new Map<string, Seen>();
  for (const [path, { number, version }] of town.files) {
    const list = listOf(town, path);
    if (list !== null) photo.set(path, { number, version, list });
  }
  return photo;
}

/**
 * Entries of a file, nearest folder first; null where nobody can say: a list on the way is none, or it denies
 * somebody who is not in the directory (and may be anybody).
 */
export function listOf(town: Town, path: string): Entry[] | null {
  const entries: Entry[] = [];
  const parts = path.split('/').slice(0, -1);
  for (let depth = parts.length; depth >= 0; depth -= 1) {
    const list = town.lists.get(parts.slice(0, depth).join('/'));
    if (list === undefined) continue;
    if (!list.sound) return null;
    entries.push(...list.entries);
    if (!list.inherit) break;
  }
  const strange = entries.some(({ effect, whom }) => effect === 'deny' && !isKnown(town, whom));
  return strange ? null : entries;
}

function isKnown({ people, groups }: Town, whom: string): boolean {
  const [kind, id = ''] = whom.split(':');
  return whom === 'everyone' || (kind === 'user' ? people.has(id) : groups.has(id));
}

/** The person and every group that holds them, by adding until nothing more comes. */
export function selves(town: Town, login: string): ReadonlySet<string> {
  const held = new Set(['everyone', `user:${login}`]);
  for (let before = -1; before !== held.size; ) {
    before = held.size;
    for (const [id, { members }] of town.groups) {
      if ([...members].some((member) => held.has(member))) held.add(`group:${id}`);
    }
  }
  return held;
}

/** What a person may be shown of a photograph with the directory of now: `path mark`. */
export function shownTo(town: Town, photo: Photograph, login: string): ReadonlySet<string> {
  if (town.people.get(login)?.enabled !== true) return new Set();
  const held = selves(town, login);
  const facts = [...photo].flatMap(([path, seen]) => {
    const first = seen.list.find(({ whom }) => held.has(whom));
    return first?.effect === 'allow' ? [`${path} ${markOf(seen)}`] : [];
  });
  return new Set(facts);
}

import { dirname } from 'node:path/posix';
import {
  type AclEntry,
  aceKind,
  type Decision,
  type Descriptor,
  decide,
  explainPosixEntries,
  explainWindows,
  FILE_TRAVERSE,
  groupPath,
  mapGenericRights,
  type PosixDescriptor,
  type Token,
  type WindowsDescriptor,
} from '../../acl/index.ts';

/** One entry as evaluation meets it. `via` is the way from the user to the principal, when the token holds it. */
export interface ExplainedEntry {
  readonly part: 'share' | 'folder' | 'file';
  /** `none`: an entry that neither allows nor denies, an audit entry for example. */
  readonly effect: 'allow' | 'deny' | 'none';
  readonly principal: string;
  readonly origin: string;
  readonly matched: boolean;
  readonly via: readonly string[];
  /** The entry that settled its part. */
  readonly decisive: boolean;
}

/** Every entry of a descriptor in the order of evaluation, with what it says to a token. `path` is the document's. */
export function explainEntries(
  descriptor: Descriptor,
  token: Token,
  path: string,
): readonly ExplainedEntry[] {
  const share = ordered('share', descriptor.shareEntries, token);
  switch (descriptor.system) {
    case 'sidecar':
      return [...share, ...ordered('file', descriptor.entries, token)];
    case 'posix':
      return [...share, ...posixEntries(descriptor.chain, token, path)];
    case 'windows':
      return [
        ...share,
        ...entriesOnServer(descriptor, token, path),
        ...(descriptor.kernel === undefined ? [] : posixEntries(descriptor.kernel, token, path)),
      ];
  }
}

/** Folders of a path from the root of the share, as people read them. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); folder !== '.' && folder !== '/'; folder = dirname(folder)) {
    folders.unshift(`${folder}/`);
  }
  return ['(root of the share)', ...folders];
}

/** Lists of which the first matching entry decides. */
function ordered(part: 'share' | 'file', entries: readonly AclEntry[], token: Token): ExplainedEntry[] {
  const first = entries.findIndex(({ principal }) => token.principals.has(principal));
  return entries.map(({ effect, principal, origin }, at) => ({
    part,
    effect,
    principal,
    origin,
    matched: token.principals.has(principal),
    via: groupPath(token, principal),
    decisive: at === first,
  }));
}

function posixEntries(chain: PosixDescriptor['chain'], token: Token, path: string): ExplainedEntry[] {
  const folders = foldersAbove(path);
  return explainPosixEntries(chain, token.principals).map((entry) => ({
    part: entry.place.part === 'file' ? 'file' : 'folder',
    effect: entry.gives ? 'allow' : 'deny',
    principal: entry.principal,
    origin: entry.place.part === 'file' ? entry.text : `${folders[entry.place.index] ?? ''} ${entry.text}`,
    matched: entry.matched,
    via: groupPath(token, entry.principal),
    decisive: entry.decisive,
  }));
}

function entriesOnServer(descriptor: WindowsDescriptor, token: Token, path: string): ExplainedEntry[] {
  const windows = windowsEntries(descriptor, token);
  if (descriptor.samba === undefined) return windows;
  return sambaEntries(descriptor, windows, decide(descriptor, token), token, path);
}

function windowsEntries({ file, shareLevel }: WindowsDescriptor, token: Token): ExplainedEntry[] {
  const { aces } = explainWindows({ descriptor: file, share: shareLevel }, token.principals);
  return aces.map(({ part, index, ace, matched, skipped }) => ({
    part,
    effect: effectOf(ace.type),
    principal: ace.sid,
    origin: `entry ${index + 1}, mask 0x${ace.mask.toString(16)}${skipped === null ? '' : `, ${skipped}`}`,
    matched,
    via: groupPath(token, ace.sid),
    decisive: skipped === null,
  }));
}

/** Names of the folders whose lists a descriptor carries; those above the mounted folder come first and have none here. */
export function folderNames(descriptor: Descriptor, path: string): string[] {
  const known = foldersAbove(path);
  const lists = descriptor.system === 'windows' ? (descriptor.samba?.folders.length ?? 0) : 0;
  const above = Math.max(0, lists - known.length);
  return [...Array.from({ length: above }, () => '(above the mounted folder)'), ...known];
}

/**
 * The entries that a Samba server's kernel goes by: those of the folders above, of which the right to pass is asked,
 * and those of the file that `windows` has explained already, with the one marked that the kernel would stop at.
 */
function sambaEntries(
  descriptor: WindowsDescriptor,
  windows: readonly ExplainedEntry[],
  { because }: Decision,
  token: Token,
  path: string,
): ExplainedEntry[] {
  const stop = because.kind === 'samba' && because.because.kind === 'kernel' ? because.because : null;
  const names = folderNames(descriptor, path);
  const folders = (descriptor.samba?.folders ?? []).flatMap(({ dacl }, at) =>
    (dacl.kind === 'list' ? dacl.aces : []).map((ace, index): ExplainedEntry => {
      const passes = (mapGenericRights(ace.mask) & FILE_TRAVERSE) !== 0;
      return {
        part: 'folder',
        effect: effectOf(ace.type),
        principal: ace.sid,
        origin: `${names[at] ?? ''} entry ${index + 1}, mask 0x${ace.mask.toString(16)}${passes ? '' : ', no right to pass'}`,
        matched: token.principals.has(ace.sid),
        via: groupPath(token, ace.sid),
        decisive: stop?.place.part === 'folder' && stop.place.index === at && stop.index === index,
      };
    }),
  );
  let index = 0;
  const files = windows.map((entry) => {
    if (entry.part !== 'file' || stop === null) return entry;
    const stopsHere = stop.place.part === 'file' && stop.index === index;
    index += 1;
    return { ...entry, decisive: stopsHere };
  });
  return [...folders, ...files];
}

function effectOf(type: number): ExplainedEntry['effect'] {
  const { effect } = aceKind(type);
  if (effect === 'ignored') return 'none';
  return effect === 'allow' ? 'allow' : 'deny';
}

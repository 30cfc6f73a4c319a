import { dirname } from 'node:path/posix';
import {
  type AclEntry,
  aceKind,
  type Descriptor,
  explainPosixEntries,
  explainWindows,
  groupPath,
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
      return [...share, ...posixEntries(descriptor, token, path)];
    case 'windows':
      return [...share, ...windowsEntries(descriptor, token)];
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

function posixEntries({ chain }: PosixDescriptor, token: Token, path: string): ExplainedEntry[] {
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

function effectOf(type: number): ExplainedEntry['effect'] {
  const { effect } = aceKind(type);
  if (effect === 'ignored') return 'none';
  return effect === 'allow' ? 'allow' : 'deny';
}

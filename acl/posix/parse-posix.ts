import { parseAclEntries } from './acl-text.ts';
import {
  fromEntries,
  fromMode,
  modeOf,
  octal,
  type PosixAcl,
  perm,
  posixId,
  type RawEntry,
} from './posix-acl.ts';

export type ParsedPosix =
  | { readonly ok: true; readonly acl: PosixAcl; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly error: string };

const USAGE = 'write MODE:UID:GID or MODE:UID:GID:ACLTEXT, for example 640:1001:100';

/**
 * Reads `MODE:UID:GID[:ACLTEXT]`, the form in which people hand a POSIX list to the command line.
 *
 * Where ACLTEXT is given, it decides and the nine bits of MODE are not used, with a warning where they differ:
 * the text is the fuller of the two statements, and the mode only its shadow (acl(5), CORRESPONDENCE). One
 * thing is taken from MODE: the mask, where the text names users or groups and leaves it out, since the group
 * bits of such a file are its mask. Lists read from disk are held to agreement instead; see `agreeing`.
 */
export function parsePosix(text: string): ParsedPosix {
  const match = /^([^:]*):([^:]*):([^:]*)(?::(.*))?$/s.exec(text.trim());
  if (match === null) return { ok: false, error: USAGE };
  const [, modeText = '', uidText = '', gidText = '', aclText] = match;
  if (!/^[0-7]{3,5}$/.test(modeText)) {
    return {
      ok: false,
      error: `MODE ${JSON.stringify(modeText)} is not three to five octal digits: ${USAGE}`,
    };
  }
  const uid = posixId(uidText);
  if (uid === null) return { ok: false, error: `UID ${JSON.stringify(uidText)} is not a number: ${USAGE}` };
  const gid = posixId(gidText);
  if (gid === null) return { ok: false, error: `GID ${JSON.stringify(gidText)} is not a number: ${USAGE}` };
  const mode = Number.parseInt(modeText, 8);
  if (aclText === undefined) {
    const reading = fromMode(mode, uid, gid);
    return reading.ok ? { ...reading, warnings: [] } : reading;
  }
  return withText(aclText, mode, uid, gid);
}

function withText(aclText: string, mode: number, uid: number, gid: number): ParsedPosix {
  const parsed = parseAclEntries(aclText);
  if (!parsed.ok) return { ok: false, error: `ACLTEXT ${parsed.error}` };
  const warnings: string[] = [];
  const entries: RawEntry[] = [...parsed.entries];
  if (entries.some(isNamed) && !entries.some(({ tag }) => tag === 'mask')) {
    entries.push({ tag: 'mask', id: null, perm: perm(mode >> 3) });
    warnings.push('ACLTEXT has no mask:: and takes the group bits of MODE');
  }
  const reading = fromEntries(entries, uid, gid);
  if (!reading.ok) return { ok: false, error: `ACLTEXT: ${reading.error}` };
  const shown = modeOf(reading.acl);
  if (shown !== (mode & 0o777)) {
    warnings.push(`ACLTEXT decides: it stands for mode ${octal(shown)}, MODE says ${octal(mode & 0o777)}`);
  }
  return { ...reading, warnings };
}

const isNamed = ({ tag }: RawEntry): boolean => tag === 'user' || tag === 'group';

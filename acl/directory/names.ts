import { z } from 'zod';
import { type PrincipalId, principalId } from '../ids.ts';
import { parseSid } from '../windows/sid.ts';
import { type DirectoryGroup, type DirectoryUser, foldLogin } from './snapshot.ts';

/*
 * The names of one person or group in several worlds, each in one text that no other world can write:
 *
 *   S-1-5-21-…            Windows: a SID in canonical form
 *   uid:N, gid:N          POSIX; Samba's S-1-22-1-N and S-1-22-2-N come with them
 *   sub:ISSUER#SUBJECT    an identity provider. An issuer has no `#`, so the first one divides (RFC 8414, 2)
 */

/** Digits of a uid or gid. 4294967295 is `(uid_t) -1`: nobody. */
export const posixNumber = z.int().min(0).max(4_294_967_294);

/** A SID in any spelling; gives its canonical form. */
export const sidText = z.string().transform((text, { addIssue }): PrincipalId => {
  const sid = parseSid(text);
  if (sid !== null) return sid;
  addIssue('write a SID, for example S-1-5-21-1-2-3-1001');
  return z.NEVER;
});

export const uidName = (uid: number): PrincipalId => principalId(`uid:${uid}`);
export const gidName = (gid: number): PrincipalId => principalId(`gid:${gid}`);

/** Somebody or a group as an identity provider calls them. `issuer` is taken letter by letter. */
export function subjectName(issuer: string, subject: string): PrincipalId {
  return principalId(`sub:${issuer}#${subject}`);
}

/**
 * A subject made of several claims: the only one as it is, several with `/` between them, a `/` or `%` inside one
 * percent-encoded, so that no two lists of values read alike.
 */
export function subjectOf(values: readonly string[]): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return only;
  return values.map((value) => value.replaceAll('%', '%25').replaceAll('/', '%2F')).join('/');
}

/** What a login is claimed under: two people with one login are as ambiguous as two with one SID. */
export function loginName(login: string): PrincipalId {
  return principalId(`login:${foldLogin(login)}`);
}

/** Every name under which descriptors may know a user or group, besides its id. */
export function namesOf({
  aliases = [],
  mapped = [],
}: DirectoryUser | DirectoryGroup): readonly PrincipalId[] {
  const names = mapped.length === 0 ? aliases : [...new Set([...aliases, ...mapped])];
  const unix: PrincipalId[] = [];
  for (const name of names) {
    const sid = name.startsWith('S-') ? null : unixSid(name);
    if (sid !== null && !names.includes(sid)) unix.push(sid);
  }
  return unix.length === 0 ? names : [...names, ...unix];
}

/**
 * The SID under which Samba shows a unix user or group that has no other: `S-1-22-1-UID`, `S-1-22-2-GID`
 * (librpc/idl/security.idl, SID_SAMBA_UNIX_USER_OWNER). Null for names of other worlds.
 */
function unixSid(name: PrincipalId): PrincipalId | null {
  const [, kind, number] = /^(uid|gid):(\d+)$/.exec(name) ?? [];
  return number === undefined ? null : principalId(`S-1-22-${kind === 'uid' ? 1 : 2}-${number}`);
}

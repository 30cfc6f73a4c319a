import { readFile, stat } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { type PrincipalId, principalId } from '../ids.ts';
import { parseSid } from '../windows/sid.ts';
import type { DirectoryGroup, DirectoryUser } from './snapshot.ts';
import type { DirectoryReading, DirectorySource } from './source.ts';

const id = z.string().regex(/^\S+$/, 'an id is one word without spaces');
/** 4294967295 is `(uid_t) -1`: nobody. */
const posixNumber = z.int().min(0).max(4_294_967_294);
const sidText = z
  .string()
  .transform((text) => parseSid(text))
  .refine((sid) => sid !== null, 'write a SID, for example S-1-5-21-1-2-3-1001');
const directoryText = z.strictObject({
  users: z.array(
    z.strictObject({
      id,
      login: z.string().min(1).optional(),
      name: z.string().min(1).optional(),
      enabled: z.boolean().default(true),
      uid: posixNumber.optional(),
      sid: sidText.optional(),
    }),
  ),
  groups: z
    .array(
      z.strictObject({
        id,
        name: z.string().min(1).optional(),
        users: z.array(id).default([]),
        groups: z.array(id).default([]),
        gid: posixNumber.optional(),
        sid: sidText.optional(),
      }),
    )
    .default([]),
});

/**
 * Users and groups in one YAML file, edited by hand or written by a script.
 *
 * Any trouble (syntax, unknown key, a member that is not defined, an id used twice, an ambiguous login) makes
 * the reading incomplete: half a directory would hide deny entries.
 */
export class FileDirectory implements DirectorySource {
  readonly name: string;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.name = `file ${path}`;
  }

  async fingerprint(): Promise<string | null> {
    try {
      const { mtimeNs, ctimeNs, size, ino } = await stat(this.#path, { bigint: true });
      return `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
    } catch {
      return null;
    }
  }

  async read(now: number): Promise<DirectoryReading> {
    try {
      const result = directoryText.safeParse(parse(await readFile(this.#path, 'utf8'), { maxAliasCount: 0 }));
      if (!result.success) {
        const issue = result.error.issues[0];
        return this.#incomplete(`${issue?.path.join('.') || 'top level'}: ${issue?.message}`);
      }
      return toSnapshot(result.data, now, (detail) => this.#incomplete(detail));
    } catch (error) {
      return this.#incomplete((error as Error).message.split('\n')[0] ?? 'unreadable');
    }
  }

  #incomplete(detail: string): DirectoryReading {
    return { kind: 'incomplete', detail: `${this.#path}: ${detail}` };
  }
}

function toSnapshot(
  text: z.infer<typeof directoryText>,
  now: number,
  incomplete: (detail: string) => DirectoryReading,
): DirectoryReading {
  const users = new Map<PrincipalId, DirectoryUser>();
  const groups = new Map<PrincipalId, DirectoryGroup>();
  const groupsOf = new Map<PrincipalId, PrincipalId[]>();
  const logins = new Set<string>();
  const named = new Set<PrincipalId>();

  for (const user of text.users) {
    const key = principalId(`user:${user.id}`);
    const login = user.login ?? user.id;
    const folded = login.normalize('NFC').toLowerCase();
    if (users.has(key)) return incomplete(`user ${user.id} stands twice`);
    if (logins.has(folded)) return incomplete(`login ${login} belongs to two users`);
    logins.add(folded);
    const aliases = [...(user.uid === undefined ? [] : [principalId(`uid:${user.uid}`)]), ...sidOf(user)];
    const taken = aliases.find((alias) => named.has(alias));
    if (taken !== undefined) return incomplete(`${taken} belongs to two entries`);
    for (const alias of aliases) named.add(alias);
    users.set(key, { id: key, login, name: user.name ?? login, enabled: user.enabled, aliases });
  }
  for (const group of text.groups) {
    const key = principalId(`group:${group.id}`);
    if (groups.has(key)) return incomplete(`group ${group.id} stands twice`);
    const aliases = [...(group.gid === undefined ? [] : [principalId(`gid:${group.gid}`)]), ...sidOf(group)];
    const taken = aliases.find((alias) => named.has(alias));
    if (taken !== undefined) return incomplete(`${taken} belongs to two entries`);
    for (const alias of aliases) named.add(alias);
    groups.set(key, { id: key, name: group.name ?? group.id, aliases });
  }
  for (const group of text.groups) {
    const key = principalId(`group:${group.id}`);
    const members = [...group.users.map((u) => `user:${u}`), ...group.groups.map((g) => `group:${g}`)];
    for (const member of members.map(principalId)) {
      if (!users.has(member) && !groups.has(member)) {
        return incomplete(`group ${group.id} has the member ${member}, who is not defined`);
      }
      groupsOf.set(member, [...(groupsOf.get(member) ?? []), key]);
    }
  }
  const warnings = groups.size === 0 ? ['the directory has no groups'] : [];
  return { kind: 'complete', snapshot: { users, groups, groupsOf, confirmedAt: now }, warnings };
}

function sidOf({ sid }: { readonly sid?: PrincipalId | null | undefined }): PrincipalId[] {
  return sid === undefined || sid === null ? [] : [sid];
}

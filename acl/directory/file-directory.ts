import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { type PrincipalId, principalId } from '../ids.ts';
import { fileFingerprint } from './file-fingerprint.ts';
import { gidName, posixNumber, sidText, uidName } from './names.ts';
import type { DirectoryGroup, DirectoryUser } from './snapshot.ts';
import type { DirectoryReading, DirectorySource } from './source.ts';

const id = z.string().regex(/^\S+$/, 'an id is one word without spaces');
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
 * Any trouble (syntax, unknown key, a member that is not defined, an id used twice) makes the reading incomplete:
 * half a directory would hide deny entries. A login, uid, gid or SID that stands twice does not: an incomplete
 * reading leaves the old one in use, with all that this edit takes away from others. `makeToken` refuses just those
 * whom it concerns.
 */
export class FileDirectory implements DirectorySource {
  readonly name: string;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.name = `file ${path}`;
  }

  async fingerprint(): Promise<string | null> {
    return fileFingerprint(this.#path);
  }

  async read(now: number): Promise<DirectoryReading> {
    try {
      const result = directoryText.safeParse(parseText(await readFile(this.#path, 'utf8')));
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

/** JSON is YAML, and what a script wrote for many thousand people is read a hundred times faster as JSON. */
function parseText(text: string): unknown {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      // YAML also has braces, and says what is wrong with them.
    }
  }
  return parse(text, { maxAliasCount: 0 });
}

function toSnapshot(
  text: z.infer<typeof directoryText>,
  now: number,
  incomplete: (detail: string) => DirectoryReading,
): DirectoryReading {
  const users = new Map<PrincipalId, DirectoryUser>();
  const groups = new Map<PrincipalId, DirectoryGroup>();
  const groupsOf = new Map<PrincipalId, PrincipalId[]>();

  for (const user of text.users) {
    const key = principalId(`user:${user.id}`);
    const login = user.login ?? user.id;
    if (users.has(key)) return incomplete(`user ${user.id} stands twice`);
    const aliases = [...(user.uid === undefined ? [] : [uidName(user.uid)]), ...sidOf(user)];
    users.set(key, { id: key, login, name: user.name ?? login, enabled: user.enabled, aliases });
  }
  for (const group of text.groups) {
    const key = principalId(`group:${group.id}`);
    if (groups.has(key)) return incomplete(`group ${group.id} stands twice`);
    const aliases = [...(group.gid === undefined ? [] : [gidName(group.gid)]), ...sidOf(group)];
    groups.set(key, { id: key, name: group.name ?? group.id, aliases });
  }
  for (const group of text.groups) {
    const key = principalId(`group:${group.id}`);
    const members = [...group.users.map((u) => `user:${u}`), ...group.groups.map((g) => `group:${g}`)];
    for (const member of members.map(principalId)) {
      if (!users.has(member) && !groups.has(member)) {
        return incomplete(`group ${group.id} has the member ${member}, who is not defined`);
      }
      const direct = groupsOf.get(member);
      if (direct === undefined) groupsOf.set(member, [key]);
      else direct.push(key);
    }
  }
  const warnings = groups.size === 0 ? ['the directory has no groups'] : [];
  return { kind: 'complete', snapshot: { users, groups, groupsOf, confirmedAt: now }, warnings };
}

function sidOf({ sid }: { readonly sid?: PrincipalId | undefined }): PrincipalId[] {
  return sid === undefined ? [] : [sid];
}

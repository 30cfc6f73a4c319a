import { readFile, stat } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { type PrincipalId, principalId } from '../ids.ts';
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
    }),
  ),
  groups: z
    .array(
      z.strictObject({
        id,
        name: z.string().min(1).optional(),
        users: z.array(id).default([]),
        groups: z.array(id).default([]),
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

  for (const user of text.users) {
    const key = principalId(`user:${user.id}`);
    const login = user.login ?? user.id;
    const folded = login.normalize('NFC').toLowerCase();
    if (users.has(key)) return incomplete(`user ${user.id} stands twice`);
    if (logins.has(folded)) return incomplete(`login ${login} belongs to two users`);
    logins.add(folded);
    users.set(key, { id: key, login, name: user.name ?? login, enabled: user.enabled });
  }
  for (const group of text.groups) {
    const key = principalId(`group:${group.id}`);
    if (groups.has(key)) return incomplete(`group ${group.id} stands twice`);
    groups.set(key, { id: key, name: group.name ?? group.id });
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

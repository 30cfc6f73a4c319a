import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { type PrincipalId, principalId } from '../ids.ts';
import { fileFingerprint } from './file-fingerprint.ts';
import { type Found, type Mapping, readMappings } from './identities-text.ts';
import { type DirectoryGroup, type DirectorySnapshot, type DirectoryUser, foldLogin } from './snapshot.ts';
import type { DirectoryFollower, DirectoryReading, DirectorySource, Following } from './source.ts';

/**
 * A directory whose people and groups get further names from an identities file: SIDs, uids, gids, and the subjects
 * of identity providers.
 *
 * The file that cannot be used makes the reading incomplete: a name that is not there would hide a deny entry. An
 * entry that names nobody is a warning; one that names several gives its names to all of them, so that they are
 * ambiguous and none of them is answered.
 */
export class MappedDirectory implements DirectorySource {
  readonly name: string;
  /** Only where the inner source is followed. */
  readonly follow?: () => DirectoryFollower;
  readonly confirmedAt?: () => Promise<number | null>;
  readonly #inner: DirectorySource;
  readonly #path: string;

  constructor(inner: DirectorySource, path: string) {
    this.name = inner.name;
    this.#inner = inner;
    this.#path = path;
    if (inner.confirmedAt !== undefined) {
      this.confirmedAt = async () => (await inner.confirmedAt?.()) ?? null;
    }
    if (inner.follow !== undefined)
      this.follow = () => this.#followed((inner.follow as () => DirectoryFollower)());
  }

  /** Null as soon as one of both cannot tell: then neither is taken for unchanged. */
  async fingerprint(): Promise<string | null> {
    const inner = await this.#inner.fingerprint();
    const own = await fileFingerprint(this.#path);
    return inner === null || own === null ? null : `${inner}|${own}`;
  }

  async read(now: number): Promise<DirectoryReading> {
    const before = await fileFingerprint(this.#path);
    const reading = await this.#inner.read(now);
    if (reading.kind === 'incomplete') return reading;
    // A source without a fingerprint is not looked at again after the reading: half a file would go unseen.
    const mapped = await this.#withNames(reading.snapshot, reading.warnings, before);
    const { fingerprint } = reading;
    if (mapped.kind === 'incomplete' || fingerprint === undefined) return mapped;
    return { ...mapped, fingerprint: `${fingerprint}|${before}` };
  }

  /** Follows the inner source, and the file: an edit of it counts the next time that the source is asked. */
  #followed(inner: DirectoryFollower): DirectoryFollower {
    let last: { readonly snapshot: DirectorySnapshot; readonly warnings: readonly string[] } | null = null;
    let given: string | null = null;
    return {
      next: async (now): Promise<Following> => {
        const following = await inner.next(now);
        if (following.kind === 'failed' || following.kind === 'not-asked') return following;
        const file = await fileFingerprint(this.#path);
        if (following.kind === 'read') last = following;
        else if (file !== null && file === given) return following;
        if (last === null) return following;
        const reading = await this.#withNames({ ...last.snapshot, confirmedAt: now }, last.warnings, file);
        if (reading.kind === 'incomplete') {
          given = null;
          return { kind: 'failed', detail: reading.detail, retry: 'soon' };
        }
        // After a file that could not be used, what is given holds more than the last change.
        const extent = given !== null && following.kind === 'read' ? following.extent : 'whole';
        given = file;
        const { snapshot, warnings } = reading;
        return { kind: 'read', extent, snapshot, warnings };
      },
      close: () => inner.close(),
    };
  }

  async #withNames(
    snapshot: DirectorySnapshot,
    warnings: readonly string[],
    before: string | null,
  ): Promise<DirectoryReading> {
    try {
      const parsed: unknown = parse(await readFile(this.#path, 'utf8'), { maxAliasCount: 0 });
      const read = readMappings(parsed ?? {});
      if (!read.ok) return this.#incomplete(read.error);
      if ((await fileFingerprint(this.#path)) !== before) {
        return this.#incomplete('it changed while it was read: sync again');
      }
      const named = withNames(snapshot, read.mappings);
      return {
        kind: 'complete',
        snapshot: named.snapshot,
        warnings: [...warnings, ...named.warnings.map((warning) => `${this.#path}: ${warning}`)],
      };
    } catch (error) {
      return this.#incomplete((error as Error).message.split('\n')[0] ?? 'unreadable');
    }
  }

  #incomplete(detail: string): DirectoryReading {
    return { kind: 'incomplete', detail: `${this.#path}: ${detail}` };
  }
}

function withNames(
  snapshot: DirectorySnapshot,
  mappings: readonly Mapping[],
): { readonly snapshot: DirectorySnapshot; readonly warnings: readonly string[] } {
  const users = new Map(snapshot.users);
  const groups = new Map(snapshot.groups);
  const people = {
    login: gather(users.values(), ({ login }) => foldLogin(login)),
    externalId: gather(users.values(), ({ externalId }) => externalId),
  };
  const circles = { externalId: gather(groups.values(), ({ externalId }) => externalId) };
  const warnings: string[] = [];
  for (const { at, kind, found, names } of mappings) {
    const ids =
      kind === 'user'
        ? whoIs(found, 'user', users, people)
        : whoIs(found, 'group', groups, { ...circles, login: NONE });
    for (const id of ids) {
      const user = users.get(id);
      const group = groups.get(id);
      if (user !== undefined) users.set(id, named(user, names));
      if (group !== undefined) groups.set(id, named(group, names));
    }
    const who = `${found.by} ${found.value}`;
    if (ids.length === 0) warnings.push(`${at}: no ${kind} of the directory has the ${who}`);
    if (ids.length > 1) warnings.push(`${at}: ${ids.join(' and ')} have the ${who}: name one of them by id`);
  }
  return { snapshot: { ...snapshot, users, groups }, warnings };
}

type ByName = ReadonlyMap<string, readonly PrincipalId[]>;
const NONE: ByName = new Map();

function gather<T extends { readonly id: PrincipalId }>(
  entries: Iterable<T>,
  nameOf: (entry: T) => string | undefined,
): ByName {
  const found = new Map<string, PrincipalId[]>();
  for (const entry of entries) {
    const name = nameOf(entry);
    if (name === undefined) continue;
    const others = found.get(name);
    if (others === undefined) found.set(name, [entry.id]);
    else others.push(entry.id);
  }
  return found;
}

function whoIs(
  { by, value }: Found,
  kind: Mapping['kind'],
  room: ReadonlyMap<PrincipalId, unknown>,
  names: { readonly login: ByName; readonly externalId: ByName },
): readonly PrincipalId[] {
  switch (by) {
    case 'login':
      return names.login.get(foldLogin(value)) ?? [];
    case 'externalId':
      return names.externalId.get(value) ?? [];
    case 'id': {
      // `ntk groups list` shows ids with their kind before them; both ways of writing one mean the same.
      const id = principalId(value.startsWith(`${kind}:`) ? value : `${kind}:${value}`);
      return room.has(id) ? [id] : [];
    }
  }
}

function named<T extends DirectoryUser | DirectoryGroup>(entry: T, names: readonly PrincipalId[]): T {
  return { ...entry, mapped: [...new Set([...(entry.mapped ?? []), ...names])] };
}

import { isDeepStrictEqual } from 'node:util';
import { type PrincipalId, principalId } from '../../ids.ts';
import type { DirectoryGroup, DirectorySnapshot, DirectoryUser } from '../snapshot.ts';
import type { DirectoryReading, DirectorySource } from '../source.ts';
import { isObject } from './coerce.ts';
import { isSettled } from './settled.ts';
import type { DirectoryEntry, ScimState, ScimStore, ScimUser } from './store.ts';

interface Remembered {
  readonly instance: string;
  readonly changes: number;
  readonly snapshot: Omit<DirectorySnapshot, 'confirmedAt'>;
}

/**
 * The users and groups that an identity provider has pushed.
 *
 * It is as current as the last request of the provider: that is when it was confirmed, however often it is read.
 * A reading takes up only what changed since the reading before.
 */
export class ScimDirectory implements DirectorySource {
  readonly name = 'SCIM';
  readonly #store: ScimStore;
  readonly #now: () => number;
  readonly #settleMs: number;
  #remembered: Remembered | null = null;

  constructor(deps: {
    readonly store: ScimStore;
    readonly now: () => number;
    /** Milliseconds without a change after which the first push counts as complete. */
    readonly settleMs: number;
  }) {
    this.#store = deps.store;
    this.#now = deps.now;
    this.#settleMs = deps.settleMs;
  }

  async fingerprint(): Promise<string | null> {
    try {
      const state = await this.#store.read((reader) => reader.state());
      return fingerprintOf(state, isSettled(state, this.#now(), this.#settleMs));
    } catch {
      return null;
    }
  }

  async confirmedAt(): Promise<number | null> {
    return this.#store.read(async (reader) => (await reader.state()).contacted);
  }

  async read(now: number): Promise<DirectoryReading> {
    try {
      return await this.#store.read(async (reader) => {
        const state = await reader.state();
        if (state.contacted === null || !isSettled(state, now, this.#settleMs)) {
          return { kind: 'incomplete', detail: waiting(state) };
        }
        const before = this.#remembered;
        const known = before !== null && before.instance === state.instance;
        const since = known ? await reader.changedSince(before.changes) : { kind: 'everything' as const };
        const snapshot =
          known && since.kind === 'these'
            ? withEntries(before.snapshot, await reader.entries(since.ids))
            : withEntries(EMPTY, await reader.entries(null));
        this.#remembered = { instance: state.instance, changes: state.changes, snapshot };
        const complete = { ...snapshot, confirmedAt: state.contacted };
        return {
          kind: 'complete',
          snapshot: complete,
          warnings: [],
          fingerprint: fingerprintOf(state, true),
        };
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : 'unreadable';
      return { kind: 'incomplete', detail: `what the identity provider pushed cannot be read (${reason})` };
    }
  }
}

function fingerprintOf({ instance, changes }: ScimState, whole: boolean): string {
  return `${instance}:${changes}:${whole ? 'whole' : 'partial'}`;
}

const EMPTY: Remembered['snapshot'] = { users: new Map(), groups: new Map(), groupsOf: new Map() };

function waiting({ users, groups }: ScimState): string {
  if (!users) return 'the identity provider has pushed no user yet: start provisioning there';
  if (!groups) return 'the identity provider has pushed no group yet: assign groups as well as users';
  return 'the first push of the identity provider is still going on: wait until it is over (directory.settle)';
}

/**
 * A snapshot in which the given entries are as they are now. Whoever holds the one before keeps it as it was; a map
 * in which nothing changed is the same map, and what was worked out from it still holds.
 */
function withEntries(
  before: Remembered['snapshot'],
  entries: readonly DirectoryEntry[],
): Remembered['snapshot'] {
  const users = new Changing(before.users);
  const groups = new Changing(before.groups);
  const groupsOf = new Changing(before.groupsOf);
  for (const entry of entries) {
    const asUser = principalId(`user:${entry.id}`);
    const asGroup = principalId(`group:${entry.id}`);
    users.put(asUser, entry.user === null ? null : toUser(asUser, entry.user));
    groups.put(asGroup, entry.group === null ? null : toGroup(asGroup, entry.group));
    const of = entry.groups.map((id) => principalId(`group:${id}`));
    groupsOf.put(asUser, entry.user === null || of.length === 0 ? null : of);
    groupsOf.put(asGroup, entry.group === null || of.length === 0 ? null : of);
  }
  return { users: users.map, groups: groups.map, groupsOf: groupsOf.map };
}

/** A map that is copied before its first change. */
class Changing<T extends object> {
  #map: ReadonlyMap<PrincipalId, T>;
  #own: Map<PrincipalId, T> | null = null;

  constructor(map: ReadonlyMap<PrincipalId, T>) {
    this.#map = map;
  }

  get map(): ReadonlyMap<PrincipalId, T> {
    return this.#map;
  }

  put(id: PrincipalId, value: T | null): void {
    const known = this.#map.get(id);
    if (value === null ? known === undefined : isDeepStrictEqual(known, value)) return;
    this.#own ??= new Map(this.#map);
    this.#map = this.#own;
    if (value === null) this.#own.delete(id);
    else this.#own.set(id, value);
  }
}

function toUser(id: PrincipalId, user: ScimUser): DirectoryUser {
  const { userName, active, externalId, attributes } = user;
  const name = attributes['name'];
  const formatted = isObject(name) ? name['formatted'] : undefined;
  const label = [attributes['displayName'], formatted].find(
    (text): text is string => typeof text === 'string' && text !== '',
  );
  return {
    id,
    login: userName,
    name: label ?? userName,
    enabled: active,
    ...(externalId === null ? {} : { externalId }),
  };
}

function toGroup(
  id: PrincipalId,
  { displayName, externalId }: { readonly displayName: string; readonly externalId: string | null },
): DirectoryGroup {
  return { id, name: displayName, ...(externalId === null ? {} : { externalId }) };
}

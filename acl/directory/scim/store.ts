import type { Values } from './coerce.ts';
import type { Equality } from './filter.ts';

declare const brand: unique symbol;
/** Id of a resource, given by us; never given again, not even when the resource is gone. */
export type ScimId = string & { readonly [brand]: 'ScimId' };
export const scimId = (value: string): ScimId => value as ScimId;

interface Resource {
  readonly id: ScimId;
  readonly externalId: string | null;
  /** Grows with every change; the ETag. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly modified: number;
}

export interface ScimUser extends Resource {
  readonly userName: string;
  readonly active: boolean;
  /** All else that is kept, in canonical form; nothing in it decides. */
  readonly attributes: Values;
}

export interface ScimGroup extends Resource {
  readonly displayName: string;
}

export interface ScimMember {
  readonly id: ScimId;
  readonly kind: 'user' | 'group';
  readonly display: string;
}

/** What an id names. `deleted`: it was given once and its resource is gone. */
export type Named = 'user' | 'group' | 'deleted' | 'unknown';

/** What is known of the identity provider as a whole. Times are milliseconds since the epoch. */
export interface ScimState {
  /** Of this store alone: another store never has the same. */
  readonly instance: string;
  /** Grows with every change. */
  readonly changes: number;
  /** Last authenticated request; null when there never was one. */
  readonly contacted: number | null;
  /** Last change; null when there never was one. */
  readonly written: number | null;
  /** Whether the first push is known to be over: see `settled.ts`. */
  readonly settled: boolean;
  /** Whether there is any. */
  readonly users: boolean;
  readonly groups: boolean;
}

/** Which resources a list gives: those of one value of an indexed attribute, or all; in the order of creation. */
export interface Listing {
  readonly only: Equality | null;
  readonly offset: number;
  readonly limit: number;
}

/** What a snapshot needs of one resource. `groups` are those it is a direct member of. */
export interface DirectoryEntry {
  readonly id: ScimId;
  readonly user: ScimUser | null;
  readonly group: ScimGroup | null;
  readonly groups: readonly ScimId[];
}

/** The resources that changed after a given change; `everything` when that is no longer known one by one. */
export type ChangedSince =
  | { readonly kind: 'everything' }
  | { readonly kind: 'these'; readonly ids: readonly ScimId[] };

/**
 * What was pushed, read side.
 * Obligations: all reads of one `read` or `write` see one state. `userName` compares as logins do, without case.
 */
export interface ScimReader {
  state(): Promise<ScimState>;
  user(id: ScimId): Promise<ScimUser | null>;
  group(id: ScimId): Promise<ScimGroup | null>;
  users(listing: Listing): Promise<readonly ScimUser[]>;
  groups(listing: Listing): Promise<readonly ScimGroup[]>;
  countUsers(only: Equality | null): Promise<number>;
  countGroups(only: Equality | null): Promise<number>;
  members(group: ScimId): Promise<readonly ScimMember[]>;
  countMembers(group: ScimId): Promise<number>;
  names(ids: readonly string[]): Promise<ReadonlyMap<string, Named>>;
  changedSince(change: number): Promise<ChangedSince>;
  /** The given resources, or with null all of them. An id whose resource is gone has neither user nor group. */
  entries(ids: readonly ScimId[] | null): Promise<readonly DirectoryEntry[]>;
}

/**
 * Write side.
 * Obligations: whatever a change does to the snapshot is in `changedSince`, members included. Deleting a resource
 * ends all its memberships. Nothing here looks at versions: that is the caller's.
 */
export interface ScimWriter extends ScimReader {
  insertUser(user: ScimUser): Promise<void>;
  updateUser(user: ScimUser): Promise<void>;
  deleteUser(id: ScimId): Promise<void>;
  insertGroup(group: ScimGroup): Promise<void>;
  updateGroup(group: ScimGroup): Promise<void>;
  deleteGroup(id: ScimId): Promise<void>;
  /** Adds users and groups; ids that name nothing are passed over. Gives how many were not members before. */
  addMembers(group: ScimId, ids: readonly string[]): Promise<number>;
  /** Gives how many were members. */
  removeMembers(group: ScimId, ids: readonly string[]): Promise<number>;
  /** Notes that the first push is over. */
  settle(): Promise<void>;
}

/**
 * Where pushed users and groups are kept.
 * Obligations: `write` is one transaction, alone among writers from its start; when its work throws nothing is done.
 * @throws {ScimBusy} from each, when another process holds the store too long
 */
export interface ScimStore {
  read<T>(work: (reader: ScimReader) => Promise<T>): Promise<T>;
  write<T>(now: number, work: (writer: ScimWriter) => Promise<T>): Promise<T>;
  /** Notes an authenticated request. */
  contact(now: number): Promise<void>;
}

/** The store is held by another process just now: the request may be sent again. */
export class ScimBusy extends Error {
  readonly code = 'scim-busy';

  constructor(options?: ErrorOptions) {
    super('the directory is busy: send the request again', options);
    this.name = 'ScimBusy';
  }
}

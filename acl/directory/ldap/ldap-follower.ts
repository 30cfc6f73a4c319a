import { ResultCodeError } from 'ldapts';
import type { DirectoryFollower, Following } from '../source.ts';
import { type ChangeMark, changesBehind, changesSince, readMark } from './change-mark.ts';
import { LdapConnection, PartialAnswer } from './connection.ts';
import {
  type LdapContents,
  type LdapRoom,
  placesOf,
  readChanges,
  readContents,
  readPlaces,
} from './contents.ts';
import { explainFailure } from './failure.ts';
import type { LdapMapping } from './mapping.ts';
import { type LdapDirectoryOptions, mappingOf, refuseOptions, serverOf } from './options.ts';
import { toSnapshot } from './to-snapshot.ts';

const DEFAULT_PAGE_SIZE = 500;
const DEFAULT_INTERVAL_MS = 900_000;
const DEFAULT_FULL_INTERVAL_MS = 3_600_000;
/** How often changes that came while reading are read after it before giving up. */
const MAX_ROUNDS = 5;
/** How long after a change overlays that work in the background are waited for. */
const SETTLE_MS = 30_000;
const REFUSED_PASSWORD = 49;
const MOVED = 'entries were moved while the directory was read: sync again';

/** What was read, and where the server stood then. */
interface Held {
  readonly readWholeAt: number;
  readonly mark: ChangeMark | null;
  readonly contents: LdapContents;
  /** When the first account expires that had not expired in the snapshot that was given last. */
  readonly nextExpiry: number;
  /** Contents may change without the mark until they are read at or after this time; null when that was done. */
  readonly settling: number | null;
}

/**
 * Follows an LDAP server over one connection.
 *
 * What changed is read instead of everything only over the connection that everything was read over: it leads to
 * one server in one state of its configuration, so that marks of changes can be compared. Any doubt (a lost
 * connection, another server, a mark that ran back, an old entry met for the first time) reads everything, and
 * so does a full interval gone by: rights of the account and dynamic groups change without a mark.
 */
export class LdapFollower implements DirectoryFollower {
  readonly #name: string;
  readonly #options: LdapDirectoryOptions;
  readonly #mapping: LdapMapping;
  readonly #ending = new AbortController();
  #connection: LdapConnection | null = null;
  #held: Held | null = null;

  constructor(name: string, options: LdapDirectoryOptions) {
    this.#name = name;
    this.#options = options;
    this.#mapping = mappingOf(options);
  }

  async next(now: number): Promise<Following> {
    const unusable = refuseOptions(this.#options);
    if (unusable !== null) return this.#failed(unusable, 'later');
    try {
      return (await this.#follow(now)) ?? (await this.#readAll(now));
    } catch (error) {
      await this.#forget();
      const refused = error instanceof ResultCodeError && error.code === REFUSED_PASSWORD;
      return this.#failed(explainFailure(error, this.#options.bindPassword), refused ? 'later' : 'soon');
    }
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#forget();
  }

  async #forget(): Promise<void> {
    this.#held = null;
    const connection = this.#connection;
    this.#connection = null;
    await connection?.close();
  }

  /** Goes on from what is held; null where everything is to be read. */
  async #follow(now: number): Promise<Following | null> {
    const held = this.#held;
    if (held === null) return null;
    const { intervalMs = DEFAULT_INTERVAL_MS, fullIntervalMs = DEFAULT_FULL_INTERVAL_MS } = this.#options;
    const age = now - held.readWholeAt;
    if (held.mark === null) return age < intervalMs ? { kind: 'not-asked' } : null;
    if (this.#connection === null || age >= fullIntervalMs) return null;
    const room = this.#room(this.#connection);
    // A server that ended an idle connection is no failure yet: everything is read over a new one.
    const mark = await this.#mark(room).catch(() => null);
    if (mark === null) return null;
    const since = changesSince(held.mark, mark);
    if (since.kind === 'unrelated') return null;
    const due = since.kind === 'nothing' && held.settling !== null ? changesBehind(mark) : since;
    if (due.kind !== 'changes') return this.#still(now, room, held);

    const changed = await readChanges(room, held.contents, held.mark, due);
    if (changed === null) return null;
    const moved = since.kind === 'changes' || changed.differs;
    const settling = moved ? settlingAt(mark, now) : now >= (held.settling ?? now) ? null : held.settling;
    if (!changed.differs) return this.#still(now, room, { ...held, mark, settling });
    const caught = await this.#catchUp(room, changed.contents, mark);
    return caught === null ? null : this.#give(now, 'changes', room, { ...held, ...caught, settling });
  }

  async #readAll(now: number): Promise<Following> {
    await this.#forget();
    const connection = await LdapConnection.open(serverOf(this.#options), this.#ending.signal);
    this.#connection = connection;
    const room = this.#room(connection);
    const mark = await this.#mark(room);
    const contents = await readContents(room);
    const caught = mark === null ? { contents, mark } : await this.#catchUp(room, contents, mark);
    if (caught === null) throw new PartialAnswer(MOVED);
    const settling = settlingAt(mark, now);
    const given = await this.#give(now, 'whole', room, { ...caught, readWholeAt: now, settling });
    if (mark === null) {
      this.#connection = null;
      await connection.close();
    }
    return given;
  }

  /**
   * Reads what changed since a mark until nothing does any more, so that what is given was true at one moment: a
   * person renamed between two pages would otherwise lose groups. Null where only reading everything can tell.
   */
  async #catchUp(
    room: LdapRoom,
    from: LdapContents,
    at: ChangeMark,
  ): Promise<{ readonly contents: LdapContents; readonly mark: ChangeMark } | null> {
    let contents = from;
    let mark = at;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const after = await this.#mark(room);
      if (after === null) return null;
      const since = changesSince(mark, after);
      if (since.kind === 'nothing') return { contents, mark };
      if (since.kind === 'unrelated') return null;
      const changed = await readChanges(room, contents, mark, since);
      if (changed === null) return null;
      contents = changed.contents;
      mark = after;
      if (!changed.differs) return { contents, mark };
    }
    throw new PartialAnswer('it changed all the while it was read: the next sync will try again');
  }

  /** Nothing changed but time, which only matters where an account has expired. */
  async #still(now: number, room: LdapRoom, held: Held): Promise<Following> {
    if (now >= held.nextExpiry) return this.#give(now, 'changes', room, held);
    this.#held = held;
    return { kind: 'current' };
  }

  async #give(
    now: number,
    extent: 'whole' | 'changes',
    room: LdapRoom,
    held: Omit<Held, 'nextExpiry'>,
  ): Promise<Following> {
    const { users, groups } = held.contents;
    const people = [...users.values()];
    const { reading, strangers } = toSnapshot(people, [...groups.values()], room.baseDn, now);
    if (reading.kind === 'incomplete') throw new PartialAnswer(reading.detail);
    // Without marks: a member that nobody answers to is gone, or was renamed between the two searches.
    if (held.mark === null && strangers > 0 && placesOf(held.contents) !== (await readPlaces(room))) {
      throw new PartialAnswer(MOVED);
    }
    let nextExpiry = Number.POSITIVE_INFINITY;
    for (const { expiresAt } of people) {
      if (expiresAt !== null && expiresAt > now) nextExpiry = Math.min(nextExpiry, expiresAt);
    }
    this.#held = { ...held, nextExpiry };
    return { kind: 'read', extent, snapshot: reading.snapshot, warnings: reading.warnings };
  }

  #room(connection: LdapConnection): LdapRoom {
    const { baseDn, pageSize = DEFAULT_PAGE_SIZE } = this.#options;
    return { connection, mapping: this.#mapping, baseDn, pageSize };
  }

  #mark({ connection, mapping, baseDn }: LdapRoom): Promise<ChangeMark | null> {
    return readMark(connection, mapping, baseDn);
  }

  #failed(detail: string, retry: 'soon' | 'later'): Following {
    return { kind: 'failed', detail: `${this.#name}: ${detail}`, retry };
  }
}

/** Only servers with `csn` marks change anything in the background. */
function settlingAt(mark: ChangeMark | null, now: number): number | null {
  return mark?.kind === 'csn' ? now + SETTLE_MS : null;
}

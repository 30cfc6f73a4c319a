import type { DirectoryReading, DirectorySource } from '../source.ts';
import { activeDirectoryMapping } from './active-directory.ts';
import { LdapConnection, type LdapResult, type LdapServer, PartialAnswer } from './connection.ts';
import { foldDn } from './dn.ts';
import { allOfRange } from './entry.ts';
import { explainFailure } from './failure.ts';
import type { LdapAttributes, LdapGroup, LdapMapping, LdapUser, Mapped } from './mapping.ts';
import { openldapMapping } from './openldap.ts';
import { toSnapshot } from './to-snapshot.ts';

export interface LdapDirectoryOptions {
  /** `ldap://host[:port]` or `ldaps://host[:port]`. Beyond this machine `ldap:` is refused without `startTls`. */
  readonly url: string;
  /** Default false. */
  readonly startTls?: boolean | undefined;
  /** Certificate authority in PEM (its text, not a path), in place of those that Node trusts. */
  readonly ca?: string | undefined;
  /** An account that may read all users and groups; it needs no more. A DN, or `name@domain` with AD. */
  readonly bindDn: string;
  readonly bindPassword: string;
  /** Must hold every group that a descriptor may name and every user: normally the root. */
  readonly baseDn: string;
  readonly schema: 'openldap' | 'ad';
  /** In place of the filter of the schema. */
  readonly userFilter?: string | undefined;
  readonly groupFilter?: string | undefined;
  readonly attributes?: LdapAttributes | undefined;
  /** Default 500; AD gives at most 1,000. */
  readonly pageSize?: number | undefined;
  /** For connecting and binding together, and for each page. Default 30,000. */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_PAGE_SIZE = 500;
const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Users and groups of an LDAP server, read whole at each sync. Identity is the server's UUID, so a rename keeps
 * it and a new group under an old name is another.
 *
 * INVARIANT: less than everything is `incomplete`: any result but success, an unread page, a referral, a lost
 * connection, an entry without its UUID, two entries with one login, uid, gid or SID.
 * A server that hides entries from the account with success cannot be told from one that does not have them.
 */
export class LdapDirectory implements DirectorySource {
  readonly name: string;
  readonly #options: LdapDirectoryOptions;
  readonly #server: LdapServer;
  readonly #mapping: LdapMapping;

  constructor(options: LdapDirectoryOptions) {
    const { schema, url, startTls = false, ca, bindDn, bindPassword } = options;
    const mapping = (schema === 'ad' ? activeDirectoryMapping : openldapMapping)(options.attributes);
    const { userFilter = mapping.userFilter, groupFilter = mapping.groupFilter } = options;
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.name = `ldap ${URL.parse(url)?.host ?? ''}`;
    this.#options = options;
    this.#mapping = { ...mapping, userFilter, groupFilter };
    this.#server = { url, startTls, ca, bindDn, bindPassword, timeoutMs };
  }

  /** LDAP has no cheap mark of change that every server keeps. */
  async fingerprint(): Promise<null> {
    return null;
  }

  async read(now: number): Promise<DirectoryReading> {
    const unusable = refuseOptions(this.#options);
    if (unusable !== null) return this.#incomplete(unusable);
    let connection: LdapConnection | null = null;
    try {
      connection = await LdapConnection.open(this.#server);
      const reading = await this.#readAll(connection, now);
      return reading.kind === 'incomplete' ? this.#incomplete(reading.detail) : reading;
    } catch (error) {
      return this.#incomplete(explainFailure(error, this.#options.bindPassword));
    } finally {
      await connection?.close();
    }
  }

  async #readAll(connection: LdapConnection, now: number): Promise<DirectoryReading> {
    const { userFilter, groupFilter, userAttributes, groupAttributes, rangedAttribute } = this.#mapping;
    const people = await this.#search(connection, userFilter, userAttributes);
    const circles = await this.#search(connection, groupFilter, groupAttributes);
    const users: LdapUser[] = [];
    for (const entry of people.entries) {
      const user = this.#mapping.toUser(entry, now);
      if (!user.ok) return { kind: 'incomplete', detail: user.error };
      users.push(user.value);
    }
    const groups: LdapGroup[] = [];
    for (const entry of circles.entries) {
      const members =
        rangedAttribute === null
          ? null
          : await allOfRange(entry, rangedAttribute, (from) =>
              connection.readOne(entry.dn, [`${rangedAttribute};range=${from}-*`]),
            );
      if (rangedAttribute !== null && members === null) {
        return { kind: 'incomplete', detail: `not all members of ${entry.dn} were given: sync again` };
      }
      const group: Mapped<LdapGroup> = this.#mapping.toGroup(entry, members);
      if (!group.ok) return { kind: 'incomplete', detail: group.error };
      groups.push(group.value);
    }
    const { reading, strangers } = toSnapshot(users, groups, this.#options.baseDn, now);
    // A member that nobody answers to is gone, or was renamed between the two searches and would lose its groups.
    if (strangers > 0 && reading.kind === 'complete') {
      const before = this.#placesOf(people) + this.#placesOf(circles);
      const after =
        this.#placesOf(await this.#search(connection, userFilter, [this.#mapping.keyAttribute])) +
        this.#placesOf(await this.#search(connection, groupFilter, [this.#mapping.keyAttribute]));
      if (before !== after) {
        return { kind: 'incomplete', detail: 'entries were moved while the directory was read: sync again' };
      }
    }
    return reading;
  }

  async #search(
    connection: LdapConnection,
    filter: string,
    attributes: readonly string[],
  ): Promise<LdapResult> {
    const { baseDn, pageSize = DEFAULT_PAGE_SIZE } = this.#options;
    const { binaryAttributes, emptyReferrals } = this.#mapping;
    const result = await connection.searchAll(baseDn, { filter, attributes, binaryAttributes, pageSize });
    for (const url of result.referrals) {
      const path = URL.parse(url)?.pathname.slice(1).toLowerCase() ?? '';
      if (emptyReferrals.some((rdn) => path.startsWith(`${rdn},`))) continue;
      throw new PartialAnswer(
        `a part of ${baseDn} is on another server (${url}): narrow baseDn or ask that one`,
      );
    }
    return result;
  }

  /** Who stands where, as one comparable text. */
  #placesOf({ entries }: LdapResult): string {
    return entries
      .map((entry) => `${this.#mapping.key(entry)} ${entry.dn}\n`)
      .sort()
      .join('');
  }

  #incomplete(detail: string): DirectoryReading {
    return { kind: 'incomplete', detail: `${this.name}: ${detail}` };
  }
}

/** Why a reading with these options would be unsafe or impossible, or null. */
function refuseOptions({ url, startTls, bindDn, bindPassword, baseDn }: LdapDirectoryOptions): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || !['ldap:', 'ldaps:'].includes(parsed.protocol) || parsed.hostname === '') {
    return 'write url as ldap://host or ldaps://host';
  }
  if (parsed.protocol === 'ldaps:' && startTls === true) return 'ldaps:// is TLS already: leave startTls out';
  const here = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(parsed.hostname);
  if (parsed.protocol === 'ldap:' && startTls !== true && !here) {
    return 'the password and all answers would travel in plain text: use ldaps:// or startTls';
  }
  // RFC 4513 5.1.2: a name without a password is accepted as nobody, who sees less.
  if (bindDn === '' || bindPassword === '') return 'bindDn or bindPassword is empty: fill them in';
  if (baseDn === '' || foldDn(baseDn) === null)
    return `baseDn ${baseDn} is no distinguished name: correct it`;
  return null;
}

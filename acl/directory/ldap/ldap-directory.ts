import type { DirectoryReading, DirectorySource } from '../source.ts';
import { LdapFollower } from './ldap-follower.ts';
import type { LdapDirectoryOptions } from './options.ts';

/**
 * Users and groups of an LDAP server. Identity is the server's UUID, so a rename keeps it and a new group under
 * an old name is another.
 *
 * INVARIANT: less than everything is `incomplete`: any result but success, an unread page, a referral, a lost
 * connection, an entry without its UUID, two entries with one login, uid, gid or SID.
 * A server that hides entries from the account with success cannot be told from one that does not have them.
 */
export class LdapDirectory implements DirectorySource {
  readonly name: string;
  readonly #options: LdapDirectoryOptions;

  constructor(options: LdapDirectoryOptions) {
    this.name = `ldap ${URL.parse(options.url)?.host ?? ''}`;
    this.#options = options;
  }

  /** Only the server can tell whether it changed, and it may be slow: it is followed instead. */
  async fingerprint(): Promise<null> {
    return null;
  }

  follow(): LdapFollower {
    return new LdapFollower(this.name, this.#options);
  }

  async read(now: number): Promise<DirectoryReading> {
    const once = this.follow();
    try {
      const found = await once.next(now);
      if (found.kind === 'read') {
        return { kind: 'complete', snapshot: found.snapshot, warnings: found.warnings };
      }
      const detail = found.kind === 'failed' ? found.detail : `${this.name}: nothing was read: sync again`;
      return { kind: 'incomplete', detail };
    } finally {
      await once.close();
    }
  }
}

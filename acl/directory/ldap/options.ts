import { activeDirectoryMapping } from './active-directory.ts';
import type { LdapServer } from './connection.ts';
import { foldDn } from './dn.ts';
import type { LdapAttributes, LdapMapping } from './mapping.ts';
import { openldapMapping } from './openldap.ts';

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
  /** While followed: how often it is read where the server cannot tell whether it changed. Default 15 minutes. */
  readonly intervalMs?: number | undefined;
  /** While followed: how often it is read whole although the server can tell. Default an hour. */
  readonly fullIntervalMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** The mapping of the schema with the filters of the options. */
export function mappingOf({
  schema,
  attributes,
  userFilter,
  groupFilter,
}: LdapDirectoryOptions): LdapMapping {
  const mapping = (schema === 'ad' ? activeDirectoryMapping : openldapMapping)(attributes);
  return {
    ...mapping,
    userFilter: userFilter ?? mapping.userFilter,
    groupFilter: groupFilter ?? mapping.groupFilter,
  };
}

export function serverOf(options: LdapDirectoryOptions): LdapServer {
  const { url, startTls = false, ca, bindDn, bindPassword, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return { url, startTls, ca, bindDn, bindPassword, timeoutMs };
}

/** Why a reading with these options would be unsafe or impossible, or null. */
export function refuseOptions({
  url,
  startTls,
  bindDn,
  bindPassword,
  baseDn,
}: LdapDirectoryOptions): string | null {
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

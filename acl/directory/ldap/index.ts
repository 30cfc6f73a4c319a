/** Users and groups from an LDAP server. Kept out of the room's index: only the composition root loads the client. */
export { LdapDirectory } from './ldap-directory.ts';
export type { LdapDirectoryOptions } from './options.ts';

import { readFileSync } from 'node:fs';
import { LdapDirectory } from '../../acl/directory/ldap/index.ts';
import { type DirectorySource, FileDirectory } from '../../acl/index.ts';
import { type Config, ConfigError, secret } from '../config/index.ts';

/**
 * The configured directory.
 * @throws {ConfigError} when its secret or certificate is missing
 */
export function openDirectory({ directory }: Config): DirectorySource {
  if (directory.source === 'file') return new FileDirectory(directory.path);
  const bindPassword = secret('NTK_LDAP_PASSWORD');
  if (bindPassword === null) {
    throw new ConfigError(
      'set NTK_LDAP_PASSWORD or NTK_LDAP_PASSWORD_FILE: directory.bindDn needs its password',
    );
  }
  const { url, schema, baseDn, bindDn, startTls, caFile, userFilter, groupFilter, attributes, pageSize } =
    directory;
  return new LdapDirectory({
    url,
    schema,
    baseDn,
    bindDn,
    bindPassword,
    startTls,
    timeoutMs: directory.timeoutSeconds * 1000,
    ...(caFile === undefined ? {} : { ca: certificate(caFile) }),
    ...(userFilter === undefined ? {} : { userFilter }),
    ...(groupFilter === undefined ? {} : { groupFilter }),
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(attributes === undefined ? {} : { attributes: named(attributes) }),
  });
}

function named({ login, name }: { login?: string | undefined; name?: string | undefined }): {
  login?: string;
  name?: string;
} {
  return { ...(login === undefined ? {} : { login }), ...(name === undefined ? {} : { name }) };
}

function certificate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ConfigError(`directory.caFile: ${file} cannot be read (${code})`, { cause: error });
  }
}

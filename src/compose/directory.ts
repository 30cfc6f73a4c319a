import { readFileSync } from 'node:fs';
import { LdapDirectory } from '../../acl/directory/ldap/index.ts';
import {
  type DirectorySource,
  type DirectoryStore,
  FileDirectory,
  HeldSnapshot,
  MappedDirectory,
  OwnSnapshots,
  ScimDirectory,
} from '../../acl/index.ts';
import type { Catalog } from '../../index/index.ts';
import { type Config, ConfigError, secret } from '../config/index.ts';

/**
 * The configured directory, with the names of the identities file where there is one.
 * @throws {ConfigError} when its secret or certificate is missing
 */
export function openDirectory(
  config: Config,
  { catalog, now }: { readonly catalog: Catalog; readonly now: () => number },
): DirectorySource {
  const { directory } = config;
  const source =
    directory.source === 'scim'
      ? new ScimDirectory({ store: catalog.scim, now, settleMs: directory.settle * 1000 })
      : openSource(directory);
  const { identities } = config.directory;
  return identities === undefined ? source : new MappedDirectory(source, identities);
}

/** Where snapshots are kept. What was pushed stands in the catalog already, for every process to read. */
export function directoryStore({ directory }: Config, catalog: Catalog, source: string): DirectoryStore {
  return directory.source === 'scim' ? new HeldSnapshot() : new OwnSnapshots(catalog.directory, source);
}

function openSource(directory: Exclude<Config['directory'], { source: 'scim' }>): DirectorySource {
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
    intervalMs: directory.interval * 1000,
    fullIntervalMs: directory.fullInterval * 1000,
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

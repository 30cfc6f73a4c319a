import {
  type DescriptorSource,
  parseSddl,
  type ReadingStore,
  SmbclientReader,
  SmbSource,
  type SmbSourceOptions,
} from '../../acl/index.ts';
import { type Config, ConfigError, secret } from '../config/index.ts';

type SmbAcl = Extract<Config['shares'][number]['acl'], { source: 'smb' }>;

/**
 * The permissions of a share as its server tells them.
 * @throws {ConfigError} when the password of the account is missing
 */
export function smbSource(
  options: Pick<SmbSourceOptions, 'share' | 'root' | 'shareEntries' | 'knows'>,
  { unc, server, user, domain, shareSddl, rescanAfter }: SmbAcl,
  readings: ReadingStore,
): DescriptorSource {
  const password = secret('NTK_SMB_PASSWORD');
  if (password === null) {
    throw new ConfigError(
      `set NTK_SMB_PASSWORD or NTK_SMB_PASSWORD_FILE: acl.user of share ${options.share} needs its password`,
    );
  }
  const [host = '', share = '', ...folder] = unc.slice(2).split('/');
  const written = shareSddl === undefined ? null : parseSddl(shareSddl);
  return new SmbSource({
    ...options,
    folder: folder.join('/'),
    server,
    reader: new SmbclientReader({ account: { host, user, domain: domain ?? null, password }, share }),
    shareLevel: written?.ok ? written.descriptor : null,
    readings,
    origin: `${unc} as ${user}`,
    rescanAfterMs: rescanAfter * 1_000,
    now: Date.now,
  });
}

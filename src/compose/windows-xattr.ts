import {
  CifsMountReader,
  type DescriptorSource,
  declaredShare,
  GetfaclReader,
  GetfattrReader,
  parseSddl,
  type ReadingStore,
  SambaServerShare,
  SambaXattrSource,
  type SecurityDescriptor,
  SmbSource,
  type SmbSourceOptions,
} from '../../acl/index.ts';
import { type Config, ConfigError } from '../config/index.ts';

type XattrAcl = Extract<Config['shares'][number]['acl'], { source: 'windows-xattr' }>;
type Options = Pick<SmbSourceOptions, 'share' | 'root' | 'shareEntries' | 'knows'>;

/** Permissions from extended attributes: those of a Samba server's own files, or those of a CIFS mount. */
export function windowsXattrSource(
  options: Options,
  acl: XattrAcl,
  readings: ReadingStore,
): DescriptorSource {
  return acl.attribute === 'security.NTACL' ? onServer(options, acl) : onMount(options, acl, readings);
}

function onServer(
  options: Options,
  { attribute, systemAcls, sambaShare, sambaConfig, shareSddl }: Extract<XattrAcl, { systemAcls: unknown }>,
): DescriptorSource {
  const { root } = options;
  const samba =
    sambaShare === undefined
      ? declaredShare(written(shareSddl))
      : new SambaServerShare({ name: sambaShare, root, systemAcls, configuration: sambaConfig });
  const attributes = new GetfattrReader({ attribute, kind: 'listed' });
  return new SambaXattrSource({ ...options, systemAcls, samba, attributes, reader: new GetfaclReader() });
}

function onMount(
  options: Options,
  { attribute, server, shareSddl, rescanAfter }: Extract<XattrAcl, { server: unknown }>,
  readings: ReadingStore,
): DescriptorSource {
  const { root } = options;
  const attributes = new GetfattrReader({ attribute, kind: 'hidden' });
  return new SmbSource({
    ...options,
    folder: '',
    server,
    reader: new CifsMountReader({ root, attributes }),
    shareLevel: written(shareSddl),
    readings,
    origin: `${attribute} of ${root}`,
    rescanAfterMs: rescanAfter * 1_000,
    now: Date.now,
  });
}

/** The configuration was checked; what fails here was never let through. */
function written(sddl: string | undefined): SecurityDescriptor {
  const parsed = parseSddl(sddl ?? '');
  if (!parsed.ok) throw new ConfigError(`shareSddl: ${parsed.error}`);
  return parsed.descriptor;
}

import { NTACL_XATTR } from './ntacl.ts';

/** The settings that hold for one share, keys in lower case and without spaces. */
export type ShareSettings = ReadonlyMap<string, string>;

/**
 * The settings of a share from what `testparm -sv` prints: every global key with its value, and for each share those
 * that differ. Null when there is no such share. Names of shares and keys are compared as Samba does, in any case.
 */
export function settingsOf(output: string, share: string): ShareSettings | null {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of output.split('\n')) {
    const name = /^\[(.*)\]$/.exec(line)?.[1]?.toLowerCase();
    const at = line.indexOf(' = ');
    if (name !== undefined) {
      section = new Map();
      sections.set(name, section);
    } else if (line.startsWith('\t') && at > 0) {
      section?.set(keyOf(line.slice(0, at)), line.slice(at + 3).trim());
    }
  }
  const own = sections.get(share.toLowerCase());
  if (own === undefined || share.toLowerCase() === 'global') return null;
  return new Map([...(sections.get('global') ?? []), ...own]);
}

export interface SettingsRule {
  /** What the configuration says of `acl_xattr:ignore system acls`. */
  readonly systemAcls: 'enforced' | 'ignored';
}

/** Modules that leave it to `acl_xattr` who may read what, and keep attributes where it keeps them. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['acl_xattr', 'aio_fork', 'aio_pthread', 'audit', 'btrfs', 'catia', 'crossrename', 'default_quota'],
  ...['extd_audit', 'fruit', 'full_audit', 'io_uring', 'netatalk', 'preopen', 'readahead', 'recycle'],
  ...['shadow_copy', 'shadow_copy2', 'snapper', 'streams_depot', 'streams_xattr', 'time_audit'],
]);

/** Settings that decide who reads beside the lists, and are not read here. */
const RESTRICTIONS = ['valid users', 'invalid users', 'force user', 'force group', 'veto files'] as const;

/** Switches that must stand as they stand by default. */
const SWITCHES = [
  ['available', true],
  ['nt acl support', true],
  ['guest only', false],
] as const;

/** Why the server does not decide over a share as is assumed here, with the mend; null when it does. */
export function settingsDoubt(settings: ShareSettings, { systemAcls }: SettingsRule): string | null {
  const modules = (get(settings, 'vfs objects') ?? '').split(/[\s,;]+/).filter((name) => name !== '');
  if (!modules.includes('acl_xattr')) {
    return 'its vfs objects are without acl_xattr, so the server follows no stored descriptors: use acl.source posix';
  }
  const odd = modules.find((name) => !HARMLESS.has(name));
  if (odd !== undefined) {
    return `the module ${odd} in its vfs objects may decide otherwise: take it out, or use acl.source smb`;
  }
  const attribute = get(settings, 'acl_xattr:security_acl_name');
  if (attribute !== null && attribute.toLowerCase() !== NTACL_XATTR.toLowerCase()) {
    return `it keeps descriptors in ${attribute}: use acl.source smb`;
  }
  const ignored = isYes(get(settings, 'acl_xattr:ignore system acls'));
  if (ignored !== (systemAcls === 'ignored')) {
    return `acl_xattr:ignore system acls is ${ignored ? 'yes' : 'no'} there: write systemAcls: ${ignored ? 'ignored' : 'enforced'}`;
  }
  for (const [key, standard] of SWITCHES) {
    const value = get(settings, key);
    if (value !== null && isYes(value) !== standard) {
      return `${key} is ${value} there: use acl.source smb`;
    }
  }
  for (const key of RESTRICTIONS) {
    if ((get(settings, key) ?? '') === '') continue;
    return `it is restricted by ${key}, which is not read: use sharesec instead, or repeat it in shareAcl and write shareSddl in place of sambaShare`;
  }
  return null;
}

/** What the server takes for a file without a descriptor where it ignores POSIX lists. */
export function withoutDescriptor(settings: ShareSettings): 'mode' | 'unknown' {
  const style = get(settings, 'acl_xattr:default acl style');
  return style === null || style.toLowerCase() === 'posix' ? 'mode' : 'unknown';
}

export function get(settings: ShareSettings, key: string): string | null {
  return settings.get(keyOf(key)) ?? null;
}

function keyOf(text: string): string {
  return text.toLowerCase().replaceAll(/\s/g, '');
}

function isYes(value: string | null): boolean {
  return /^(yes|true|on|1)$/i.test(value ?? '');
}

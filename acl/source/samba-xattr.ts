import type { PosixDescriptor, WindowsDescriptor } from '../descriptor.ts';
import type { PrincipalId } from '../ids.ts';
import { isOpenToAll } from '../posix/open-to-all.ts';
import { POSIX_LIST, posixListHash } from '../samba/list-hash.ts';
import { type NtAclSeal, parseNtAcl } from '../samba/ntacl.ts';
import type { SambaShare, SambaShareSource } from '../samba/share.ts';
import type { SecurityDescriptor } from '../windows/security-descriptor.ts';
import { unknownDenial } from '../windows/unknown-denial.ts';
import type { AttributeReader, AttributeReading } from '../xattr/attribute-reader.ts';
import { readBelow } from './below-root.ts';
import { Gathered } from './gathered.ts';
import type { DescriptorReading, DescriptorSource } from './port.ts';
import { PosixSource, type PosixSourceOptions } from './posix.ts';

export interface SambaXattrOptions extends PosixSourceOptions {
  /** Reads `security.NTACL`. */
  readonly attributes: AttributeReader;
  /** Whether the server checks that a descriptor still belongs to the POSIX list: `acl_xattr:ignore system acls`. */
  readonly systemAcls: 'enforced' | 'ignored';
  readonly samba: SambaShareSource;
}

/**
 * Permissions of a share on the machine of its Samba server, as its module `acl_xattr` keeps them
 * (source3/modules/vfs_acl_common.c): a Windows descriptor in an attribute of each file.
 *
 * Samba decides by the share's list and the descriptor, and then opens the file as the unix user, so that the kernel
 * decides as well, whatever Samba ignores. Both are asked here, and both must allow.
 * INVARIANT: a descriptor counts only where Samba would follow it; one that it would not is refused, not replaced.
 */
export class SambaXattrSource implements DescriptorSource {
  readonly #options: SambaXattrOptions;
  readonly #kernel: PosixSource;
  readonly #attributes: Gathered<AttributeReading>;

  constructor(options: SambaXattrOptions) {
    this.#options = options;
    this.#kernel = new PosixSource(options);
    this.#attributes = new Gathered((paths) => readBelow(options.root, paths, options.attributes));
  }

  beginPass(): void {
    this.#options.samba.beginPass();
    this.#forget();
  }

  refresh(): void {
    this.#options.samba.refresh();
    this.#forget();
  }

  #forget(): void {
    this.#kernel.refresh();
    this.#attributes.forget();
  }

  believedUntil(): null {
    return null;
  }

  owns(): boolean {
    return false;
  }

  async descriptorOf(path: string): Promise<DescriptorReading<WindowsDescriptor>> {
    const [kernel, attribute, samba] = await Promise.all([
      this.#kernel.descriptorOf(path),
      this.#attributes.get(path),
      this.#options.samba.read(),
    ]);
    if (!samba.ok) return unreadable(`the share cannot be judged: ${samba.error}`);
    if (!kernel.ok) return kernel;
    if (!attribute.ok) return unreadable(`its list cannot be read: ${attribute.error}`);
    const { shareLevel } = samba.value;
    const inShare = this.#unknownIn(shareLevel, 'the list of the share');
    if (inShare !== null) return inShare;
    if (attribute.value === null) return this.#withoutDescriptor(kernel.descriptor, samba.value);
    return this.#stored(attribute.value, attribute.mode, kernel.descriptor, shareLevel);
  }

  #stored(
    value: Uint8Array,
    mode: number,
    { chain, ...rest }: PosixDescriptor,
    shareLevel: SecurityDescriptor,
  ): DescriptorReading<WindowsDescriptor> {
    const stored = parseNtAcl(value);
    if (!stored.ok) return unreadable(`its list, as Samba stored it: ${stored.error}`);
    const { descriptor, seal } = stored;
    if (descriptor.dacl.kind === 'absent') return unreadable('its list, as Samba stored it, is absent');
    if (this.#options.systemAcls === 'enforced') {
      const broken = brokenSeal(seal, () => posixListHash(chain.file, mode));
      if (broken !== null) return unreadable(broken);
    }
    const inList = this.#unknownIn(descriptor, 'its list');
    if (inList !== null) return inList;
    const windows: WindowsDescriptor = { ...rest, system: 'windows', file: descriptor, shareLevel };
    // Where the kernel lets everybody through, who they are to it need not be known.
    return { ok: true, descriptor: isOpenToAll(chain) ? windows : { ...windows, kernel: chain } };
  }

  /** Samba makes up a descriptor for a file that has none, of its POSIX list or of its mode. */
  #withoutDescriptor(
    { chain, ...rest }: PosixDescriptor,
    { shareLevel, withoutDescriptor }: SambaShare,
  ): DescriptorReading<WindowsDescriptor> {
    if (this.#options.systemAcls === 'ignored') {
      if (withoutDescriptor === 'unknown') {
        const detail =
          'it has no descriptor, and what Samba makes up for it is not known: set its permissions through Samba, or write sambaShare';
        return { ok: false, reason: 'acl-missing', detail };
      }
      // Samba looks at the mode alone there, the kernel at the list: the mode says less than the list.
      if (chain.file.users.length + chain.file.groups.length > 0) {
        return unreadable(
          'it has a POSIX list and no descriptor, and Samba ignores such lists: set its permissions through Samba',
        );
      }
    }
    return {
      ok: true,
      descriptor: { ...rest, system: 'windows', file: LEFT_TO_KERNEL, shareLevel, kernel: chain },
    };
  }

  #unknownIn(list: SecurityDescriptor, what: string): DescriptorReading<WindowsDescriptor> | null {
    const unknown: PrincipalId | null = unknownDenial(list, this.#options.knows);
    if (unknown === null) return null;
    return unreadable(
      `${what} denies ${unknown}, whom the directory does not know: give the user or group this sid there, or take the entry away`,
    );
  }
}

/** Stands for a descriptor made of the POSIX list: it denies nobody whom the list lets in (posix_get_nt_acl). */
const LEFT_TO_KERNEL: SecurityDescriptor = {
  owner: null,
  group: null,
  dacl: { kind: 'null' },
  protected: false,
  autoInherited: false,
  autoInheritRequired: false,
};

/** Why a stored descriptor cannot be shown to be the one Samba follows; null when it is. */
function brokenSeal(seal: NtAclSeal, hash: () => Uint8Array): string | null {
  if (seal.kind !== 'list' || seal.description !== POSIX_LIST) {
    return 'its descriptor carries no hash that can be checked here: set its permissions through Samba once more, or use acl.source smb';
  }
  return Buffer.from(seal.hash).equals(hash())
    ? null
    : 'its permissions were changed on the server past Samba, which no longer follows the descriptor: set them through Samba once more, or use acl.source posix';
}

function unreadable(detail: string): DescriptorReading<WindowsDescriptor> {
  return { ok: false, reason: 'acl-unreadable', detail };
}

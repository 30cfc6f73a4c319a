import type { PrincipalId } from '../ids.ts';
import { FILE_READ_DATA, mapGenericRights } from './access-mask.ts';
import { aceKind } from './ace-types.ts';
import { INHERIT_ONLY, type SecurityDescriptor } from './security-descriptor.ts';
import { UNKNOWN_SID, WELL_KNOWN } from './sid.ts';

/** In every token, or in that of nobody who comes through us: what they are denied needs no directory. */
const NEEDS_NO_DIRECTORY: ReadonlySet<PrincipalId> = new Set([
  WELL_KNOWN.everyone,
  WELL_KNOWN.authenticatedUsers,
  WELL_KNOWN.network,
  WELL_KNOWN.anonymous,
  WELL_KNOWN.interactive,
  WELL_KNOWN.creatorOwner,
  WELL_KNOWN.creatorGroup,
  WELL_KNOWN.creatorOwnerServer,
  WELL_KNOWN.creatorGroupServer,
  UNKNOWN_SID, // Denies everybody as it stands.
]);

/** What a list must not withhold from somebody the directory does not know, and what counts as withholding. */
export interface DenialRule {
  /** Right in question; FILE_READ_DATA when left out. */
  readonly need?: number;
  /** Whether an allow entry without the right withholds it, as it does where a POSIX list stands behind. */
  readonly lackingDenies?: boolean;
}

/**
 * The first SID that is denied and that the directory does not know, or null. It may be a group whose members the
 * directory does know, so such a list cannot be believed.
 */
export function unknownDenial(
  { dacl, owner }: SecurityDescriptor,
  knows: (principal: PrincipalId) => boolean,
  { need = FILE_READ_DATA, lackingDenies = false }: DenialRule = {},
): PrincipalId | null {
  if (dacl.kind !== 'list') return null;
  for (const { type, flags, mask, sid } of dacl.aces) {
    const { effect } = aceKind(type);
    if (effect === 'ignored' || (flags & INHERIT_ONLY) !== 0) continue;
    const names = (mapGenericRights(mask) & need) !== 0;
    if (effect === 'allow' && (names || !lackingDenies)) continue;
    if (effect === 'deny' && !names) continue;
    // OWNER RIGHTS without an owner denies everybody.
    const denied = sid === WELL_KNOWN.ownerRights ? (owner ?? UNKNOWN_SID) : sid;
    if (!NEEDS_NO_DIRECTORY.has(denied) && !knows(denied)) return denied;
  }
  return null;
}

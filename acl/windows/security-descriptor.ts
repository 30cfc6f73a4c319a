import type { PrincipalId } from '../ids.ts';

/** One entry of a Windows list, exactly as stored: nothing mapped, nothing sorted, nothing dropped. */
export interface WindowsAce {
  /** [MS-DTYP] 2.4.4.1, 0 to 255; `aceKind` says what it means. */
  readonly type: number;
  /** ACE flags, one byte ([MS-DTYP] 2.4.4.1). */
  readonly flags: number;
  /** Access mask, unsigned 32 bits, generic rights unmapped. 0 where the layout of the type is unknown. */
  readonly mask: number;
  /** SID in its canonical string form, or `UNKNOWN_SID` where the layout of the type is unknown. */
  readonly sid: PrincipalId;
  /** Whether the entry hangs on a condition, which is never evaluated. */
  readonly conditional: boolean;
  /** GUIDs of object entries, lower case, absent where the entry has none. */
  readonly objectType?: string;
  readonly inheritedObjectType?: string;
  /**
   * What follows the SID: SDDL text in parentheses (a condition, a resource attribute) as read from SDDL, or
   * `#` and lower-case hex as read from bytes. Opaque; never part of a decision.
   */
  readonly data?: string;
}

/**
 * `absent`: the descriptor says nothing (quarantine, deny). `null`: present and null, everyone may.
 * `list`: the entries in stored order; an empty list denies.
 */
export type Dacl =
  | { readonly kind: 'absent' }
  | { readonly kind: 'null' }
  | { readonly kind: 'list'; readonly aces: readonly WindowsAce[] };

/**
 * A Windows security descriptor without its system list, as [MS-DTYP] 2.4.6 stores it.
 *
 * INVARIANT: the three flags are about the DACL and false when it is absent.
 */
export interface SecurityDescriptor {
  readonly owner: PrincipalId | null;
  readonly group: PrincipalId | null;
  readonly dacl: Dacl;
  /** SE_DACL_PROTECTED: inherits nothing from its parent. SDDL `P`. */
  readonly protected: boolean;
  /** SE_DACL_AUTO_INHERITED. SDDL `AI`. */
  readonly autoInherited: boolean;
  /** SE_DACL_AUTO_INHERIT_REQ. SDDL `AR`. */
  readonly autoInheritRequired: boolean;
}

/** A descriptor, or in plain words why there is none. */
export type SecurityDescriptorResult =
  | { readonly ok: true; readonly descriptor: SecurityDescriptor }
  | { readonly ok: false; readonly error: string };

/** [MS-DTYP] 2.4.4.1: the entry is only a template for children and decides nothing here. */
export const INHERIT_ONLY = 0x08;

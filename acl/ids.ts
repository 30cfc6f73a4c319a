declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Stable id of a user or group, prefixed by its kind: `user:u-anna`, `group:finance`. Never a display name. */
export type PrincipalId = Branded<'PrincipalId'>;

/** Name of one configured share. */
export type ShareId = Branded<'ShareId'>;

/** The principal every token contains, whoever asks. */
export const EVERYONE = 'everyone' as PrincipalId;

/** The principal every token of a known, enabled user contains. */
export const AUTHENTICATED = 'authenticated' as PrincipalId;

export const principalId = (value: string): PrincipalId => value as PrincipalId;
export const shareId = (value: string): ShareId => value as ShareId;

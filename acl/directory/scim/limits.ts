/** Longest value of one attribute, in characters. */
export const MAX_TEXT = 1_024;
/** Longest filter or path, in characters. */
export const MAX_FILTER = 2_000;
/** Values of one multi-valued attribute of a person. */
export const MAX_VALUES = 100;
/** Direct members of one group. */
export const MAX_MEMBERS = 200_000;
/** Operations in one PATCH. */
export const MAX_OPERATIONS = 1_000;
/** Resources on one page of a list, and how many come unasked. */
export const MAX_PAGE = 500;
export const DEFAULT_PAGE = 100;
/** Members on one page of a list of groups; a page ends early rather than holding more. */
export const MAX_MEMBERS_PER_PAGE = 50_000;
/** Milliseconds within which contact with the identity provider is not noted again. */
export const CONTACT_MS = 60_000;

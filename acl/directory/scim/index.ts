/** Users and groups that an identity provider pushes (SCIM 2.0). */
export { type DiscoveryKind, describeService } from './discovery.ts';
export type { Equality } from './filter.ts';
export { type ScimAudit, ScimProvider } from './provider.ts';
export { errorBody, type ScimType } from './refusal.ts';
export type { ResourceKind } from './render.ts';
export type { ScimAnswer, ScimMethod } from './request.ts';
export { ScimDirectory } from './scim-directory.ts';
export {
  type ChangedSince,
  type DirectoryEntry,
  type Listing,
  type Named,
  ScimBusy,
  type ScimGroup,
  type ScimId,
  type ScimMember,
  type ScimReader,
  type ScimState,
  type ScimStore,
  type ScimUser,
  type ScimWriter,
  scimId,
} from './store.ts';

/** Who may read what. Imports nothing of ours. */
export { type Decision, decide } from './decide.ts';
export {
  type AclEntry,
  type Descriptor,
  descriptorHash,
  type PosixDescriptor,
  type SidecarDescriptor,
  type WindowsDescriptor,
} from './descriptor.ts';
export { bearers, bearersText } from './directory/bearers.ts';
export { FileDirectory } from './directory/file-directory.ts';
export { HeldSnapshot } from './directory/held-snapshot.ts';
export { keepDirectory } from './directory/keep.ts';
export { liveSnapshot } from './directory/live-directory.ts';
export { MappedDirectory } from './directory/mapped-directory.ts';
export { loginName, namesOf, subjectName, subjectOf } from './directory/names.ts';
export { OwnSnapshots } from './directory/own-snapshots.ts';
export {
  type ChangedSince,
  type DirectoryEntry,
  type DiscoveryKind,
  describeService,
  type Equality,
  errorBody,
  type Listing,
  type Named,
  type ResourceKind,
  type ScimAnswer,
  type ScimAudit,
  ScimBusy,
  ScimDirectory,
  type ScimGroup,
  type ScimId,
  type ScimMember,
  type ScimMethod,
  ScimProvider,
  type ScimReader,
  type ScimState,
  type ScimStore,
  type ScimType,
  type ScimUser,
  type ScimWriter,
  scimId,
} from './directory/scim/index.ts';
export {
  type DirectoryGroup,
  type DirectorySnapshot,
  type DirectoryUser,
  findUser,
  foldLogin,
} from './directory/snapshot.ts';
export type {
  DirectoryFollower,
  DirectoryReading,
  DirectorySource,
  DirectoryStore,
  Following,
  StoredDirectory,
  SyncRecord,
} from './directory/source.ts';
export { syncDirectory } from './directory/sync.ts';
export { EVERYONE, type PrincipalId, principalId, type ShareId, shareId } from './ids.ts';
export { evaluatePosix } from './posix/access.ts';
export { explainPosix, explainPosixEntries } from './posix/explain.ts';
export { GetfaclReader } from './posix/getfacl-reader.ts';
export { parsePosix } from './posix/parse-posix.ts';
export { SambaServerShare } from './samba/samba-share.ts';
export { declaredShare } from './samba/share.ts';
export { readableScopes, type Scope, type ScopeId, scopeId } from './scope.ts';
export { ScopeIndex } from './scope-index.ts';
export { CifsMountReader } from './smb/cifs-mount-reader.ts';
export { SmbclientReader } from './smb/smbclient-reader.ts';
export { OpenSource } from './source/open.ts';
export type { DescriptorReading, DescriptorSource } from './source/port.ts';
export { PosixSource } from './source/posix.ts';
export {
  MemoryReadingStore,
  NoReadingStore,
  type ReadingStore,
  type StoredReading,
} from './source/reading-store.ts';
export { SambaXattrSource } from './source/samba-xattr.ts';
export { entriesText, SidecarSource, toEntries } from './source/sidecar.ts';
export { SmbSource, type SmbSourceOptions } from './source/smb.ts';
export { WindowsExportSource } from './source/windows-export.ts';
export {
  type GroupSource,
  groupPath,
  groupsReached,
  makeToken,
  type Token,
  type TokenRefusal,
  type TokenResult,
} from './token.ts';
export { evaluateWindows, explainWindows } from './windows/access.ts';
export { FILE_TRAVERSE, mapGenericRights } from './windows/access-mask.ts';
export { aceKind } from './windows/ace-types.ts';
export { explainWindowsDecision } from './windows/explain.ts';
export { explainSambaDoubt } from './windows/samba-access.ts';
export { parseSddl } from './windows/sddl.ts';
export type { SecurityDescriptor } from './windows/security-descriptor.ts';
export { parseSid } from './windows/sid.ts';
export { GetfattrReader } from './xattr/getfattr-reader.ts';

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
export { FileDirectory } from './directory/file-directory.ts';
export { liveSnapshot } from './directory/live-directory.ts';
export {
  type DirectoryGroup,
  type DirectorySnapshot,
  type DirectoryUser,
  findUser,
} from './directory/snapshot.ts';
export type {
  DirectoryReading,
  DirectorySource,
  DirectoryStore,
  StoredDirectory,
  SyncRecord,
} from './directory/source.ts';
export { syncDirectory } from './directory/sync.ts';
export { EVERYONE, type PrincipalId, principalId, type ShareId, shareId } from './ids.ts';
export { evaluatePosix } from './posix/access.ts';
export { explainPosix, explainPosixEntries } from './posix/explain.ts';
export { GetfaclReader } from './posix/getfacl-reader.ts';
export { parsePosix } from './posix/parse-posix.ts';
export { readableScopes, type Scope, type ScopeId, scopeId } from './scope.ts';
export { OpenSource } from './source/open.ts';
export type { DescriptorReading, DescriptorSource } from './source/port.ts';
export { PosixSource } from './source/posix.ts';
export { entriesText, SidecarSource, toEntries } from './source/sidecar.ts';
export { WindowsExportSource } from './source/windows-export.ts';
export { groupPath, makeToken, type Token, type TokenRefusal, type TokenResult } from './token.ts';
export { evaluateWindows, explainWindows } from './windows/access.ts';
export { aceKind } from './windows/ace-types.ts';
export { explainWindowsDecision } from './windows/explain.ts';
export { parseSddl } from './windows/sddl.ts';
export type { SecurityDescriptor } from './windows/security-descriptor.ts';
export { parseSid } from './windows/sid.ts';

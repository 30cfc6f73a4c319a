import { join } from 'node:path';
import {
  type DescriptorSource,
  type DirectorySnapshot,
  type DirectorySource,
  type DirectoryStore,
  findUser,
  GetfaclReader,
  type GroupSource,
  liveSnapshot,
  makeToken,
  NoReadingStore,
  namesOf,
  OpenSource,
  PosixSource,
  type PrincipalId,
  type ReadingStore,
  type ShareId,
  SidecarSource,
  shareId,
  type TokenResult,
  toEntries,
  WindowsExportSource,
} from '../../acl/index.ts';
import { openSqliteCatalog } from '../../index/catalog/sqlite-catalog.ts';
import { type Catalog, type ModelProfile, profileOf } from '../../index/index.ts';
import type { Config } from '../config/index.ts';
import { directoryStore, openDirectory } from './directory.ts';
import { smbSource } from './smb.ts';
import { windowsXattrSource } from './windows-xattr.ts';

/** What every command needs: configuration, catalog, directory. */
export interface Core {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly directory: DirectorySource;
  /** Where its last complete snapshot is kept. */
  readonly directoryStore: DirectoryStore;
  readonly now: () => number;
  readonly shares: readonly ShareId[];
  readonly profile: ModelProfile | null;
  /** The directory as of now; null when none was ever read whole. */
  snapshot(): Promise<DirectorySnapshot | null>;
  /** Where the groups come from of a caller whose credential says nothing of them: `--as`, stdio, access tokens. */
  readonly groupSource: GroupSource;
  /** The token of a user as of now, by `groupSource` when `groups` is left out. */
  tokenOf(user: PrincipalId, groups?: GroupSource): Promise<TokenResult>;
  /** The principal whose login this is; null for nobody. */
  userOf(login: string): Promise<PrincipalId | null>;
  /** Reads the permissions of a share as they stand now; null for a share that is not configured. */
  aclOf(share: ShareId): Promise<DescriptorSource | null>;
  close(): Promise<void>;
}

/** @throws {ConfigError | CatalogError | EmbedderError} each with its mend */
export async function openCore(
  config: Config,
  { now = Date.now }: { readonly now?: () => number } = {},
): Promise<Core> {
  const profile = profileFor(config);
  const catalog = await openSqliteCatalog(join(config.data, 'catalog.sqlite'));
  const directory = await orClose(catalog, () => openDirectory(config, { catalog, now }));
  const store = directoryStore(config, catalog, directory.name);
  const snapshot = (): Promise<DirectorySnapshot | null> => liveSnapshot({ source: directory, store, now });
  const groupSource = groupSourceOf(config);
  return {
    config,
    catalog,
    directory,
    directoryStore: store,
    groupSource,
    now,
    profile,
    shares: config.shares.map(({ name }) => shareId(name)),
    snapshot,
    tokenOf: async (user, groups = groupSource) =>
      makeToken({
        user,
        groups,
        snapshot: await snapshot(),
        now: now(),
        maxStalenessSeconds: config.directory.maxStaleness,
      }),
    userOf: async (login) => {
      const current = await snapshot();
      return current === null ? null : (findUser(current, login)?.id ?? null);
    },
    aclOf: async (share) => {
      const found = config.shares.find(({ name }) => name === share);
      return found === undefined ? null : descriptorSource(found, await snapshot(), new NoReadingStore());
    },
    close: () => catalog.close(),
  };
}

/** With one issuer whose tokens say the groups, the directory alone cannot be relied on to know them. */
function groupSourceOf({ signIn }: Config): GroupSource {
  return { kind: signIn.issuers.some(({ groups }) => groups.from === 'claim') ? 'unknown' : 'directory' };
}

async function orClose<T>(catalog: Catalog, work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    await catalog.close();
    throw error;
  }
}

function profileFor({ embedding }: Config): ModelProfile | null {
  return embedding.model === 'none' ? null : profileOf(embedding);
}

/**
 * Where the permissions of a share come from. `readings` keeps what a server told; whoever does not hold the writer
 * lease gives one that keeps nothing.
 * @throws {ConfigError} when a secret is missing
 */
export function descriptorSource(
  share: Config['shares'][number],
  snapshot: DirectorySnapshot | null,
  readings: ReadingStore,
): DescriptorSource {
  const id = shareId(share.name);
  const shareEntries = toEntries(share.shareAcl, `share ${share.name}`);
  const known = new Set<PrincipalId>();
  for (const entries of [snapshot?.users, snapshot?.groups]) {
    for (const entry of entries?.values() ?? []) {
      known.add(entry.id);
      for (const name of namesOf(entry)) known.add(name);
    }
  }
  const knows = (principal: PrincipalId): boolean => known.has(principal);
  const options = { share: id, root: share.path, shareEntries, knows };
  switch (share.acl.source) {
    case 'open':
      return new OpenSource(options);
    case 'windows-export':
      return new WindowsExportSource({
        ...options,
        file: share.acl.file,
        maxAgeSeconds: share.acl.maxAge,
        now: Date.now,
      });
    case 'posix':
      return new PosixSource({ ...options, reader: new GetfaclReader() });
    case 'sidecar':
      return new SidecarSource(options);
    case 'smb':
      return smbSource(options, share.acl, readings);
    case 'windows-xattr':
      return windowsXattrSource(options, share.acl, readings);
  }
}

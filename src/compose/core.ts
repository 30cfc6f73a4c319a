import { join } from 'node:path';
import {
  type DescriptorSource,
  type DirectorySnapshot,
  type DirectorySource,
  findUser,
  GetfaclReader,
  liveSnapshot,
  makeToken,
  OpenSource,
  PosixSource,
  type PrincipalId,
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
import { openDirectory } from './directory.ts';

/** What every command needs: configuration, catalog, directory. */
export interface Core {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly directory: DirectorySource;
  readonly now: () => number;
  readonly shares: readonly ShareId[];
  readonly profile: ModelProfile | null;
  /** The directory as of now; null when none was ever read whole. */
  snapshot(): Promise<DirectorySnapshot | null>;
  tokenOf(user: PrincipalId): Promise<TokenResult>;
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
  const directory = openDirectory(config);
  const catalog = await openSqliteCatalog(join(config.data, 'catalog.sqlite'));
  const snapshot = (): Promise<DirectorySnapshot | null> =>
    liveSnapshot({ source: directory, store: catalog.directory, now });
  return {
    config,
    catalog,
    directory,
    now,
    profile,
    shares: config.shares.map(({ name }) => shareId(name)),
    snapshot,
    tokenOf: async (user) =>
      makeToken({
        user,
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
      return found === undefined ? null : descriptorSource(found, await snapshot());
    },
    close: () => catalog.close(),
  };
}

function profileFor({ embedding }: Config): ModelProfile | null {
  return embedding.model === 'none' ? null : profileOf(embedding);
}

export function descriptorSource(
  share: Config['shares'][number],
  snapshot: DirectorySnapshot | null,
): DescriptorSource {
  const id = shareId(share.name);
  const shareEntries = toEntries(share.shareAcl, `share ${share.name}`);
  const known = new Set<PrincipalId>();
  for (const entries of [snapshot?.users, snapshot?.groups]) {
    for (const { id, aliases } of entries?.values() ?? []) {
      known.add(id);
      for (const alias of aliases ?? []) known.add(alias);
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
  }
}

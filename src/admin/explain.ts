import {
  type Decision,
  type Descriptor,
  type DescriptorSource,
  type DirectorySnapshot,
  decide,
  descriptorHash,
  explainPosix,
  explainSambaDoubt,
  explainWindowsDecision,
  type GroupSource,
  makeToken,
  type PrincipalId,
  type Token,
} from '../../acl/index.ts';
import type { CatalogDocument, CatalogReader } from '../../index/index.ts';
import { type ExplainedEntry, explainEntries, folderNames, foldersAbove } from './explain-entries.ts';

export interface Explanation {
  readonly share: string;
  readonly path: string;
  readonly user: string;
  readonly read: boolean;
  /** The share has another list by now: the next pass brings it in. */
  readonly changed: boolean;
  /** One plain sentence. */
  readonly because: string;
  readonly entries: readonly ExplainedEntry[];
}

/**
 * Why a user can or cannot read a document, entry by entry, as questions are answered now.
 *
 * Documents with equal lists share one scope, so where its entries stand is read again from the share.
 * `changed` says that the share now has another list than the last pass saw.
 */
export async function explain(
  catalog: CatalogReader,
  document: CatalogDocument,
  token: Token,
  acl: DescriptorSource | null,
): Promise<Explanation> {
  const decided = await descriptorOf(catalog, document);
  const live = acl === null ? null : await acl.descriptorOf(document.path);
  const same =
    live?.ok === true && decided !== null && descriptorHash(live.descriptor) === descriptorHash(decided);
  const descriptor = same ? live.descriptor : decided;
  const changed = live !== null && !same && (live.ok || decided !== null);
  const head = { share: document.share, path: document.path, user: token.user, changed };
  if (descriptor === null) {
    const because = `nobody reads it: ${document.reason ?? 'no permissions'}${document.detail === null ? '' : ` (${document.detail})`}`;
    return { ...head, read: false, because, entries: [] };
  }
  const decision = decide(descriptor, token);
  const entries = explainEntries(descriptor, token, document.path);
  return { ...head, read: decision.read, because: sentence(decision, document.path, descriptor), entries };
}

/** Everyone of the directory who can read a document, by login. */
export async function whoCanRead(
  deps: {
    readonly catalog: CatalogReader;
    readonly now: number;
    readonly maxStalenessSeconds: number;
    /** Where the groups of people come from who are not here to ask. */
    readonly groups: GroupSource;
  },
  document: CatalogDocument,
  snapshot: DirectorySnapshot,
): Promise<{ readonly user: PrincipalId; readonly login: string; readonly name: string }[]> {
  const descriptor = await descriptorOf(deps.catalog, document);
  const readers: { user: PrincipalId; login: string; name: string }[] = [];
  for (const { id, login, name } of snapshot.users.values()) {
    const made = makeToken({
      user: id,
      snapshot,
      now: deps.now,
      groups: deps.groups,
      maxStalenessSeconds: deps.maxStalenessSeconds,
    });
    if (made.ok && decide(descriptor, made.token).read) readers.push({ user: id, login, name });
  }
  return readers.sort((a, b) => (a.login < b.login ? -1 : 1));
}

async function descriptorOf(catalog: CatalogReader, { scope }: CatalogDocument): Promise<Descriptor | null> {
  if (scope === null) return null;
  return (await catalog.scopes()).get(scope)?.descriptor ?? null;
}

function sentence({ read, because }: Decision, path: string, descriptor: Descriptor): string {
  switch (because.kind) {
    case 'entry':
      return `${because.part === 'share' ? 'the share' : because.entry.origin} ${read ? 'allows' : 'denies'} ${because.entry.principal}`;
    case 'no-entry-matched':
      return because.part === 'share'
        ? 'no entry of the share names the user or a group of theirs'
        : 'no entry of the file or its folders names the user or a group of theirs';
    case 'no-descriptor':
      return because.detail;
    case 'posix':
      return explainPosix({ read, because: because.because }, foldersAbove(path));
    case 'windows':
      return explainWindowsDecision({ read, because: because.because });
    case 'samba':
      return explainSambaDoubt(because.because, folderNames(descriptor, path));
  }
}

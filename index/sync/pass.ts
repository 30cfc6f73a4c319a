import type { DescriptorSource, ScopeId } from '../../acl/index.ts';
import { type ListedTrouble, listShare, type ReadLimits, type Share } from '../../ingest/index.ts';
import type { Catalog, CatalogDocument } from '../catalog/catalog.ts';
import type { PassDeps } from './deps.ts';
import { DocumentSettler } from './document-settler.ts';
import { DocumentWriter, type Rescope } from './document-writer.ts';
import { type PassEvent, type PassSummary, Tally } from './events.ts';
import { type Plan, planShare, type SeenFile } from './plan.ts';
import { PIPELINE } from './revision.ts';
import { sweepOrphans } from './sweep.ts';

export interface SharePass {
  readonly share: Share;
  readonly acl: DescriptorSource;
}

export interface PassOptions {
  readonly shares: readonly SharePass[];
  readonly limits: ReadLimits;
  /** Read quarantined files again although they did not change. */
  readonly retryQuarantined: boolean;
  /** How many files are read at once. */
  readonly concurrency: number;
  /** Aborted when the lease is lost or the user stops the pass; what was written stays whole. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: PassEvent) => void;
}

const KNOWN_PAGE = 5_000;
const DESCRIPTORS_AT_ONCE = 64;

/**
 * One full pass over the shares: list, compare, apply removals and permission changes, then read what is new.
 *
 * One bad file never stops the pass: it is named in the quarantine. A share that cannot be listed, or that looks
 * empty while the index knows files of it, is left as it is and named in the summary.
 * @throws what the catalog, the store or the embedder throw; documents written until then are whole
 */
export async function runPass(deps: PassDeps, options: PassOptions): Promise<PassSummary> {
  const { catalog, now } = deps;
  const started = now();
  const pass = await catalog.beginPass(started);
  const tally = new Tally(options.onEvent);
  await readAgainAfterUpdate(catalog);
  await sweepOrphans(deps);
  for (const { share, acl } of options.shares) {
    options.signal.throwIfAborted();
    try {
      await passOverShare(deps, options, { share, acl }, tally);
    } catch (error) {
      if ((error as { code?: string }).code !== 'share-unavailable') throw error;
      tally.skipped(share.id, (error as Error).message);
    }
  }
  await removeUnconfigured(deps, options, tally);
  if (tally.wroteChunks) {
    tally.phase('optimise');
    await deps.store.optimise();
  }
  const summary = tally.summary(now() - started);
  await catalog.endPass(pass, now(), JSON.stringify(summary));
  return summary;
}

/** What another version of the pipeline made is made anew; until then it answers as it is. */
async function readAgainAfterUpdate(catalog: Catalog): Promise<void> {
  const made = await catalog.meta('pipeline');
  if (made === String(PIPELINE)) return;
  if (made !== null) await catalog.forgetHashes();
  await catalog.setMeta('pipeline', String(PIPELINE));
}

async function passOverShare(
  deps: PassDeps,
  options: PassOptions,
  { share, acl }: SharePass,
  tally: Tally,
): Promise<void> {
  tally.phase('list', share.id);
  acl.beginPass();
  const troubles: ListedTrouble[] = [];
  const seen: SeenFile[] = [];
  const scopes = new ScopeReader(deps.catalog, acl);
  for await (const listed of listShare(share)) {
    options.signal.throwIfAborted();
    if (listed.kind === 'trouble') troubles.push(listed.trouble);
    else if (!acl.owns(listed.file.path)) seen.push({ file: listed.file, scope: null, aclTrouble: null });
    tally.listed(seen.length + troubles.length);
  }
  const known = await knownDocuments(deps.catalog, share);
  if (seen.length === 0 && known.some(({ outcome }) => outcome !== 'quarantined')) {
    tally.skipped(
      share.id,
      `the folder ${share.root} is empty but ${known.length} of its files are indexed: nothing was removed. Check that it is mounted; to drop the share, take it out of the configuration`,
    );
    return;
  }
  const resolved: SeenFile[] = [];
  for (let at = 0; at < seen.length; at += DESCRIPTORS_AT_ONCE) {
    const batch = seen.slice(at, at + DESCRIPTORS_AT_ONCE);
    resolved.push(...(await Promise.all(batch.map((item) => scopes.resolve(item)))));
  }
  // Before anything new can be answered: what was read counts no longer than its source says.
  await deps.catalog.setPermissionsUntil(share.id, acl.believedUntil());
  const { retryQuarantined } = options;
  const rescope: Rescope = async (files) => {
    acl.refresh();
    return Promise.all(files.map((item) => scopes.resolve(item)));
  };
  await execute(
    deps,
    { ...options, rescope },
    share,
    planShare(known, resolved, troubles, { retryQuarantined }),
    tally,
  );
}

/** Removals and permission changes first, then reading: what must vanish never waits for what is new. */
async function execute(
  deps: PassDeps,
  options: PassOptions & { readonly rescope: Rescope },
  share: Share,
  plan: Plan,
  tally: Tally,
): Promise<void> {
  const settler = new DocumentSettler(deps, share, tally);
  await settler.remove(plan.remove);
  await settler.withhold(plan.withhold);
  await settler.hide(plan.hide);
  await settler.refuse(plan.refuse);
  await settler.relabel(plan.relabel);
  const writer = await DocumentWriter.open(deps, share, tally, options);
  for (const { outcome, path, reason, detail } of plan.unchanged) {
    if (outcome === 'quarantined' && reason !== null)
      tally.stillQuarantined(share.id, path, reason, detail ?? '');
    else tally.unchanged();
  }
  tally.toRead(plan.read.length);
  tally.phase('read', share.id);

  const queue = plan.read.values();
  const reader = async (): Promise<void> => {
    for (const item of queue) {
      options.signal.throwIfAborted();
      const { path } = item.seen.file;
      tally.reading(path);
      const knownHash = item.document?.revision === null ? null : (item.document?.hash ?? null);
      const outcome = await deps.pool.read({ root: share.root, path, knownHash, limits: options.limits });
      await writer.write(item, outcome);
    }
  };
  const readers = await Promise.allSettled(Array.from({ length: options.concurrency }, reader));
  const failed = readers.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    // Whoever called gives the right to write away next: no write may still be under way then.
    await writer.settle();
    throw failed.reason;
  }
  await writer.flush();
}

/** Documents of shares that the configuration no longer names are dropped. */
async function removeUnconfigured(deps: PassDeps, { shares }: PassOptions, tally: Tally): Promise<void> {
  const configured = new Set(shares.map(({ share }) => share.id));
  const present = new Set((await deps.catalog.counts()).map(({ share }) => share));
  for (const id of present) {
    if (configured.has(id)) continue;
    const share: Share = { id, root: '', exclude: [] };
    await new DocumentSettler(deps, share, tally).remove(await knownDocuments(deps.catalog, share));
    await deps.catalog.setPermissionsUntil(id, null);
  }
}

async function knownDocuments(catalog: Catalog, share: Share): Promise<CatalogDocument[]> {
  const known: CatalogDocument[] = [];
  for (;;) {
    const after = known.at(-1)?.path ?? '';
    const page = await catalog.listDocuments({ share: share.id, under: '', after, limit: KNOWN_PAGE });
    known.push(...page);
    if (page.length < KNOWN_PAGE) return known;
  }
}

/** Turns permissions into scopes, asking the catalog once for each distinct list. */
class ScopeReader {
  readonly #catalog: Catalog;
  readonly #acl: DescriptorSource;
  readonly #scopes = new Map<string, Promise<ScopeId>>();

  constructor(catalog: Catalog, acl: DescriptorSource) {
    this.#catalog = catalog;
    this.#acl = acl;
  }

  async resolve({ file }: SeenFile): Promise<SeenFile> {
    const reading = await this.#acl.descriptorOf(file.path);
    if (!reading.ok) return { file, scope: null, aclTrouble: reading };
    const key = JSON.stringify(reading.descriptor);
    let scope = this.#scopes.get(key);
    if (scope === undefined) {
      scope = this.#catalog.intern(reading.descriptor);
      this.#scopes.set(key, scope);
    }
    return { file, scope: await scope, aclTrouble: null };
  }
}

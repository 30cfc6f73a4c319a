import { type ReadLimits, type Share, stillAt } from '../../ingest/index.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { WORK } from '../catalog/work-queue.ts';
import type { RemovalGuard } from './comparing.ts';
import type { PassDeps } from './deps.ts';
import { DocumentSettler } from './document-settler.ts';
import { drain } from './drain.ts';
import { type PassEvent, type PassSummary, Tally } from './events.ts';
import { labelChunks } from './labels.ts';
import { reconcile } from './reconcile.ts';
import { PIPELINE } from './revision.ts';
import type { SharePass } from './scope-reader.ts';
import { sweepOrphans } from './sweep.ts';

export interface PassOptions {
  readonly shares: readonly SharePass[];
  readonly limits: ReadLimits;
  /** Read quarantined files again although they did not change. */
  readonly retryQuarantined: boolean;
  readonly removals: RemovalGuard;
  /** How many files are read at once. */
  readonly concurrency: number;
  /** Aborted when the lease is lost or the user stops the pass; what was written stays whole. */
  readonly signal: AbortSignal;
  /** Done when permissions and removals are settled, before the first file is read. */
  readonly beforeReading?: ((signal: AbortSignal) => Promise<void>) | undefined;
  readonly onEvent: (event: PassEvent) => void;
}

const REMOVE_AT_ONCE = 1_000;

/**
 * One full pass over the shares: compare all of them with the catalog, apply removals and permission changes, then
 * read what is new.
 *
 * One bad file never stops the pass: it is named in the quarantine. A share that cannot be listed, or that looks
 * empty while the index knows files of it, is left as it is and named in the summary.
 * @throws what the catalog, the store or the embedder throw; documents written until then are whole
 */
export async function runPass(deps: PassDeps, options: PassOptions): Promise<PassSummary> {
  const { catalog, now } = deps;
  const { signal } = options;
  const started = now();
  const pass = await catalog.beginPass(started);
  const tally = new Tally(options.onEvent);
  await prepareIndex(deps);
  const compared: { readonly share: Share; readonly root: string }[] = [];
  for (const each of options.shares) {
    signal.throwIfAborted();
    const { share } = each;
    tally.phase('list', share.id);
    await unlessAway(tally, share, async () => {
      const root = await reconcile(deps, each, [''], { ...options, priority: WORK.found }, tally);
      await noteCompared(deps, share.id);
      compared.push({ share, root });
    });
  }
  await removeUnconfigured(deps, options.shares, tally);
  await labelChunks(deps, signal);
  await options.beforeReading?.(signal);
  tally.phase('read');
  await drain(deps, { ...options, restMs: 0 }, tally);
  for (const { share, root } of compared) await unlessAway(tally, share, () => stillAt(share, root));
  await labelChunks(deps, signal);
  if (tally.wroteChunks) {
    tally.phase('optimise');
    await deps.store.optimise();
  }
  const summary = tally.summary(now() - started);
  await catalog.endPass(pass, now(), JSON.stringify(summary));
  return summary;
}

/** Names a share that is away among those that were left out. */
async function unlessAway(tally: Tally, share: Share, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as { code?: string }).code !== 'share-unavailable') throw error;
    tally.skipped(share.id, (error as Error).message);
  }
}

/** What must be done once before an index is written to: after an update, after a crash. */
export async function prepareIndex(deps: Pick<PassDeps, 'catalog' | 'store'>): Promise<void> {
  await readAgainAfterUpdate(deps.catalog);
  await sweepOrphans(deps);
}

/** What another version of the pipeline made is made anew; until then it answers as it is. */
async function readAgainAfterUpdate(catalog: Catalog): Promise<void> {
  const made = await catalog.meta('pipeline');
  if (made === PIPELINE) return;
  if (made !== null) await catalog.forgetHashes();
  await catalog.setMeta('pipeline', PIPELINE);
}

/** Keys of `meta` that hold when a share was last compared whole. */
export const COMPARED = 'compared:';

/** Notes that a share was compared whole. */
export async function noteCompared(
  { catalog, now }: Pick<PassDeps, 'catalog' | 'now'>,
  share: Share['id'],
): Promise<void> {
  await catalog.setMeta(`${COMPARED}${share}`, String(now()));
}

/** Documents of shares that the configuration no longer names are dropped. */
export async function removeUnconfigured(
  deps: PassDeps,
  shares: readonly SharePass[],
  tally: Tally,
): Promise<void> {
  const { catalog } = deps;
  const configured = new Set(shares.map(({ share }) => share.id));
  const present = new Set((await catalog.counts()).map(({ share }) => share));
  for (const id of present) {
    if (configured.has(id)) continue;
    const share: Share = { id, root: '', exclude: [] };
    const settler = new DocumentSettler(deps, share, tally);
    for (;;) {
      const page = await catalog.listDocuments({ share: id, under: '', after: '', limit: REMOVE_AT_ONCE });
      await settler.remove(page);
      if (page.length < REMOVE_AT_ONCE) break;
    }
    await catalog.work.clear(id);
    await catalog.setPermissionsUntil(id, null);
  }
}

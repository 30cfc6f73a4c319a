import { statSync } from 'node:fs';
import { bearers, type DirectoryStore, type PrincipalId, shareId } from '../../acl/index.ts';
import {
  type Catalog,
  COMPARED,
  notedMoving,
  type OutcomeCount,
  type PassSummary,
  profileId,
  profileOf,
  type Rates,
  type Readers,
  rememberedReaders,
  toldRates,
} from '../../index/index.ts';
import type { Config } from '../config/index.ts';

const SHOWN_AMBIGUOUS = 100;

/** State of an installation, for its operator. Counts every document: never for a caller of a face. */
export interface Status {
  readonly mode: 'hybrid' | 'lexical';
  readonly model: string;
  /** Where the index is being moved, while it answers by the model above; null when it is not. */
  readonly moving: { readonly model: string; readonly chunks: number; readonly of: number } | null;
  /** Model that brings answers in order; none without. */
  readonly reranker: string;
  readonly data: string;
  readonly documents: {
    readonly indexed: number;
    readonly noText: number;
    readonly quarantined: number;
    readonly chunks: number;
  };
  readonly byOutcome: readonly OutcomeCount[];
  readonly lastPass: {
    readonly started: string;
    readonly finished: string | null;
    readonly summary: PassSummary | null;
  } | null;
  /** Files that wait for being read. */
  readonly queue: {
    readonly waiting: number;
    /** Seconds that the one waiting longest of those that are due has waited; null for none. */
    readonly lagSeconds: number | null;
    /** Files just saved, found by a comparison, and to be tried again after they failed. */
    readonly kinds: { readonly saved: number; readonly found: number; readonly again: number };
  };
  /** How fast files are read, over the last minute; zeros where nothing is read. */
  readonly rates: Rates;
  /** What reads and scans files, as the process that last wrote the index found it; null when none did. */
  readonly readers: Readers | null;
  readonly shares: readonly {
    readonly name: string;
    /** ISO time at which it was last compared whole with the catalog; null: not yet. */
    readonly compared: string | null;
    /** ISO time up to which its permissions are believed; null: until they are read again. */
    readonly permissionsUntil: string | null;
  }[];
  readonly directory: {
    readonly source: string;
    readonly users: number;
    readonly groups: number;
    readonly confirmed: string | null;
    readonly ageSeconds: number | null;
    readonly stale: boolean;
    /** Names that several bear, none of whom is answered; the first hundred. */
    readonly ambiguous: readonly { readonly name: string; readonly bearers: readonly PrincipalId[] }[];
    readonly lastSync: {
      readonly at: string;
      readonly outcome: string;
      readonly detail: string | null;
    } | null;
  };
}

export async function status(deps: {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly now: number;
  readonly directoryName: string;
  /** Where the last complete snapshot of the directory is kept. */
  readonly store: DirectoryStore;
}): Promise<Status> {
  const { config, catalog, now } = deps;
  const counts = await catalog.counts();
  const sum = (outcome: OutcomeCount['outcome']): number =>
    counts
      .filter((count) => count.outcome === outcome)
      .reduce((total, { documents }) => total + documents, 0);
  const pass = await catalog.lastPass();
  const stored = await deps.store.current();
  const [newest] = await catalog.directory.lastSyncs(1);
  // What an earlier configuration read says nothing of the directory of this one.
  const sync = newest?.source === deps.directoryName ? newest : undefined;
  const confirmed = stored?.snapshot.confirmedAt ?? null;
  const age = confirmed === null ? null : Math.max(0, Math.round((now - confirmed) / 1000));
  const work = await catalog.work.counts(now);
  const until = await catalog.permissionsUntil();
  const shares = await Promise.all(
    config.shares.map(async ({ name }) => {
      const compared = await catalog.meta(`${COMPARED}${name}`);
      const believed = until.get(shareId(name)) ?? null;
      return {
        name,
        compared: iso(compared === null ? null : Number(compared)),
        permissionsUntil: iso(believed),
      };
    }),
  );
  const embedder = await catalog.meta('embedder');
  const model = modelOf(embedder);
  const { embedding } = config;
  // An index of another model than the configured one answers by words until it has been moved.
  const isUsed = embedding.model !== 'none' && embedder === profileId(profileOf(embedding));
  return {
    mode: isUsed ? 'hybrid' : 'lexical',
    model,
    moving: await movingOf(catalog, embedder),
    reranker: config.search.reranker.model,
    data: config.data,
    documents: {
      indexed: sum('indexed'),
      noText: sum('no-text'),
      quarantined: sum('quarantined'),
      chunks: counts.reduce((total, { chunks }) => total + chunks, 0),
    },
    byOutcome: counts,
    lastPass:
      pass === null
        ? null
        : {
            started: new Date(pass.started).toISOString(),
            finished: pass.finished === null ? null : new Date(pass.finished).toISOString(),
            summary: pass.summary === null ? null : (JSON.parse(pass.summary) as PassSummary),
          },
    queue: {
      waiting: work.waiting,
      lagSeconds: work.oldest === null ? null : Math.max(0, Math.round((now - work.oldest) / 1000)),
      kinds: work.kinds,
    },
    rates: await toldRates(catalog, now),
    readers: await rememberedReaders(catalog),
    shares,
    directory: {
      source: deps.directoryName,
      users: stored?.snapshot.users.size ?? 0,
      groups: stored?.snapshot.groups.size ?? 0,
      confirmed: confirmed === null ? null : new Date(confirmed).toISOString(),
      ageSeconds: age,
      stale: age === null || age > config.directory.maxStaleness,
      ambiguous:
        stored === null
          ? []
          : [...bearers(stored.snapshot).ambiguous]
              .slice(0, SHOWN_AMBIGUOUS)
              .map(([name, ids]) => ({ name, bearers: ids })),
      lastSync:
        sync === undefined
          ? null
          : { at: new Date(sync.at).toISOString(), outcome: sync.outcome, detail: sync.detail },
    },
  };
}

async function movingOf(catalog: Catalog, answering: string | null): Promise<Status['moving']> {
  const moving = await notedMoving(catalog);
  if (moving === null || moving.to === answering) return null;
  return { model: modelOf(moving.to), chunks: moving.done, of: moving.all };
}

/** The model that an embedder's id names. */
function modelOf(embedder: string | null): string {
  return embedder === null || embedder === 'lexical' ? 'none' : (embedder.split('|')[0] ?? 'none');
}

/** Whether a path is there and a folder. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

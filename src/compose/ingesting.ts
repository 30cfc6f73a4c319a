import { randomBytes, randomUUID } from 'node:crypto';
import { type DirectorySnapshot, shareId, syncDirectory } from '../../acl/index.ts';
import {
  type PassDeps,
  type PassEvent,
  type PassSummary,
  readAgainUnderNewRules,
  readAgainWithPrograms,
  runPass,
  type SharePass,
  Turn,
  withWriterLease,
} from '../../index/index.ts';
import {
  ignoreRules,
  type ParsePrograms,
  type ProgramsInUse,
  programsInUse,
  type ReadLimits,
} from '../../ingest/index.ts';
import type { Config } from '../config/index.ts';
import { type Core, descriptorSource } from './core.ts';
import { filePolicy, openReader } from './reading.ts';
import { embedderId, openEmbedder } from './store.ts';
import { tellingRates } from './telling-rates.ts';
import { openWritingStore } from './writing-store.ts';

export interface IngestOptions {
  /** Read every file again even when it did not change; also moves the index to another model. */
  readonly rebuild: boolean;
  /** Try the quarantined files again although they did not change. */
  readonly retryQuarantined?: boolean;
  /** Believe a listing however many of the known files it misses. */
  readonly acceptRemovals?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent: (event: PassEvent) => void;
}

/**
 * One full pass over the configured shares.
 * @throws {WriterBusy} when another process writes; {ChunkStoreError} when the index is of another model
 */
export async function ingest(core: Core, options: IngestOptions): Promise<PassSummary> {
  const { config, catalog, now } = core;
  const lease = { store: catalog.lease, now, holder: `pass:${randomUUID()}` };
  return withWriterLease(lease, async (lost) => {
    const sync = await syncDirectory(
      { source: core.directory, store: core.directoryStore, now },
      { force: true },
    );
    if (sync.outcome === 'failed') throw new DirectoryError(sync.detail ?? 'the directory could not be read');
    const snapshot = await core.snapshot();
    return withWriting(core, { rebuild: options.rebuild }, async ({ deps, limits, beforeReading, note }) => {
      const summary = await runPass(deps, {
        shares: config.shares.map((share) => sharePass(core, share, snapshot)),
        limits,
        beforeReading,
        retryQuarantined: options.retryQuarantined ?? false,
        removals: removalGuard(config, options.acceptRemovals ?? false),
        concurrency: config.ingest.workers,
        signal: options.signal === undefined ? lost : AbortSignal.any([lost, options.signal]),
        onEvent: (event) => {
          note(event);
          options.onEvent(event);
        },
      });
      await deps.store.dropOthers();
      return summary;
    });
  });
}

/** What writing an index works with, open. */
export interface Writing {
  readonly deps: PassDeps;
  /** Moves an index of another embedder to the configured one. */
  readonly beforeReading: ((signal: AbortSignal) => Promise<void>) | undefined;
  readonly limits: ReadLimits;
  /** Takes what a pass says of itself, for those who ask how fast it is. */
  readonly note: (event: { readonly kind: string }) => void;
}

/** Opens what writes the index and closes it again. Only the holder of the writer lease calls it. */
export async function withWriting<T>(
  core: Core,
  { rebuild }: { readonly rebuild: boolean },
  work: (writing: Writing) => Promise<T>,
): Promise<T> {
  const { config, catalog, now } = core;
  // First of all: a model that cannot be loaded must leave the index as it is.
  const embedder = await openEmbedder(core);
  if (rebuild) {
    await catalog.forgetHashes();
    await catalog.setMeta('generation', String(Number((await catalog.meta('generation')) ?? '0') + 1));
    await catalog.setMeta('embedder', embedderId(core));
  }
  const writing = await openWritingStore(core, embedder).catch(async (error: unknown) => {
    await embedder?.close();
    throw error;
  });
  const files = openReader(config);
  try {
    const rules = config.shares.map((share) => ({
      share: share.name,
      files: filePolicy(share, config.ingest),
    }));
    await readAgainUnderNewRules(catalog, rules);
    await lookForPrograms(core);
    const deps = {
      catalog,
      store: writing.store,
      pool: files.reader,
      embedder,
      now,
      newId: newDocumentId,
      turn: new Turn(),
    };
    return await tellingRates(core, (note) =>
      work({ deps, beforeReading: writing.beforeReading, limits: readLimits(config), note }),
    );
  } finally {
    await files.close();
    await embedder?.close();
    await writing.close();
  }
}

/** Share of a file's time after which no further file inside it is opened: the last may be a scan, read as one. */
const PARTS_TIME = 0.3;

function readLimits(config: Config): ReadLimits {
  const { maxFileMegabytes, maxCharacters } = config.ingest;
  return {
    maxBytes: maxFileMegabytes * 1_048_576,
    maxCharacters,
    maxDepth: 3,
    maxPartMilliseconds: PARTS_TIME * config.ingest.parseTimeoutSeconds * 1000,
    programs: parsePrograms(config),
  };
}

/** Share of a file's time that its scanned pages may take: what was read must still be laid out and sent. */
const OCR_TIME = 0.6;

function parsePrograms({ ingest: { pdf, ocr, parseTimeoutSeconds } }: Config): ParsePrograms {
  return {
    pdf: pdf === 'pdfjs' ? 'pdfjs' : 'poppler',
    ocr:
      ocr === 'off'
        ? null
        : {
            languages: ocr.languages ?? null,
            maxPages: ocr.maxPages,
            maxSeconds: OCR_TIME * parseTimeoutSeconds,
          },
  };
}

/** What reads documents on this machine. */
export const readingPrograms = (config: Config): Promise<ProgramsInUse> =>
  programsInUse(parsePrograms(config));

/** Lets documents be read again for which a program has been installed. Only the holder of the writer lease calls it. */
export async function lookForPrograms({ config, catalog }: Core): Promise<void> {
  const scanner = config.ingest.clamav === undefined ? null : 'clamd';
  await readAgainWithPrograms(catalog, { ...(await readingPrograms(config)), scanner });
}

/** Fewer files than this may always go, whatever part of a share they are. */
const ALWAYS_REMOVED = 100;

export function removalGuard({ ingest: { mostRemoved } }: Config, acceptAll: boolean) {
  return { most: acceptAll ? 1 : mostRemoved, always: ALWAYS_REMOVED };
}

/** A share with its source of permissions, as a pass takes it. */
export function sharePass(
  { config, catalog }: Core,
  share: Config['shares'][number],
  snapshot: DirectorySnapshot | null,
): SharePass {
  return {
    share: {
      id: shareId(share.name),
      root: share.path,
      exclude: [config.data],
      ignores: ignoreRules(share.ignore),
      files: filePolicy(share, config.ingest),
    },
    acl: descriptorSource(share, snapshot, catalog.readings),
  };
}

/** The directory could not be read whole. The message names file and mend. */
export class DirectoryError extends Error {
  readonly code = 'directory-incomplete';
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** 80 random bits as 16 letters: unguessable, and says nothing of path or time. */
function newDocumentId(): string {
  let id = '';
  let bits = 0n;
  for (const byte of randomBytes(10)) bits = (bits << 8n) | BigInt(byte);
  for (let digit = 0; digit < 16; digit += 1) {
    id += BASE32[Number(bits & 31n)];
    bits >>= 5n;
  }
  return id;
}

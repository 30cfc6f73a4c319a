import { afterAll } from 'vitest';
import { type DescriptorSource, type ShareId, shareId } from '../../acl/index.ts';
import { type PassSummary, runPass, Turn } from '../../index/index.ts';
import { ParsePool } from '../../ingest/index.ts';
import type { Core } from '../../src/compose/index.ts';
import { embedderId, openStore } from '../../src/compose/store.ts';
import { newId } from './company-pass.ts';
import { crashAfter } from './crash.ts';

export interface PassChoices {
  /** Where the permissions of a share come from, when not from its configuration. */
  readonly sourceOf?: (share: ShareId) => DescriptorSource | null;
  /** Writes to catalog or store after which the process ends. */
  readonly crashAfter?: number;
  /** Called once, when all that needs no reading is done and the first file is about to be read. */
  readonly beforeReading?: () => Promise<void>;
}

let pool: ParsePool | null = null;
afterAll(async () => {
  await pool?.close();
  pool = null;
});

/** A pass as `ntk ingest` makes it, over parts that a test may replace or cut off. */
export async function passOver(core: Core, choices: PassChoices = {}): Promise<PassSummary> {
  const { config, now } = core;
  pool ??= new ParsePool({ size: 2, maxMemoryMegabytes: 512, timeoutMs: 30_000 });
  const store = await openStore(core);
  try {
    const shares = [];
    for (const { name, path } of config.shares) {
      const id = shareId(name);
      const acl = choices.sourceOf?.(id) ?? (await core.aclOf(id));
      if (acl === null) throw new Error(`${name} has no permissions`);
      shares.push({ share: { id, root: path, exclude: [config.data] }, acl });
    }
    await core.catalog.setMeta('embedder', embedderId(core));
    const real = { catalog: core.catalog, store };
    const parts = choices.crashAfter === undefined ? real : crashAfter(choices.crashAfter, real);
    return await runPass(
      {
        ...parts,
        pool: announcing(pool, choices.beforeReading),
        embedder: null,
        now,
        newId: () => newId().slice(0, 16),
        turn: new Turn(),
      },
      {
        shares,
        limits: { maxBytes: 1_000_000, maxCharacters: 1_000_000, maxDepth: 3 },
        retryQuarantined: false,
        removals: { most: 0.5, always: 100 },
        concurrency: 2,
        signal: new AbortController().signal,
        onEvent: () => {},
      },
    );
  } finally {
    await store.close();
  }
}

/** The same pool, telling once that reading begins. Whoever reads waits for what is done then. */
function announcing(pool: ParsePool, begins: PassChoices['beforeReading']): ParsePool {
  if (begins === undefined) return pool;
  let told: Promise<void> | null = null;
  return new Proxy(pool, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]) => {
        told ??= name === 'read' ? begins() : null;
        await told;
        return value.apply(target, given);
      };
    },
  });
}

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { KeepEvent } from '../../index/index.ts';
import { type Status, status } from '../admin/index.ts';
import { ConfigError, secret } from '../config/index.ts';
import type { AuditRecord } from '../governance/index.ts';
import type { MonitoringFace } from '../http/index.ts';
import { SecretError, sharedSecret } from '../identity/index.ts';
import type { Core } from './core.ts';

/** What this process has done and how the installation stands, for the operator's own machines. */
export interface Monitoring {
  /** Null where no secret was set: then there is no such path. */
  readonly face: MonitoringFace | null;
  readonly onRecord: (record: AuditRecord) => void;
  readonly onEvent: (event: KeepEvent) => void;
}

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/** @throws {ConfigError} for a secret that cannot be used */
export function openMonitoring(core: Core): Monitoring {
  const registry = new Registry();
  const registers = [registry];
  const calls = new Counter({
    name: 'ntk_calls_total',
    help: 'Tool calls by tool and outcome.',
    labelNames: ['tool', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'ntk_call_seconds',
    help: 'How long tool calls took.',
    labelNames: ['tool'],
    buckets: SECONDS,
    registers,
  });
  const files = new Counter({
    name: 'ntk_files_total',
    help: 'Files looked at by outcome since this process began.',
    labelNames: ['outcome'],
    registers,
  });
  const gauges = statusGauges(registry);
  return {
    face: faceOf(core, async (now) => {
      setGauges(gauges, now);
      return registry.metrics();
    }),
    onRecord: ({ tool, outcome, milliseconds }) => {
      calls.inc({ tool, outcome });
      seconds.observe({ tool }, milliseconds / 1000);
    },
    onEvent: (event) => {
      if (event.kind === 'document') files.inc({ outcome: event.outcome });
    },
  };
}

function faceOf(core: Core, metrics: (now: Status) => Promise<string>): MonitoringFace | null {
  const value = secret('NTK_METRICS_TOKEN');
  if (value === null) return null;
  const now = (): Promise<Status> => {
    const { config, catalog, directory, directoryStore } = core;
    return status({ config, catalog, now: core.now(), directoryName: directory.name, store: directoryStore });
  };
  try {
    const authentic = sharedSecret(value);
    return { authentic, status: now, metrics: async () => metrics(await now()) };
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new ConfigError(`NTK_METRICS_TOKEN: ${error.message}; make one with \`openssl rand -hex 32\``, {
      cause: error,
    });
  }
}

function statusGauges(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  return {
    documents: gauge('ntk_documents', 'Documents by share and outcome.', 'share', 'outcome'),
    chunks: gauge('ntk_chunks', 'Passages of the index.'),
    waiting: gauge('ntk_queue_files', 'Files that wait for being read, by why.', 'kind'),
    filesPerSecond: gauge('ntk_ingest_files_per_second', 'Files read, over the last minute.'),
    chunksPerSecond: gauge('ntk_ingest_chunks_per_second', 'Passages made, over the last minute.'),
    lag: gauge('ntk_queue_lag_seconds', 'How long the one waiting longest has waited.'),
    compared: gauge('ntk_compared_timestamp_seconds', 'When a share was last compared whole.', 'share'),
    directoryAge: gauge('ntk_directory_age_seconds', 'Age of the last confirmed reading of the directory.'),
    directoryStale: gauge('ntk_directory_stale', '1 when the directory is too old and nobody is answered.'),
  };
}

function setGauges(gauges: ReturnType<typeof statusGauges>, now: Status): void {
  gauges.documents.reset();
  const documents = new Map<string, number>();
  for (const { share, outcome, documents: count } of now.byOutcome) {
    const key = `${share} ${outcome}`;
    documents.set(key, (documents.get(key) ?? 0) + count);
    gauges.documents.set({ share, outcome }, documents.get(key) ?? 0);
  }
  gauges.chunks.set(now.documents.chunks);
  const { saved, found, again } = now.queue.kinds;
  gauges.waiting.set({ kind: 'saved' }, saved);
  gauges.waiting.set({ kind: 'found' }, found);
  gauges.waiting.set({ kind: 'again' }, again);
  gauges.filesPerSecond.set(now.rates.filesPerSecond);
  gauges.chunksPerSecond.set(now.rates.chunksPerSecond);
  gauges.lag.set(now.queue.lagSeconds ?? 0);
  for (const { name, compared } of now.shares) {
    if (compared !== null) gauges.compared.set({ share: name }, Date.parse(compared) / 1000);
  }
  gauges.directoryAge.set(now.directory.ageSeconds ?? Number.NaN);
  gauges.directoryStale.set(now.directory.stale ? 1 : 0);
}

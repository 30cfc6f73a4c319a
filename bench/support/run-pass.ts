import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { PassEvent, PassSummary } from '../../index/index.ts';
import { type Usage, watchTree } from './process-tree.ts';

/** What the child of a pass says. */
export type PassMessage =
  | { readonly kind: 'event'; readonly event: PassEvent }
  | { readonly kind: 'summary'; readonly summary: PassSummary };

export interface PassRun {
  /** Null when the process ended without one: a crash or a hang, which `trouble` names. */
  readonly summary: PassSummary | null;
  readonly trouble: string | null;
  /** Wall time of the whole process, its start included. */
  readonly seconds: number;
  /** Seconds in which files were read and written, without start, listing and compaction. */
  readonly reading: number;
  readonly optimising: number;
  readonly usage: Usage;
}

/** A pass that takes longer hangs. */
const MAX_MINUTES = 60;

/** Runs one pass over the configured share in a child process and watches its whole process tree. */
export async function runPass(config: string): Promise<PassRun> {
  const started = performance.now();
  const child = fork(join(import.meta.dirname, 'pass-child.ts'), [config], {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const watch = watchTree(child.pid ?? 0);
  let summary: PassSummary | null = null;
  let lastFile = '';
  let readAt = started;
  let optimiseAt: number | null = null;
  let doneAt: number | null = null;
  child.on('message', (message: PassMessage) => {
    if (message.kind === 'summary') {
      summary = message.summary;
      doneAt = performance.now();
    } else if (message.event.kind === 'phase') {
      if (message.event.phase === 'read') readAt = performance.now();
      if (message.event.phase === 'optimise') optimiseAt = performance.now();
    } else if (message.event.kind === 'reading') lastFile = message.event.path;
  });
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, MAX_MINUTES * 60_000);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('exit', (...ended) => resolve(ended)),
  );
  clearTimeout(timer);
  const ended = performance.now();
  const usage = watch.stop();
  const end = signal ?? `code ${code}`;
  const failed = summary === null || code !== 0;
  const how = hung ? `hung for ${MAX_MINUTES} minutes` : `ended (${end})`;
  return {
    summary,
    trouble: failed ? `the pass ${how}; last file begun: ${lastFile}` : null,
    seconds: (ended - started) / 1000,
    reading: ((optimiseAt ?? doneAt ?? ended) - readAt) / 1000,
    optimising: optimiseAt === null ? 0 : ((doneAt ?? ended) - optimiseAt) / 1000,
    usage,
  };
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelRole, ModelTrouble } from './model-role.ts';
import type { FileProgress, FromChild, LoadFailure, LoadRequest, ToChild } from './protocol.ts';

/** One child process with a loaded model. It is used until it dies; then a new one is started. */
export interface ModelChild<Work> {
  /** False from the moment it is known to be gone or given up. */
  readonly alive: () => boolean;
  /** The numbers that the model makes of the work. Rejects with an error of the role, or the signal's reason. */
  run(work: Work, signal?: AbortSignal): Promise<Float32Array>;
  /** Ends the process and waits until it is gone. Pending calls reject. */
  stop(): Promise<void>;
}

/** A start that did not come to `ready`; the caller knows the model and words the error. */
export class LoadFailed extends Error {
  readonly failure: LoadFailure;

  constructor(failure: LoadFailure) {
    super(failure.reason);
    this.name = 'LoadFailed';
    this.failure = failure;
  }
}

interface Call {
  resolve(numbers: Float32Array): void;
  reject(error: Error): void;
}

/** How long a child may take to end by itself before it is killed. */
const STOP_GRACE_MS = 1_000;
/** What is kept of the child's stderr, for the message when it crashes. */
const STDERR_TAIL = 2_000;

/**
 * Starts a child and loads the model. `silenceMs` is the longest time without a sign of life while the child
 * has work, loading and downloading included; past it the child is killed.
 */
export async function startChild<Profile, Work>(
  role: ModelRole,
  load: LoadRequest<Profile>,
  silenceMs: number,
  onProgress: (progress: FileProgress) => void = () => {},
): Promise<ModelChild<Work>> {
  const child = forkChild(role);
  const tail = stderrTail(child);
  const calls = new Map<number, Call>();
  let nextId = 0;
  let gone: Error | undefined;
  let loading: { resolve(): void; reject(error: Error): void } | undefined;

  /** Runs while a sign of life is owed: for work, and for work that was called back as well. */
  let watchdog: NodeJS.Timeout | undefined;

  /** Starts the time over that the child may be silent. */
  function watch(): void {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => giveUp('timeout', `gave no sign of life for ${silenceMs} ms`), silenceMs);
  }

  function giveUp(trouble: ModelTrouble, what: string): void {
    if (gone !== undefined) return;
    const mend =
      loading === undefined
        ? 'The next call starts a new one.'
        : `Look at free memory and the model folder, or ${role.without}.`;
    const when = loading === undefined ? '' : ' while it loaded the model';
    gone = role.error(trouble, `The ${role.noun} process ${what}${when}.${tail()} ${mend}`);
    clearTimeout(watchdog);
    child.kill('SIGKILL');
    loading?.reject(gone);
    for (const call of calls.values()) call.reject(gone);
    calls.clear();
  }

  /** Idle, neither the watchdog nor the child keeps the parent from ending. */
  function idle(): void {
    clearTimeout(watchdog);
    watchdog = undefined;
    hold(child, false);
  }

  function settle(id: number, finish: (call: Call) => void): void {
    const call = calls.get(id);
    calls.delete(id);
    if (call !== undefined) finish(call);
    if (calls.size === 0) idle();
  }

  /**
   * INVARIANT: a call that is given up does not forgive the silence before it. Questions have less time than a child
   * may be silent, and each would start that time over: one that hangs would never be found out.
   */
  function callBack(id: number, reason: Error): void {
    const call = calls.get(id);
    if (call === undefined) return;
    calls.delete(id);
    send({ type: 'cancel', id });
    call.reject(reason);
    if (calls.size > 0) return;
    hold(child, false);
    watchdog?.unref();
  }

  function receive(message: FromChild): void {
    if (calls.size > 0 || loading !== undefined) watch();
    else if (gone === undefined) idle();
    switch (message.type) {
      case 'ready':
        loading?.resolve();
        break;
      case 'load-failed':
        loading?.reject(new LoadFailed(message.failure));
        break;
      case 'progress':
        onProgress(message);
        break;
      case 'numbers':
        settle(message.id, (call) => call.resolve(message.numbers));
        break;
      case 'failed': {
        const text = `The ${role.noun} model failed: ${message.reason}. Run \`ntk doctor\`.`;
        settle(message.id, (call) => call.reject(role.error('model-broken', text)));
        break;
      }
      case 'alive':
        break;
    }
  }

  function send(message: ToChild<Profile, Work>): void {
    // A failed send means that the child is gone; `exit` tells how.
    if (child.connected) child.send(message, () => {});
  }

  async function run(work: Work, signal?: AbortSignal): Promise<Float32Array> {
    signal?.throwIfAborted();
    if (gone !== undefined) throw gone;
    const id = nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Float32Array>();
    const abort = () => callBack(id, signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    if (calls.size === 0) {
      hold(child, true);
      if (watchdog === undefined) watch();
      else watchdog.ref();
    }
    calls.set(id, { resolve, reject });
    send({ type: 'work', id, work });
    return promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  async function stop(): Promise<void> {
    gone ??= closedError(role);
    for (const call of calls.values()) call.reject(gone);
    calls.clear();
    clearTimeout(watchdog);
    await endProcess(child);
  }

  child.on('message', receive);
  child.on('error', (error) => giveUp('crashed', `could not run: ${error.message}`));
  child.on('exit', (code, signal) => giveUp('crashed', `ended with ${signal ?? `code ${code}`}`));

  try {
    await new Promise<void>((resolve, reject) => {
      loading = { resolve, reject };
      watch();
      send({ type: 'load', ...load });
    });
  } catch (error) {
    await stop();
    throw error;
  } finally {
    loading = undefined;
  }
  idle();
  return { alive: () => gone === undefined, run, stop };
}

/** What a call gets after its model was closed. */
export function closedError(role: ModelRole): Error {
  return role.error('closed', `The ${role.noun} model was closed.`);
}

function forkChild({ script }: ModelRole): ChildProcess {
  // Of the kind of this file: a source under type stripping, JavaScript once compiled.
  return fork(`${script}${extname(import.meta.filename)}`, {
    serialization: 'advanced',
    // The parent's flags (inspector port, heap size, test loaders) are not meant for the child.
    execArgv: [],
    // INVARIANT: nothing of the child reaches the parent's stdout, which may carry the MCP protocol.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

function stderrTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_TAIL);
  });
  return () => (tail.trim() === '' ? '' : ` Its last words: ${tail.trim()}`);
}

function hold(child: ChildProcess, held: boolean): void {
  const verb = held ? 'ref' : 'unref';
  child[verb]();
  child.channel?.[verb]();
  if (child.stderr instanceof Socket) child.stderr[verb]();
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  hold(child, true);
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  await Promise.race([exited, sleep(STOP_GRACE_MS, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await exited;
}

import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { QuarantineReason } from './document.ts';
import type { FileReader } from './file-reader.ts';
import type { ChildReply, ChildRequest } from './parse-child.ts';
import type { ReadOutcome, ReadRequest } from './read-document.ts';

export interface PoolOptions {
  /** How many children run at once. */
  readonly size: number;
  /** Resident memory one child may hold, in MB; over it the child is killed and the file named. */
  readonly maxMemoryMegabytes: number;
  /** How long one file may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** A child is replaced after this many files, so that what parsers leak does not add up. */
const RECYCLE_AFTER_FILES = 2_000;
/** A child whose resident memory after a file is above this share of its cap is replaced. */
const RECYCLE_ABOVE = 0.6;
/** What V8 may hold of short-lived values: parsing makes many, and with its own choice a child holds 100 MB more. */
const YOUNG_MEGABYTES = 4;
/** Milliseconds between two looks at a busy child's memory. */
const WATCH_INTERVAL = 50;
const PAGE_SIZE = 4_096;
const HAS_GROUPS = process.platform !== 'win32';

/**
 * Reads files in child processes, each with a memory cap and each file with a time limit.
 *
 * `read` never rejects: a child that hangs, grows or dies gives a refusal that names the reason, and the next
 * file gets a new child. Calls beyond `size` wait their turn in order.
 */
export class ParsePool implements FileReader {
  readonly #options: PoolOptions;
  readonly #idle: Child[] = [];
  readonly #all = new Set<Child>();
  readonly #waiting: ((child: Child | null) => void)[] = [];
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  async read(request: ReadRequest): Promise<ReadOutcome> {
    const child = await this.#take();
    if (child === null) return refusal('parser-crashed', 'the parse pool was closed');
    const outcome = await child.run(request);
    this.#give(child);
    return outcome;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter(null);
    await Promise.all([...this.#all].map((child) => child.stop()));
    this.#all.clear();
    this.#idle.length = 0;
  }

  async #take(): Promise<Child | null> {
    if (this.#closed) return null;
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      if (!idle.spent) return idle;
      // It died while it had nothing to do: that is no fault of the next file.
      this.#all.delete(idle);
      return this.#start();
    }
    if (this.#all.size < this.#options.size) return this.#start();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #give(child: Child): void {
    if (this.#closed) return;
    let next = child;
    if (child.spent) {
      this.#all.delete(child);
      void child.stop();
      next = this.#start();
    }
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) waiter(next);
    else this.#idle.push(next);
  }

  #start(): Child {
    const child = new Child(this.#options);
    this.#all.add(child);
    return child;
  }
}

class Child {
  readonly #options: PoolOptions;
  readonly #process: ChildProcess;
  #files = 0;
  #dead = false;
  #resident = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    const script = new URL(`./parse-child${extname(import.meta.filename)}`, import.meta.url);
    this.#process = fork(script, {
      serialization: 'advanced',
      // The child's output is nobody's business: standard output may be a protocol stream of ours.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [
        `--max-old-space-size=${Math.floor(options.maxMemoryMegabytes * 0.75)}`,
        `--max-semi-space-size=${YOUNG_MEGABYTES}`,
        '--no-warnings',
      ],
      env: {},
      // A group of its own, so that the programs it calls end with it.
      detached: HAS_GROUPS,
    });
    this.#process.once('exit', () => {
      this.#dead = true;
      this.#endGroup();
    });
    this.#process.on('error', () => {
      this.#dead = true;
    });
  }

  /** Whether the child must be replaced before the next file. */
  get spent(): boolean {
    const limit = this.#options.maxMemoryMegabytes * 1_048_576 * RECYCLE_ABOVE;
    return this.#dead || this.#files >= RECYCLE_AFTER_FILES || this.#resident > limit;
  }

  run(request: ReadRequest): Promise<ReadOutcome> {
    this.#files += 1;
    const id = this.#files;
    return new Promise((resolve) => {
      const end = (outcome: ReadOutcome): void => {
        clearTimeout(timer);
        clearInterval(watch);
        this.#process.off('message', onMessage);
        this.#process.off('exit', onExit);
        resolve(outcome);
      };
      const kill = (reason: QuarantineReason, detail: string): void => {
        this.#kill();
        end(refusal(reason, detail));
      };
      const onMessage = (reply: ChildReply): void => {
        if (reply.id !== id) return;
        if ('failed' in reply) {
          end(refusal('parser-crashed', reply.failed));
          return;
        }
        this.#resident = reply.resident;
        end(reply.outcome);
      };
      const onExit = (code: number | null, signal: string | null): void => {
        // V8 aborts on a full heap: SIGABRT, or SIGTRAP/SIGILL where the build traps instead.
        const memory = signal === 'SIGABRT' || signal === 'SIGTRAP' || signal === 'SIGILL' || code === 134;
        end(
          memory
            ? refusal('out-of-memory', this.#memoryDetail())
            : refusal('parser-crashed', `the parser ended (${signal ?? `code ${code}`})`),
        );
      };
      const timer = setTimeout(() => {
        kill('timeout', `not read within ${this.#options.timeoutMs / 1000} s (ingest.parseTimeoutSeconds)`);
      }, this.#options.timeoutMs);
      const watch = setInterval(() => {
        if (residentBytes(this.#process.pid) > this.#options.maxMemoryMegabytes * 1_048_576) {
          kill('out-of-memory', this.#memoryDetail());
        }
      }, WATCH_INTERVAL);
      this.#process.on('message', onMessage);
      this.#process.once('exit', onExit);
      if (this.#dead) {
        end(refusal('parser-crashed', 'the parser could not be started'));
        return;
      }
      const message: ChildRequest = { id, request };
      this.#process.send(message, (error) => {
        if (error !== null)
          end(refusal('parser-crashed', `the parser could not be reached (${error.message})`));
      });
    });
  }

  async stop(): Promise<void> {
    if (this.#dead || this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    this.#kill();
    await gone;
  }

  #kill(): void {
    this.#dead = true;
    this.#endGroup();
    this.#process.kill('SIGKILL');
  }

  /** Ends the programs that the child called, also when it died without ending them. */
  #endGroup(): void {
    const { pid } = this.#process;
    try {
      if (HAS_GROUPS && pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing of the group is left.
    }
  }

  #memoryDetail(): string {
    return `reading it needs more than ${this.#options.maxMemoryMegabytes} MB (ingest.parseMemoryMegabytes)`;
  }
}

function refusal(reason: QuarantineReason, detail: string): ReadOutcome {
  return { kind: 'refused', hash: null, type: null, reason, detail };
}

/**
 * Resident memory of a process and the programs it called; 0 where the system does not tell (the heap cap still
 * holds there).
 */
function residentBytes(pid: number | undefined): number {
  if (pid === undefined) return 0;
  try {
    const own = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_SIZE;
    const called = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
    if (called === '') return own;
    return called.split(' ').reduce((sum, child) => sum + residentBytes(Number(child)), own);
  } catch {
    return 0;
  }
}

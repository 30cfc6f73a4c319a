import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { tempFolder } from '../../support/temp-folder.ts';

const BIN = join(import.meta.dirname, '../../../bin/ntk.js');
const SIGNAL_AT_STEP = join(import.meta.dirname, '../../support/signal-at-step.ts');
const LOOK_MS = 50;
const GONE_WITHIN_MS = 15_000;

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A real `ntk`, and all that it has started. */
export interface Ntk {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has said on standard error so far. */
  said(): string;
  /** Resolves when it has said this; rejects when it ended without. */
  saying(text: string, times?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it stands still after SIGSTOP; rejects when it ended. */
  stopped(): Promise<void>;
  /** Processes it started that are still there, with their command lines. */
  children(): readonly Descendant[];
  /** Resolves when none of them is left; rejects with their command lines when some stay. */
  childrenGone(): Promise<void>;
}

export interface Descendant {
  readonly pid: number;
  readonly command: string;
}

export interface NtkOptions {
  /** Send it a signal before one of its steps; see `signal-at-step`. */
  readonly at?: { readonly kind: 'write' | 'look'; readonly step: number; readonly signal: NodeJS.Signals };
  /** Folder below which looks are counted. */
  readonly looksBelow?: string;
  /** File that will hold how many steps there were. */
  readonly countStepsIn?: string;
  /** Command line to put in front. */
  readonly under?: readonly string[];
}

const living = new Set<Ntk>();

// What a test that failed has left running or standing still.
afterAll(() => {
  for (const left of living) {
    for (const { pid } of left.children()) process.kill(pid, 'SIGKILL');
    left.kill('SIGKILL');
  }
});

/** Starts `ntk` with these arguments in a working folder of its own, by which what it starts is known. */
export function startNtk(args: readonly string[], options: NtkOptions = {}): Ntk {
  const { at, countStepsIn, looksBelow, under = [] } = options;
  const cwd = tempFolder();
  const preload = at === undefined && countStepsIn === undefined ? [] : ['--import', SIGNAL_AT_STEP];
  const [program = '', ...rest] = [...under, process.execPath, ...preload, BIN, ...args];
  const child = spawn(program, rest, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...(at === undefined ? {} : { SIGNAL_AT_STEP: `${at.kind}:${at.step}:${at.signal}` }),
      ...(countStepsIn === undefined ? {} : { COUNT_STEPS_IN: countStepsIn }),
      ...(looksBelow === undefined ? {} : { LOOKS_BELOW: looksBelow }),
    },
  });
  let out = '';
  let err = '';
  let over = false;
  child.stdout.on('data', (data) => {
    out += String(data);
  });
  child.stderr.on('data', (data) => {
    err += String(data);
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      living.delete(started);
      resolve({ code, signal, out, err });
    });
  });
  const children = (): Descendant[] => inFolder(cwd).filter(({ pid }) => pid !== child.pid);
  const started: Ntk = {
    process: child,
    ended,
    said: () => err,
    async saying(text, times = 1) {
      while (timesIn(err, text) < times) {
        if (over) throw new Error(`it ended without saying ${text}: ${err}${out}`);
        await sleep(LOOK_MS);
      }
    },
    kill: (signal) => {
      child.kill(signal);
    },
    children,
    async stopped() {
      while (!over && !standsStill(child.pid)) await sleep(LOOK_MS);
      if (over) throw new Error(`it ended before it was stopped: ${err}${out}`);
    },
    async childrenGone() {
      for (let waited = 0; waited < GONE_WITHIN_MS; waited += LOOK_MS) {
        if (children().length === 0) return;
        await sleep(LOOK_MS);
      }
      throw new Error(`left over: ${JSON.stringify(children())}`);
    },
  };
  living.add(started);
  return started;
}

/** Runs `ntk` to its end. */
export function ntk(args: readonly string[], options: NtkOptions = {}): Promise<Ended> {
  return startNtk(args, options).ended;
}

function timesIn(text: string, part: string): number {
  return text.split(part).length - 1;
}

function standsStill(pid: number | undefined): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The state follows the name, which stands in brackets and may hold anything.
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}

/** Living processes whose working folder this is. */
function inFolder(folder: string): Descendant[] {
  return readdirSync('/proc').flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) return [];
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) !== folder) return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      // A process that has ended and that nobody has asked after is no process any more.
      return command === '' ? [] : [{ pid, command }];
    } catch {
      return [];
    }
  });
}

/** How many steps of each kind there were, by the file that `countStepsIn` named. */
export function stepsIn(file: string): { readonly write: number; readonly look: number } {
  return JSON.parse(readFileSync(file, 'utf8')) as { write: number; look: number };
}

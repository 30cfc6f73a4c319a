import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/**
 * Programs of this machine that parsers call. They read what strangers wrote, so they get their input on a
 * pipe, no shell, an empty environment, and limits that the system itself enforces where it can.
 */

/** Folders that only an administrator writes to; the search path of whoever started us is not asked. */
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/opt/local/bin', '/bin'];
/** What a program said of its troubles beyond this is not kept. */
const MAX_SAID = 4_096;

/** Absolute path of an installed program; null where there is none. */
export function findProgram(name: string): string | null {
  for (const folder of FOLDERS) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not there: the next folder may have it.
    }
  }
  return null;
}

export interface Call {
  /** As `findProgram` gives it. */
  readonly path: string;
  readonly args: readonly string[];
  /** What it reads from standard input. */
  readonly input: Uint8Array;
  /** Seconds of processor time after which it is ended. */
  readonly maxSeconds: number;
  /** Address space it may ask for, in MB. */
  readonly maxMegabytes: number;
}

/** How a program ended: `code` is null when a signal ended it. */
export interface Ending {
  readonly code: number | null;
  /** The beginning of what it wrote to standard error. */
  readonly said: string;
}

export interface Running {
  /** Standard output as it comes; reading slowly makes the program wait. */
  readonly output: AsyncIterable<Buffer>;
  /** Never rejects: a program that could not be started ended without a code. */
  readonly ended: Promise<Ending>;
  stop(): void;
}

/** Starts a program. It cannot write files where `prlimit` is installed, and gets no more than its limits. */
export function start(call: Call): Running {
  const [path, args] = limited(call);
  const child: ChildProcessWithoutNullStreams = spawn(path, args, {
    cwd: '/',
    env: { LC_ALL: 'C.UTF-8', OMP_THREAD_LIMIT: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    if (said.length < MAX_SAID) said += part.slice(0, MAX_SAID - said.length);
  });
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', () => resolve({ code: null, said }));
    child.once('close', (code) => resolve({ code, said }));
  });
  // A program that has read enough closes its input; that is no trouble of ours.
  child.stdin.on('error', () => undefined);
  child.stdout.on('error', () => undefined);
  child.stdin.end(call.input);
  return { output: child.stdout, ended, stop: () => child.kill('SIGKILL') };
}

/** Everything a program prints, at most `maxBytes`; null when it failed or printed more. */
export async function runWhole(
  call: Call,
  maxBytes: number,
): Promise<{ readonly output: Buffer; readonly said: string } | null> {
  const running = start(call);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of running.output) {
    size += part.length;
    if (size > maxBytes) {
      running.stop();
      return null;
    }
    parts.push(part);
  }
  const { code, said } = await running.ended;
  return code === 0 ? { output: Buffer.concat(parts), said } : null;
}

/** The call under prlimit(1), which sets the limits of setrlimit(2) before the program begins. */
function limited({ path, args, maxSeconds, maxMegabytes }: Call): [string, string[]] {
  const prlimit = findProgram('prlimit');
  if (prlimit === null) return [path, [...args]];
  const limits = [
    `--as=${maxMegabytes * 1_048_576}`,
    `--cpu=${Math.ceil(maxSeconds)}`,
    '--fsize=0',
    '--core=0',
  ];
  return [prlimit, [...limits, '--', path, ...args]];
}

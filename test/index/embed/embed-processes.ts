import { readdirSync, readFileSync } from 'node:fs';

/** Process ids of the model children of this process, from /proc; those that embed, or those of another program. */
export function embedProcesses(program = 'embed-child'): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === process.pid && read(`/proc/${pid}/cmdline`).includes(program));
}

export function isRunning(pid: number): boolean {
  return !['', 'Z'].includes(statusOf(pid)[0] ?? '');
}

function parentOf(pid: number): number {
  return Number(statusOf(pid)[1]);
}

/** State and parent: the fields after the command in brackets, which may itself hold spaces. */
function statusOf(pid: number): readonly string[] {
  return read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** Empty where the process is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

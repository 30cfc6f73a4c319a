import { readdirSync, readFileSync } from 'node:fs';

const PAGE_SIZE = 4_096;
const SAMPLE_MS = 50;
/** Fields of /proc/PID/stat behind the command's name, from 0 on (proc(5)). */
const PARENT = 1;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;
const TICKS_PER_SECOND = 100;
const RESIDENT = 21;

/** What a process tree needed. Memory is the largest seen while sampling, in bytes. */
export interface Usage {
  /** Sum over the process and all its descendants; memory that processes share counts once for each. */
  readonly tree: number;
  /** The largest single process. */
  readonly process: number;
  /** Most processes at once. */
  readonly processes: number;
  /**
   * Processor seconds of all of them while watched. Other work on the machine hardly changes them, so they
   * compare better than wall time; what a process used in its last 50 ms is missing.
   */
  readonly cpuSeconds: number;
}

/** Samples a process tree until `stop`. Linux only; elsewhere everything stays 0. */
export function watchTree(root: number): { stop(): Usage } {
  let tree = 0;
  let largest = 0;
  let processes = 0;
  const ticks = new Map<number, number>();
  const sample = (): void => {
    const found = treeOf(root);
    for (const { pid, used } of found) ticks.set(pid, used);
    const sizes = found.map(({ resident }) => resident);
    tree = Math.max(tree, sum(sizes));
    largest = Math.max(largest, ...sizes);
    processes = Math.max(processes, sizes.length);
  };
  sample();
  const before = sum(ticks.values());
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      sample();
      const cpuSeconds = (sum(ticks.values()) - before) / TICKS_PER_SECOND;
      return { tree, process: largest, processes, cpuSeconds };
    },
  };
}

interface Seen {
  readonly pid: number;
  readonly resident: number;
  /** Ticks of processor time since it started. */
  readonly used: number;
}

function treeOf(root: number): Seen[] {
  const children = new Map<number, number[]>();
  const all = new Map<number, Seen>();
  for (const name of numericFolders()) {
    const fields = statFields(name);
    if (fields === null) continue;
    const pid = Number(name);
    const parent = Number(fields[PARENT]);
    const used = Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
    all.set(pid, { pid, resident: Number(fields[RESIDENT]) * PAGE_SIZE, used });
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: Seen[] = [];
  const queue = [root];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    const seen = all.get(pid);
    if (seen === undefined) continue;
    found.push(seen);
    queue.push(...(children.get(pid) ?? []));
  }
  return found;
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

function numericFolders(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Fields behind the name, which may itself hold spaces and brackets; null when the process is gone. */
function statFields(pid: string): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

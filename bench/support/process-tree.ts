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
  /** The process at the root. */
  readonly root: number;
  /** The largest child of the root, with the programs it called: what the cap of a parse child counts. */
  readonly child: number;
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
  let rootSize = 0;
  let child = 0;
  let processes = 0;
  const ticks = new Map<number, number>();
  const sample = (): void => {
    const found = treeOf(root);
    for (const { pid, used } of found) ticks.set(pid, used);
    const sizes = found.map(({ resident }) => resident);
    tree = Math.max(tree, sum(sizes));
    largest = Math.max(largest, ...sizes);
    rootSize = Math.max(rootSize, found.find(({ pid }) => pid === root)?.resident ?? 0);
    child = Math.max(child, ...branches(found));
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
      return { tree, process: largest, root: rootSize, child, processes, cpuSeconds };
    },
  };
}

interface Seen {
  readonly pid: number;
  /** The child of the root it stands under; null for the root. */
  readonly branch: number | null;
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
    all.set(pid, { pid, branch: null, resident: Number(fields[RESIDENT]) * PAGE_SIZE, used });
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: Seen[] = [];
  const queue: { pid: number; branch: number | null }[] = [{ pid: root, branch: null }];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { pid, branch } = next;
    const seen = all.get(pid);
    if (seen === undefined) continue;
    found.push({ ...seen, branch });
    for (const child of children.get(pid) ?? []) queue.push({ pid: child, branch: branch ?? child });
  }
  return found;
}

/** Resident memory below each child of the root, the child counted in. */
function branches(found: readonly Seen[]): number[] {
  const sizes = new Map<number, number>();
  for (const { branch, resident } of found) {
    if (branch !== null) sizes.set(branch, (sizes.get(branch) ?? 0) + resident);
  }
  return [...sizes.values()];
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

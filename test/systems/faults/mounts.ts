import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { afterAll } from 'vitest';

const mounted = new Set<string>();

// Before the temporary folders they stand in are removed.
afterAll(() => {
  for (const folder of mounted) spawnSync('umount', ['-l', folder]);
  mounted.clear();
});

/** A disk of a given size, in memory, mounted on a folder. */
export interface Disk {
  /** @param size as `mount` takes it, for example `4m` */
  resize(size: string): void;
  /** Leaves room for this many bytes beside what it holds. */
  leave(bytes: number): void;
  readOnly(): void;
  writable(): void;
  /** Away at once, open files or not; the folder is then the empty one beneath. */
  away(): void;
}

/**
 * Mounts a disk in memory.
 * @throws where this process may not mount: these tests need root and the right to mount
 */
export function mountDisk(folder: string, size: string): Disk {
  mkdirSync(folder, { recursive: true });
  mount(['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  mounted.add(folder);
  return {
    resize: (to) => mount(['-o', `remount,size=${to}`, folder]),
    leave(bytes) {
      const { blocks, bfree, bsize } = statfsSync(folder);
      mount(['-o', `remount,size=${(blocks - bfree) * bsize + bytes}`, folder]);
    },
    readOnly: () => mount(['-o', 'remount,ro', folder]),
    writable: () => mount(['-o', 'remount,rw', folder]),
    away: () => unmount(folder),
  };
}

/** Shows one folder at another place as well, as a share on another machine is shown. */
export function bind(from: string, at: string): { away(): void } {
  mkdirSync(at, { recursive: true });
  mount(['--bind', from, at]);
  mounted.add(at);
  return { away: () => unmount(at) };
}

function unmount(folder: string): void {
  execFileSync('umount', ['-l', folder]);
  mounted.delete(folder);
}

function mount(args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(
    `this test needs root and the right to mount (mount ${args.join(' ')}: ${error?.message ?? stderr.trim()})`,
  );
}

import { execFile } from 'node:child_process';
import type { BigIntStats } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { PosixAclReader } from './acl-reader.ts';
import { POSIX_FILE_SYSTEMS } from './file-systems.ts';
import { parseGetfacl } from './getfacl-output.ts';
import { batches, isSame, look, toBytes } from './looked-at.ts';
import { agreeing, type PosixReading } from './posix-acl.ts';

const MAX_BATCH_PATHS = 1_000;
/** A list of 10,000 entries for a few files of a batch still fits. */
const MAX_OUTPUT_BYTES = 64 * 1_048_576;
const DEFAULT_TIMEOUT_MS = 30_000;

export interface GetfaclReaderOptions {
  /** Program to run; `getfacl` of the Debian package `acl`. */
  readonly command?: string;
  /** `f_type` numbers of statfs(2) whose lists are believed. */
  readonly fileSystems?: { has(type: number): boolean };
  readonly timeoutMs?: number;
}

/**
 * Reads lists through `getfacl`, many paths a call, since Node reads no extended attributes.
 *
 * Where a file system keeps no lists, `getfacl` answers from mode bits, as the kernel decides there. Each path
 * is looked at before and after the call: one that changed meanwhile, or whose list does not show the file's
 * mode and owners, is an error.
 */
export class GetfaclReader implements PosixAclReader {
  readonly #command: string;
  readonly #fileSystems: { has(type: number): boolean };
  readonly #timeoutMs: number;

  constructor(options: GetfaclReaderOptions = {}) {
    this.#command = options.command ?? 'getfacl';
    this.#fileSystems = options.fileSystems ?? POSIX_FILE_SYSTEMS;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, PosixReading>> {
    const readings = new Map<string, PosixReading>();
    for (const batch of batches([...new Set(paths)], MAX_BATCH_PATHS)) {
      for (const [path, reading] of await this.#readBatch(batch)) readings.set(path, reading);
    }
    return readings;
  }

  async #readBatch(batch: readonly string[]): Promise<Map<string, PosixReading>> {
    const readings = new Map<string, PosixReading>();
    const before = new Map<string, BigIntStats>();
    const devices = new Map<bigint, string | null>();
    for (const path of batch) {
      const stats = await look(path);
      const trouble = typeof stats === 'string' ? stats : await this.#deviceTrouble(path, stats, devices);
      if (trouble !== null) readings.set(path, { ok: false, error: trouble });
      else if (typeof stats !== 'string') before.set(path, stats);
    }
    if (before.size === 0) return readings;

    const output = await this.#run([...before.keys()]);
    const lists = output.ok ? parseGetfacl(output.text) : new Map<string, PosixReading>();
    for (const [path, stats] of before) {
      const list = lists.get(toBytes(path));
      const missing = output.ok ? 'getfacl could not read it' : output.error;
      readings.set(
        path,
        list === undefined ? { ok: false, error: missing } : confirmed(list, stats, await look(path)),
      );
    }
    return readings;
  }

  async #deviceTrouble(
    path: string,
    stats: BigIntStats,
    devices: Map<bigint, string | null>,
  ): Promise<string | null> {
    const known = devices.get(stats.dev);
    if (known !== undefined) return known;
    const trouble = await this.#fileSystemTrouble(path);
    devices.set(stats.dev, trouble);
    return trouble;
  }

  async #fileSystemTrouble(path: string): Promise<string | null> {
    try {
      const { type } = await statfs(path);
      if (this.#fileSystems.has(type)) return null;
      return `the file system (type 0x${type.toString(16)}) does not decide by POSIX lists alone`;
    } catch (error) {
      return `the file system could not be asked (${(error as NodeJS.ErrnoException).code})`;
    }
  }

  #run(paths: readonly string[]): Promise<{ ok: true; text: string } | { ok: false; error: string }> {
    // -n numbers, -p names as given, -P no symbolic links followed, -E no comments on effective rights.
    const args = ['-n', '-p', '-P', '-E', '-a', '--', ...paths];
    const options = { encoding: 'latin1', maxBuffer: MAX_OUTPUT_BYTES, timeout: this.#timeoutMs } as const;
    return new Promise((resolve) => {
      execFile(this.#command, args, options, (error, stdout) => {
        // Exit 1 means that some path could not be read; the others were answered.
        if (error === null || error.code === 1) resolve({ ok: true, text: stdout });
        else if (error.code === 'ENOENT') {
          resolve({ ok: false, error: `${this.#command} is not installed (package acl)` });
        } else resolve({ ok: false, error: `getfacl did not finish (${error.signal ?? error.code})` });
      });
    });
  }
}

function confirmed(list: PosixReading, before: BigIntStats, after: BigIntStats | string): PosixReading {
  if (!list.ok) return list;
  if (typeof after === 'string' || !isSame(before, after)) {
    return { ok: false, error: 'it changed while it was read' };
  }
  if (BigInt(list.acl.owner) !== before.uid || BigInt(list.acl.group) !== before.gid) {
    return { ok: false, error: 'its owner or group changed while it was read' };
  }
  return agreeing(list.acl, Number(before.mode));
}

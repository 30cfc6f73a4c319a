import { type ExecFileException, execFile } from 'node:child_process';
import type { BigIntStats } from 'node:fs';
import { batches, isSame, look, toBytes } from '../posix/looked-at.ts';
import type { AttributeReader, AttributeReading } from './attribute-reader.ts';
import { parseGetfattr, printedName } from './getfattr-output.ts';

const MAX_BATCH_PATHS = 1_000;
const MAX_OUTPUT_BYTES = 64 * 1_048_576;
const DEFAULT_TIMEOUT_MS = 60_000;

export interface GetfattrReaderOptions {
  /** Name of the attribute: letters, digits, dots and underscores. */
  readonly attribute: string;
  /**
   * `listed`: the file system lists the attribute, so one that is not listed is not there (`security.NTACL`).
   * `hidden`: it hands it out by name alone (`system.cifs_acl`), so one that does not come is an error.
   */
  readonly kind: 'listed' | 'hidden';
  /** Program to run; `getfattr` of the Debian package `attr`. */
  readonly command?: string;
  readonly timeoutMs?: number;
}

/**
 * Reads an attribute through `getfattr`, many paths a call, since Node reads no extended attributes.
 *
 * Each path is looked at before and after the call: one that changed meanwhile is an error. Where a call says that
 * something went wrong without it being plain with which path, the paths are asked again in halves.
 */
export class GetfattrReader implements AttributeReader {
  readonly #options: GetfattrReaderOptions;

  constructor(options: GetfattrReaderOptions) {
    this.#options = options;
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, AttributeReading>> {
    const readings = new Map<string, AttributeReading>();
    for (const batch of batches([...new Set(paths)], MAX_BATCH_PATHS)) {
      const before = new Map<string, BigIntStats>();
      for (const path of batch) {
        const stats = await look(path);
        if (typeof stats === 'string') readings.set(path, { ok: false, error: stats });
        else before.set(path, stats);
      }
      for (const [path, value] of await this.#values([...before.keys()])) {
        readings.set(path, confirmed(value, before.get(path), await look(path)));
      }
    }
    return readings;
  }

  async #values(paths: readonly string[]): Promise<Map<string, Value>> {
    const values = new Map<string, Value>();
    if (paths.length === 0) return values;
    const answer = await this.#ask(paths);
    if (answer.kind === 'failed') {
      for (const path of paths) values.set(path, { ok: false, error: answer.error });
      return values;
    }
    const unanswered: string[] = [];
    for (const path of paths) {
      const bytes = answer.found.get(printedName(toBytes(path)));
      if (bytes !== undefined) values.set(path, { ok: true, bytes });
      else if (answer.kind === 'whole' && this.#options.kind === 'listed')
        values.set(path, { ok: true, bytes: null });
      else unanswered.push(path);
    }
    if (
      paths.length === 1 ||
      ((answer.kind === 'whole' || answer.understood) && this.#options.kind === 'hidden')
    ) {
      for (const path of unanswered) values.set(path, { ok: false, error: this.#unanswered() });
      return values;
    }
    const middle = Math.ceil(unanswered.length / 2);
    for (const half of [unanswered.slice(0, middle), unanswered.slice(middle)]) {
      for (const [path, value] of await this.#values(half)) values.set(path, value);
    }
    return values;
  }

  #unanswered(): string {
    const { attribute, kind } = this.#options;
    return kind === 'hidden'
      ? `getfattr could not read ${attribute}: mount the share with the option cifsacl, and with an account that may read permissions`
      : `getfattr could not read ${attribute}: run as root, or as a user who may reach every file`;
  }

  async #ask(paths: readonly string[]): Promise<Answer> {
    const { attribute, kind, command = 'getfattr', timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    // -h no symbolic links followed.
    const which =
      kind === 'hidden' ? ['-n', attribute] : ['-d', '-m', `^${attribute.replaceAll('.', '\\.')}$`];
    const args = ['--absolute-names', '-h', '-e', 'hex', ...which, '--', ...paths];
    const options = { encoding: 'latin1', maxBuffer: MAX_OUTPUT_BYTES, timeout: timeoutMs } as const;
    const { error, stdout } = await new Promise<{ error: ExecFileException | null; stdout: string }>(
      (resolve) => {
        execFile(command, args, options, (error, stdout) => resolve({ error, stdout }));
      },
    );
    if (error?.code === 'ENOENT') {
      return { kind: 'failed', error: `${command} is not installed (package attr)` };
    }
    const tooMuch = error?.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';
    // Exit 1 means that some path could not be read; the others were answered.
    if (error !== null && error.code !== 1 && !tooMuch) {
      return { kind: 'failed', error: `getfattr did not finish (${error.signal ?? error.code})` };
    }
    const found = tooMuch ? null : parseGetfattr(stdout, attribute);
    if (found === null || !isOf(found, paths)) {
      return { kind: 'partly', found: new Map(), understood: false };
    }
    return error === null ? { kind: 'whole', found } : { kind: 'partly', found, understood: true };
  }
}

type Answer =
  | { readonly kind: 'failed'; readonly error: string }
  /** Every path was read: one that is not found has no such attribute. */
  | { readonly kind: 'whole'; readonly found: ReadonlyMap<string, Uint8Array> }
  /** Something could not be read or, where the output is not understood, nothing of it is believed. */
  | {
      readonly kind: 'partly';
      readonly found: ReadonlyMap<string, Uint8Array>;
      readonly understood: boolean;
    };

type Value =
  | { readonly ok: true; readonly bytes: Uint8Array | null }
  | { readonly ok: false; readonly error: string };

/** Whether nothing was printed but what was asked for: a name that is quoted otherwise would look like an absence. */
function isOf(found: ReadonlyMap<string, unknown>, paths: readonly string[]): boolean {
  const asked = new Set(paths.map((path) => printedName(toBytes(path))));
  return [...found.keys()].every((name) => asked.has(name));
}

function confirmed(
  value: Value,
  before: BigIntStats | undefined,
  after: BigIntStats | string,
): AttributeReading {
  if (!value.ok) return value;
  if (before === undefined || typeof after === 'string' || !isSame(before, after)) {
    return { ok: false, error: 'it changed while it was read' };
  }
  const mode = Number(before.mode);
  return value.bytes === null ? { ok: true, value: null, mode } : { ok: true, value: value.bytes, mode };
}

import { constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import type { AclEntry, WindowsDescriptor } from '../descriptor.ts';
import type { PrincipalId, ShareId } from '../ids.ts';
import {
  broken,
  CONFLICT,
  type Export,
  type ExportReading,
  keyOf,
  readExport,
  usable,
} from '../windows/export-file.ts';
import { parseSddl } from '../windows/sddl.ts';
import { unknownDenial } from '../windows/unknown-denial.ts';
import type { DescriptorReading, DescriptorSource } from './port.ts';
import { unknownDeny } from './unknown-deny.ts';

/** Clocks of two machines differ; an export from further ahead than this was dated by a wrong one. */
const FUTURE_TOLERANCE_SECONDS = 300;
export interface WindowsExportOptions {
  readonly share: ShareId;
  /** Where the share is mounted here. The export must lie outside: whoever writes there would set permissions. */
  readonly root: string;
  readonly shareEntries: readonly AclEntry[];
  /**
   * Whether the directory knows a principal, a SID included; see `unknownDeny`. A denial of a SID that it does
   * not know may be of a group whose members it does know, so such a list is not believed.
   */
  readonly knows: (principal: PrincipalId) => boolean;
  /** The file that `scripts/windows/Export-NeedToKnowAcl.ps1` writes. */
  readonly file: string;
  readonly maxAgeSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Permissions of a share as a Windows server exported them: one descriptor in SDDL for each file and folder.
 *
 * An export is a photograph, and stale at once: a change on the server counts after the next export. One that is
 * too old, not whole, or without the share's own list opens nothing, and neither does one that is silent about a file.
 * In memory stay the distinct lists and, for each path, which one it has.
 */
export class WindowsExportSource implements DescriptorSource {
  readonly #options: WindowsExportOptions;
  #last: { readonly fingerprint: string; readonly reading: ExportReading } | null = null;
  #current: Promise<ExportReading> | null = null;

  constructor(options: WindowsExportOptions) {
    this.#options = options;
  }

  beginPass(): void {
    this.refresh();
  }

  /** The next reading looks at the file, and reads it again when it is another one. */
  refresh(): void {
    this.#current = null;
  }

  believedUntil(): number | null {
    return this.#last?.reading.ok === true
      ? this.#last.reading.value.exported + this.#options.maxAgeSeconds * 1_000
      : null;
  }

  owns(): boolean {
    return false;
  }

  async descriptorOf(path: string): Promise<DescriptorReading<WindowsDescriptor>> {
    const { share, shareEntries, knows } = this.#options;
    const doubt = unknownDeny(shareEntries, knows);
    if (doubt !== null) return unreadable(doubt);
    const reading = await this.#reading();
    if (!reading.ok) return unreadable(reading.detail);
    const late = this.#ageDoubt(reading.value);
    if (late !== null) return unreadable(late);
    const { listOf, lists, shareLevel, sids, exported } = reading.value;
    const at = listOf.get(keyOf(path));
    if (at === undefined) {
      const detail = `the export of ${shown(exported)} does not name it: export again`;
      return { ok: false, reason: 'acl-missing', detail };
    }
    if (at === CONFLICT) return unreadable('the export names it twice, with different lists: export again');
    const list = lists[at];
    if (list === undefined) return unreadable('its list is not in the export: export again');
    if (list.kind === 'error') return unreadable(`the server could not read its list: ${list.detail}`);
    list.parsed ??= usable(parseSddl(list.sddl, sids));
    if (!list.parsed.ok) return unreadable(`its list: ${list.parsed.error}`);
    const file = list.parsed.descriptor;
    const unknown = unknownDenial(shareLevel, knows) ?? unknownDenial(file, knows);
    if (unknown !== null) {
      return unreadable(
        `its list or the share's denies ${unknown}, whom the directory does not know: give the user or group this sid there, or take the entry away`,
      );
    }
    return { ok: true, descriptor: { system: 'windows', share, shareEntries, file, shareLevel } };
  }

  /** A sentence when the export is too old, or dated in the future. Asked at every reading: a pass can be long. */
  #ageDoubt({ exported }: Export): string | null {
    const { maxAgeSeconds, now } = this.#options;
    const age = (now() - exported) / 1_000;
    if (age < -FUTURE_TOLERANCE_SECONDS) {
      return `the export is dated ${shown(exported)}, in the future: set the clocks right and export again`;
    }
    // Written so that a clock that gives no number refuses as well.
    if (age <= maxAgeSeconds) return null;
    return `the export of ${shown(exported)} is ${length(age)} old, and at most ${length(maxAgeSeconds)} is allowed: export again`;
  }

  #reading(): Promise<ExportReading> {
    this.#current ??= this.#load().catch((error: NodeJS.ErrnoException) =>
      broken(`cannot be read (${error.code ?? error.message})`),
    );
    return this.#current;
  }

  async #load(): Promise<ExportReading> {
    const { file, root } = this.#options;
    if (inside(await realpath(file), await realpath(root).catch(() => root))) {
      return broken('lies in the share, where others may write: keep it elsewhere');
    }
    const fingerprint = fingerprintOf(await stat(file, { bigint: true }));
    if (this.#last?.fingerprint === fingerprint) return this.#last.reading;
    this.#last = null; // Two exports at once would take twice the memory.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const before = await handle.stat({ bigint: true });
      if (!before.isFile()) return broken('is not a regular file');
      const reading = await readExport(handle);
      const after = fingerprintOf(await handle.stat({ bigint: true }));
      if (fingerprintOf(before) !== after) return broken('changed while it was read');
      this.#last = { fingerprint: after, reading };
      return reading;
    } finally {
      await handle.close();
    }
  }
}

function inside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function fingerprintOf(
  stats: {
    readonly [key in 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs']: bigint;
  },
): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

function unreadable(detail: string): DescriptorReading<WindowsDescriptor> {
  return { ok: false, reason: 'acl-unreadable', detail };
}

function shown(time: number): string {
  return new Date(time).toISOString();
}

/** A length of time as people say it, never rounded down to an allowed one. */
function length(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} seconds`;
  if (seconds < 7_200) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Math.ceil(seconds / 3_600)} hours`;
}

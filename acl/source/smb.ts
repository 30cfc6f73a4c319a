import { join } from 'node:path';
import type { AclEntry, WindowsDescriptor } from '../descriptor.ts';
import type { PrincipalId, ShareId } from '../ids.ts';
import type { SmbReader, SmbReading } from '../smb/reader.ts';
import { FILE_TRAVERSE } from '../windows/access-mask.ts';
import { parseSddl, printSddl } from '../windows/sddl.ts';
import type { SecurityDescriptor } from '../windows/security-descriptor.ts';
import { type DenialRule, unknownDenial } from '../windows/unknown-denial.ts';
import { ChangedReadings, type TextReading } from './changed-readings.ts';
import { foldersAbove } from './folders-above.ts';
import type { DescriptorReading, DescriptorSource } from './port.ts';
import type { ReadingStore } from './reading-store.ts';
import { unknownDeny } from './unknown-deny.ts';

export interface SmbSourceOptions {
  readonly share: ShareId;
  /** Where the share is mounted here. */
  readonly root: string;
  /** The folder of the server's share that is mounted there, `/` between parts; empty for the share's root. */
  readonly folder: string;
  readonly shareEntries: readonly AclEntry[];
  /** Whether the directory knows a principal, a SID included; see `unknownDenial`. */
  readonly knows: (principal: PrincipalId) => boolean;
  readonly reader: SmbReader;
  /**
   * `windows`: the lists decide, and nobody is asked at the folders above. `samba`: the server's kernel decides as
   * well, see `evaluateSamba`.
   */
  readonly server: 'windows' | 'samba';
  /** The list of the share as the operator wrote it; null asks the server. */
  readonly shareLevel: SecurityDescriptor | null;
  readonly readings: ReadingStore;
  /** Name of the server and the way to it; another one makes kept readings void. */
  readonly origin: string;
  readonly rescanAfterMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

type Refusal = Extract<SmbReading, { ok: false }>;

/**
 * Permissions as the file server itself tells them over SMB: the descriptor of each file and that of the share.
 *
 * The share is mounted here as well: where the mount shows a file unchanged, what the server said before counts in a
 * pass' first look (`ChangedReadings`). What cannot be read, or denies somebody the directory does not know, is read
 * by nobody.
 */
export class SmbSource implements DescriptorSource {
  readonly #options: SmbSourceOptions;
  readonly #lists: ChangedReadings<Refusal>;
  #shareLevel: Promise<SmbReading> | null = null;

  constructor(options: SmbSourceOptions) {
    this.#options = options;
    const { share, readings, origin, rescanAfterMs, now, reader, root, folder } = options;
    this.#lists = new ChangedReadings<Refusal>({
      share,
      readings,
      origin,
      rescanAfterMs,
      now,
      localPath: (path) => {
        if (path === folder) return root;
        if (folder === '') return join(root, path);
        return path.startsWith(`${folder}/`) ? join(root, path.slice(folder.length + 1)) : null;
      },
      read: async (paths) =>
        new Map([...(await reader.read(paths))].map(([path, reading]) => [path, asText(reading)])),
    });
  }

  beginPass(): void {
    this.#shareLevel = null;
    this.#lists.beginPass();
  }

  refresh(): void {
    this.#shareLevel = null;
    this.#lists.refresh();
  }

  believedUntil(): null {
    return null;
  }

  owns(): boolean {
    return false;
  }

  async descriptorOf(path: string): Promise<DescriptorReading<WindowsDescriptor>> {
    const { share, shareEntries, knows, server } = this.#options;
    const doubt = unknownDeny(shareEntries, knows);
    if (doubt !== null) return unreadable(doubt);
    const shareLevel = await this.#readShare();
    if (!shareLevel.ok) return unreadable(`the list of the share cannot be read: ${shareLevel.error}`);
    const onServer = this.#onServer(path);
    const above = server === 'samba' ? foldersAbove(onServer) : [];
    const [own, ...others] = await Promise.all([onServer, ...above].map((part) => this.#read(part)));
    if (own === undefined || !own.ok) return refused(own, 'its list');
    const folders: SecurityDescriptor[] = [];
    for (const [at, other] of others.entries()) {
      if (!other.ok) return refused(other, `the list of the folder ${above[at] || 'at the root'}`);
      folders.push(other.descriptor);
    }
    const unknown = this.#unknown(own.descriptor, shareLevel.descriptor, folders);
    if (unknown !== null) {
      return unreadable(
        `its list, the share's or a folder's shuts out ${unknown}, whom the directory does not know: give the user or group this sid there, or take the entry away`,
      );
    }
    return {
      ok: true,
      descriptor: {
        system: 'windows',
        share,
        shareEntries,
        file: own.descriptor,
        shareLevel: shareLevel.descriptor,
        ...(server === 'samba' ? { samba: { folders } } : {}),
      },
    };
  }

  #onServer(path: string): string {
    const { folder } = this.#options;
    return folder === '' ? path : `${folder}/${path}`;
  }

  #readShare(): Promise<SmbReading> {
    const { shareLevel, reader } = this.#options;
    if (shareLevel !== null) return Promise.resolve({ ok: true, descriptor: shareLevel });
    this.#shareLevel ??= reader.readShare().then(withList);
    return this.#shareLevel;
  }

  async #read(path: string): Promise<SmbReading> {
    const reading = await this.#lists.get(path);
    if (!reading.ok) return reading.refusal;
    const parsed = parseSddl(reading.text);
    if (!parsed.ok) return { ok: false, reason: 'unreadable', error: parsed.error };
    return withList(parsed);
  }

  #unknown(
    file: SecurityDescriptor,
    shareLevel: SecurityDescriptor,
    folders: readonly SecurityDescriptor[],
  ): PrincipalId | null {
    const { knows, server } = this.#options;
    const rule: DenialRule = { lackingDenies: server === 'samba' };
    const own = unknownDenial(shareLevel, knows) ?? unknownDenial(file, knows, rule);
    if (own !== null) return own;
    for (const folder of folders) {
      const unknown = unknownDenial(folder, knows, { ...rule, need: FILE_TRAVERSE });
      if (unknown !== null) return unknown;
    }
    return null;
  }
}

/** Readings are kept as SDDL, which says all that the descriptor says. */
function asText(reading: SmbReading): TextReading<Refusal> {
  return reading.ok ? { ok: true, text: printSddl(reading.descriptor) } : { ok: false, refusal: reading };
}

/** A descriptor that says nothing about access protects nothing that we could know of. */
function withList(reading: SmbReading): SmbReading {
  if (!reading.ok || reading.descriptor.dacl.kind !== 'absent') return reading;
  return { ok: false, reason: 'unreadable', error: 'it has no access-control list' };
}

function refused(reading: SmbReading | undefined, what: string): DescriptorReading<WindowsDescriptor> {
  const refusal =
    reading === undefined || reading.ok ? { error: 'no answer', reason: 'unreadable' } : reading;
  const detail = `${what} cannot be read from the server: ${refusal.error}`;
  return refusal.reason === 'missing' ? { ok: false, reason: 'acl-missing', detail } : unreadable(detail);
}

function unreadable(detail: string): DescriptorReading<WindowsDescriptor> {
  return { ok: false, reason: 'acl-unreadable', detail };
}

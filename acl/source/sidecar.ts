import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { AclEntry, SidecarDescriptor } from '../descriptor.ts';
import { type PrincipalId, principalId, type ShareId } from '../ids.ts';
import type { DescriptorReading, DescriptorSource } from './port.ts';
import { unknownDeny } from './unknown-deny.ts';

/** Name of the file that carries a folder's permissions. It is never itself a document. */
export const SIDECAR_FILE = '.acl.yaml';

const MAX_ENTRIES = 10_000;
/** Bytes of one `.acl.yaml`: whoever may write in a share must not fill our memory. */
const MAX_BYTES = 4 * 1_048_576;

const principalText = z
  .string()
  .regex(
    /^(everyone|authenticated|(user|group):\S(.*\S)?)$/,
    'write user:ID, group:ID, everyone or authenticated',
  );
const entryText = z.union([
  z.strictObject({ allow: principalText }),
  z.strictObject({ deny: principalText }),
]);
export const entriesText = z.array(entryText).max(MAX_ENTRIES);
const aclText = z.strictObject({ inherit: z.boolean().default(true), entries: entriesText.default([]) });
const sidecarText = aclText.extend({ files: z.record(z.string(), aclText).default({}) });
type SidecarText = z.infer<typeof sidecarText>;

/** Reads one YAML entry list (a folder's, a file's or the share's) into entries that name their origin. */
export function toEntries(list: z.infer<typeof entriesText>, origin: string): AclEntry[] {
  return list.map((entry) =>
    'allow' in entry
      ? { effect: 'allow', principal: principalId(entry.allow), origin }
      : { effect: 'deny', principal: principalId(entry.deny), origin },
  );
}

type FolderAcl =
  | { readonly kind: 'none' }
  | { readonly kind: 'acl'; readonly acl: SidecarText }
  | { readonly kind: 'broken'; readonly detail: string };

export interface SidecarOptions {
  readonly share: ShareId;
  readonly root: string;
  readonly shareEntries: readonly AclEntry[];
  /** Whether the directory knows a principal; see `unknownDeny`. */
  readonly knows: (principal: PrincipalId) => boolean;
}

/**
 * Permissions kept beside the files: `.acl.yaml` in a folder, with entries for the folder and for single files.
 *
 * Evaluation order: the file's own entries, then its folder's, then each parent's up to the root, stopping
 * after the first list that says `inherit: false`. A share without any list for a file refuses it.
 */
export class SidecarSource implements DescriptorSource {
  readonly #options: SidecarOptions;
  #folders = new Map<string, Promise<FolderAcl>>();
  #misnamed = new Map<string, string>();
  /** What files of a folder have that are not named in its list: one object for all of them. */
  #shared = new Map<string, Promise<DescriptorReading<SidecarDescriptor>>>();

  constructor(options: SidecarOptions) {
    this.#options = options;
  }

  beginPass(): void {
    this.refresh();
    this.#misnamed = new Map();
  }

  refresh(): void {
    this.#folders = new Map();
    this.#shared = new Map();
  }

  believedUntil(): null {
    return null;
  }

  owns(path: string): boolean {
    const name = posix.basename(path);
    if (name.toLowerCase() !== SIDECAR_FILE) return false;
    // `.ACL.yaml` was meant to say who reads the folder: not to read it would open what it closes.
    if (name !== SIDECAR_FILE) {
      this.#misnamed.set(parent(path), path);
      this.#shared = new Map();
    }
    return true;
  }

  async descriptorOf(path: string): Promise<DescriptorReading<SidecarDescriptor>> {
    const folder = parent(path);
    const own = await this.#folder(folder);
    if (own.kind === 'acl' && fileAcl(own.acl, posix.basename(path)) !== undefined) return this.#read(path);
    let shared = this.#shared.get(folder);
    if (shared === undefined) {
      shared = this.#read(path);
      this.#shared.set(folder, shared);
    }
    return shared;
  }

  async #read(path: string): Promise<DescriptorReading<SidecarDescriptor>> {
    const entries: AclEntry[] = [];
    let listed = false;
    for (let folder = parent(path), first = true; ; folder = parent(folder), first = false) {
      const misnamed = this.#misnamed.get(folder);
      if (misnamed !== undefined) {
        return { ok: false, reason: 'acl-unreadable', detail: `${misnamed} must be named ${SIDECAR_FILE}` };
      }
      const reading = await this.#folder(folder);
      const origin = folder === '' ? SIDECAR_FILE : `${folder}/${SIDECAR_FILE}`;
      if (reading.kind === 'broken') return { ok: false, reason: 'acl-unreadable', detail: reading.detail };
      if (reading.kind === 'acl') {
        listed = true;
        const own = first ? fileAcl(reading.acl, posix.basename(path)) : undefined;
        if (own !== undefined) {
          entries.push(...toEntries(own.entries, `${origin} (${posix.basename(path)})`));
          if (!own.inherit) break;
        }
        entries.push(...toEntries(reading.acl.entries, origin));
        if (!reading.acl.inherit) break;
      }
      if (folder === '') break;
    }
    if (!listed) {
      return {
        ok: false,
        reason: 'acl-missing',
        detail: `no ${SIDECAR_FILE} in the folder or above it: put one at the share's root`,
      };
    }
    const descriptor: SidecarDescriptor = {
      system: 'sidecar',
      share: this.#options.share,
      shareEntries: this.#options.shareEntries,
      entries,
    };
    const doubt = unknownDeny([...this.#options.shareEntries, ...entries], this.#options.knows);
    if (doubt !== null) return { ok: false, reason: 'acl-unreadable', detail: doubt };
    return { ok: true, descriptor };
  }

  #folder(folder: string): Promise<FolderAcl> {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const reading = readSidecar(join(this.#options.root, folder), folder);
    this.#folders.set(folder, reading);
    return reading;
  }
}

/** Entries for one file. Names are compared in NFC, as the share lists them. */
function fileAcl(acl: SidecarText, name: string): z.infer<typeof aclText> | undefined {
  const wanted = name.normalize('NFC');
  return Object.entries(acl.files).find(([file]) => file.normalize('NFC') === wanted)?.[1];
}

async function readSidecar(folder: string, label: string): Promise<FolderAcl> {
  const where = label === '' ? SIDECAR_FILE : `${label}/${SIDECAR_FILE}`;
  const read = await readText(join(folder, SIDECAR_FILE));
  if (read.kind === 'none') {
    // Where the folder itself went away, nobody knows what its list said.
    if (await isThere(folder)) return { kind: 'none' };
    return { kind: 'broken', detail: `${where} went away with its folder` };
  }
  if (read.kind === 'broken') return { kind: 'broken', detail: `${where} ${read.detail}` };
  try {
    // Keys stay as written: a file named `1.10` or `null` must not lose its entries.
    const parsed: unknown = parse(read.text, { maxAliasCount: 0, stringKeys: true });
    const result = sidecarText.safeParse(parsed);
    if (!result.success) {
      const issue = result.error.issues[0];
      return {
        kind: 'broken',
        detail: `${where}: ${issue?.path.join('.') || 'top level'}: ${issue?.message}`,
      };
    }
    const doubt = filesDoubt(parsed, result.data);
    return doubt === null
      ? { kind: 'acl', acl: result.data }
      : { kind: 'broken', detail: `${where}: files: ${doubt}` };
  } catch (error) {
    return { kind: 'broken', detail: `${where}: ${(error as Error).message.split('\n')[0]}` };
  }
}

/** Why the entries for single files cannot be trusted to be all that were written, or null. */
function filesDoubt(parsed: unknown, { files }: SidecarText): string | null {
  const written = Object.keys((parsed as { files?: object }).files ?? {});
  if (written.length !== Object.keys(files).length) return 'a name that cannot be a key';
  const names = new Set(written.map((name) => name.normalize('NFC')));
  return names.size === written.length ? null : 'one name stands twice, in two Unicode forms';
}

type TextReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'broken'; readonly detail: string };

/** Text of a regular file of bounded size. Nothing else is waited for: a pipe or a device would never end. */
async function readText(file: string): Promise<TextReading> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await handle.stat();
    if (!stats.isFile()) return { kind: 'broken', detail: 'is not a regular file' };
    if (stats.size > MAX_BYTES) return { kind: 'broken', detail: `is over ${MAX_BYTES / 1_048_576} MB` };
    return { kind: 'text', text: await handle.readFile('utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A link to nowhere is a list that cannot be read, not the absence of one.
    if (code === 'ENOENT' && !(await isThere(file))) return { kind: 'none' };
    return { kind: 'broken', detail: `could not be read (${code})` };
  } finally {
    await handle?.close();
  }
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
}

/** Folder of a path inside the share; the root is the empty string. */
function parent(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' || folder === '/' ? '' : folder;
}

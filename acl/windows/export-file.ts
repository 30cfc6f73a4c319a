import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { parseSddl } from './sddl.ts';
import type { SecurityDescriptor, SecurityDescriptorResult } from './security-descriptor.ts';
import { parseSid, type SidContext } from './sid.ts';

/** Characters of one line: a list has at most 64 KB, its text not twenty times that. */
const MAX_LINE = 4 * 1_048_576;
const CHUNK_BYTES = 1_048_576;

const headerText = z.strictObject({
  needToKnowAcl: z.literal(1, 'this is not an export of version 1'),
  exported: z.iso.datetime({ offset: true }),
  root: z.string(),
  computer: z.string(),
  domainSid: z
    .string()
    .refine((text) => parseSid(text) !== null, 'not a SID')
    .nullable(),
  shareSddl: z.string().nullable(),
});
const entryText = z.union([
  z.strictObject({ path: z.string(), sddl: z.string() }),
  z.strictObject({ path: z.string(), error: z.string() }),
  z.strictObject({ end: z.int().min(0) }),
]);

/** Stands instead of a list's index for a path with two. */
export const CONFLICT = -1;

export type List =
  | { readonly kind: 'sddl'; readonly sddl: string; parsed: SecurityDescriptorResult | null }
  | { readonly kind: 'error'; readonly detail: string };

export interface Export {
  /** Milliseconds since the epoch. */
  readonly exported: number;
  readonly shareLevel: SecurityDescriptor;
  readonly sids: SidContext;
  readonly lists: readonly List[];
  /** Index into `lists` by `keyOf` the path. */
  readonly listOf: ReadonlyMap<string, number>;
}

export type ExportReading =
  | { readonly ok: true; readonly value: Export }
  | { readonly ok: false; readonly detail: string };

export async function readExport(handle: FileHandle): Promise<ExportReading> {
  let header: Omit<Export, 'lists' | 'listOf'> | null = null;
  const lists: List[] = [];
  const indexes = new Map<string, number>();
  const listOf = new Map<string, number>();
  let entries = 0;
  let end: number | null = null;
  let number = 0;
  try {
    for await (const line of linesOf(handle)) {
      number += 1;
      if (line === '') continue;
      const value: unknown = JSON.parse(line);
      if (header === null) {
        const read = readHeader(value);
        if (!read.ok) return read;
        header = read.value;
        continue;
      }
      const entry = entryText.safeParse(value);
      if (!entry.success) return broken(`has neither a path and its list nor the end in line ${number}`);
      if (end !== null) return broken(`goes on after its end, in line ${number}`);
      if ('end' in entry.data) {
        end = entry.data.end;
        continue;
      }
      entries += 1;
      const list: List =
        'sddl' in entry.data
          ? { kind: 'sddl', sddl: entry.data.sddl, parsed: null }
          : { kind: 'error', detail: entry.data.error };
      const text = list.kind === 'sddl' ? `sddl ${list.sddl}` : `error ${list.detail}`;
      const index = indexes.get(text) ?? lists.push(list) - 1;
      indexes.set(text, index);
      const key = keyOf(entry.data.path);
      const other = listOf.get(key);
      listOf.set(key, other === undefined || other === index ? index : CONFLICT);
    }
  } catch (error) {
    return broken(`cannot be read after line ${number}: ${(error as Error).message}`);
  }
  if (header === null) return broken('is empty');
  if (end === null) return broken(`is incomplete: it has ${entries} entries and no end`);
  if (end !== entries) return broken(`is incomplete: it has ${entries} entries, and its end says ${end}`);
  return { ok: true, value: { ...header, lists, listOf } };
}

function readHeader(
  value: unknown,
):
  | { readonly ok: true; readonly value: Omit<Export, 'lists' | 'listOf'> }
  | { readonly ok: false; readonly detail: string } {
  const result = headerText.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    return broken(`has no header we can read: ${issue?.path.join('.') || 'line 1'}: ${issue?.message}`);
  }
  const { exported, domainSid, shareSddl } = result.data;
  if (shareSddl === null) return broken("lacks the share's own list: export with -ShareName on its server");
  const sids = domainSid === null ? {} : { domainSid };
  const share = usable(parseSddl(shareSddl, sids));
  if (!share.ok) return broken(`has a list of the share that is none: ${share.error}`);
  return { ok: true, value: { exported: Date.parse(exported), shareLevel: share.descriptor, sids } };
}

/** Lines without their ends, whichever they are. @throws on bytes that are not UTF-8 and on a line without end */
async function* linesOf(handle: FileHandle): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const bytes of handle.createReadStream({ autoClose: false, highWaterMark: CHUNK_BYTES })) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) throw new Error(`a line is over ${MAX_LINE} characters`);
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  yield rest + decoder.decode();
}

/** One text for all spellings of a path that Windows takes for one. */
export function keyOf(path: string): string {
  return path.normalize('NFC').replaceAll('\\', '/').toLowerCase();
}

/** A descriptor that says nothing about access protects nothing that we could know of. */
export function usable(result: SecurityDescriptorResult): SecurityDescriptorResult {
  if (!result.ok || result.descriptor.dacl.kind !== 'absent') return result;
  return { ok: false, error: 'it has no access-control list (D:)' };
}

export function broken(problem: string): { readonly ok: false; readonly detail: string } {
  return {
    ok: false,
    detail: `the export of permissions ${problem}; until a whole one is there, nobody reads`,
  };
}

import { ResultCodeError } from 'ldapts';
import type { LdapConnection } from './connection.ts';
import { SyncRequest } from './controls.ts';
import { foldDn, isWithin } from './dn.ts';
import { bytesOf, type LdapEntry, textOf, textsOf } from './entry.ts';
import type { LdapMapping } from './mapping.ts';

/**
 * Where a server stands in its sequence of changes.
 *
 * `usn`: Active Directory counts the changes of one domain controller ([MS-ADTS] 3.1.1.1.9). `server` names the
 * controller and its database, which a restored backup changes.
 * `csn`: the time of the last change by each server that writes (contextCSN, RFC 4533 and OpenLDAP's syncprov).
 */
export type ChangeMark =
  | { readonly kind: 'usn'; readonly server: string; readonly usn: bigint }
  | { readonly kind: 'csn'; readonly times: ReadonlyMap<string, string> };

/** What changed between two marks. */
export type Since =
  | { readonly kind: 'nothing' }
  /** Filters that every changed user and group meets; null where all of them are to be read. */
  | { readonly kind: 'changes'; readonly users: string; readonly groups: string | null }
  /** The marks are of different servers, or time ran backwards. */
  | { readonly kind: 'unrelated' };

const CSN = /^\d{14}\.\d{6}Z#[0-9a-f]{6}#([0-9a-f]{3})#[0-9a-f]{6}$/;
/** Answers of RFC 4511 4.1.9 that mean "not here, or not for you". */
const WITHHELD = new Set([12, 16, 18, 32, 50, 53]);

/** The mark of a server as of now; null where it keeps none that can be believed, or the account may not read it. */
export async function readMark(
  connection: LdapConnection,
  { changes }: LdapMapping,
  baseDn: string,
): Promise<ChangeMark | null> {
  try {
    return await (changes === 'usn' ? readUsn(connection) : readCsn(connection, baseDn));
  } catch (error) {
    if (error instanceof ResultCodeError && WITHHELD.has(error.code)) return null;
    throw error;
  }
}

async function readUsn(connection: LdapConnection): Promise<ChangeMark | null> {
  const root = await connection.find('', { attributes: ['highestCommittedUSN', 'dsServiceName'] });
  const usn = root === null ? null : textOf(root, 'highestCommittedUSN');
  const service = root === null ? null : textOf(root, 'dsServiceName');
  if (usn === null || !/^\d{1,20}$/.test(usn) || service === null) return null;
  const settings = await connection.find(service, {
    attributes: ['invocationId'],
    binaryAttributes: ['invocationId'],
  });
  const [invocation] = settings === null ? [] : bytesOf(settings, 'invocationId');
  if (invocation?.length !== 16) return null;
  return { kind: 'usn', server: `${service} ${invocation.toString('hex')}`, usn: BigInt(usn) };
}

async function readCsn(connection: LdapConnection, baseDn: string): Promise<ChangeMark | null> {
  const root = await connection.find('', { attributes: ['namingContexts'] });
  const base = foldDn(baseDn) ?? '';
  const [suffix] = (root === null ? [] : textsOf(root, 'namingContexts'))
    .filter((context) => isWithin(base, foldDn(context) ?? ' '))
    .sort((a, b) => b.length - a.length);
  if (suffix === undefined || suffix === '') return null;
  // A database can show a contextCSN that nothing moves any more (written once while loading). Only one with
  // syncprov keeps it, and only that accepts this control; the others refuse it as critical.
  await connection.find(suffix, { attributes: ['1.1'], controls: [new SyncRequest()] });
  const entry = await connection.find(suffix, { attributes: ['contextCSN'] });
  const times = new Map<string, string>();
  for (const csn of entry === null ? [] : textsOf(entry, 'contextCSN')) {
    const server = CSN.exec(csn)?.[1];
    if (server === undefined || times.has(server)) return null;
    times.set(server, csn);
  }
  return times.size === 0 ? null : { kind: 'csn', times };
}

/**
 * What to read after `from` to stand at `to`.
 *
 * Groups of a `csn` server are always read whole: overlays (refint, memberof, dynlist) change members without
 * changing the entryCSN of the group.
 */
export function changesSince(from: ChangeMark, to: ChangeMark): Since {
  if (from.kind === 'usn' && to.kind === 'usn') {
    if (from.server !== to.server || to.usn < from.usn) return { kind: 'unrelated' };
    if (from.usn === to.usn) return { kind: 'nothing' };
    const filter = `(uSNChanged>=${from.usn + 1n})`;
    return { kind: 'changes', users: filter, groups: filter };
  }
  if (from.kind === 'csn' && to.kind === 'csn') {
    const moved: string[] = [];
    for (const [server, time] of to.times) {
      const before = from.times.get(server);
      if (before === undefined || time < before) return { kind: 'unrelated' };
      if (time > before) moved.push(before);
    }
    if (from.times.size !== to.times.size) return { kind: 'unrelated' };
    return moved.length === 0 ? { kind: 'nothing' } : sinceCsn(moved.sort()[0] ?? '');
  }
  return { kind: 'unrelated' };
}

/** What may change without moving the mark: on a `csn` server the groups, by overlays that work in the background. */
export function changesBehind(mark: ChangeMark): Since {
  if (mark.kind === 'usn') return { kind: 'nothing' };
  return sinceCsn([...mark.times.values()].sort().at(-1) ?? '');
}

function sinceCsn(csn: string): Since {
  return { kind: 'changes', users: `(entryCSN>=${csn})`, groups: null };
}

/**
 * Whether an entry that is met for the first time was made after the mark. One that is older was moved in or
 * restored: groups that hold it need not have changed since, although it was not counted in them.
 */
export function isNewSince(entry: LdapEntry, mark: ChangeMark): boolean {
  // Groups are read whole there, so nothing can be missing from them.
  if (mark.kind === 'csn') return true;
  const created = textOf(entry, 'uSNCreated');
  return created !== null && /^\d{1,20}$/.test(created) && BigInt(created) > mark.usn;
}

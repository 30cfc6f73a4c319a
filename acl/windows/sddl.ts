import type { PrincipalId } from '../ids.ts';
import { parseFlags, parseNumber, parseRights, printFlags, printRights } from './access-mask.ts';
import { aceKind, aceTypeOfCode } from './ace-types.ts';
import type {
  Dacl,
  SecurityDescriptor,
  SecurityDescriptorResult,
  WindowsAce,
} from './security-descriptor.ts';
import { aliasOfSid, readSidText, type SidContext, sidOfAlias, UNKNOWN_SID } from './sid.ts';

interface Failure {
  readonly ok: false;
  readonly error: string;
}
type Read<T> = { readonly ok: true; readonly value: T; readonly end: number } | Failure;

interface Acl {
  readonly flags: ReadonlySet<string>;
  readonly aces: readonly WindowsAce[];
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX_DATA = /^#(?:[0-9a-f]{2})*$/i;
const MAX_ACE_TYPE = 0xff;

/**
 * Reads a security descriptor in SDDL ([MS-DTYP] 2.5.1). The parts may stand in any order, each once; letters
 * may be of either case; white space may stand between parts and fields. The system list `S:` is checked for
 * balance and otherwise passed over. Time is linear in the text; nothing is thrown.
 *
 * INVARIANT: whatever is not understood is an error, never a shorter list.
 */
export function parseSddl(text: string, context: SidContext = {}): SecurityDescriptorResult {
  const sids = new Map<string, PrincipalId>();
  const lists = new Map<string, Acl>();
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const part = (text[at] ?? '').toUpperCase();
    const colon = skipSpace(text, at + 1);
    if (!'OGDS'.includes(part) || text[colon] !== ':') return fail(at, 'expected O:, G:, D: or S:');
    if (sids.has(part) || lists.has(part)) return fail(at, `${part}: stands there twice`);
    const start = skipSpace(text, colon + 1);
    if (part === 'O' || part === 'G') {
      const sid = readSid(text, start, context);
      if (!sid.ok) return sid;
      sids.set(part, sid.value);
      at = sid.end;
    } else {
      const acl = readAcl(text, start, part === 'D' ? context : null);
      if (!acl.ok) return acl;
      lists.set(part, acl.value);
      at = acl.end;
    }
    at = skipSpace(text, at);
  }
  const list = lists.get('D');
  return {
    ok: true,
    descriptor: {
      owner: sids.get('O') ?? null,
      group: sids.get('G') ?? null,
      dacl: daclOf(list),
      protected: list?.flags.has('P') ?? false,
      autoInherited: list?.flags.has('AI') ?? false,
      autoInheritRequired: list?.flags.has('AR') ?? false,
    },
  };
}

/** SDDL that `parseSddl` reads back as an equal descriptor, whatever the context. */
export function printSddl(descriptor: SecurityDescriptor): string {
  const { owner, group, dacl } = descriptor;
  let text = '';
  if (owner !== null) text += `O:${printSid(owner)}`;
  if (group !== null) text += `G:${printSid(group)}`;
  if (dacl.kind === 'absent') return text;
  text += 'D:';
  if (descriptor.protected) text += 'P';
  if (descriptor.autoInheritRequired) text += 'AR';
  if (descriptor.autoInherited) text += 'AI';
  return text + (dacl.kind === 'null' ? NULL_ACL : dacl.aces.map(printAce).join(''));
}

const NULL_ACL = 'NO_ACCESS_CONTROL';
const ACL_FLAGS = [NULL_ACL, 'AR', 'AI', 'P'] as const;

function daclOf(list: Acl | undefined): Dacl {
  if (list === undefined) return { kind: 'absent' };
  return list.flags.has(NULL_ACL) ? { kind: 'null' } : { kind: 'list', aces: list.aces };
}

/** Flags and entries of one list. Without a context (the system list) entries are passed over unread. */
function readAcl(text: string, start: number, context: SidContext | null): Read<Acl> {
  const flags = new Set<string>();
  const aces: WindowsAce[] = [];
  let at = start;
  for (let flag = aclFlagAt(text, at); flag !== undefined; flag = aclFlagAt(text, at)) {
    flags.add(flag);
    at = skipSpace(text, at + flag.length);
  }
  while (text[at] === '(') {
    if (flags.has(NULL_ACL)) return fail(at, `${NULL_ACL} and entries exclude each other`);
    const end = closingParenthesis(text, at);
    if (end === null) return fail(at, 'this parenthesis is never closed');
    if (context !== null) {
      const ace = readAce(text, at + 1, end, context);
      if (!ace.ok) return ace;
      aces.push(ace.value);
    }
    at = skipSpace(text, end + 1);
  }
  return { ok: true, value: { flags, aces }, end: at };
}

function aclFlagAt(text: string, at: number): (typeof ACL_FLAGS)[number] | undefined {
  const here = text.slice(at, at + NULL_ACL.length).toUpperCase();
  return ACL_FLAGS.find((flag) => here.startsWith(flag));
}

/** Position of the `)` that closes the `(` at `open`; parentheses in quoted strings do not count. */
function closingParenthesis(text: string, open: number): number | null {
  let depth = 0;
  let quoted = false;
  for (let at = open; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === '(') depth += 1;
    else if (char === ')') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return null;
}

interface Field {
  readonly at: number;
  readonly text: string;
}

/** type;flags;rights;object;inherited object;SID and, for some types, what hangs on the entry. */
function readAce(text: string, start: number, end: number, context: SidContext): Read<WindowsAce> {
  const [type, flags, rights, object, inherited, trustee, data] = fieldsOf(text, start, end);
  if (!type || !flags || !rights || !object || !inherited || !trustee) {
    return fail(start, 'an entry has six fields: type;flags;rights;object;inherited object;SID');
  }
  const typeNumber = aceTypeOfCode(type.text.toUpperCase()) ?? parseNumber(type.text);
  if (typeNumber === null || typeNumber > MAX_ACE_TYPE) return fail(type.at, 'unknown entry type');
  const kind = aceKind(typeNumber);
  const flagBits = parseFlags(flags.text);
  if (flagBits === null) return fail(flags.at, 'unknown entry flag');
  const mask = parseRights(rights.text);
  if (mask === null) return fail(rights.at, 'unknown rights');
  for (const guid of [object, inherited]) {
    if (guid.text === '') continue;
    if (kind.layout !== 'object') return fail(guid.at, 'only object entries carry a GUID');
    if (!GUID.test(guid.text)) return fail(guid.at, 'not a GUID');
  }
  const sid = kind.layout === 'opaque' && trustee.text === '' ? UNKNOWN : readSidField(trustee, context);
  if (!sid.ok) return sid;
  // A condition on an entry that cannot have one must not be dropped: it would turn into a plain grant.
  if (data && !kind.data) return fail(data.at, 'this entry type has no seventh field');
  if (data && !isOpaqueData(data.text)) return fail(data.at, 'expected one parenthesis or # and hex');
  return {
    ok: true,
    end,
    value: {
      type: typeNumber,
      flags: flagBits,
      mask,
      sid: sid.value,
      conditional: kind.callback,
      ...(object.text === '' ? {} : { objectType: object.text.toLowerCase() }),
      ...(inherited.text === '' ? {} : { inheritedObjectType: inherited.text.toLowerCase() }),
      ...(data ? { data: HEX_DATA.test(data.text) ? data.text.toLowerCase() : data.text } : {}),
    },
  };
}

const UNKNOWN: Read<PrincipalId> = { ok: true, value: UNKNOWN_SID, end: 0 };
const PLAIN_FIELDS = 6;

/** The first six fields and, as the seventh, all the rest, each without surrounding white space. */
function fieldsOf(text: string, start: number, end: number): Field[] {
  const fields: Field[] = [];
  let at = start;
  while (at <= end) {
    const semicolon = fields.length < PLAIN_FIELDS ? text.indexOf(';', at) : -1;
    const stop = semicolon < 0 || semicolon > end ? end : semicolon;
    fields.push({ at: skipSpace(text, at), text: text.slice(at, stop).trim() });
    at = stop + 1;
  }
  return fields;
}

function isOpaqueData(text: string): boolean {
  return HEX_DATA.test(text) || (text[0] === '(' && closingParenthesis(text, 0) === text.length - 1);
}

function readSidField(field: Field, context: SidContext): Read<PrincipalId> {
  const sid = readSid(field.text, 0, context, field.at);
  if (sid.ok && sid.end !== field.text.length) return fail(field.at + sid.end, 'unexpected text after a SID');
  return sid;
}

/** A SID or a two-letter alias at `at`; `shift` is where `text` itself starts, for the message. */
function readSid(text: string, at: number, context: SidContext, shift = 0): Read<PrincipalId> {
  const read = readSidText(text, at);
  if (read !== null) return { ok: true, value: read.sid, end: read.end };
  const alias = text.slice(at, at + 2);
  if (!/^[a-z]{2}$/i.test(alias)) return fail(at + shift, 'expected a SID');
  const named = sidOfAlias(alias, context);
  return named.ok ? { ok: true, value: named.sid, end: at + 2 } : fail(at + shift, named.error);
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  return at;
}

function fail(at: number, problem: string): Failure {
  return { ok: false, error: `SDDL, character ${at + 1}: ${problem}` };
}

function printAce(ace: WindowsAce): string {
  const type = aceKind(ace.type).sddl ?? `0x${ace.type.toString(16)}`;
  const fields = [
    type,
    printFlags(ace.flags),
    printRights(ace.mask),
    ace.objectType ?? '',
    ace.inheritedObjectType ?? '',
    ace.sid === UNKNOWN_SID ? '' : printSid(ace.sid),
  ];
  if (ace.data !== undefined) fields.push(ace.data);
  return `(${fields.join(';')})`;
}

function printSid(sid: PrincipalId): string {
  return aliasOfSid(sid) ?? sid;
}

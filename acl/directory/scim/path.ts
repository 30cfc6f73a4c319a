import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from './attributes.ts';
import { type Filter, parseFilter } from './filter.ts';
import { MAX_FILTER } from './limits.ts';
import { bad } from './refusal.ts';

/** Which part of a resource an operation is about (RFC 7644, figure 7). Names as they were written. */
export interface AttributePath {
  /** `foreign`: of a schema that is not ours; nothing of it is kept. */
  readonly schema: 'core' | 'enterprise' | 'foreign';
  /** Null for a whole extension. */
  readonly attribute: string | null;
  readonly filter: Filter | null;
  readonly sub: string | null;
}

const PATH = /^([A-Za-z][\w-]*)(?:\[(.*)\])?(?:\.([A-Za-z$][\w$-]*))?$/su;
const URN = /^urn:[\w.:-]+$/i;
const CORE = [USER_SCHEMA, GROUP_SCHEMA];

/** @throws {ScimRefused} `invalidPath` */
export function parsePath(text: string): AttributePath {
  if (text.length > MAX_FILTER) throw bad('invalidPath', `A path has at most ${MAX_FILTER} characters.`);
  const path = text.trim();
  const lower = path.toLowerCase();
  for (const schema of [...CORE, ENTERPRISE_SCHEMA]) {
    const known = schema === ENTERPRISE_SCHEMA ? 'enterprise' : 'core';
    if (lower === schema.toLowerCase()) return { schema: known, attribute: null, filter: null, sub: null };
    if (lower.startsWith(`${schema.toLowerCase()}:`)) return within(known, path.slice(schema.length + 1));
  }
  if (lower.startsWith('urn:')) {
    if (!URN.test(path.split('[')[0] ?? '')) throw unreadable();
    return { schema: 'foreign', attribute: path, filter: null, sub: null };
  }
  return within('core', path);
}

function within(schema: 'core' | 'enterprise', text: string): AttributePath {
  const parts = PATH.exec(text);
  if (parts === null) throw unreadable();
  const [, attribute, filter, sub] = parts;
  return {
    schema,
    attribute: attribute ?? null,
    filter: filter === undefined ? null : readFilter(filter),
    sub: sub ?? null,
  };
}

function readFilter(text: string): Filter {
  try {
    return parseFilter(text);
  } catch {
    throw unreadable();
  }
}

function unreadable(): Error {
  return bad('invalidPath', 'The path cannot be read: write it as in members[value eq "id"].');
}

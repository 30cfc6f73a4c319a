import { type Filter, parse } from 'scim2-parse-filter';
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from './attributes.ts';
import { isObject, type Values } from './coerce.ts';
import { MAX_FILTER } from './limits.ts';
import { bad } from './refusal.ts';

export type { Filter };

/** An attribute that must have exactly this value. */
export interface Equality {
  /** Lower-case, without its schema. */
  readonly attribute: string;
  readonly value: string;
}

/** Compared with case; every other string is not (RFC 7643). */
const CASE_EXACT = new Set(['id', 'externalid', 'members', 'members.value', 'value']);
const CORE = [USER_SCHEMA, GROUP_SCHEMA].map((schema) => `${schema.toLowerCase()}:`);

/** Reads a filter (RFC 7644, section 3.4.2.2). @throws {ScimRefused} `invalidFilter` */
export function parseFilter(text: string): Filter {
  if (text.length > MAX_FILTER) throw bad('invalidFilter', `A filter has at most ${MAX_FILTER} characters.`);
  try {
    return withLiterals(parse(text));
  } catch {
    throw bad('invalidFilter', 'The filter cannot be read: write it as in userName eq "anna".');
  }
}

/**
 * The parser takes every backslash for one that stands for itself; in a filter a string is a JSON string
 * (RFC 7644, section 3.4.2.2), so its escapes are read here. What is no JSON string stays as it was given.
 */
function withLiterals(filter: Filter): Filter {
  if ('filters' in filter) return { ...filter, filters: filter.filters.map(withLiterals) };
  if ('filter' in filter) return { ...filter, filter: withLiterals(filter.filter) };
  if ('valFilter' in filter) return { ...filter, valFilter: withLiterals(filter.valFilter) };
  if (!('compValue' in filter) || typeof filter.compValue !== 'string') return filter;
  if (!filter.compValue.includes('\\')) return filter;
  try {
    return { ...filter, compValue: JSON.parse(`"${filter.compValue.replaceAll('"', '\\"')}"`) as string };
  } catch {
    return filter;
  }
}

/** Equalities that whatever matches must have: the filter itself, or parts of it joined by `and`. */
export function equalities(filter: Filter): readonly Equality[] {
  if (filter.op === 'and' && 'filters' in filter) return filter.filters.flatMap(equalities);
  if (filter.op === '[]' && 'valFilter' in filter) {
    const inner = filter.valFilter;
    if (inner.op !== 'eq' || !('compValue' in inner) || typeof inner.compValue !== 'string') return [];
    return [{ attribute: local(`${filter.attrPath}.${inner.attrPath}`), value: inner.compValue }];
  }
  if (filter.op !== 'eq' || !('compValue' in filter) || typeof filter.compValue !== 'string') return [];
  return [{ attribute: local(filter.attrPath), value: filter.compValue }];
}

/** Whether any part of a filter looks at an attribute. */
export function mentions(filter: Filter, attribute: string): boolean {
  if ('filters' in filter) return filter.filters.some((inner) => mentions(inner, attribute));
  if ('filter' in filter) return mentions(filter.filter, attribute);
  const [first] = local(filter.attrPath).split('.');
  return first === attribute;
}

/** Whether a resource, or one value of a multi-valued attribute, matches a filter. */
export function matches(filter: Filter, resource: Values): boolean {
  if ('filters' in filter) {
    return filter.op === 'and'
      ? filter.filters.every((inner) => matches(inner, resource))
      : filter.filters.some((inner) => matches(inner, resource));
  }
  if ('filter' in filter) return !matches(filter.filter, resource);
  const path = local(filter.attrPath);
  const found = valuesAt(resource, filter.attrPath);
  if ('valFilter' in filter) {
    return found.some((value) => isObject(value) && matches(filter.valFilter, value));
  }
  const plain = found.map((value) => (isObject(value) ? pick(value, 'value') : value));
  const given = plain.filter((value) => value !== undefined && value !== null && value !== '');
  if (!('compValue' in filter)) return given.length > 0;
  if (filter.op === 'ne') return !given.some((value) => compare('eq', value, filter.compValue, path));
  return given.some((value) => compare(filter.op, value, filter.compValue, path));
}

function compare(op: string, value: unknown, wanted: unknown, path: string): boolean {
  if (typeof value === 'boolean') {
    return op === 'eq' && String(value) === String(wanted).toLowerCase();
  }
  if (typeof value !== 'string' || typeof wanted !== 'string') return op === 'eq' && value === wanted;
  if (path.startsWith('meta.')) return ordered(op, Date.parse(value), Date.parse(wanted));
  const fold = (text: string): string => {
    const form = text.normalize('NFC');
    return CASE_EXACT.has(path) ? form : form.toLowerCase();
  };
  const [left, right] = [fold(value), fold(wanted)];
  switch (op) {
    case 'co':
      return left.includes(right);
    case 'sw':
      return left.startsWith(right);
    case 'ew':
      return left.endsWith(right);
    default:
      return ordered(op, left, right);
  }
}

function ordered<T extends string | number>(op: string, left: T, right: T): boolean {
  switch (op) {
    case 'eq':
      return left === right;
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
    case 'lt':
      return left < right;
    case 'le':
      return left <= right;
    default:
      return false;
  }
}

/** An attribute name in lower case, without the schema of a user or group before it. */
function local(path: string): string {
  const lower = path.toLowerCase();
  const core = CORE.find((prefix) => lower.startsWith(prefix));
  return core === undefined ? lower : lower.slice(core.length);
}

function valuesAt(resource: Values, path: string): readonly unknown[] {
  const extension = `${ENTERPRISE_SCHEMA.toLowerCase()}:`;
  const name = local(path);
  let found: unknown[] = [resource];
  let steps = name.split('.');
  if (name.startsWith(extension)) {
    found = [pick(resource, ENTERPRISE_SCHEMA)];
    steps = name.slice(extension.length).split('.');
  }
  for (const step of steps) {
    found = found.flatMap((value) => (isObject(value) ? [pick(value, step)].flat() : []));
  }
  return found.filter((value) => value !== undefined);
}

function pick(value: Values, name: string): unknown {
  const wanted = name.toLowerCase();
  const key = Object.keys(value).find((own) => own.toLowerCase() === wanted);
  return key === undefined ? undefined : value[key];
}

import { isObject, lookUp, type Values } from './coerce.ts';
import { type Filter, mentions } from './filter.ts';
import { MAX_MEMBERS } from './limits.ts';
import type { Operation } from './patch.ts';
import { bad } from './refusal.ts';

/** What an operation does to the members of a group. */
export type MemberChange =
  | { readonly kind: 'add'; readonly ids: readonly string[] }
  | { readonly kind: 'set'; readonly ids: readonly string[] }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
  | { readonly kind: 'remove-matching'; readonly filter: Filter }
  | { readonly kind: 'remove-all' };

/**
 * Ids in a `members` value: a list of `{value}`, one `{value}`, or bare ids.
 * @throws {ScimRefused} for anything else, null included: what is meant must be said
 */
export function memberIds(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length > MAX_MEMBERS) throw bad('invalidValue', `members: a group has at most ${MAX_MEMBERS}.`);
  return list.map(memberId);
}

function memberId(item: unknown): string {
  const id = isObject(item) ? lookUp(item, 'value') : item;
  if (typeof id === 'string' && id !== '') return id;
  throw bad('invalidValue', 'members: each is an object whose value is the id of a user or group.');
}

/** Members in the body of a POST or PUT; null when it says nothing of them. @throws {ScimRefused} */
export function membersOf(body: Values): readonly string[] | null {
  const value = lookUp(body, 'members');
  return value === undefined || value === null ? null : memberIds(value);
}

/**
 * What a PATCH operation whose path is `members` does.
 *
 * INVARIANT: everybody is removed only by the bare path with no value at all, as in RFC 7644, section 3.5.2.2, or by
 * replacing them with an empty list. A value in a `remove` names those to remove.
 * @throws {ScimRefused}
 */
export function memberChange({ op, path: { filter, sub }, value }: Operation): MemberChange {
  if (sub !== null || (filter !== null && op !== 'remove')) {
    throw bad('invalidPath', 'members: a membership is added or removed, not changed.');
  }
  if (op === 'add') return { kind: 'add', ids: memberIds(value) };
  if (op === 'replace') return { kind: 'set', ids: memberIds(value) };
  if (filter === null) {
    return value === undefined ? { kind: 'remove-all' } : { kind: 'remove', ids: memberIds(value) };
  }
  const exact = namedBy(filter);
  if (exact !== null) return { kind: 'remove', ids: exact };
  if (!mentions(filter, 'value') && !mentions(filter, 'type') && !mentions(filter, 'display')) {
    throw bad('invalidPath', 'members: filter by value, type or display.');
  }
  return { kind: 'remove-matching', filter };
}

/** The ids that `value eq "a"`, or several joined by `or`, name. */
function namedBy(filter: Filter): readonly string[] | null {
  if ('filters' in filter && filter.op === 'or') {
    const ids = filter.filters.map(namedBy);
    return ids.includes(null) ? null : ids.flatMap((some) => some ?? []);
  }
  if (filter.op !== 'eq' || !('compValue' in filter) || filter.attrPath.toLowerCase() !== 'value')
    return null;
  return typeof filter.compValue === 'string' ? [filter.compValue] : null;
}

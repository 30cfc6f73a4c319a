import { type Attribute, attributeNamed } from './attributes.ts';
import { coerce, coerceObject, isObject, type Values } from './coerce.ts';
import { type Filter, matches } from './filter.ts';
import { MAX_VALUES } from './limits.ts';
import type { Operation } from './patch.ts';
import { bad } from './refusal.ts';

/**
 * Applies an operation to attributes in canonical form and gives the new ones. An attribute that is not kept
 * leaves them as they are.
 * @throws {ScimRefused} for a value of the wrong type or a path that this attribute cannot have
 */
export function patchValues(attributes: readonly Attribute[], values: Values, operation: Operation): Values {
  const { path } = operation;
  const attribute = path.attribute === null ? null : attributeNamed(attributes, path.attribute);
  if (attribute === null) return values;
  const before = values[attribute.name];
  return withValue(values, attribute.name, patched(attribute, before, operation));
}

/** The same attributes with one set to a value, or taken out when it has none. */
export function withValue(values: Values, name: string, value: unknown): Values {
  const { [name]: _, ...others } = values;
  return value === undefined ? others : { ...others, [name]: value };
}

function patched(attribute: Attribute, before: unknown, { op, path, value }: Operation): unknown {
  const { name } = attribute;
  if (attribute.type !== 'complex') {
    if (path.filter !== null || path.sub !== null) throw bad('invalidPath', `${name}: it has no parts.`);
    return op === 'remove' ? undefined : coerce(attribute, value, name);
  }
  if (attribute.multiValued) return patchedList(attribute, before, { op, path, value });
  if (path.filter !== null) throw bad('invalidPath', `${name}: it has one value, so no filter.`);
  const object = isObject(before) ? before : {};
  if (path.sub !== null) return partPatched(attribute, object, op, path.sub, value);
  if (op === 'remove') return undefined;
  const given = coerce(attribute, value, name);
  // Parts that are not sent stay: RFC 7644, section 3.5.2.3.
  return given === undefined ? undefined : { ...object, ...(given as Values) };
}

function partPatched(
  { name, subAttributes = [] }: Attribute,
  object: Values,
  op: Operation['op'],
  sub: string,
  value: unknown,
): Values | undefined {
  const attribute = attributeNamed(subAttributes, sub);
  if (attribute === null) return Object.keys(object).length === 0 ? undefined : object;
  const given = op === 'remove' ? undefined : coerce(attribute, value, `${name}.${sub}`);
  const after = withValue(object, attribute.name, given);
  return Object.keys(after).length === 0 ? undefined : after;
}

function patchedList(attribute: Attribute, before: unknown, { op, path, value }: Operation): unknown {
  const { name, subAttributes = [] } = attribute;
  const list = (Array.isArray(before) ? before : []) as readonly Values[];
  const { filter, sub } = path;
  if (filter === null && sub === null) {
    if (op === 'remove') return value === undefined ? undefined : without(attribute, list, value);
    const given = (coerce(attribute, value, name) ?? []) as readonly Values[];
    return limited(name, op === 'replace' ? given : unique([...list, ...given]));
  }
  const chosen = (item: Values): boolean => filter === null || matches(filter, item);
  if (op === 'remove' && sub === null) return some(list.filter((item) => !chosen(item)));
  const change = (item: Values): Values | undefined =>
    sub === null
      ? { ...item, ...coerceObject(subAttributes, asObject(value, name), `${name}.`) }
      : partPatched(attribute, item, op, sub, value);
  if (op === 'remove' || list.some(chosen)) {
    return some(
      list.map((item) => (chosen(item) ? change(item) : item)).filter((item) => item !== undefined),
    );
  }
  // Providers "replace" the work address of somebody who has none yet.
  const made = change(coerceObject(subAttributes, saidBy(filter), `${name}.`));
  return limited(name, made === undefined ? list : [...list, made]);
}

function without(attribute: Attribute, list: readonly Values[], value: unknown): unknown {
  const gone = (coerce(attribute, value, attribute.name) ?? []) as readonly Values[];
  const removed = new Set(gone.map((item) => item['value']));
  return some(list.filter((item) => !removed.has(item['value'])));
}

/** What a filter such as `type eq "work"` says of the value it looks for. */
function saidBy(filter: Filter | null): Values {
  if (filter === null) return {};
  if ('filters' in filter) return Object.assign({}, ...filter.filters.map(saidBy)) as Values;
  return filter.op === 'eq' && 'compValue' in filter ? { [filter.attrPath]: filter.compValue } : {};
}

function asObject(value: unknown, name: string): Values {
  if (isObject(value)) return value;
  throw bad('invalidValue', `${name}: send an object.`);
}

function unique(list: readonly Values[]): readonly Values[] {
  const seen = new Map(list.map((item) => [JSON.stringify(item), item]));
  return [...seen.values()];
}

function some(list: readonly Values[]): readonly Values[] | undefined {
  return list.length === 0 ? undefined : list;
}

function limited(name: string, list: readonly Values[]): readonly Values[] | undefined {
  if (list.length > MAX_VALUES) throw bad('invalidValue', `${name}: at most ${MAX_VALUES} values are kept.`);
  return some(list);
}

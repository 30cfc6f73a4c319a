import { type Attribute, attributeNamed } from './attributes.ts';
import { MAX_TEXT, MAX_VALUES } from './limits.ts';
import { bad } from './refusal.ts';

/** Attributes of a resource or of one of its parts, by their canonical names. */
export type Values = { readonly [name: string]: unknown };

export function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value that a key of an object has, whatever the case of the key; undefined when it is not there.
 * @throws {ScimRefused} when it stands twice in different case: which of the two is meant is a doubt
 */
export function lookUp(input: Values, name: string): unknown {
  const wanted = name.toLowerCase();
  const keys = Object.keys(input).filter((key) => key.toLowerCase() === wanted);
  if (keys.length > 1) throw bad('invalidSyntax', `${name} stands twice: send it once.`);
  return keys[0] === undefined ? undefined : input[keys[0]];
}

/**
 * What an object holds of the given attributes, in canonical form. Unknown keys are left out; null and empty
 * lists mean "no value" (RFC 7643, section 2.5).
 * @throws {ScimRefused} for a value of the wrong type
 */
export function coerceObject(attributes: readonly Attribute[], input: Values, at: string): Values {
  const values: Record<string, unknown> = {};
  for (const attribute of attributes) {
    const value = coerce(attribute, lookUp(input, attribute.name), `${at}${attribute.name}`);
    if (value !== undefined) values[attribute.name] = value;
  }
  return values;
}

/** One value in canonical form; undefined for no value. @throws {ScimRefused} for one of the wrong type */
export function coerce(attribute: Attribute, input: unknown, at: string): unknown {
  if (input === undefined || input === null) return undefined;
  if (!attribute.multiValued) return single(attribute, input, at);
  const list = Array.isArray(input) ? input : [input];
  if (list.length > MAX_VALUES) throw bad('invalidValue', `${at}: at most ${MAX_VALUES} values are kept.`);
  const values = list.map((item) => single(attribute, item, at)).filter((item) => item !== undefined);
  return values.length === 0 ? undefined : values;
}

function single(attribute: Attribute, input: unknown, at: string): unknown {
  switch (attribute.type) {
    case 'string':
    case 'reference':
      if (typeof input !== 'string') throw bad('invalidValue', `${at}: send a string.`);
      if (input.length > MAX_TEXT)
        throw bad('invalidValue', `${at}: at most ${MAX_TEXT} characters are kept.`);
      return input;
    case 'boolean':
      return truth(input, at);
    case 'complex':
      return part(attribute, input, at);
  }
}

/** Some providers send booleans as the strings `"True"` and `"False"`. */
function truth(input: unknown, at: string): boolean {
  const word = typeof input === 'string' ? input.toLowerCase() : input;
  if (word === true || word === 'true') return true;
  if (word === false || word === 'false') return false;
  throw bad('invalidValue', `${at}: send true or false.`);
}

/** Some providers send the one value of a complex attribute bare, or in a list of one. */
function part({ subAttributes = [] }: Attribute, input: unknown, at: string): Values | undefined {
  const given = Array.isArray(input) && input.length === 1 ? input[0] : input;
  const bare = typeof given === 'string' && attributeNamed(subAttributes, 'value') !== null;
  const object = bare ? { value: given } : given;
  if (!isObject(object)) throw bad('invalidValue', `${at}: send an object.`);
  const values = coerceObject(subAttributes, object, `${at}.`);
  return Object.keys(values).length === 0 ? undefined : values;
}

import {
  ENTERPRISE_ATTRIBUTES,
  ENTERPRISE_SCHEMA,
  EXTERNAL_ID,
  USER_ATTRIBUTES,
  USER_SCHEMA,
} from './attributes.ts';
import { coerceObject, isObject, lookUp, type Values } from './coerce.ts';
import { type Operation, requireSchema } from './patch.ts';
import { patchValues, withValue } from './patch-values.ts';
import { bad } from './refusal.ts';

/** What a request says of a person. `active` null: it says nothing of it. */
export interface UserValues {
  readonly userName: string;
  readonly externalId: string | null;
  readonly active: boolean | null;
  readonly attributes: Values;
}

/** The same of whom it is known whether they are active. */
export type SaidUser = UserValues & { readonly active: boolean };

const CORE = [EXTERNAL_ID, ...USER_ATTRIBUTES];

/** Reads the body of a POST or PUT. @throws {ScimRefused} */
export function readUser(body: unknown): UserValues {
  if (!isObject(body)) throw bad('invalidSyntax', 'Send a user as a JSON object.');
  requireSchema(body, USER_SCHEMA);
  const core = coerceObject(CORE, body, '');
  const extension = lookUp(body, ENTERPRISE_SCHEMA);
  if (extension === undefined || extension === null) return split(core);
  if (!isObject(extension)) throw bad('invalidValue', `${ENTERPRISE_SCHEMA}: send an object.`);
  return split(withEnterprise(core, coerceObject(ENTERPRISE_ATTRIBUTES, extension, '')));
}

/** Applies operations in order. Whoever is left without `active` is switched off. @throws {ScimRefused} */
export function patchUser(before: UserValues, operations: readonly Operation[]): SaidUser {
  const { userName, externalId, active, attributes } = before;
  let values: Values = { ...attributes, userName, active };
  if (externalId !== null) values = { ...values, externalId };
  for (const operation of operations) values = step(values, operation);
  const after = split(values);
  return { ...after, active: after.active ?? false };
}

function step(values: Values, operation: Operation): Values {
  const { op, path, value } = operation;
  if (path.schema === 'foreign') return values;
  if (path.schema === 'core') {
    return path.attribute === null ? values : patchValues(CORE, values, operation);
  }
  const extension = values[ENTERPRISE_SCHEMA];
  const own = isObject(extension) ? extension : {};
  if (path.attribute !== null) {
    return withEnterprise(values, patchValues(ENTERPRISE_ATTRIBUTES, own, operation));
  }
  if (op === 'remove') return withEnterprise(values, {});
  if (!isObject(value)) throw bad('invalidValue', `${ENTERPRISE_SCHEMA}: send an object.`);
  const given = coerceObject(ENTERPRISE_ATTRIBUTES, value, '');
  return withEnterprise(values, { ...own, ...given });
}

function withEnterprise(values: Values, extension: Values): Values {
  return withValue(values, ENTERPRISE_SCHEMA, Object.keys(extension).length === 0 ? undefined : extension);
}

function split(values: Values): UserValues {
  const { userName, externalId, active, ...attributes } = values;
  if (typeof userName !== 'string' || userName.trim() === '') {
    throw bad('invalidValue', 'userName: every user needs one.');
  }
  return {
    userName,
    externalId: typeof externalId === 'string' ? externalId : null,
    active: typeof active === 'boolean' ? active : null,
    attributes,
  };
}

import { isObject, lookUp, type Values } from './coerce.ts';
import { MAX_OPERATIONS } from './limits.ts';
import { type AttributePath, parsePath } from './path.ts';
import { bad } from './refusal.ts';

/**
 * One operation on one part of a resource. For `remove` a value is not in the standard; some providers send in it
 * what is to be removed, and `undefined` alone means "all of it".
 */
export interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: AttributePath;
  readonly value: unknown;
}

const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/**
 * Reads the body of a PATCH (RFC 7644, section 3.5.2) as providers really send it: `op` in any case, a value
 * without path as an object of attributes, whose keys may themselves be paths.
 * @throws {ScimRefused}
 */
export function readPatch(body: unknown): readonly Operation[] {
  if (!isObject(body)) throw bad('invalidSyntax', 'Send an object with schemas and Operations.');
  requireSchema(body, PATCH_SCHEMA);
  const operations = lookUp(body, 'Operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw bad('invalidSyntax', 'Operations: send a list of operations.');
  }
  if (operations.length > MAX_OPERATIONS) {
    throw bad('invalidValue', `Operations: send at most ${MAX_OPERATIONS} in one request.`);
  }
  const read = operations.flatMap(readOperation);
  if (read.length > MAX_OPERATIONS) {
    throw bad('invalidValue', `Operations: send at most ${MAX_OPERATIONS} in one request.`);
  }
  return read;
}

/** @throws {ScimRefused} when `schemas` is there and lacks the one expected */
export function requireSchema(body: Values, schema: string): void {
  const schemas = lookUp(body, 'schemas');
  if (schemas === undefined) return;
  const list = Array.isArray(schemas) ? schemas : [schemas];
  if (list.some((item) => typeof item === 'string' && item.toLowerCase() === schema.toLowerCase())) return;
  throw bad('invalidSyntax', `schemas: ${schema} is missing.`);
}

function readOperation(operation: unknown): Operation[] {
  if (!isObject(operation)) throw bad('invalidSyntax', 'Operations: each is an object with op.');
  const op = readOp(lookUp(operation, 'op'));
  const value = lookUp(operation, 'value');
  const path = lookUp(operation, 'path');
  if (op !== 'remove' && value === undefined) throw bad('invalidValue', `${op}: send a value.`);
  if (typeof path === 'string' && path.trim() !== '') return [{ op, path: parsePath(path), value }];
  if (path !== undefined && path !== null && typeof path !== 'string') {
    throw bad('invalidPath', 'path: send a string.');
  }
  if (op === 'remove' && !isObject(value)) throw bad('noTarget', 'remove: name in path what to remove.');
  if (!isObject(value)) throw bad('invalidValue', `${op}: without a path, send an object of attributes.`);
  return Object.entries(value)
    .filter(([key]) => key.toLowerCase() !== 'schemas')
    .map(([key, given]) => ({ op, path: parsePath(key), value: given }));
}

function readOp(op: unknown): Operation['op'] {
  const word = typeof op === 'string' ? op.toLowerCase() : '';
  if (word === 'add' || word === 'remove' || word === 'replace') return word;
  throw bad('invalidSyntax', 'op: send add, remove or replace.');
}

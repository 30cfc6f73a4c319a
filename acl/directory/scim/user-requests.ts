import { isObject } from './coerce.ts';
import { readPatch } from './patch.ts';
import { notFound, ScimRefused } from './refusal.ts';
import { etag, locationOf, type Projection, project, renderUser } from './render.ts';
import { requireMatch, type ScimAnswer, type ScimRequest } from './request.ts';
import { type ScimId, type ScimReader, type ScimUser, type ScimWriter, scimId } from './store.ts';
import { patchUser, readUser, type SaidUser } from './user-values.ts';

/** What requests need besides the store. */
export interface RequestDeps {
  readonly now: number;
  readonly newId: () => string;
  /** Address of the service, without a slash at its end. */
  readonly base: string;
  readonly projection: Projection;
}

export async function createUser(
  writer: ScimWriter,
  { body }: ScimRequest,
  deps: RequestDeps,
): Promise<ScimAnswer> {
  const { userName, externalId, active, attributes } = readUser(body);
  await requireFree(writer, userName, null);
  const user: ScimUser = {
    id: scimId(deps.newId()),
    userName,
    externalId,
    active: active ?? true,
    attributes,
    version: 1,
    created: deps.now,
    modified: deps.now,
  };
  await writer.insertUser(user);
  return shown(user, 201, deps);
}

export async function replaceUser(
  writer: ScimWriter,
  request: ScimRequest,
  deps: RequestDeps,
): Promise<ScimAnswer> {
  const before = await foundUser(writer, request.id);
  requireMatch(request, before);
  const given = readUser(request.body);
  // Not said is not changed: nobody who was shut out comes back by silence.
  return store(writer, before, { ...given, active: given.active ?? before.active }, deps);
}

export async function changeUser(
  writer: ScimWriter,
  request: ScimRequest,
  deps: RequestDeps,
): Promise<ScimAnswer> {
  const before = await foundUser(writer, request.id);
  requireMatch(request, before);
  return store(writer, before, patchUser(before, readPatch(request.body)), deps);
}

export async function removeUser(writer: ScimWriter, request: ScimRequest): Promise<ScimAnswer> {
  const user = await foundUser(writer, request.id);
  requireMatch(request, user);
  await writer.deleteUser(user.id);
  return { status: 204, body: null };
}

/** @throws {ScimRefused} 404 */
export async function foundUser(reader: ScimReader, id: string | null): Promise<ScimUser> {
  const user = id === null ? null : await reader.user(scimId(id));
  if (user === null) throw notFound('user');
  return user;
}

export function shown(user: ScimUser, status: number, { base, projection }: RequestDeps): ScimAnswer {
  const body = project(renderUser(user, base), projection);
  return { status, body, etag: etag(user), location: locationOf(base, 'Users', user.id) };
}

async function store(
  writer: ScimWriter,
  before: ScimUser,
  values: SaidUser,
  deps: RequestDeps,
): Promise<ScimAnswer> {
  const { userName, externalId, active, attributes } = values;
  await requireFree(writer, userName, before.id);
  const after: ScimUser = { ...before, userName, externalId, active, attributes };
  if (same(before, after)) return shown(before, 200, deps);
  const user = { ...after, version: before.version + 1, modified: deps.now };
  await writer.updateUser(user);
  return shown(user, 200, deps);
}

async function requireFree(reader: ScimReader, userName: string, own: ScimId | null): Promise<void> {
  const only = { attribute: 'username', value: userName };
  const [other] = await reader.users({ only, offset: 0, limit: 1 });
  if (other === undefined || other.id === own) return;
  const detail = 'userName: another user has it (compared without case).';
  throw new ScimRefused({ status: 409, scimType: 'uniqueness', detail });
}

/** Whether two states hold the same, whatever the order of their attributes. */
function same(left: ScimUser, right: ScimUser): boolean {
  return JSON.stringify(ordered(left)) === JSON.stringify(ordered(right));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return keys.map((key) => [key, ordered(value[key])]);
}

import { EXTERNAL_ID, GROUP_ATTRIBUTES, GROUP_SCHEMA } from './attributes.ts';
import { coerceObject, isObject, type Values } from './coerce.ts';
import { matches } from './filter.ts';
import { MAX_MEMBERS } from './limits.ts';
import { type MemberChange, memberChange, membersOf } from './member-values.ts';
import { type Operation, readPatch, requireSchema } from './patch.ts';
import { patchValues } from './patch-values.ts';
import { bad, notFound } from './refusal.ts';
import { etag, locationOf, project, renderGroup, wants } from './render.ts';
import { requireMatch, type ScimAnswer, type ScimRequest } from './request.ts';
import { type ScimGroup, type ScimReader, type ScimWriter, scimId } from './store.ts';
import type { RequestDeps } from './user-requests.ts';

const KEPT = [EXTERNAL_ID, ...GROUP_ATTRIBUTES.filter(({ name }) => name !== 'members')];

type Names = Pick<ScimGroup, 'displayName' | 'externalId'>;

export async function createGroup(
  writer: ScimWriter,
  { body }: ScimRequest,
  deps: RequestDeps,
): Promise<ScimAnswer> {
  const { names, members } = readGroup(body);
  const { now } = deps;
  const group: ScimGroup = { id: scimId(deps.newId()), ...names, version: 1, created: now, modified: now };
  await writer.insertGroup(group);
  await apply(writer, group, { kind: 'add', ids: members ?? [] });
  return shownGroup(writer, group, 201, deps);
}

export async function replaceGroup(
  writer: ScimWriter,
  request: ScimRequest,
  deps: RequestDeps,
): Promise<ScimAnswer> {
  const before = await foundGroup(writer, request.id);
  requireMatch(request, before);
  const { names, members } = readGroup(request.body);
  // Members that are not sent are not asserted (RFC 7644, section 3.5.1): an empty list empties, silence does not.
  const moved = members === null ? 0 : await apply(writer, before, { kind: 'set', ids: members });
  const group = await store(writer, before, names, moved, deps);
  return shownGroup(writer, group, 200, deps);
}

/** Answers with the group only where attributes of it are asked for: a group may be large. */
export async function changeGroup(
  writer: ScimWriter,
  request: ScimRequest,
  deps: RequestDeps,
): Promise<ScimAnswer> {
  const before = await foundGroup(writer, request.id);
  requireMatch(request, before);
  let names: Names = before;
  let moved = 0;
  for (const operation of readPatch(request.body)) {
    const { schema, attribute } = operation.path;
    if (schema !== 'core' || attribute === null) continue;
    if (attribute.toLowerCase() === 'members') moved += await apply(writer, before, memberChange(operation));
    else names = patchNames(names, operation);
  }
  const group = await store(writer, before, names, moved, deps);
  const { only, without } = deps.projection;
  if (only !== null || without.size > 0) return shownGroup(writer, group, 200, deps);
  return { status: 204, body: null, etag: etag(group), location: locationOf(deps.base, 'Groups', group.id) };
}

export async function removeGroup(writer: ScimWriter, request: ScimRequest): Promise<ScimAnswer> {
  const group = await foundGroup(writer, request.id);
  requireMatch(request, group);
  await writer.deleteGroup(group.id);
  return { status: 204, body: null };
}

/** @throws {ScimRefused} 404 */
export async function foundGroup(reader: ScimReader, id: string | null): Promise<ScimGroup> {
  const group = id === null ? null : await reader.group(scimId(id));
  if (group === null) throw notFound('group');
  return group;
}

export async function shownGroup(
  reader: ScimReader,
  group: ScimGroup,
  status: number,
  { base, projection }: RequestDeps,
): Promise<ScimAnswer> {
  const members = wants(projection, 'members') ? await reader.members(group.id) : null;
  const body = project(renderGroup(group, members, base), projection);
  return { status, body, etag: etag(group), location: locationOf(base, 'Groups', group.id) };
}

function readGroup(body: unknown): { readonly names: Names; readonly members: readonly string[] | null } {
  if (!isObject(body)) throw bad('invalidSyntax', 'Send a group as a JSON object.');
  requireSchema(body, GROUP_SCHEMA);
  return { names: toNames(coerceObject(KEPT, body, '')), members: membersOf(body) };
}

function patchNames({ displayName, externalId }: Names, operation: Operation): Names {
  const values = externalId === null ? { displayName } : { displayName, externalId };
  return toNames(patchValues(KEPT, values, operation));
}

function toNames({ displayName, externalId }: Values): Names {
  if (typeof displayName !== 'string' || displayName.trim() === '') {
    throw bad('invalidValue', 'displayName: every group needs one.');
  }
  return { displayName, externalId: typeof externalId === 'string' ? externalId : null };
}

async function store(
  writer: ScimWriter,
  before: ScimGroup,
  { displayName, externalId }: Names,
  moved: number,
  { now }: RequestDeps,
): Promise<ScimGroup> {
  if (moved === 0 && displayName === before.displayName && externalId === before.externalId) return before;
  const group = { ...before, displayName, externalId, version: before.version + 1, modified: now };
  await writer.updateGroup(group);
  return group;
}

/** Changes members and says how many moved. @throws {ScimRefused} */
async function apply(writer: ScimWriter, { id }: ScimGroup, change: MemberChange): Promise<number> {
  switch (change.kind) {
    case 'add':
      return add(writer, id, change.ids);
    case 'remove':
      return writer.removeMembers(id, change.ids);
    case 'remove-all':
      return writer.removeMembers(id, await memberIdsOf(writer, id));
    case 'remove-matching': {
      const members = await writer.members(id);
      const gone = members.filter(({ id: value, kind, display }) =>
        matches(change.filter, { value, type: kind === 'user' ? 'User' : 'Group', display }),
      );
      return writer.removeMembers(
        id,
        gone.map((member) => member.id),
      );
    }
    case 'set': {
      const wanted = new Set(change.ids);
      const gone = (await memberIdsOf(writer, id)).filter((member) => !wanted.has(member));
      return (await add(writer, id, change.ids)) + (await writer.removeMembers(id, gone));
    }
  }
}

async function memberIdsOf(writer: ScimWriter, id: ScimGroup['id']): Promise<readonly string[]> {
  return (await writer.members(id)).map((member) => member.id);
}

/**
 * An id that was never given refuses the request: a provider that sends other ids than ours would otherwise leave
 * every group empty, unseen, and a group that denies would deny nobody. An id whose user or group was deleted is
 * passed over: it will never name anybody, and the rest of the request, its removals above all, must count.
 */
async function add(writer: ScimWriter, id: ScimGroup['id'], ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const names = await writer.names(ids);
  const unknown = ids.find((member) => (names.get(member) ?? 'unknown') === 'unknown');
  if (unknown !== undefined) {
    throw bad(
      'invalidValue',
      `members: ${unknown.slice(0, 100)} is the id of no user or group: send it first.`,
    );
  }
  const added = await writer.addMembers(id, ids);
  if ((await writer.countMembers(id)) > MAX_MEMBERS) {
    throw bad('invalidValue', `members: a group has at most ${MAX_MEMBERS}.`);
  }
  return added;
}

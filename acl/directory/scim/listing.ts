import type { Values } from './coerce.ts';
import { type Equality, equalities, type Filter, matches, mentions, parseFilter } from './filter.ts';
import { DEFAULT_PAGE, MAX_MEMBERS_PER_PAGE, MAX_PAGE } from './limits.ts';
import { bad } from './refusal.ts';
import { type Projection, project, renderGroup, renderUser, wants } from './render.ts';
import { numberIn } from './request.ts';
import type { ScimGroup, ScimReader, ScimUser } from './store.ts';

/** Rows read at once while a filter is tried on all of them. */
const BATCH = 1_000;

const USER_KEYS: ReadonlySet<string> = new Set(['id', 'username', 'externalid']);
const GROUP_KEYS: ReadonlySet<string> = new Set([
  'id',
  'displayname',
  'externalid',
  'members',
  'members.value',
]);

interface Window {
  /** From 1. */
  readonly start: number;
  readonly count: number;
}

interface Asked {
  readonly query: Readonly<Record<string, string>>;
  readonly projection: Projection;
  readonly base: string;
}

/** One page of users (RFC 7644, section 3.4.2). @throws {ScimRefused} for a wrong filter or number */
export async function listUsers(reader: ScimReader, { query, projection, base }: Asked): Promise<object> {
  const window = windowOf(query);
  const filter = filterOf(query);
  const only = indexed(filter, USER_KEYS);
  const page = await pageOf<ScimUser>(window, filter, {
    count: () => reader.countUsers(only),
    list: (offset, limit) => reader.users({ only, offset, limit }),
    render: async (user) => renderUser(user, base),
  });
  return response(
    page.total,
    window,
    page.found.map((user) => project(renderUser(user, base), projection)),
  );
}

/** One page of groups. It ends early where it would hold too many members: `itemsPerPage` says how many came. */
export async function listGroups(reader: ScimReader, { query, projection, base }: Asked): Promise<object> {
  const window = windowOf(query);
  const filter = filterOf(query);
  const only = indexed(filter, GROUP_KEYS);
  const withMembers = filter !== null && mentions(filter, 'members');
  if (withMembers && only === null) {
    throw bad('invalidFilter', 'Filter groups by members with eq: members.value eq "id".');
  }
  const page = await pageOf<ScimGroup>(window, filter, {
    count: () => reader.countGroups(only),
    list: (offset, limit) => reader.groups({ only, offset, limit }),
    render: async (group) => renderGroup(group, withMembers ? await reader.members(group.id) : null, base),
  });
  const resources: Values[] = [];
  let members = 0;
  for (const group of page.found) {
    const shown = wants(projection, 'members') ? await reader.members(group.id) : null;
    members += shown?.length ?? 0;
    if (resources.length > 0 && members > MAX_MEMBERS_PER_PAGE) break;
    resources.push(project(renderGroup(group, shown, base), projection));
  }
  return response(page.total, window, resources);
}

interface Rows<T> {
  count(): Promise<number>;
  list(offset: number, limit: number): Promise<readonly T[]>;
  render(row: T): Promise<Values>;
}

async function pageOf<T>(
  { start, count }: Window,
  filter: Filter | null,
  rows: Rows<T>,
): Promise<{ readonly total: number; readonly found: readonly T[] }> {
  if (filter === null) {
    const found = count === 0 ? [] : await rows.list(start - 1, count);
    return { total: await rows.count(), found };
  }
  const found: T[] = [];
  let total = 0;
  for (let offset = 0; ; offset += BATCH) {
    const batch = await rows.list(offset, BATCH);
    for (const row of batch) {
      if (!matches(filter, await rows.render(row))) continue;
      total += 1;
      if (total >= start && found.length < count) found.push(row);
    }
    if (batch.length < BATCH) return { total, found };
  }
}

function response(totalResults: number, { start }: Window, resources: readonly Values[]): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults,
    startIndex: start,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

/** Numbers below their least count as the least (RFC 7644, section 3.4.2.4). */
function windowOf(query: Readonly<Record<string, string>>): Window {
  const start = Math.max(1, numberIn(query, 'startIndex') ?? 1);
  const count = Math.min(MAX_PAGE, Math.max(0, numberIn(query, 'count') ?? DEFAULT_PAGE));
  return { start, count };
}

function filterOf(query: Readonly<Record<string, string>>): Filter | null {
  const text = query['filter'];
  return text === undefined || text === '' ? null : parseFilter(text);
}

/** An equality of the filter that the store finds by an index. */
function indexed(filter: Filter | null, keys: ReadonlySet<string>): Equality | null {
  if (filter === null) return null;
  const found = equalities(filter).filter(({ attribute }) => keys.has(attribute));
  const best = found.find(({ attribute }) => attribute === 'id') ?? found[0];
  if (best === undefined) return null;
  return best.attribute === 'members.value' ? { ...best, attribute: 'members' } : best;
}

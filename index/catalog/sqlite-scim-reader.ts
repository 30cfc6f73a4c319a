import { type Kysely, type RawBuilder, sql } from 'kysely';
import {
  type ChangedSince,
  type DirectoryEntry,
  type Equality,
  foldLogin,
  type Listing,
  type Named,
  type ScimGroup,
  type ScimId,
  type ScimMember,
  type ScimReader,
  type ScimState,
  type ScimUser,
  scimId,
} from '../../acl/index.ts';
import type { CatalogTables } from './schema.ts';
import { toGroup, toUser } from './scim-rows.ts';

/** Changes that are known one by one; who has read nothing for longer reads everything. */
export const KEPT_CHANGES = 5_000;
/** In place of an id: more changed than is worth naming. */
export const EVERYTHING = '*';

export class SqliteScimReader implements ScimReader {
  protected readonly db: Kysely<CatalogTables>;

  constructor(db: Kysely<CatalogTables>) {
    this.db = db;
  }

  async state(): Promise<ScimState> {
    const row = await this.db
      .selectFrom('scim_state')
      .select(['instance', 'changes', 'contacted', 'written', 'settled'])
      .select(sql<number>`exists (select 1 from scim_users)`.as('users'))
      .select(sql<number>`exists (select 1 from scim_groups)`.as('groups'))
      .executeTakeFirstOrThrow();
    return { ...row, settled: row.settled === 1, users: row.users === 1, groups: row.groups === 1 };
  }

  async user(id: ScimId): Promise<ScimUser | null> {
    const row = await this.db.selectFrom('scim_users').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toUser(row);
  }

  async group(id: ScimId): Promise<ScimGroup | null> {
    const row = await this.db.selectFrom('scim_groups').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toGroup(row);
  }

  async users({ only, offset, limit }: Listing): Promise<readonly ScimUser[]> {
    const rows = await this.db
      .selectFrom('scim_users')
      .selectAll()
      .where(userIs(only))
      .orderBy('seq')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(toUser);
  }

  async groups({ only, offset, limit }: Listing): Promise<readonly ScimGroup[]> {
    const rows = await this.db
      .selectFrom('scim_groups')
      .selectAll()
      .where(groupIs(only))
      .orderBy('seq')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(toGroup);
  }

  async countUsers(only: Equality | null): Promise<number> {
    const { count } = await this.db
      .selectFrom('scim_users')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where(userIs(only))
      .executeTakeFirstOrThrow();
    return count;
  }

  async countGroups(only: Equality | null): Promise<number> {
    const { count } = await this.db
      .selectFrom('scim_groups')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where(groupIs(only))
      .executeTakeFirstOrThrow();
    return count;
  }

  async members(group: ScimId): Promise<readonly ScimMember[]> {
    const rows = await this.db
      .selectFrom('scim_members as m')
      .leftJoin('scim_users as u', 'u.id', 'm.member_id')
      .leftJoin('scim_groups as g', 'g.id', 'm.member_id')
      .select(['m.member_id as id', 'u.user_name as user', 'g.display_name as group'])
      .where('m.group_id', '=', group)
      .orderBy('m.member_id')
      .execute();
    return rows.map(({ id, user, group: name }) =>
      user === null
        ? { id: scimId(id), kind: 'group', display: name ?? '' }
        : { id: scimId(id), kind: 'user', display: user },
    );
  }

  async countMembers(group: ScimId): Promise<number> {
    const { count } = await this.db
      .selectFrom('scim_members')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('group_id', '=', group)
      .executeTakeFirstOrThrow();
    return count;
  }

  async names(ids: readonly string[]): Promise<ReadonlyMap<string, Named>> {
    const { rows } = await sql<{ id: string; kind: Named }>`
      select given.value as id, case
        when exists (select 1 from scim_users u where u.id = given.value) then 'user'
        when exists (select 1 from scim_groups g where g.id = given.value) then 'group'
        when exists (select 1 from scim_deleted d where d.id = given.value) then 'deleted'
        else 'unknown' end as kind
      from json_each(${JSON.stringify(ids)}) given`.execute(this.db);
    return new Map(rows.map(({ id, kind }) => [id, kind]));
  }

  async changedSince(change: number): Promise<ChangedSince> {
    const { changes } = await this.db.selectFrom('scim_state').select('changes').executeTakeFirstOrThrow();
    if (change > changes || change < changes - KEPT_CHANGES) return { kind: 'everything' };
    const rows = await this.db
      .selectFrom('scim_changes')
      .select('id')
      .distinct()
      .where('change', '>', change)
      .execute();
    return rows.some(({ id }) => id === EVERYTHING)
      ? { kind: 'everything' }
      : { kind: 'these', ids: rows.map(({ id }) => scimId(id)) };
  }

  async entries(ids: readonly ScimId[] | null): Promise<readonly DirectoryEntry[]> {
    const these = ids === null ? null : JSON.stringify(ids);
    const users = await this.db.selectFrom('scim_users').selectAll().where(among('id', these)).execute();
    const groups = await this.db.selectFrom('scim_groups').selectAll().where(among('id', these)).execute();
    // One row a member, not one a membership: there may be millions of these.
    const memberships = await this.db
      .selectFrom('scim_members')
      .select('member_id')
      .select(sql<string>`json_group_array(group_id order by group_id)`.as('groups'))
      .where(among('member_id', these))
      .groupBy('member_id')
      .execute();
    const of = new Map(
      memberships.map(({ member_id, groups }) => [member_id, JSON.parse(groups) as ScimId[]]),
    );
    const asUser = new Map(users.map((row) => [row.id, toUser(row)]));
    const asGroup = new Map(groups.map((row) => [row.id, toGroup(row)]));
    return (ids ?? [...asUser.keys(), ...asGroup.keys()]).map((id) => ({
      id: scimId(id),
      user: asUser.get(id) ?? null,
      group: asGroup.get(id) ?? null,
      groups: of.get(id) ?? [],
    }));
  }
}

function among(column: 'id' | 'member_id', ids: string | null): RawBuilder<boolean> {
  return ids === null
    ? sql<boolean>`true`
    : sql<boolean>`${sql.ref(column)} in (select value from json_each(${ids}))`;
}

function userIs(only: Equality | null): RawBuilder<boolean> {
  if (only === null) return sql<boolean>`true`;
  switch (only.attribute) {
    case 'id':
      return sql<boolean>`id = ${only.value}`;
    case 'username':
      return sql<boolean>`user_name_key = ${foldLogin(only.value)}`;
    case 'externalid':
      return sql<boolean>`external_id = ${only.value}`;
    default:
      throw new Error(`users have no index of ${only.attribute}`);
  }
}

function groupIs(only: Equality | null): RawBuilder<boolean> {
  if (only === null) return sql<boolean>`true`;
  switch (only.attribute) {
    case 'id':
      return sql<boolean>`id = ${only.value}`;
    case 'displayname':
      return sql<boolean>`display_name_key = ${foldLogin(only.value)}`;
    case 'externalid':
      return sql<boolean>`external_id = ${only.value}`;
    case 'members':
      return sql<boolean>`id in (select group_id from scim_members where member_id = ${only.value})`;
    default:
      throw new Error(`groups have no index of ${only.attribute}`);
  }
}

import type { Insertable, Selectable } from 'kysely';
import { foldLogin, type ScimGroup, type ScimUser, scimId } from '../../acl/index.ts';
import type { ScimGroupTable, ScimUserTable } from './schema.ts';

export function userRow(user: ScimUser): Insertable<ScimUserTable> {
  const { id, userName, externalId, active, attributes, version, created, modified } = user;
  return {
    id,
    user_name: userName,
    user_name_key: foldLogin(userName),
    external_id: externalId,
    active: active ? 1 : 0,
    attributes: JSON.stringify(attributes),
    version,
    created,
    modified,
  };
}

export function toUser(row: Selectable<ScimUserTable>): ScimUser {
  const { id, user_name, external_id, active, attributes, version, created, modified } = row;
  return {
    id: scimId(id),
    userName: user_name,
    externalId: external_id,
    active: active === 1,
    attributes: JSON.parse(attributes) as ScimUser['attributes'],
    version,
    created,
    modified,
  };
}

export function groupRow(group: ScimGroup): Insertable<ScimGroupTable> {
  const { id, displayName, externalId, version, created, modified } = group;
  return {
    id,
    display_name: displayName,
    display_name_key: foldLogin(displayName),
    external_id: externalId,
    version,
    created,
    modified,
  };
}

export function toGroup(row: Selectable<ScimGroupTable>): ScimGroup {
  const { id, display_name, external_id, version, created, modified } = row;
  return {
    id: scimId(id),
    displayName: display_name,
    externalId: external_id,
    version,
    created,
    modified,
  };
}

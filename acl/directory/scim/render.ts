import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from './attributes.ts';
import { isObject, type Values } from './coerce.ts';
import type { ScimGroup, ScimMember, ScimUser } from './store.ts';

/** The resource types that are served. */
export type ResourceKind = 'Users' | 'Groups';

/** Which attributes an answer holds (RFC 7644, section 3.9): names in lower case, without the core schema. */
export interface Projection {
  /** Null: all of them. */
  readonly only: ReadonlySet<string> | null;
  readonly without: ReadonlySet<string>;
}

const ALWAYS = new Set(['schemas', 'id']);

/** Reads `attributes` and `excludedAttributes`. */
export function readProjection(query: Readonly<Record<string, string>>): Projection {
  const only = namesIn(query['attributes']);
  return { only: only.size === 0 ? null : only, without: namesIn(query['excludedattributes']) };
}

function namesIn(list: string | undefined): ReadonlySet<string> {
  const names = (list ?? '').split(',').map((name) => name.trim().toLowerCase());
  const core = [USER_SCHEMA, GROUP_SCHEMA].map((schema) => `${schema.toLowerCase()}:`);
  return new Set(
    names
      .filter((name) => name !== '')
      .map((name) => {
        const prefix = core.find((schema) => name.startsWith(schema));
        return prefix === undefined ? name : name.slice(prefix.length);
      }),
  );
}

/** Whether an answer may hold an attribute or a part of it. */
export function wants({ only, without }: Projection, attribute: string): boolean {
  if (without.has(attribute)) return false;
  const joint = jointOf(attribute);
  return only === null || [...only].some((name) => name === attribute || name.startsWith(attribute + joint));
}

/** An extension writes its parts behind a colon, everything else behind a dot. */
function jointOf(attribute: string): string {
  return attribute.startsWith('urn:') ? ':' : '.';
}

export function etag({ version }: { readonly version: number }): string {
  return `W/"${version}"`;
}

export function locationOf(base: string, kind: ResourceKind, id: string): string {
  return `${base}/${kind}/${encodeURIComponent(id)}`;
}

/** A user as the standard writes it. `base` is the address of the service. */
export function renderUser(user: ScimUser, base: string): Values {
  const { id, externalId, userName, active, attributes } = user;
  const schemas = [USER_SCHEMA, ...(ENTERPRISE_SCHEMA in attributes ? [ENTERPRISE_SCHEMA] : [])];
  return {
    schemas,
    id,
    ...(externalId === null ? {} : { externalId }),
    userName,
    active,
    ...attributes,
    meta: meta('User', user, locationOf(base, 'Users', id)),
  };
}

/** A group as the standard writes it; `members` null leaves them out. */
export function renderGroup(group: ScimGroup, members: readonly ScimMember[] | null, base: string): Values {
  const { id, externalId, displayName } = group;
  return {
    schemas: [GROUP_SCHEMA],
    id,
    ...(externalId === null ? {} : { externalId }),
    displayName,
    ...(members === null ? {} : { members: members.map((member) => renderMember(member, base)) }),
    meta: meta('Group', group, locationOf(base, 'Groups', id)),
  };
}

function renderMember({ id, kind, display }: ScimMember, base: string): Values {
  return {
    value: id,
    $ref: locationOf(base, kind === 'user' ? 'Users' : 'Groups', id),
    type: kind === 'user' ? 'User' : 'Group',
    display,
  };
}

function meta(
  resourceType: string,
  resource: { readonly version: number; readonly created: number; readonly modified: number },
  location: string,
): Values {
  return {
    resourceType,
    created: new Date(resource.created).toISOString(),
    lastModified: new Date(resource.modified).toISOString(),
    location,
    version: etag(resource),
  };
}

/** The part of a resource that was asked for. */
export function project(resource: Values, projection: Projection): Values {
  return Object.fromEntries(
    Object.entries(resource).flatMap(([name, value]) => {
      if (ALWAYS.has(name)) return [[name, value]];
      if (!wants(projection, name.toLowerCase())) return [];
      return [[name, parts(name.toLowerCase(), value, projection)]];
    }),
  );
}

function parts(name: string, value: unknown, projection: Projection): unknown {
  if (Array.isArray(value)) return value.map((item) => parts(name, item, projection));
  if (!isObject(value)) return value;
  const { only, without } = projection;
  const whole = only === null || only.has(name);
  return Object.fromEntries(
    Object.entries(value).filter(([part]) => {
      const path = name + jointOf(name) + part.toLowerCase();
      return !without.has(path) && (whole || only.has(path));
    }),
  );
}

import {
  type Attribute,
  ENTERPRISE_ATTRIBUTES,
  ENTERPRISE_SCHEMA,
  GROUP_ATTRIBUTES,
  GROUP_SCHEMA,
  USER_ATTRIBUTES,
  USER_SCHEMA,
} from './attributes.ts';
import { MAX_PAGE } from './limits.ts';
import { errorBody } from './refusal.ts';
import type { ScimAnswer } from './request.ts';

/** The endpoints that say what the service can do (RFC 7644, section 4). */
export type DiscoveryKind = 'ServiceProviderConfig' | 'Schemas' | 'ResourceTypes';

interface Described {
  readonly id: string;
  readonly [name: string]: unknown;
}

const SCHEMA_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Schema';
const TYPE_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const CONFIG_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';

/** Answers a request for a description; `id` null asks for all of a kind. `base` is the address of the service. */
export function describeService(
  kind: DiscoveryKind,
  id: string | null,
  filtered: boolean,
  base: string,
): ScimAnswer {
  // RFC 7644, section 4: a filter on these is refused, so that no client takes the answer for filtered.
  if (filtered) return { status: 403, body: errorBody(403, null, 'Descriptions are not filtered.') };
  if (kind === 'ServiceProviderConfig') {
    return id === null ? { status: 200, body: serviceProviderConfig(base) } : missing();
  }
  const all = kind === 'Schemas' ? schemas(base) : resourceTypes(base);
  if (id === null) return { status: 200, body: listOf(all) };
  const found = all.find((item) => item.id.toLowerCase() === id.toLowerCase());
  return found === undefined ? missing() : { status: 200, body: found };
}

function missing(): ScimAnswer {
  return { status: 404, body: errorBody(404, null, 'There is no such description.') };
}

function listOf(resources: readonly object[]): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

function serviceProviderConfig(base: string): object {
  return {
    schemas: [CONFIG_SCHEMA],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: MAX_PAGE },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'The secret of NTK_SCIM_TOKEN as Authorization: Bearer.',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}

function schemas(base: string): readonly Described[] {
  return [
    schema(USER_SCHEMA, 'User', 'A person', USER_ATTRIBUTES),
    schema(GROUP_SCHEMA, 'Group', 'A group', GROUP_ATTRIBUTES),
    schema(ENTERPRISE_SCHEMA, 'EnterpriseUser', 'A person in an organisation', ENTERPRISE_ATTRIBUTES),
  ];

  function schema(
    id: string,
    name: string,
    description: string,
    attributes: readonly Attribute[],
  ): Described {
    const meta = { resourceType: 'Schema', location: `${base}/Schemas/${id}` };
    return { schemas: [SCHEMA_SCHEMA], id, name, description, attributes, meta };
  }
}

function resourceTypes(base: string): readonly Described[] {
  return [
    {
      ...type('User', '/Users', USER_SCHEMA),
      schemaExtensions: [{ schema: ENTERPRISE_SCHEMA, required: false }],
    },
    type('Group', '/Groups', GROUP_SCHEMA),
  ];

  function type(name: string, endpoint: string, schema: string): Described {
    const meta = { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` };
    return { schemas: [TYPE_SCHEMA], id: name, name, endpoint, schema, meta };
  }
}

/** One attribute of a resource, in the words of RFC 7643, section 7. */
export interface Attribute {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'complex' | 'reference';
  readonly description: string;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readWrite' | 'readOnly' | 'immutable';
  readonly returned: 'default' | 'always';
  readonly uniqueness: 'none' | 'server';
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const PLAIN = {
  type: 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
} as const;

const text = (name: string, description: string, more: Partial<Attribute> = {}): Attribute => ({
  ...PLAIN,
  name,
  description,
  ...more,
});

const complex = (
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  more: Partial<Attribute> = {},
): Attribute => ({ ...PLAIN, type: 'complex', name, description, subAttributes, ...more });

/** Common to both; not listed in a schema (RFC 7643, section 3.1). */
export const EXTERNAL_ID = text('externalId', 'The id that the identity provider knows it by.', {
  caseExact: true,
});

/** What is kept of a person. Everything else that a provider sends is left out without failing. */
export const USER_ATTRIBUTES: readonly Attribute[] = [
  text('userName', 'What the person types to name themselves; compared without case.', {
    required: true,
    uniqueness: 'server',
  }),
  complex('name', 'Parts of the name.', [
    text('formatted', 'The full name.'),
    text('familyName', 'Family name.'),
    text('givenName', 'Given name.'),
    text('middleName', 'Middle names.'),
    text('honorificPrefix', 'Title before the name.'),
    text('honorificSuffix', 'Suffix after the name.'),
  ]),
  text('displayName', 'The name shown to operators.'),
  text('title', 'Job title.'),
  text('active', 'Whether the person may ask at all.', { type: 'boolean' }),
  complex(
    'emails',
    'Mail addresses; never used to decide.',
    [
      text('value', 'The address.'),
      text('display', 'Its label.'),
      text('type', 'What it is for, for example work.'),
      text('primary', 'Whether it is the main one.', { type: 'boolean' }),
    ],
    { multiValued: true },
  ),
];

/** The enterprise extension (RFC 7643, section 4.3). */
export const ENTERPRISE_ATTRIBUTES: readonly Attribute[] = [
  text('employeeNumber', 'Number in the organisation.'),
  text('costCenter', 'Cost centre.'),
  text('organization', 'Organisation.'),
  text('division', 'Division.'),
  text('department', 'Department.'),
  complex('manager', 'The manager.', [
    text('value', 'Id of the manager.', { caseExact: true }),
    text('$ref', 'Address of the manager.', { type: 'reference', referenceTypes: ['User'], caseExact: true }),
    text('displayName', 'Name of the manager.', { mutability: 'readOnly' }),
  ]),
];

export const GROUP_ATTRIBUTES: readonly Attribute[] = [
  text('displayName', 'The name of the group: a label, never used to decide.', { required: true }),
  complex(
    'members',
    'Direct members, people and groups.',
    [
      text('value', 'Id of the member.', { caseExact: true, mutability: 'immutable' }),
      text('$ref', 'Address of the member.', {
        type: 'reference',
        referenceTypes: ['User', 'Group'],
        caseExact: true,
        mutability: 'immutable',
      }),
      text('type', 'User or Group.', { mutability: 'immutable' }),
      text('display', 'Name of the member.', { mutability: 'readOnly' }),
    ],
    { multiValued: true },
  ),
];

/** The attribute of a name, compared without case (RFC 7643, section 2.1). */
export function attributeNamed(attributes: readonly Attribute[], name: string): Attribute | null {
  const wanted = name.toLowerCase();
  return attributes.find((attribute) => attribute.name.toLowerCase() === wanted) ?? null;
}

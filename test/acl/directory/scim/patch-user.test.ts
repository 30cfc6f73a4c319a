import { describe, expect, it } from 'vitest';
import { readPatch } from '../../../../acl/directory/scim/patch.ts';
import { ScimRefused } from '../../../../acl/directory/scim/refusal.ts';
import { patchUser, readUser } from '../../../../acl/directory/scim/user-values.ts';
import { patchOf } from '../../../support/pushed.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const BOB = {
  userName: 'bob',
  externalId: 'e1',
  active: true,
  attributes: {
    name: { givenName: 'Bob', familyName: 'Bianchi' },
    emails: [{ value: 'bob@x.example', type: 'work', primary: true }],
  },
};

function bobWith(...operations: readonly object[]): object {
  return patchUser(BOB, readPatch(patchOf(...operations)));
}

/** What is sent, and what differs from Bob afterwards. */
const ROWS: readonly [string, object, object][] = [
  ['Entra switches off with a string', { op: 'Replace', path: 'active', value: 'False' }, { active: false }],
  ['Okta switches off without a path', { op: 'replace', value: { active: false } }, { active: false }],
  ['a key without path in other case', { op: 'replace', value: { ACTIVE: 'false' } }, { active: false }],
  ['taking active away switches off', { op: 'remove', path: 'active' }, { active: false }],
  ['null for active switches off', { op: 'replace', path: 'active', value: null }, { active: false }],
  ['a new login', { op: 'replace', path: 'userName', value: 'bob2' }, { userName: 'bob2' }],
  [
    'a path with its schema',
    { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:userName', value: 'b3' },
    { userName: 'b3' },
  ],
  ['externalId taken away', { op: 'remove', path: 'externalId' }, { externalId: null }],
  [
    'a dotted path keeps the other parts',
    { op: 'Add', path: 'name.givenName', value: 'Roberto' },
    { attributes: { ...BOB.attributes, name: { givenName: 'Roberto', familyName: 'Bianchi' } } },
  ],
  [
    'dotted keys without a path',
    { op: 'replace', value: { 'name.givenName': 'Roberto', displayName: 'R. B.' } },
    {
      attributes: {
        ...BOB.attributes,
        name: { givenName: 'Roberto', familyName: 'Bianchi' },
        displayName: 'R. B.',
      },
    },
  ],
  [
    'a replaced complex attribute keeps the parts that are not sent',
    { op: 'replace', path: 'name', value: { familyName: 'Verdi' } },
    { attributes: { ...BOB.attributes, name: { givenName: 'Bob', familyName: 'Verdi' } } },
  ],
  [
    'one value chosen by filter',
    { op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@x.example' },
    { attributes: { ...BOB.attributes, emails: [{ value: 'new@x.example', type: 'work', primary: true }] } },
  ],
  [
    'a value that is not there yet is made',
    { op: 'Replace', path: 'emails[type eq "home"].value', value: 'h@x.example' },
    {
      attributes: {
        ...BOB.attributes,
        emails: [...BOB.attributes.emails, { type: 'home', value: 'h@x.example' }],
      },
    },
  ],
  [
    'a value removed by filter',
    { op: 'remove', path: 'emails[type eq "work"]' },
    { attributes: { name: BOB.attributes.name } },
  ],
  [
    'the enterprise extension by path',
    { op: 'Add', path: `${ENTERPRISE}:department`, value: 'IT' },
    { attributes: { ...BOB.attributes, [ENTERPRISE]: { department: 'IT' } } },
  ],
  [
    'the enterprise extension as an object',
    { op: 'add', value: { [ENTERPRISE]: { department: 'IT', nonsense: 1 } } },
    { attributes: { ...BOB.attributes, [ENTERPRISE]: { department: 'IT' } } },
  ],
  [
    'a manager as a bare id',
    { op: 'Add', path: `${ENTERPRISE}:manager`, value: 'id-9' },
    { attributes: { ...BOB.attributes, [ENTERPRISE]: { manager: { value: 'id-9' } } } },
  ],
  [
    'an attribute that is not kept',
    { op: 'add', path: 'phoneNumbers[type eq "work"].value', value: '+39' },
    {},
  ],
  ['an unknown attribute', { op: 'replace', value: { nickname2: [1, { a: 2 }] } }, {}],
  ['an unknown extension', { op: 'add', path: 'urn:example:ext:2.0:User:badge', value: '7' }, {}],
  ['a password', { op: 'replace', path: 'password', value: 'hunter2' }, {}],
  ['its own id', { op: 'replace', value: { id: 'other' } }, {}],
];

describe('PATCH of a user', () => {
  it.each(ROWS)('%s', (_name, operation, change) => {
    expect(bobWith(operation)).toEqual({ ...BOB, ...change });
  });

  it('applies operations in their order', () => {
    const two = [
      { op: 'replace', path: 'userName', value: 'x' },
      { op: 'replace', path: 'userName', value: 'y' },
    ];
    expect(bobWith(...two)).toMatchObject({ userName: 'y' });
  });

  it('leaves nothing of the operations before one that fails', () => {
    const bad = [
      { op: 'replace', path: 'active', value: false },
      { op: 'jump', path: 'active' },
    ];
    expect(() => bobWith(...bad)).toThrow(ScimRefused);
    expect(BOB.active).toBe(true);
  });
});

const REFUSED: readonly [string, object, string][] = [
  ['active that is no boolean', { op: 'replace', path: 'active', value: 'perhaps' }, 'invalidValue'],
  ['active as a number', { op: 'replace', path: 'active', value: 0 }, 'invalidValue'],
  ['userName as a number', { op: 'replace', path: 'userName', value: 7 }, 'invalidValue'],
  ['userName taken away', { op: 'remove', path: 'userName' }, 'invalidValue'],
  ['an empty userName', { op: 'replace', path: 'userName', value: ' ' }, 'invalidValue'],
  ['a userName without end', { op: 'replace', path: 'userName', value: 'x'.repeat(1_025) }, 'invalidValue'],
  ['a name that is a list', { op: 'replace', path: 'name', value: ['a', 'b'] }, 'invalidValue'],
  ['an unknown op', { op: 'test', path: 'active', value: true }, 'invalidSyntax'],
  ['no op', { path: 'active', value: true }, 'invalidSyntax'],
  ['no value', { op: 'add', path: 'active' }, 'invalidValue'],
  ['a remove of nothing named', { op: 'remove' }, 'noTarget'],
  ['a path that is none', { op: 'replace', path: 'emails[type eq', value: 'x' }, 'invalidPath'],
  ['a path that is a number', { op: 'replace', path: 3, value: 'x' }, 'invalidPath'],
  ['a part of what has none', { op: 'replace', path: 'userName.first', value: 'x' }, 'invalidPath'],
  ['no path and no object', { op: 'replace', value: 'x' }, 'invalidValue'],
  [
    'a key twice in other case',
    { op: 'replace', value: true, VALUE: false, path: 'active' },
    'invalidSyntax',
  ],
];

describe('PATCH of a user that is refused', () => {
  it.each(REFUSED)('%s', (_name, operation, scimType) => {
    const refusal = expect.objectContaining({ status: 400, scimType });
    expect(() => bobWith(operation)).toThrow(expect.objectContaining({ refusal }));
  });

  it('too many operations', () => {
    const many = Array.from({ length: 1_001 }, () => ({ op: 'replace', path: 'active', value: true }));
    expect(() => bobWith(...many)).toThrow(/at most 1000/);
  });

  it('too many operations hidden in one object', () => {
    const keys = Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`a${at}`, 1]));
    expect(() => bobWith({ op: 'add', value: keys })).toThrow(/at most 1000/);
  });

  it.each([null, 'x', [], {}, { Operations: {} }, { Operations: [] }, { Operations: [null] }])(
    'a body of %j',
    (body) => {
      expect(() => readPatch(body)).toThrow(ScimRefused);
    },
  );
});

describe('the body of a user', () => {
  it('keeps what is known and leaves out what is not', () => {
    const body = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
      userName: 'bob',
      password: 'hunter2',
      emails: [{ value: 'b@x.example', type: 'work', nonsense: 1 }],
      phoneNumbers: [{ value: '+39' }],
      'urn:example:ext': { a: 1 },
      groups: [{ value: 'x' }],
    };
    expect(readUser(body)).toEqual({
      userName: 'bob',
      externalId: null,
      active: null,
      attributes: { emails: [{ value: 'b@x.example', type: 'work' }] },
    });
  });

  it.each([
    ['no userName', {}],
    ['a schema of another kind', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], userName: 'b' }],
    ['an old schema', { schemas: ['urn:scim:schemas:core:1.0'], userName: 'b' }],
    ['userName twice', { userName: 'a', UserName: 'b' }],
    ['emails that are strings of numbers', { userName: 'b', emails: [1] }],
    ['an extension that is no object', { userName: 'b', [ENTERPRISE]: 'x' }],
  ])('%s is refused', (_name, body) => {
    expect(() => readUser(body)).toThrow(ScimRefused);
  });

  it('a key called __proto__ does nothing', () => {
    const body: unknown = JSON.parse(
      '{"userName":"b","__proto__":{"active":false},"name":{"__proto__":"x"}}',
    );
    expect(readUser(body)).toEqual({ userName: 'b', externalId: null, active: null, attributes: {} });
  });
});

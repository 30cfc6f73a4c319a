import { z } from 'zod';
import type { PrincipalId } from '../ids.ts';
import { gidName, posixNumber, sidText, subjectName, uidName } from './names.ts';

/** How an entry of the identities file says who is meant. */
export type Found =
  | { readonly by: 'login'; readonly value: string }
  | { readonly by: 'id'; readonly value: string }
  | { readonly by: 'externalId'; readonly value: string };

/** One entry: who is meant, and their names in other systems. `at` is its place in the file, as `people.3`. */
export interface Mapping {
  readonly at: string;
  readonly kind: 'user' | 'group';
  readonly found: Found;
  readonly names: readonly PrincipalId[];
}

/**
 * SIDs that stand for no one person or group: everyone, whoever created or owns a file, whoever is signed in, and by
 * which way ([MS-DTYP] 2.4.2.4). Mapping one would give somebody what is meant for nobody in particular.
 */
const NOBODYS_SID = /^S-1-(0-0|1-0|2-\d+|3-\d+|5-([1-9]|1\d|20|33|113|114|1000)|(15|16|18)-.*)$/;

const word = z.string().min(1);
const sid = sidText.refine(
  (sid) => !NOBODYS_SID.test(sid),
  'this SID stands for no single person or group: write one of a person or group',
);
const sids = z.union([sid.transform((one) => [one]), z.array(sid).min(1)], {
  error: 'write a SID of a person or group, for example S-1-5-21-1-2-3-1001, or a list of them',
});
const subject = z.strictObject({
  issuer: z.string().regex(/^[^\s#]+$/, 'write the issuer as its tokens do, without spaces and #'),
  subject: z.string().regex(/^\P{Cc}{1,512}$/u, 'write the subject as the tokens of the issuer do'),
});
const found = { login: word.optional(), id: word.optional(), externalId: word.optional() };
const names = { sid: sids.optional(), subjects: z.array(subject).min(1).optional() };

const ONE_OF = 'say who is meant by exactly one of';

const person = z
  .strictObject({ ...found, ...names, uid: posixNumber.optional() })
  .refine(saysOnce, `${ONE_OF} login, id, externalId`)
  .refine(hasName, 'give at least one of sid, uid, subjects');
const group = z
  .strictObject({ id: found.id, externalId: found.externalId, ...names, gid: posixNumber.optional() })
  .refine(saysOnce, `${ONE_OF} id, externalId`)
  .refine(hasName, 'give at least one of sid, gid, subjects');

const identitiesText = z.strictObject({
  people: z.array(person).default([]),
  groups: z.array(group).default([]),
});

interface EntryText {
  readonly login?: string | undefined;
  readonly id?: string | undefined;
  readonly externalId?: string | undefined;
  readonly sid?: readonly PrincipalId[] | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly subjects?: readonly { readonly issuer: string; readonly subject: string }[] | undefined;
}

function saysOnce({ login, id, externalId }: EntryText): boolean {
  return [login, id, externalId].filter((value) => value !== undefined).length === 1;
}

function hasName({ sid, uid, gid, subjects }: EntryText): boolean {
  return [sid, uid, gid, subjects].some((value) => value !== undefined);
}

/** The mappings of a parsed identities file, or in plain words what is wrong with it, where, and the mend. */
export function readMappings(
  parsed: unknown,
):
  | { readonly ok: true; readonly mappings: readonly Mapping[] }
  | { readonly ok: false; readonly error: string } {
  const result = identitiesText.safeParse(parsed);
  if (!result.success) {
    const issue = result.error.issues[0];
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const key = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join('.');
    const what = unknown === undefined ? issue?.message : 'no such key: check its spelling or remove it';
    return { ok: false, error: `${key === '' ? 'top level' : key}: ${what}` };
  }
  const { people, groups } = result.data;
  return {
    ok: true,
    mappings: [
      ...people.map((entry, at) => mapping('user', `people.${at}`, entry)),
      ...groups.map((entry, at) => mapping('group', `groups.${at}`, entry)),
    ],
  };
}

function mapping(kind: Mapping['kind'], at: string, entry: EntryText): Mapping {
  const { sid = [], uid, gid, subjects = [] } = entry;
  return {
    at,
    kind,
    found: foundBy(entry),
    names: [
      ...new Set([
        ...sid,
        ...(uid === undefined ? [] : [uidName(uid)]),
        ...(gid === undefined ? [] : [gidName(gid)]),
        ...subjects.map(({ issuer, subject }) => subjectName(issuer, subject)),
      ]),
    ],
  };
}

function foundBy({ login, id, externalId }: EntryText): Found {
  if (login !== undefined) return { by: 'login', value: login };
  if (id !== undefined) return { by: 'id', value: id };
  return { by: 'externalId', value: externalId ?? '' };
}

import { z } from 'zod';
import { duration } from './duration.ts';

/** Signature algorithms with a public key. One with a shared secret would let whoever knows our keys sign. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function isSafe(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/** Who controls an answer over plain http controls who signs in. */
const keysUrl = z.string().refine(isSafe, 'write an https:// address (http:// only on this machine)');
/** RFC 8414, section 2: an address without query and fragment. Compared letter by letter, never tidied up. */
const issuerUrl = keysUrl.refine((text) => !/[?#\s]/.test(text), 'an issuer has no ?, # or space');

const claim = z.string().min(1);
const word = z.string().min(1).regex(/^\S+$/, 'write one word without spaces');

/** Which claims say who it is. `sub` alone where the issuer keeps it stable; `[tid, oid]` with Entra. */
const user = z.union(
  [
    z.strictObject({ claim }).transform(({ claim }) => ({ claims: [claim] })),
    z.strictObject({
      claims: z
        .array(claim)
        .min(1)
        .max(4)
        .refine((claims) => new Set(claims).size === claims.length, 'a claim stands twice'),
    }),
  ],
  { error: 'write { claim: sub } or { claims: [tid, oid] }' },
);

const groups = z.union(
  [
    z.literal('directory').transform(() => ({ from: 'directory' as const })),
    z
      .strictObject({
        claim,
        as: z.enum(['sid', 'group', 'subject']),
        overage: z.enum(['directory', 'refuse']).default('refuse'),
      })
      .transform((value) => ({ from: 'claim' as const, ...value })),
  ],
  { error: 'write directory, or { claim: groups, as: sid | group | subject, overage: directory | refuse }' },
);

const issuer = z
  .strictObject({
    issuer: issuerUrl,
    audience: z.array(z.string().min(1)).min(1),
    /** Where its public keys are; found by the issuer's own metadata when left out. */
    jwksUri: keysUrl.optional(),
    algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']),
    /** What the header must say; any access token or plain JWT when left out. */
    typ: word.optional(),
    /** How long after it was issued a token counts, whatever it says itself. */
    maxAge: duration.default(86_400),
    user: user.prefault({ claim: 'sub' }),
    matches: z.enum(['subject', 'externalId', 'login']).default('subject'),
    groups: groups.prefault('directory'),
    scopeClaim: claim.optional(),
    /** By our scope: what the issuer calls it. A scope that is left out keeps its name. */
    scopes: z.record(word, z.array(word).min(1)).default({}),
  })
  .refine(({ user, matches }) => matches === 'subject' || user.claims.length === 1, {
    path: ['matches'],
    error: 'externalId and login are matched by one claim: write user: { claim: … }',
  });

/** Sign-in by the tokens of identity providers. */
export const signIn = z.strictObject({
  issuers: z
    .array(issuer)
    .default([])
    .refine(
      (issuers) => new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length,
      'one issuer stands twice: give it all its audiences in one entry',
    ),
});

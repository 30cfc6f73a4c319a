import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { DirectorySnapshot, GroupSource, PrincipalId } from '../../acl/index.ts';
import { type ClaimsRefusal, readClaims } from './claims.ts';
import type { Issuer } from './issuer.ts';
import { issuerKeys } from './issuer-keys.ts';
import { personOf } from './person.ts';

/** Seconds by which the clock of an issuer may differ from ours. */
const CLOCK_TOLERANCE = 30;
/** What the header of a token for us may say it is (RFC 9068, 2.1). A logout or proof token says something else. */
const ACCESS_TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);
/** Header, payload and signature. */
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Somebody whom an issuer signed in. */
export interface SignedIn {
  readonly user: PrincipalId;
  readonly groups: GroupSource;
  readonly scopes: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** Why a token that an issuer did sign for us lets nobody in, for the operator. */
export type SignInRefusal = ClaimsRefusal | 'nobody' | 'several' | 'no-directory';

export interface JwtSignInDeps {
  readonly issuers: readonly Issuer[];
  /** The directory as of now. */
  readonly snapshot: () => Promise<DirectorySnapshot | null>;
  readonly now: () => number;
  /** Told of tokens that are good and still sign nobody in; never the token. */
  readonly onRefused: (issuer: string, refusal: SignInRefusal, subject: string | null) => void;
}

/** Whether a bearer secret has the shape of a JWT. */
export function looksLikeJwt(secret: string): boolean {
  return SHAPE.test(secret);
}

/**
 * Signs people in by the JWTs of configured issuers (RFC 9068, RFC 8725): signature by the issuer's published keys
 * and an allowed algorithm, `iss`, `aud`, `exp`, `nbf`, age, type; then the person in the directory.
 *
 * Gives null for every token that lets nobody in, whatever is wrong with it.
 * @throws {SignInUnavailable} when the keys of its issuer cannot be had
 */
export function jwtSignIn(deps: JwtSignInDeps): (jwt: string) => Promise<SignedIn | null> {
  const known = new Map(
    deps.issuers.map((issuer) => [issuer.issuer, { issuer, ...issuerKeys(issuer, deps) }]),
  );

  return async (jwt) => {
    const found = known.get(issuerSaid(jwt) ?? '');
    if (found === undefined) return null;
    const { issuer, key } = found;
    const payload = await verified(jwt, issuer, key, deps.now());
    if (payload === null) return null;
    const reading = readClaims(payload, issuer);
    const refuse = (refusal: SignInRefusal, subject: string | null): null => {
      deps.onRefused(issuer.issuer, refusal, subject);
      return null;
    };
    if (!reading.ok) return refuse(reading.refusal, null);
    const { subject, groups, scopes, expires } = reading.claimed;
    const snapshot = await deps.snapshot();
    if (snapshot === null) return refuse('no-directory', subject);
    const person = personOf(snapshot, issuer, subject);
    if (person.kind !== 'found') return refuse(person.kind, subject);
    return { user: person.user, groups, scopes, expires };
  };
}

/** The issuer that a token names, before anything of it is believed. */
function issuerSaid(jwt: string): string | undefined {
  try {
    return decodeJwt(jwt).iss;
  } catch {
    return undefined;
  }
}

async function verified(
  jwt: string,
  issuer: Issuer,
  key: Parameters<typeof jwtVerify>[1],
  now: number,
): Promise<JWTPayload | null> {
  try {
    const { typ } = decodeProtectedHeader(jwt);
    if (issuer.typ === undefined && typ !== undefined && !ACCESS_TYPES.has(String(typ).toLowerCase()))
      return null;
    const { payload } = await jwtVerify(jwt, key, {
      issuer: issuer.issuer,
      audience: [...issuer.audience],
      algorithms: [...issuer.algorithms],
      maxTokenAge: issuer.maxAge,
      requiredClaims: ['exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(now),
      ...(issuer.typ === undefined ? {} : { typ: issuer.typ }),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
    throw error;
  }
}

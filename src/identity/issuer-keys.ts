import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Issuer } from './issuer.ts';
import { SignInUnavailable } from './sign-in-unavailable.ts';

/** Time for one answer of an issuer. */
const TIMEOUT_MS = 5_000;
/** Keys are fetched again when they are older; a key that was taken back counts no longer than this. */
const KEYS_MAX_AGE_MS = 600_000;
/** An unknown key id makes them be fetched again, but not more often: anybody may write one into a token. */
const COOLDOWN_MS = 30_000;
/** After a failure nobody waits for the next one until then. */
const BACK_OFF_MS = 2_000;
/** Metadata and key sets are a few kilobytes. */
const MAX_ANSWER_BYTES = 1_048_576;
/** OpenID Connect Discovery 4. */
const METADATA = '/.well-known/openid-configuration';

const metadata = z.object({ issuer: z.string(), jwks_uri: z.string() });

export interface IssuerKeysDeps {
  readonly now: () => number;
}

/**
 * The public keys of an issuer, from its own addresses alone: nothing that a token says is asked for keys.
 *
 * Kept for ten minutes, fetched again for a key id that is not among them. `JWKSNoMatchingKey` means that the
 * issuer has no such key; whatever keeps the keys from being had is `SignInUnavailable`.
 */
export function issuerKeys(
  issuer: Pick<Issuer, 'issuer' | 'jwksUri'>,
  { now }: IssuerKeysDeps,
): { readonly key: JWTVerifyGetKey; readonly reach: () => Promise<void> } {
  let keys: Promise<ReturnType<typeof createRemoteJWKSet>> | null = null;
  let failure: { readonly at: number; readonly error: unknown } | null = null;

  async function fetchHere(url: string): Promise<Response> {
    if (failure !== null && Math.abs(now() - failure.at) < BACK_OFF_MS) throw failure.error;
    try {
      const answer = await fetchWhole(url);
      failure = null;
      return answer;
    } catch (error) {
      failure = { at: now(), error };
      throw error;
    }
  }

  async function open(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    const address = issuer.jwksUri ?? (await discover(issuer.issuer, fetchHere));
    return createRemoteJWKSet(new URL(address), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: KEYS_MAX_AGE_MS,
      [customFetch]: (url) => fetchHere(url),
    });
  }

  function opened(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    keys ??= open().catch((error: unknown) => {
      keys = null;
      throw error;
    });
    return keys;
  }

  return {
    async key(header, token) {
      try {
        return await (await opened())(header, token);
      } catch (error) {
        const ofToken =
          error instanceof errors.JWKSNoMatchingKey ||
          error instanceof errors.JWKSMultipleMatchingKeys ||
          error instanceof errors.JOSENotSupported;
        if (ofToken) throw error;
        throw unavailable(issuer.issuer, error);
      }
    },
    async reach() {
      try {
        await (await opened()).reload();
      } catch (error) {
        throw unavailable(issuer.issuer, error);
      }
    },
  };
}

/** Where an issuer's keys are. Its metadata must be its own: another name in them is an answer for somebody else. */
async function discover(issuer: string, fetchHere: (url: string) => Promise<Response>): Promise<string> {
  const url = issuer.replace(/\/$/, '') + METADATA;
  const read = metadata.safeParse(await (await fetchHere(url)).json());
  if (!read.success) throw new Error(`${url} has no issuer and jwks_uri: set jwksUri`);
  if (read.data.issuer !== issuer) {
    throw new Error(`${url} is of the issuer ${read.data.issuer}: write that one, if it is meant`);
  }
  if (!isSafe(read.data.jwks_uri))
    throw new Error(`${url} names keys at ${read.data.jwks_uri}, which is not https`);
  return read.data.jwks_uri;
}

function isSafe(address: string): boolean {
  const url = URL.parse(address);
  if (url?.protocol === 'https:') return true;
  return url?.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
}

/** An answer with 200 and its whole body. Redirects are not followed: they could lead out of https. */
async function fetchWhole(url: string): Promise<Response> {
  const answer = await fetch(url, {
    redirect: 'manual',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (answer.status !== 200) {
    await answer.body?.cancel();
    throw new Error(`${url} answered ${answer.status}`);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new Error(`${url} answered more than ${MAX_ANSWER_BYTES} bytes`);
    parts.push(part);
  }
  return new Response(Buffer.concat(parts), { status: 200 });
}

function unavailable(issuer: string, error: unknown): SignInUnavailable {
  const { message, cause } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const detail = code === undefined ? message : `${message}, ${code}`;
  return new SignInUnavailable(
    `the keys of ${issuer} cannot be had (${detail}): nobody is signed in by it until they can`,
    { cause: error },
  );
}

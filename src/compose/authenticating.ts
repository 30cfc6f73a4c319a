import type { Caller } from '../governance/index.ts';
import { SignInUnavailable, verifyAccessToken } from '../identity/index.ts';
import { issuerKeys } from '../identity/issuer-keys.ts';
import { jwtSignIn, looksLikeJwt } from '../identity/jwt-sign-in.ts';
import type { Core } from './core.ts';

/** Who a bearer secret belongs to, what it allows, and until when (ms). */
interface Known extends Pick<Caller, 'user' | 'scopes' | 'groups'> {
  readonly expires: number;
}

/**
 * Reads bearer secrets: personal access tokens, and the tokens of configured issuers. Null for every one that lets
 * nobody in; somebody who left is turned away here, not tool by tool.
 * Rejects with `SignInUnavailable` when an issuer's keys cannot be had.
 */
export function authenticator(
  core: Core,
  onFault: (where: string, error: unknown) => void,
): (secret: string) => Promise<Known | null> {
  const signIn = jwtSignIn({
    issuers: core.config.signIn.issuers,
    snapshot: core.snapshot,
    now: core.now,
    onRefused: (issuer, refusal, subject) => {
      const who = subject === null ? '' : ` of ${JSON.stringify(subject)}`;
      onFault('sign-in', new Error(`a good token${who} from ${issuer} lets nobody in: ${refusal}`));
    },
  });
  const read = async (secret: string): Promise<Known | null> => {
    if (looksLikeJwt(secret)) return signIn(secret);
    const token = await verifyAccessToken({ store: core.catalog.accessTokens, now: core.now }, secret);
    return token === null ? null : { ...token, scopes: new Set(token.scopes) };
  };
  return async (secret) => {
    try {
      const known = await read(secret);
      return known !== null && (await mayEnter(core, known)) ? known : null;
    } catch (error) {
      if (error instanceof SignInUnavailable) onFault('sign-in', error);
      throw error;
    }
  };
}

/** Somebody whose groups cannot be known is let in as far as the gate, which says what to do instead. */
async function mayEnter(core: Core, { user, groups }: Known): Promise<boolean> {
  const made = await core.tokenOf(user, groups);
  return made.ok || made.refusal.kind === 'groups-unknown';
}

/** Which issuers' keys can be had now; null where they can, else why not. */
export async function issuerTrouble({
  config,
  now,
}: Pick<Core, 'config' | 'now'>): Promise<ReadonlyMap<string, string | null>> {
  const tried = config.signIn.issuers.map(async (issuer) => {
    const trouble = await issuerKeys(issuer, { now })
      .reach()
      .then(
        () => null,
        (error: unknown) => (error as Error).message,
      );
    return [issuer.issuer, trouble] as const;
  });
  return new Map(await Promise.all(tried));
}

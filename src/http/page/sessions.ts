import type { Credential } from '../deps.ts';

/**
 * Who is signed in on the link page. A cookie holds an id that means nothing outside this process; the
 * secret behind it is verified again at every request, so a revoked token ends its sessions at once.
 */
export interface Sessions {
  /** Id of a new session, which ends at `expires` (ms) at the latest. */
  begin(secret: string, expires: number): string;
  /** Whoever the session stands for now; null when it is over. */
  credential(id: string): Promise<Credential | null>;
  end(id: string): void;
}

export interface SessionDeps {
  readonly authenticate: (secret: string) => Promise<Credential | null>;
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
}

/** Sessions kept at once; the oldest ends when one more begins. Each takes a few hundred bytes. */
const MAX_SESSIONS = 10_000;
const ID_BYTES = 32;

export function memorySessions({ authenticate, now, randomBytes }: SessionDeps): Sessions {
  const open = new Map<string, { readonly secret: string; readonly expires: number }>();
  return {
    begin(secret, expires) {
      const oldest = open.keys().next();
      if (open.size >= MAX_SESSIONS && oldest.done !== true) open.delete(oldest.value);
      const id = randomBytes(ID_BYTES).toString('base64url');
      open.set(id, { secret, expires });
      return id;
    },
    async credential(id) {
      const session = open.get(id);
      if (session === undefined) return null;
      const credential = session.expires <= now() ? null : await authenticate(session.secret);
      if (credential === null) open.delete(id);
      return credential;
    },
    end(id) {
      open.delete(id);
    },
  };
}

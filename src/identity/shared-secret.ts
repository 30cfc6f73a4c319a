import { createHash, timingSafeEqual } from 'node:crypto';

const LEAST = 32;
/** What a bearer credential may consist of (RFC 6750, section 2.1). */
const SHAPE = /^[\w.~+/-]+=*$/;

/** The secret cannot be used. The message says what one has to be. */
export class SecretError extends Error {
  readonly code = 'secret-unusable';

  constructor(message: string) {
    super(message);
    this.name = 'SecretError';
  }
}

/**
 * Whether another machine knows the secret that both were given. Takes the same time whatever it is asked.
 * @throws {SecretError} for a secret that could be guessed or sent by nobody
 */
export function sharedSecret(secret: string): (tried: string) => boolean {
  if (secret.length < LEAST) throw new SecretError(`it needs at least ${LEAST} characters`);
  if (!SHAPE.test(secret)) throw new SecretError('it may hold letters, digits and . _ ~ + / - alone');
  const expected = digest(secret);
  return (tried) => timingSafeEqual(digest(tried), expected);
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

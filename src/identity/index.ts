/** Who calls. Sign-in by JWT stays out of here, with the library it needs: the composition root loads it to serve. */
export { createAccessToken, verifyAccessToken } from './access-tokens.ts';
export { SecretError, sharedSecret } from './shared-secret.ts';
export { SignInUnavailable } from './sign-in-unavailable.ts';

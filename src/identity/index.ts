/** Who calls. */
export { type AccessTokenDeps, createAccessToken, verifyAccessToken } from './access-tokens.ts';

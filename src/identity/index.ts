/** Who calls. */
export { createAccessToken, verifyAccessToken } from './access-tokens.ts';

/** The HTTP face. */
export { createHttpApp } from './app.ts';
export type { Credential, HttpDeps, MountedMcp } from './deps.ts';

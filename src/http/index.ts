/** The HTTP face. */
export { createHttpApp } from './app.ts';

/** The HTTP face. */
export { createHttpApp } from './app.ts';
export type { MonitoringFace } from './monitoring.ts';

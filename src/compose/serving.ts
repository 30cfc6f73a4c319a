import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createHttpApp, type MonitoringFace } from '../http/index.ts';
import { documentsHttpHandler } from '../mcp/index.ts';
import type { Answering } from './answering.ts';
import { authenticator } from './authenticating.ts';
import type { Core } from './core.ts';
import { startKeeping } from './keeping.ts';
import { openScim } from './scim.ts';

/** A running server. `url` is where it listens; links carry the public address. */
export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServingOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly publicUrl: string;
  readonly version: string;
  readonly onFault: (where: string, error: unknown) => void;
  readonly monitoring?: MonitoringFace | null;
}

/** Starts HTTP, MCP and link pages over what answers. */
export async function startServing(
  core: Core,
  { tools, gate, mode, ready }: Answering,
  options: ServingOptions,
): Promise<RunningServer> {
  const { version, onFault, publicUrl } = options;
  const documents = documentsHttpHandler({ tools, gate, version, onFault });
  const app = createHttpApp({
    tools,
    gate,
    authenticate: authenticator(core, onFault),
    authorizationServers: core.config.signIn.issuers.map(({ issuer }) => issuer),
    mcp: new Map([['documents', documents]]),
    scim: openScim(core, publicUrl),
    monitoring: options.monitoring ?? null,
    mode,
    ready: async () => {
      await ready();
      return (await core.snapshot()) !== null;
    },
    publicUrl,
    allowedHosts: core.config.http.allowedHosts,
    version,
    now: core.now,
    randomBytes,
    onFault,
  });
  const keeping = startKeeping(core, onFault);
  await app.listen({ host: options.host, port: options.port });
  const { address, port, family } = app.server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: async () => {
      await keeping.stop();
      await documents.close();
      await app.close();
    },
  };
}

import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { syncDirectory } from '../../acl/index.ts';
import { createHttpApp } from '../http/index.ts';
import { verifyAccessToken } from '../identity/index.ts';
import { documentsHttpHandler } from '../mcp/index.ts';
import type { Answering } from './answering.ts';
import type { Core } from './core.ts';

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
    authenticate: async (secret) => {
      const token = await verifyAccessToken({ store: core.catalog.accessTokens, now: core.now }, secret);
      // Somebody who left is turned away at the door, not tool by tool.
      if (token === null || !(await core.tokenOf(token.user)).ok) return null;
      return { ...token, scopes: new Set(token.scopes) };
    },
    mcp: new Map([['documents', documents]]),
    mode: () => mode,
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
  const syncing = keepDirectory(core, onFault);
  await app.listen({ host: options.host, port: options.port });
  const { address, port, family } = app.server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: async () => {
      clearInterval(syncing);
      await documents.close();
      await app.close();
    },
  };
}

/** Reads a directory that cannot tell by itself whether it changed again and again; a file is asked at every call. */
function keepDirectory(core: Core, onFault: ServingOptions['onFault']): NodeJS.Timeout | undefined {
  const { directory } = core.config;
  if (directory.source === 'file') return undefined;
  const deps = { source: core.directory, store: core.catalog.directory, now: core.now };
  const sync = (): void => {
    syncDirectory(deps, { force: true }).then(
      ({ outcome, detail }) => {
        if (outcome === 'failed') onFault('directory', new Error(detail ?? 'it could not be read'));
      },
      (error: unknown) => onFault('directory', error),
    );
  };
  sync();
  return setInterval(sync, directory.interval * 1000);
}

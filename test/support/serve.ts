import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AuditRecord } from '../../src/governance/index.ts';
import { createHttpApp } from '../../src/http/index.ts';
import { verifyAccessToken } from '../../src/identity/index.ts';
import { documentsHttpHandler } from '../../src/mcp/index.ts';
import type { Company } from './company.ts';

/** A company's HTTP face, listening on this machine. */
export interface Served {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly publicUrl: string;
  setReady(yes: boolean): void;
  audit(): Promise<AuditRecord[]>;
  close(): Promise<void>;
}

export async function serve(
  company: Company,
  { publicUrl = 'http://documents.example', allowedHosts = [] as readonly string[] } = {},
): Promise<Served> {
  const { core, faults } = company;
  const { tools, gate, mode } = await company.answering(publicUrl);
  const onFault = (_where: string, error: unknown): void => {
    faults.push(error);
  };
  const documents = documentsHttpHandler({ tools, gate, version: '1.2.3', onFault });
  let ready = true;
  const app = createHttpApp({
    tools,
    gate,
    authenticate: async (secret) => {
      const stored = await verifyAccessToken({ store: core.catalog.accessTokens, now: core.now }, secret);
      return stored === null
        ? null
        : { user: stored.user, scopes: new Set(stored.scopes), expires: stored.expires };
    },
    authorizationServers: [],
    mcp: new Map([['documents', documents]]),
    scim: null,
    monitoring: null,
    mode,
    ready: async () => ready,
    publicUrl,
    allowedHosts,
    version: '1.2.3',
    now: core.now,
    randomBytes,
    onFault,
  });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    origin,
    publicUrl,
    setReady(yes) {
      ready = yes;
    },
    async audit() {
      const text = await readFile(company.auditFile, 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line): AuditRecord => JSON.parse(line));
    },
    async close() {
      await app.close();
      await documents.close();
    },
  };
}

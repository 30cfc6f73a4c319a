import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { PassSummary } from '../../index/index.ts';
import { type Core, ingest, openAnswering, openCore } from '../../src/compose/index.ts';
import { startServing } from '../../src/compose/serving.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { AuditRecord } from '../../src/governance/index.ts';
import { createAccessToken } from '../../src/identity/index.ts';
import { tempFolder, writeFiles } from './temp-folder.ts';

const PUBLIC = 'https://documents.example';

/** What `ntk serve` starts with `directory.source: scim`, listening on this machine. */
export interface ScimServer {
  readonly url: string;
  readonly folder: string;
  readonly secret: string;
  readonly core: Core;
  readonly faults: unknown[];
  /** A request to `/scim/v2` with the secret; a string is sent as it is. */
  scim(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ScimReply>;
  /** The id of what a POST made. */
  made(path: '/Users' | '/Groups', body: object): Promise<string>;
  /** Writes files of the share; keys are paths in it. */
  write(files: Readonly<Record<string, string>>): void;
  ingest(): Promise<PassSummary>;
  /** A personal access token. */
  token(login: string): Promise<string>;
  audit(): Promise<AuditRecord[]>;
  close(): Promise<void>;
}

export interface ScimReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what each test looks into
  readonly body: any;
}

export async function startScimServer({ settle = '0s' } = {}): Promise<ScimServer> {
  const folder = tempFolder();
  const config = {
    data: './data',
    shares: [{ name: 'company', path: './share', acl: { source: 'sidecar' } }],
    directory: { source: 'scim', settle },
    http: { publicUrl: PUBLIC },
    ingest: { workers: 1 },
  };
  writeFiles(folder, { 'need-to-know.yaml': stringify(config), 'share/readme.txt': 'Nobody reads this.' });
  const secret = randomBytes(32).toString('hex');
  process.env['NTK_SCIM_TOKEN'] = secret;
  const core = await openCore(await loadConfig(join(folder, 'need-to-know.yaml')));
  const faults: unknown[] = [];
  const onFault = (_where: string, error: unknown): void => {
    faults.push(error);
  };
  const answering = await openAnswering(core, { publicUrl: PUBLIC, onFault });
  const options = { host: '127.0.0.1', port: 0, publicUrl: PUBLIC, version: '1.2.3', onFault };
  const server = await startServing(core, answering, options);
  delete process.env['NTK_SCIM_TOKEN'];

  const scim: ScimServer['scim'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${server.url}/scim/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? null : JSON.parse(text),
    };
  };
  return {
    url: server.url,
    folder,
    secret,
    core,
    faults,
    scim,
    async made(path, body) {
      const reply = await scim('POST', path, body);
      if (reply.status !== 201) throw new Error(reply.text);
      return reply.body.id;
    },
    write: (files) => writeFiles(join(folder, 'share'), files),
    ingest: () => ingest(core, { rebuild: false, onEvent: () => undefined }),
    async token(login) {
      const user = await core.userOf(login);
      if (user === null) throw new Error(`there is no user ${login}`);
      const deps = { store: core.catalog.accessTokens, now: core.now, randomBytes };
      const request = { user, scopes: ['documents:read'], label: null, expiresInSeconds: 3_600 };
      return (await createAccessToken(deps, request)).secret;
    },
    async audit() {
      const text = await readFile(join(folder, 'data', 'audit', 'scim.jsonl'), 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line): AuditRecord => JSON.parse(line));
    },
    async close() {
      await server.close();
      await answering.close();
      await core.close();
    },
  };
}

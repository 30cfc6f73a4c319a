import { join } from 'node:path';
import {
  type DirectorySnapshot,
  type ScimAnswer,
  ScimDirectory,
  type ScimMethod,
  ScimProvider,
} from '../../acl/index.ts';
import { openSqliteCatalog } from '../../index/catalog/sqlite-catalog.ts';
import { tempFolder } from './temp-folder.ts';

const BASE = 'https://documents.example/scim/v2';

/** A directory that is pushed to by the requests a test sends, on a real catalog. */
export interface Pushed {
  readonly path: string;
  readonly store: Awaited<ReturnType<typeof openSqliteCatalog>>['scim'];
  readonly directory: ScimDirectory;
  readonly clock: { at: number };
  readonly audited: string[];
  /** Sends a request; `path` is as after `/scim/v2`. */
  send(method: ScimMethod, path: string, body?: unknown, headers?: Headers): Promise<ScimAnswer>;
  /** The id of what a POST made. */
  made(path: '/Users' | '/Groups', body: object): Promise<string>;
  snapshot(): Promise<DirectorySnapshot>;
  close(): Promise<void>;
}

interface Headers {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

export async function pushed({
  settleMs = 0,
  path = join(tempFolder(), 'catalog.sqlite'),
  newId = numbered(),
}: {
  readonly settleMs?: number;
  readonly path?: string;
  readonly newId?: () => string;
} = {}): Promise<Pushed> {
  const catalog = await openSqliteCatalog(path);
  const clock = { at: 1_234 };
  const now = (): number => clock.at;
  const audited: string[] = [];
  const provider = new ScimProvider({
    store: catalog.scim,
    audit: async ({ method, kind, id, outcome }) => {
      audited.push(`${method} ${kind} ${id} ${outcome}`);
    },
    now,
    newId,
    base: BASE,
    settleMs,
  });
  const directory = new ScimDirectory({ store: catalog.scim, now, settleMs });
  const send: Pushed['send'] = async (method, address, body, headers = {}) => {
    const url = new URL(BASE + address);
    const [kind, id] = url.pathname.slice('/scim/v2/'.length).split('/');
    if (kind !== 'Users' && kind !== 'Groups') throw new Error(`nothing is at ${address}`);
    await provider.contact();
    return provider.handle({
      method,
      kind,
      id: id === undefined ? null : decodeURIComponent(id),
      query: Object.fromEntries(url.searchParams),
      ifMatch: headers.ifMatch ?? null,
      ifNoneMatch: headers.ifNoneMatch ?? null,
      body,
    });
  };
  return {
    path,
    store: catalog.scim,
    directory,
    clock,
    audited,
    send,
    async made(at, body) {
      const answer = await send('POST', at, body);
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return (answer.body as { readonly id: string }).id;
    },
    async snapshot() {
      const reading = await directory.read(clock.at);
      if (reading.kind !== 'complete') throw new Error(reading.detail);
      return reading.snapshot;
    },
    close: () => catalog.close(),
  };
}

function numbered(): () => string {
  let last = 0;
  return () => {
    last += 1;
    return `id-${last}`;
  };
}

/** The body of a PATCH. */
export function patchOf(...operations: readonly object[]): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}

import {
  changeGroup,
  createGroup,
  foundGroup,
  removeGroup,
  replaceGroup,
  shownGroup,
} from './group-requests.ts';
import { CONTACT_MS } from './limits.ts';
import { listGroups, listUsers } from './listing.ts';
import { errorBody, notFound, ScimRefused } from './refusal.ts';
import { etag, type Projection, readProjection } from './render.ts';
import { foldQuery, type ScimAnswer, type ScimRequest, unchanged } from './request.ts';
import { isSettled } from './settled.ts';
import type { ScimReader, ScimStore, ScimWriter } from './store.ts';
import {
  changeUser,
  createUser,
  foundUser,
  type RequestDeps,
  removeUser,
  replaceUser,
  shown,
} from './user-requests.ts';

/** One write, for the audit: no name, no address, only the id. */
export interface ScimAudit {
  readonly method: string;
  readonly kind: string;
  readonly id: string | null;
  readonly outcome: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
}

export interface ScimProviderDeps {
  readonly store: ScimStore;
  /** Resolves when the record is stored; a write whose record cannot be stored is not done. */
  readonly audit: (record: ScimAudit) => Promise<void>;
  readonly now: () => number;
  readonly newId: () => string;
  /** Address under which the service is reached, without a slash at its end. */
  readonly base: string;
  /** Milliseconds without a change after which the first push counts as complete. */
  readonly settleMs: number;
}

/** Answers the requests of an identity provider that pushes users and groups (RFC 7643, RFC 7644). */
export class ScimProvider {
  readonly #deps: ScimProviderDeps;
  #noted = Number.NEGATIVE_INFINITY;

  constructor(deps: ScimProviderDeps) {
    this.#deps = deps;
  }

  /**
   * Notes that the identity provider has sent an authenticated request, of whatever kind.
   * @throws {ScimBusy}
   */
  async contact(): Promise<void> {
    const now = this.#deps.now();
    if (Math.abs(now - this.#noted) < CONTACT_MS) return;
    await this.#deps.store.contact(now);
    this.#noted = now;
  }

  /**
   * Answers one request whose sender is authenticated; what cannot be done is an answer as well.
   * @throws {ScimBusy} when it may be sent again; anything else is a fault
   */
  async handle(asked: ScimRequest): Promise<ScimAnswer> {
    const request = { ...asked, query: foldQuery(asked.query) };
    const started = this.#deps.now();
    try {
      const projection = readProjection(request.query);
      return request.method === 'GET'
        ? await this.#read(request, projection)
        : await this.#write(request, projection, started);
    } catch (error) {
      if (!(error instanceof ScimRefused)) throw error;
      const { status, scimType, detail } = error.refusal;
      if (request.method !== 'GET') {
        const outcome = scimType === null ? String(status) : `${status} ${scimType}`;
        await this.#deps.audit({ ...audited(request), id: request.id, outcome, started });
      }
      return { status, body: errorBody(status, scimType, detail) };
    }
  }

  #read(request: ScimRequest, projection: Projection): Promise<ScimAnswer> {
    const deps = { ...this.#deps, now: this.#deps.now(), projection };
    return this.#deps.store.read(async (reader) => {
      if (request.id !== null) return one(reader, request, deps);
      const asked = { query: request.query, projection, base: deps.base };
      const list = request.kind === 'Users' ? listUsers : listGroups;
      return { status: 200, body: await list(reader, asked) };
    });
  }

  #write(request: ScimRequest, projection: Projection, started: number): Promise<ScimAnswer> {
    const { store, audit, settleMs } = this.#deps;
    const deps = { ...this.#deps, now: started, projection };
    return store.write(started, async (writer) => {
      const state = await writer.state();
      if (!state.settled && isSettled(state, started, settleMs)) await writer.settle();
      const answer = await writing(writer, request, deps);
      const id = request.id ?? answer.location?.split('/').at(-1) ?? null;
      // Before the change counts: one that is not on record does not happen.
      await audit({ ...audited(request), id, outcome: 'ok', started });
      return answer;
    });
  }
}

function audited({ method, kind }: ScimRequest): { readonly method: string; readonly kind: string } {
  return { method, kind };
}

async function one(reader: ScimReader, request: ScimRequest, deps: RequestDeps): Promise<ScimAnswer> {
  if (request.kind === 'Users') {
    const user = await foundUser(reader, request.id);
    return unchanged(request, user) ? { status: 304, body: null, etag: etag(user) } : shown(user, 200, deps);
  }
  const group = await foundGroup(reader, request.id);
  return unchanged(request, group)
    ? { status: 304, body: null, etag: etag(group) }
    : shownGroup(reader, group, 200, deps);
}

async function writing(writer: ScimWriter, request: ScimRequest, deps: RequestDeps): Promise<ScimAnswer> {
  const users = request.kind === 'Users';
  switch (request.method) {
    case 'POST':
      return users ? createUser(writer, request, deps) : createGroup(writer, request, deps);
    case 'PUT':
      return users ? replaceUser(writer, request, deps) : replaceGroup(writer, request, deps);
    case 'PATCH':
      return users ? changeUser(writer, request, deps) : changeGroup(writer, request, deps);
    case 'DELETE':
      return users ? removeUser(writer, request) : removeGroup(writer, request);
    case 'GET':
      throw notFound('method');
  }
}

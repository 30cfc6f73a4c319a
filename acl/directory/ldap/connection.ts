import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  Client,
  type Control,
  MessageParser,
  PagedResultsControl,
  type SearchOptions,
  SearchResponse,
} from 'ldapts';
import type { LdapEntry } from './entry.ts';

/** Above this a search is taken for a loop. */
const MAX_ENTRIES = 2_000_000;

export interface LdapServer {
  /** `ldap://host[:port]` or `ldaps://host[:port]`. */
  readonly url: string;
  readonly startTls: boolean;
  /** Certificate authority in PEM, in place of those that Node trusts. */
  readonly ca?: string | undefined;
  readonly bindDn: string;
  readonly bindPassword: string;
  /** For connecting, TLS and binding together, and for each page. */
  readonly timeoutMs: number;
}

export interface LdapLookup {
  readonly attributes: readonly string[];
  readonly binaryAttributes?: readonly string[];
  readonly controls?: readonly Control[];
}

export interface LdapSearch extends LdapLookup {
  readonly filter: string;
  readonly pageSize: number;
}

export interface LdapResult {
  readonly entries: readonly LdapEntry[];
  /** URLs of servers that hold further parts of what was searched. */
  readonly referrals: readonly string[];
}

/** Thrown for an answer that is no error on the wire and yet less than everything. The message names the mend. */
export class PartialAnswer extends Error {}

/**
 * One bound connection. It is never made anew behind the caller's back: after a loss the client library would
 * search on as nobody, over plain text, and get fewer entries with success.
 */
export class LdapConnection {
  readonly #client: Client;
  readonly #sockets: Socket[] = [];
  /** Where the last answer of a search says that more pages follow. */
  #unread = false;

  private constructor(server: LdapServer) {
    const { hostname, port, protocol } = new URL(server.url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const tls = {
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(server.ca === undefined ? {} : { ca: server.ca }),
    };
    this.#client = new Client({
      url: server.url,
      timeout: server.timeoutMs,
      connectTimeout: server.timeoutMs,
      createConnection: () => {
        this.#refuseSecond();
        const socket = connect(Number(port || 389), host);
        return this.#keep(socket, !server.startTls);
      },
      createSecureConnection: () => {
        const [plain] = this.#sockets;
        if (protocol === 'ldaps:') {
          this.#refuseSecond();
          return this.#keep(connectTls({ ...tls, port: Number(port || 636) }), true);
        }
        return this.#keep(connectTls({ ...tls, ...(plain === undefined ? {} : { socket: plain }) }), true);
      },
    });
  }

  /** @throws whatever keeps the server from accepting the account, or an abort; connection closed */
  static async open(server: LdapServer, signal: AbortSignal): Promise<LdapConnection> {
    signal.throwIfAborted();
    const connection = new LdapConnection(server);
    const end = () => connection.#destroy(new Error('closed while connecting'));
    signal.addEventListener('abort', end, { once: true });
    const timer = setTimeout(() => connection.#destroy(new Error('timed out')), server.timeoutMs);
    try {
      if (server.startTls) await connection.#client.startTLS();
      await connection.#client.bind(server.bindDn, server.bindPassword);
      return connection;
    } catch (error) {
      connection.#destroy();
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }

  /** Everything below a base, page by page. @throws for any result but success, and for success with pages left */
  async searchAll(baseDn: string, search: LdapSearch): Promise<LdapResult> {
    const entries: LdapEntry[] = [];
    const referrals: string[] = [];
    const options: SearchOptions = {
      scope: 'sub',
      derefAliases: 'never',
      filter: search.filter,
      attributes: [...search.attributes],
      explicitBufferAttributes: [...(search.binaryAttributes ?? [])],
      paged: { pageSize: search.pageSize },
    };
    const pages = this.#client.searchPaginated(baseDn, options, [...(search.controls ?? [])]);
    for await (const { searchEntries, searchReferences } of pages) {
      for (const entry of searchEntries) entries.push(entry);
      referrals.push(...searchReferences);
      if (entries.length > MAX_ENTRIES)
        throw new PartialAnswer(`more than ${MAX_ENTRIES} entries: narrow the filters`);
    }
    this.#checkWhole();
    return { entries, referrals };
  }

  /** One entry. @throws unless there is exactly one */
  async readOne(dn: string, lookup: LdapLookup): Promise<LdapEntry> {
    const entry = await this.find(dn, lookup);
    if (entry === null) throw new PartialAnswer(`${dn} could not be read: sync again`);
    return entry;
  }

  /** One entry; null when the server answers with success and without it. An empty name asks for the root DSE. */
  async find(dn: string, lookup: LdapLookup): Promise<LdapEntry | null> {
    const options: SearchOptions = {
      scope: 'base',
      derefAliases: 'never',
      filter: '(objectClass=*)',
      attributes: [...lookup.attributes],
      explicitBufferAttributes: [...(lookup.binaryAttributes ?? [])],
    };
    const { searchEntries } = await this.#client.search(dn, options, [...(lookup.controls ?? [])]);
    this.#checkWhole();
    const [entry, ...more] = searchEntries;
    return entry === undefined || more.length > 0 ? null : entry;
  }

  async close(): Promise<void> {
    await this.#client.unbind().catch(() => undefined);
    this.#destroy();
  }

  #checkWhole(): void {
    if (!this.#client.isBound)
      throw new PartialAnswer('the connection was lost between two answers: sync again');
    if (this.#unread) throw new PartialAnswer('the server stopped before the last page: sync again');
  }

  #refuseSecond(): void {
    if (this.#sockets.length > 0)
      throw new PartialAnswer('the connection was lost between two answers: sync again');
  }

  /** A page without entries may still announce more; the client library takes it for the last, so we look ourselves. */
  #keep<S extends Socket>(socket: S, carriesAnswers: boolean): S {
    this.#sockets.push(socket);
    if (!carriesAnswers) return socket;
    const parser = new MessageParser();
    parser.on('error', () => undefined);
    parser.on('message', (message) => {
      if (!(message instanceof SearchResponse)) return;
      const control = message.controls?.find((one) => one instanceof PagedResultsControl);
      this.#unread = (control?.value?.cookie?.length ?? 0) > 0;
    });
    socket.on('data', (data) => parser.read(data, new Map()));
    return socket;
  }

  #destroy(reason?: Error): void {
    for (const socket of this.#sockets.toReversed()) {
      socket.on('error', () => undefined);
      socket.destroy(reason);
    }
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ScimProvider } from '../../acl/index.ts';
import type { Caller, Gate } from '../governance/index.ts';
import type { DocumentTools } from '../tools/index.ts';
import type { MonitoringFace } from './monitoring.ts';

/** Who a secret belongs to, what it allows, and until when (ms). */
export interface Credential extends Pick<Caller, 'user' | 'scopes' | 'groups'> {
  readonly expires: number;
}

/** One MCP server, mounted at `/mcp/NAME`. */
interface MountedMcp {
  /** Scopes of its tools, for the metadata and the challenge. */
  readonly scopes: readonly string[];
  /** Answers a request whose body was not read; refuses a caller who has none of the scopes. */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    resourceMetadataUrl: string,
  ): Promise<void>;
}

/** What takes users and groups in that an identity provider pushes. */
export interface ScimFace {
  /** Whether this is the secret that the identity provider was given. */
  readonly authentic: (secret: string) => boolean;
  /** Address of `/scim/v2` as the identity provider knows it. */
  readonly base: string;
  readonly provider: Pick<ScimProvider, 'contact' | 'handle'>;
}

/** What the HTTP face needs; constructed in the composition root. */
export interface HttpDeps {
  readonly tools: Pick<DocumentTools, 'searchDocuments' | 'fetch' | 'showPassage'>;
  readonly gate: Gate;
  /**
   * Unknown, expired and revoked secrets are null alike. Rejects with `SignInUnavailable` when nobody can tell.
   */
  readonly authenticate: (secret: string) => Promise<Credential | null>;
  /** Issuers whose tokens are believed, for the metadata (RFC 9728); empty where there are access tokens alone. */
  readonly authorizationServers: readonly string[];
  /** By the name in their path, for example `documents`. */
  readonly mcp: ReadonlyMap<string, MountedMcp>;
  /** Null where the directory comes from elsewhere: then there is no such path. */
  readonly scim: ScimFace | null;
  /** Null where the operator set no secret for it. */
  readonly monitoring: MonitoringFace | null;
  readonly mode: () => 'hybrid' | 'lexical';
  /** Whether catalog and store answer. A rejection counts as no. */
  readonly ready: () => Promise<boolean>;
  /** Address under which people and clients reach this server, without a slash at its end. */
  readonly publicUrl: string;
  /** Names besides that of `publicUrl` and this machine's own under which requests may come. */
  readonly allowedHosts: readonly string[];
  readonly version: string;
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  /** Faults (never refusals) for the operator's log. */
  readonly onFault: (where: string, error: unknown) => void;
}

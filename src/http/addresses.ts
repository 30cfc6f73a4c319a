/** Where things stand under the public address, which may have a path of its own behind a proxy. */
export interface Addresses {
  /** Path of the public address without a slash at its end; mostly empty. */
  readonly base: string;
  /** Name and port that people see. */
  readonly host: string;
  readonly secure: boolean;
  /** The resource identifier of an MCP server (RFC 8707). */
  resource(name: string | null): string;
  /** Where the metadata of a resource stands: between host and path (RFC 9728, section 3.1). */
  metadata(name: string | null): string;
}

export const METADATA_PATH = '/.well-known/oauth-protected-resource';

export function addresses(publicUrl: string): Addresses {
  const { origin, pathname, host, protocol } = new URL(publicUrl);
  const base = pathname.replace(/\/+$/, '');
  const pathOf = (name: string | null): string => (name === null ? base : `${base}/mcp/${name}`);
  return {
    base,
    host,
    secure: protocol === 'https:',
    resource: (name) => origin + pathOf(name),
    metadata: (name) => `${origin}${METADATA_PATH}${pathOf(name)}`,
  };
}

/** What a WWW-Authenticate header says (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface Challenge {
  /** Left out when the request carried no credential at all. */
  readonly error?: 'invalid_token' | 'insufficient_scope';
  readonly scopes: readonly string[];
  readonly resourceMetadataUrl: string;
}

export function challenge({ error, scopes, resourceMetadataUrl }: Challenge): string {
  const parts = [
    ...(error === undefined ? [] : [`error="${error}"`]),
    `scope="${scopes.join(' ')}"`,
    `resource_metadata="${resourceMetadataUrl}"`,
  ];
  return `Bearer ${parts.join(', ')}`;
}

const BEARER = /^bearer +([\w.~+/-]+=*) *$/i;
/** Entra's token with 200 groups has some 12,000 characters; Node ends a request whose headers pass 16 KiB. */
const MAX_CREDENTIAL = 15_360;

/** The secret of an Authorization header; null for a header that is none of ours. */
export function bearerSecret(authorization: string): string | null {
  return authorization.length > MAX_CREDENTIAL ? null : (BEARER.exec(authorization)?.[1] ?? null);
}

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
/** No secret that we or an identity provider issue is longer. */
const MAX_CREDENTIAL = 8_192;

/** The secret of an Authorization header; null for a header that is none of ours. */
export function bearerSecret(authorization: string): string | null {
  return authorization.length > MAX_CREDENTIAL ? null : (BEARER.exec(authorization)?.[1] ?? null);
}

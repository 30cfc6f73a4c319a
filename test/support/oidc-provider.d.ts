/** The slice of the identity provider that tests use. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';
  import type { JWK } from 'jose';

  interface ResourceServer {
    readonly scope: string;
    readonly audience: string;
    readonly accessTokenTTL: number;
    readonly accessTokenFormat: 'jwt' | 'opaque';
    readonly jwt?: { readonly sign: { readonly alg: string } };
  }

  export default class Provider {
    constructor(
      issuer: string,
      configuration: {
        readonly clients: readonly Readonly<Record<string, unknown>>[];
        readonly jwks: { readonly keys: readonly JWK[] };
        readonly features: {
          readonly devInteractions: { readonly enabled: boolean };
          readonly clientCredentials: { readonly enabled: boolean };
          readonly resourceIndicators: {
            readonly enabled: boolean;
            getResourceServerInfo(context: unknown, resource: string): ResourceServer;
          };
        };
      },
    );
    callback(): RequestListener;
  }
}

/** One identity provider whose tokens sign people in, as the operator configured it. */
export interface Issuer {
  /** The `iss` of its tokens, letter by letter. */
  readonly issuer: string;
  /** Tokens for one of these are for us. */
  readonly audience: readonly string[];
  /** Where its public keys are; undefined: as its own metadata say. */
  readonly jwksUri?: string | undefined;
  /** Signature algorithms that are believed; none with a shared secret. */
  readonly algorithms: readonly string[];
  /** What the header's `typ` must be; undefined: that of an access token or of a plain JWT. */
  readonly typ?: string | undefined;
  /** Seconds after `iat` for which a token counts at most. */
  readonly maxAge: number;
  /** Claims that say together who it is. */
  readonly user: { readonly claims: readonly string[] };
  /**
   * What those claims are matched with: the subject that the identities file maps, the external id of a provisioned
   * user, or a login.
   */
  readonly matches: 'subject' | 'externalId' | 'login';
  readonly groups: IssuerGroups;
  /** Claim that says the scopes; undefined: `scope`, or else `scp`. */
  readonly scopeClaim?: string | undefined;
  /** By a scope of ours: the words of this issuer that mean it. One that is not named is called the same. */
  readonly scopes: Readonly<Record<string, readonly string[]>>;
}

/** Where the groups of its people come from. */
export type IssuerGroups =
  | { readonly from: 'directory' }
  | {
      readonly from: 'claim';
      readonly claim: string;
      /** What a value is: a SID, the id of a group, or a subject that the identities file maps. */
      readonly as: 'sid' | 'group' | 'subject';
      /** What holds for a token that had too many groups to say them. */
      readonly overage: 'directory' | 'refuse';
    };

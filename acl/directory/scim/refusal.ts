/** The words of RFC 7644, table 9, that we use, and none where the standard has none. */
export type ScimType =
  | 'invalidFilter'
  | 'invalidPath'
  | 'invalidSyntax'
  | 'invalidValue'
  | 'noTarget'
  | 'uniqueness';

/** Why a request was not done. `detail` is for the operator of the identity provider and names the mend. */
export interface ScimRefusal {
  readonly status: 400 | 403 | 404 | 409 | 412 | 501;
  readonly scimType: ScimType | null;
  readonly detail: string;
}

/** Thrown inside a request so that its transaction is rolled back; the provider turns it into an answer. */
export class ScimRefused extends Error {
  readonly refusal: ScimRefusal;

  constructor(refusal: ScimRefusal) {
    super(refusal.detail);
    this.name = 'ScimRefused';
    this.refusal = refusal;
  }
}

/** A 400 with its word. */
export function bad(scimType: ScimType, detail: string): ScimRefused {
  return new ScimRefused({ status: 400, scimType, detail });
}

export function notFound(resource: string): ScimRefused {
  return new ScimRefused({ status: 404, scimType: null, detail: `There is no such ${resource}.` });
}

/** The body of an error (RFC 7644, section 3.12). */
export function errorBody(status: number, scimType: ScimType | null, detail: string): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(scimType === null ? {} : { scimType }),
    detail,
  };
}

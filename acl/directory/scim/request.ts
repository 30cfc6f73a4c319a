import { bad, ScimRefused } from './refusal.ts';
import type { ResourceKind } from './render.ts';
import { etag } from './render.ts';

export type ScimMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One authenticated request, as the protocol sees it. */
export interface ScimRequest {
  readonly method: ScimMethod;
  readonly kind: ResourceKind;
  /** Null for the collection. */
  readonly id: string | null;
  /** Parameters of the address; their names compare without case. */
  readonly query: Readonly<Record<string, string>>;
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
  readonly body: unknown;
}

/** What goes back. `etag` and `location` are headers. */
export interface ScimAnswer {
  readonly status: number;
  readonly body: object | null;
  readonly etag?: string;
  readonly location?: string;
}

/** @throws {ScimRefused} 412 when a condition is set and the resource is another state */
export function requireMatch(
  { ifMatch, ifNoneMatch }: Pick<ScimRequest, 'ifMatch' | 'ifNoneMatch'>,
  resource: { readonly version: number },
): void {
  const missed = ifMatch !== null && !names(ifMatch, resource);
  if (missed || (ifNoneMatch !== null && names(ifNoneMatch, resource))) {
    const detail = 'The resource has changed meanwhile: read it again and send the change anew.';
    throw new ScimRefused({ status: 412, scimType: null, detail });
  }
}

/** Whether a reader already has this state (RFC 7232, section 3.2). */
export function unchanged(
  { ifNoneMatch }: Pick<ScimRequest, 'ifNoneMatch'>,
  resource: { readonly version: number },
): boolean {
  return ifNoneMatch !== null && names(ifNoneMatch, resource);
}

/** Compares weakly: the same version, whether or not it is marked as weak. */
function names(condition: string, resource: { readonly version: number }): boolean {
  const own = etag(resource).replace(/^W\//, '');
  return condition
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//i, ''))
    .some((tag) => tag === '*' || tag === own);
}

/** A whole number among the parameters; null when it is not there. @throws {ScimRefused} */
export function numberIn(query: Readonly<Record<string, string>>, name: string): number | null {
  const text = query[name.toLowerCase()];
  if (text === undefined || text === '') return null;
  if (!/^[+-]?\d{1,15}$/.test(text)) throw bad('invalidValue', `${name}: send a whole number.`);
  return Number(text);
}

/** Parameters by their names in lower case. */
export function foldQuery(query: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name.toLowerCase(), value]));
}

import { decide } from './decide.ts';
import type { Descriptor } from './descriptor.ts';
import type { Token } from './token.ts';

declare const brand: unique symbol;

/** Small positive integer standing for one distinct descriptor. Given once, never reused. */
export type ScopeId = number & { readonly [brand]: 'ScopeId' };

export const scopeId = (value: number): ScopeId => value as ScopeId;

export interface Scope {
  readonly id: ScopeId;
  readonly descriptor: Descriptor;
}

/** The scopes a token may read, ascending. Computed for every query: nothing of it is kept. */
export function readableScopes(scopes: Iterable<Scope>, token: Token): ScopeId[] {
  const readable: ScopeId[] = [];
  for (const scope of scopes) if (decide(scope.descriptor, token).read) readable.push(scope.id);
  return readable.sort((a, b) => a - b);
}

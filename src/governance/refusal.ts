/**
 * Why a call gave nothing. Absent and forbidden are one kind, on purpose.
 * Messages are for the caller: they never name what the caller may not see.
 */
export type Refusal =
  | { readonly kind: 'unauthenticated'; readonly message: string }
  | { readonly kind: 'insufficient-scope'; readonly needed: string; readonly message: string }
  | { readonly kind: 'invalid-input'; readonly message: string }
  | { readonly kind: 'not-found'; readonly message: string }
  | { readonly kind: 'timeout'; readonly message: string }
  /** Too many calls of this person wait already. */
  | { readonly kind: 'too-many-requests'; readonly retryAfterSeconds: number; readonly message: string }
  /** Too many calls of all people wait already, or this one waited as long as it may. */
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number; readonly message: string }
  /** The caller gave up before there was an answer. */
  | { readonly kind: 'cancelled'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string };

/** Thrown by a tool to refuse; the gate turns it into a value. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.name = 'Refused';
    this.refusal = refusal;
  }
}

/** The one answer for a thing that is absent and for a thing that is hidden. */
export const NOT_FOUND: Refusal = {
  kind: 'not-found',
  message: 'No such document, or you may not read it.',
};

/** HTTP status of a refusal. */
export function httpStatus(refusal: Refusal): number {
  switch (refusal.kind) {
    case 'unauthenticated':
      return 401;
    case 'insufficient-scope':
      return 403;
    case 'invalid-input':
      return 400;
    case 'not-found':
      return 404;
    case 'timeout':
      return 504;
    case 'too-many-requests':
      return 429;
    case 'busy':
      return 503;
    case 'cancelled':
      // Nobody reads it any more: what several servers write down in this case.
      return 499;
    case 'unavailable':
      return 503;
  }
}

import type { ScimState } from './store.ts';

/**
 * Whether the first push may be taken for complete: people and groups have come, and nothing more since `settleMs`.
 *
 * The protocol has no word for "that was all". A half-pushed directory lacks groups and would hide deny entries, so
 * until then nobody is answered. Once over, it stays so: later changes are changes to a whole directory.
 */
export function isSettled(state: ScimState, now: number, settleMs: number): boolean {
  if (state.settled) return true;
  if (state.written === null || !state.users || !state.groups) return false;
  return now - state.written >= settleMs;
}

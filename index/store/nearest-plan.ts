/** How the nearest passages are found: every permitted one compared, or the vector index asked. */
export type NearestPlan =
  | { readonly kind: 'exact' }
  | {
      readonly kind: 'approximate';
      /** Parts of the index that are always looked at; more are where fewer would miss something. */
      readonly probes: number;
      /** The best this many times the wanted rows are compared by their whole vectors. */
      readonly refine: number;
    };

/** How the store goes about a retrieval. */
export interface RetrievalPlan {
  /** How what may be read is said to it: `values` numbers or ranges. */
  readonly scopes: { readonly form: 'ranges' | 'list' | 'all-but'; readonly values: number };
  /** Null without vectors. */
  readonly nearest: NearestPlan | null;
}

/** Rows compared one by one cost about what the index costs here (bench/RESULTS.md, “A million passages”). */
export const EXACT_BELOW = 20_000;
const PROBES = 60;
/** Rows that are compared again by their whole vectors, at least; four bits a number misplace hardly more. */
const REFINED = 60;
const REFINE = 2;

/**
 * Chooses by what each way costs. A narrow caller's rows are compared one by one: a vector index would lose some.
 * @param readable rows that pass the filter, about
 */
export function planNearest(readable: number, limit: number): NearestPlan {
  if (readable < EXACT_BELOW) return { kind: 'exact' };
  return { kind: 'approximate', probes: PROBES, refine: Math.max(REFINE, Math.ceil(REFINED / limit)) };
}

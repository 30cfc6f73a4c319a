/** How the nearest passages are found: every permitted one compared, or the vector index asked. */
export type NearestPlan =
  | { readonly kind: 'exact' }
  | {
      readonly kind: 'approximate';
      /** Parts of the index that are looked at, those nearest to the question. */
      readonly probes: number | 'all';
      /** All parts are looked at where what was found might be as near by chance. */
      readonly doubting: boolean;
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
/** Rows of one part of the index. */
export const PART_ROWS = 1_000;
/** Who may read this much of the index finds in the nearest parts what is nearest. */
const NEARLY_ALL = 0.9;
/**
 * Parts looked at first: of all of them, and at least. What somebody may read is seldom spread over all topics: asked
 * about another one, the nearest parts hold little of it, and the nearest of the rest would be missed. So what is found
 * there counts only when it is nearer than chance would have it.
 */
const FIRST_LOOK = { nearlyAll: 0.1, others: 0.05, least: 20 } as const;
/** Rows that are compared again by their whole vectors, at least; four bits a number misplace hardly more. */
const REFINED = 60;
const REFINE = 2;

/**
 * Chooses by what each way costs. A narrow caller's rows are compared one by one: a vector index would lose some.
 * @param rows about how many pass the filter, and of how many; null where that is not known
 */
export function planNearest(
  { readable, all }: { readonly readable: number; readonly all: number | null },
  limit: number,
): NearestPlan {
  if (readable < EXACT_BELOW) return { kind: 'exact' };
  const refine = Math.max(REFINE, Math.ceil(REFINED / limit));
  if (all === null) return { kind: 'approximate', probes: 'all', doubting: false, refine };
  const doubting = readable < NEARLY_ALL * all;
  const share = doubting ? FIRST_LOOK.others : FIRST_LOOK.nearlyAll;
  const probes = Math.max(FIRST_LOOK.least, Math.ceil((share * all) / PART_ROWS));
  return { kind: 'approximate', probes, doubting, refine };
}

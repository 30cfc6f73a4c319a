/** Files that one file on the share may hold, at every depth together. */
export const MAX_PARTS = 20_000;
/** Bytes that the parts of one file may have unpacked, at every depth together. */
export const MAX_PARTS_BYTES = 512 * 1_048_576;
/** Bytes of one part: what the parse child can hold beside its text. */
export const MAX_PART_BYTES = 128 * 1_048_576;
/** How many times its packed size a part may have; deflate's own ceiling is 1,032. */
export const MAX_PART_RATIO = 300;
/** Below this the ratio says nothing: a small file may be very repetitive. */
export const RATIO_FROM_BYTES = 20 * 1_048_576;
/** Milliseconds after which no further part is opened, where the limits say nothing. */
export const PART_MILLISECONDS = 60_000;

/**
 * What the files inside one file may cost. One budget goes through all depths, so that an archive of archives
 * costs no more than a flat one.
 */
export class PartBudget {
  #parts = 0;
  #bytes = 0;
  readonly #clock: () => number;
  readonly #until: number;

  /** `clock` gives milliseconds; no part is opened later than `milliseconds` from now. */
  constructor(clock: () => number, milliseconds: number = PART_MILLISECONDS) {
    this.#clock = clock;
    this.#until = clock() + milliseconds;
  }

  /** Bytes the next part may have unpacked. */
  get nextBytes(): number {
    return Math.max(0, Math.min(MAX_PART_BYTES, MAX_PARTS_BYTES - this.#bytes));
  }

  /** Why a part may not be opened, before anything of it is unpacked; null when it may. */
  refusal(declared: { readonly packed: number; readonly unpacked: number }): string | null {
    if (this.#parts >= MAX_PARTS) return `more than ${MAX_PARTS} files inside one file`;
    if (this.#clock() > this.#until) return 'the time for files inside a file is used up';
    if (declared.unpacked > this.nextBytes) return `it unpacks to ${megabytes(declared.unpacked)} MB`;
    const absurd =
      declared.unpacked > RATIO_FROM_BYTES && declared.unpacked > declared.packed * MAX_PART_RATIO;
    return absurd ? `it unpacks to ${megabytes(declared.unpacked)} MB from next to nothing` : null;
  }

  /** Counts a part that was unpacked. */
  take(bytes: number): void {
    this.#parts += 1;
    this.#bytes += bytes;
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);

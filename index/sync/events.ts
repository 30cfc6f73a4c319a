import type { ShareId } from '../../acl/index.ts';
import type { QuarantineReason } from '../../ingest/index.ts';
import type { Outcome } from '../catalog/catalog.ts';

/** What happens during a pass, for progress displays. */
export type PassEvent =
  | { readonly kind: 'phase'; readonly phase: 'list' | 'read' | 'optimise'; readonly share: ShareId | null }
  | { readonly kind: 'listed'; readonly files: number }
  | { readonly kind: 'to-read'; readonly files: number }
  | { readonly kind: 'reading'; readonly path: string }
  | {
      readonly kind: 'document';
      readonly path: string;
      readonly outcome: Outcome | 'same';
      readonly reason: QuarantineReason | null;
      readonly chunks: number;
    };

/** Result of a pass. Counts are files unless said otherwise. */
export interface PassSummary {
  readonly seconds: number;
  readonly files: number;
  readonly indexed: number;
  readonly noText: number;
  readonly unchanged: number;
  readonly moved: number;
  readonly relabelled: number;
  readonly removed: number;
  readonly warned: number;
  readonly chunks: number;
  readonly quarantined: readonly {
    readonly share: ShareId;
    readonly path: string;
    readonly reason: QuarantineReason;
    readonly detail: string;
  }[];
  readonly skippedShares: readonly { readonly share: ShareId; readonly detail: string }[];
}

/** Counts what a pass does and tells listeners. */
export class Tally {
  readonly #onEvent: (event: PassEvent) => void;
  readonly #quarantined: PassSummary['quarantined'][number][] = [];
  readonly #skipped: PassSummary['skippedShares'][number][] = [];
  readonly #counts = {
    files: 0,
    indexed: 0,
    noText: 0,
    unchanged: 0,
    moved: 0,
    relabelled: 0,
    removed: 0,
    warned: 0,
    chunks: 0,
  };
  #told = 0;
  wroteChunks = false;

  constructor(onEvent: (event: PassEvent) => void) {
    this.#onEvent = onEvent;
  }

  phase(phase: 'list' | 'read' | 'optimise', share: ShareId | null = null): void {
    this.#onEvent({ kind: 'phase', phase, share });
  }

  listed(files: number): void {
    this.#onEvent({ kind: 'listed', files });
  }

  toRead(files: number): void {
    this.#counts.files += files;
    this.#onEvent({ kind: 'to-read', files });
  }

  reading(path: string): void {
    this.#onEvent({ kind: 'reading', path });
  }

  unchanged(): void {
    this.#counts.files += 1;
    this.#counts.unchanged += 1;
  }

  removed(files: number): void {
    this.#counts.removed += files;
    if (files > 0) this.wroteChunks = true;
  }

  relabelled(): void {
    this.#counts.files += 1;
    this.#counts.relabelled += 1;
    this.wroteChunks = true;
  }

  /** A file found at another path; it is still to be looked at. */
  moved(): void {
    this.#counts.moved += 1;
    this.wroteChunks = true;
  }

  /** A file that was looked at and has the content it had; `moved`: it was counted as that already. */
  same(path: string, { moved }: { readonly moved: boolean }): void {
    if (!moved) this.#counts.unchanged += 1;
    this.#onEvent({ kind: 'document', path, outcome: 'same', reason: null, chunks: 0 });
  }

  written(path: string, outcome: 'indexed' | 'no-text', chunks: number, warnings: number): void {
    this.#counts[outcome === 'indexed' ? 'indexed' : 'noText'] += 1;
    this.#counts.chunks += chunks;
    if (warnings > 0) this.#counts.warned += 1;
    if (chunks > 0) this.wroteChunks = true;
    this.#onEvent({ kind: 'document', path, outcome, reason: null, chunks });
  }

  quarantined(share: ShareId, path: string, reason: QuarantineReason, detail: string): void {
    this.#quarantined.push({ share, path, reason, detail });
    this.#onEvent({ kind: 'document', path, outcome: 'quarantined', reason, chunks: 0 });
  }

  /** A file that was in quarantine before, did not change, and was not read again. */
  stillQuarantined(share: ShareId, path: string, reason: QuarantineReason, detail: string): void {
    this.#counts.files += 1;
    this.#quarantined.push({ share, path, reason, detail });
  }

  skipped(share: ShareId, detail: string): void {
    this.#skipped.push({ share, detail });
  }

  /** Whether anything was found to be done. */
  get changed(): boolean {
    const { files, unchanged, moved, removed } = this.#counts;
    return this.wroteChunks || files > unchanged || moved + removed > 0;
  }

  /** Shares that were left out since this was last asked. */
  newlySkipped(): PassSummary['skippedShares'] {
    const fresh = this.#skipped.slice(this.#told);
    this.#told = this.#skipped.length;
    return fresh;
  }

  summary(milliseconds: number): PassSummary {
    return {
      seconds: milliseconds / 1000,
      ...this.#counts,
      quarantined: this.#quarantined,
      skippedShares: this.#skipped,
    };
  }
}

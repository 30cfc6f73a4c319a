import { Pace, type PassEvent } from '../../index/index.ts';
import type { AskedPass } from '../compose/index.ts';

/** How far a pass is, as it is shown. */
export type Progress =
  | { readonly phase: 'opening' }
  /** How many files there are is not known before the last folder was listed. */
  | {
      readonly phase: 'listing';
      readonly share: string | null;
      readonly seen: number;
      readonly toRead: number;
      readonly quarantined: number;
    }
  | Reading
  | { readonly phase: 'tidying' }
  /** A server makes the pass; it tells how many shares it has compared since it was asked. */
  | { readonly phase: 'asked'; readonly compared: number; readonly shares: number };

interface Reading {
  readonly phase: 'reading';
  readonly toRead: number;
  readonly done: number;
  readonly indexed: number;
  readonly noText: number;
  readonly quarantined: number;
  /** How long files have been read. */
  readonly seconds: number;
  readonly filesPerSecond: number;
  /** The file begun last; null when it is not known. */
  readonly path: string | null;
}

/** Keeps count of a pass by what it tells of itself. Times are milliseconds, from any beginning. */
export class ProgressCount {
  #pace: Pace;
  #since: number;
  #phase: Progress['phase'] = 'opening';
  #share: string | null = null;
  #seen = 0;
  #listed = 0;
  #toRead = 0;
  #done = 0;
  #indexed = 0;
  #noText = 0;
  #quarantined = 0;
  #path: string | null = null;
  #asked: AskedPass | null = null;

  constructor(now: number) {
    this.#pace = new Pace(now);
    this.#since = now;
  }

  note(event: PassEvent, now: number): void {
    switch (event.kind) {
      case 'phase':
        this.#phase = ({ list: 'listing', read: 'reading', optimise: 'tidying' } as const)[event.phase];
        this.#share = event.share;
        // A listing counts its own files; those of the shares before are added up.
        this.#seen += this.#listed;
        this.#listed = 0;
        if (event.phase === 'read') this.#startReading(now);
        break;
      case 'listed':
        this.#listed = event.files;
        break;
      case 'to-read':
        this.#toRead += event.files;
        break;
      case 'reading':
        this.#path = event.path;
        break;
      case 'document':
        this.#document(event, now);
        break;
    }
  }

  /** What a server tells: the most that waited at once is what there is to read. */
  asked(pass: AskedPass): void {
    this.#asked = pass;
    this.#toRead = Math.max(this.#toRead, pass.waiting);
  }

  progress(now: number): Progress {
    if (this.#asked !== null) return this.#ofServer(this.#asked);
    switch (this.#phase) {
      case 'listing':
        return {
          phase: 'listing',
          share: this.#share,
          seen: this.#seen + this.#listed,
          toRead: this.#toRead,
          quarantined: this.#quarantined,
        };
      case 'reading':
        return this.#reading(this.#done, this.#pace.rates(now).filesPerSecond, (now - this.#since) / 1_000);
      case 'tidying':
        return { phase: 'tidying' };
      default:
        return { phase: 'opening' };
    }
  }

  #startReading(now: number): void {
    this.#pace = new Pace(now);
    this.#since = now;
  }

  #ofServer({ compared, shares, waiting, filesPerSecond }: AskedPass): Progress {
    if (compared < shares) return { phase: 'asked', compared, shares };
    return this.#reading(this.#toRead - waiting, filesPerSecond, Number.POSITIVE_INFINITY);
  }

  #reading(done: number, filesPerSecond: number, seconds: number): Reading {
    return {
      phase: 'reading',
      toRead: this.#toRead,
      // A file may be saved again while it is read, and be read twice.
      done: Math.min(done, this.#toRead),
      indexed: this.#indexed,
      noText: this.#noText,
      quarantined: this.#quarantined,
      seconds,
      filesPerSecond,
      path: this.#path,
    };
  }

  #document({ outcome, chunks }: Extract<PassEvent, { kind: 'document' }>, now: number): void {
    if (outcome === 'indexed') this.#indexed += 1;
    else if (outcome === 'no-text') this.#noText += 1;
    else if (outcome === 'quarantined') this.#quarantined += 1;
    // What a listing puts into quarantine was never among the files to read.
    if (this.#phase !== 'reading') return;
    this.#done += 1;
    this.#pace.note({ kind: 'document', path: '', outcome, reason: null, chunks }, now);
  }
}

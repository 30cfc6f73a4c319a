import { setTimeout as sleep } from 'node:timers/promises';
import type { PrincipalId } from '../../acl/index.ts';

/** How many calls run at once, and how many wait for that. */
export interface TurnLimits {
  readonly running: number;
  /** Of one person: fewer than `running`, so that nobody's slow questions hold every place. */
  readonly runningEach: number;
  readonly waiting: number;
  readonly waitingEach: number;
  /** Milliseconds after which one who is turned away hears of it. */
  readonly turnedAwayMs: number;
}

/** Answers are put together in one thread: more at once are no more a second (bench/RESULTS.md, `concurrency.ts`). */
const RUNNING = { least: 4, most: 8 } as const;
/** What a person's assistants and programs may well ask at once; a line this long is gone within the time limit. */
const WAITING_EACH = 64;
const WAITING = 512;
/** A program that asks again at once must not keep us busy with refusals. */
const TURNED_AWAY_MS = 1_000;

/** The limits for a machine of so many processors. */
export function turnLimits(processors: number): TurnLimits {
  const running = Math.min(RUNNING.most, Math.max(RUNNING.least, processors));
  return {
    running,
    runningEach: Math.floor(running / 2),
    waiting: WAITING,
    waitingEach: WAITING_EACH,
    turnedAwayMs: TURNED_AWAY_MS,
  };
}

/** What became of asking for a turn. */
export type Turn =
  /** `end` lets the next one in; calling it again does nothing. */
  | { readonly kind: 'taken'; readonly end: () => void }
  /** Too many calls of this person wait already. */
  | { readonly kind: 'own-line-full' }
  /** Too many calls of all people wait already. */
  | { readonly kind: 'line-full' }
  /** The signal was aborted before the turn came. */
  | { readonly kind: 'given-up' };

type Waiter = (turn: Turn) => void;

/**
 * Lets a bounded number of calls run at once; the others wait, and people take turns, so that a thousand calls of one
 * delay another by one call. Who waits, and how long, depends on load and on nothing that stands in the shares.
 *
 * INVARIANT: every turn that was taken is ended, whatever becomes of the call.
 */
export class Turns {
  readonly #limits: TurnLimits;
  /** Calls that run, by person; nobody with none. */
  readonly #running = new Map<PrincipalId, number>();
  /** Calls that wait, by person, whoever is next first; nobody with none. */
  readonly #lines = new Map<PrincipalId, Set<Waiter>>();
  #runningInAll = 0;
  #waitingInAll = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Resolves when it is this person's turn, or when it will not be; never rejects. */
  take(person: PrincipalId, signal: AbortSignal): Promise<Turn> {
    if (signal.aborted) return Promise.resolve({ kind: 'given-up' });
    if (this.#mayRun(person)) return Promise.resolve(this.#begin(person));
    const line = this.#lines.get(person)?.size ?? 0;
    if (line >= this.#limits.waitingEach) return this.#turnAway('own-line-full', signal);
    if (this.#waitingInAll >= this.#limits.waiting && !this.#makeRoom(line)) {
      return this.#turnAway('line-full', signal);
    }
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#remove(person, waiter);
        resolve({ kind: 'given-up' });
      };
      const waiter: Waiter = (turn) => {
        signal.removeEventListener('abort', leave);
        resolve(turn);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#add(person, waiter);
    });
  }

  async #turnAway(kind: 'own-line-full' | 'line-full', signal: AbortSignal): Promise<Turn> {
    await sleep(this.#limits.turnedAwayMs, undefined, { signal }).catch(() => undefined);
    return { kind: signal.aborted ? 'given-up' : kind };
  }

  #mayRun(person: PrincipalId): boolean {
    const own = this.#running.get(person) ?? 0;
    return this.#runningInAll < this.#limits.running && own < this.#limits.runningEach;
  }

  #begin(person: PrincipalId): Turn {
    this.#runningInAll += 1;
    this.#running.set(person, (this.#running.get(person) ?? 0) + 1);
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      this.#runningInAll -= 1;
      const left = (this.#running.get(person) ?? 1) - 1;
      if (left === 0) this.#running.delete(person);
      else this.#running.set(person, left);
      this.#letIn();
    };
    return { kind: 'taken', end };
  }

  /** The next of those who may run; then it is the others' turn before theirs again. */
  #letIn(): void {
    for (const [person, line] of this.#lines) {
      if (!this.#mayRun(person)) continue;
      const [waiter] = line;
      if (waiter === undefined) continue;
      this.#remove(person, waiter);
      if (this.#lines.delete(person)) this.#lines.set(person, line);
      waiter(this.#begin(person));
      return;
    }
  }

  /** Sends the latest of the longest line away for one whose line is shorter. */
  #makeRoom(ownLine: number): boolean {
    const [longest] = [...this.#lines].sort(([, a], [, b]) => b.size - a.size);
    if (longest === undefined) return false;
    const [person, line] = longest;
    const latest = [...line].at(-1);
    if (latest === undefined || line.size <= ownLine + 1) return false;
    this.#remove(person, latest);
    latest({ kind: 'line-full' });
    return true;
  }

  #add(person: PrincipalId, waiter: Waiter): void {
    const line = this.#lines.get(person) ?? new Set();
    line.add(waiter);
    this.#lines.set(person, line);
    this.#waitingInAll += 1;
  }

  #remove(person: PrincipalId, waiter: Waiter): void {
    const line = this.#lines.get(person);
    if (line?.delete(waiter) !== true) return;
    this.#waitingInAll -= 1;
    if (line.size === 0) this.#lines.delete(person);
  }
}

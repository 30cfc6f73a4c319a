/**
 * Whose turn it is to change the catalog. Comparing a share and writing what was read go on side by side; what each
 * decides from rows it has read, it reads and writes within one turn.
 */
export class Turn {
  #last: Promise<unknown> = Promise.resolve();
  #taken = 0;

  /** How many turns were begun: equal numbers mean that nobody had one in between. */
  get taken(): number {
    return this.#taken;
  }

  /** Runs `work` when every turn asked for before has ended, whatever became of it. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(() => {
      this.#taken += 1;
      return work();
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

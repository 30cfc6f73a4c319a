/**
 * Readings of paths, each made once until they are forgotten. Paths asked for in one turn are read in one call,
 * which must answer for every path and not throw.
 */
export class Gathered<Reading> {
  readonly #readAll: (paths: readonly string[]) => Promise<ReadonlyMap<string, Reading>>;
  #known = new Map<string, Promise<Reading>>();
  #wanted: Wanted<Reading> = new Map();

  constructor(readAll: (paths: readonly string[]) => Promise<ReadonlyMap<string, Reading>>) {
    this.#readAll = readAll;
  }

  forget(): void {
    this.#known = new Map();
  }

  get(path: string): Promise<Reading> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const reading = new Promise<Reading>((resolve, reject) => {
      if (this.#wanted.size === 0) setImmediate(() => void this.#readWanted());
      this.#wanted.set(path, { resolve, reject });
    });
    this.#known.set(path, reading);
    return reading;
  }

  async #readWanted(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = new Map();
    try {
      const readings = await this.#readAll([...wanted.keys()]);
      for (const [path, { resolve, reject }] of wanted) {
        const reading = readings.get(path);
        if (reading === undefined) reject(new Error(`no answer for ${path}`));
        else resolve(reading);
      }
    } catch (error) {
      for (const { reject } of wanted.values()) reject(error);
    }
  }
}

type Wanted<Reading> = Map<
  string,
  { readonly resolve: (reading: Reading) => void; readonly reject: (error: unknown) => void }
>;

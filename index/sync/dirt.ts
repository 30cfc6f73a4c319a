/** More paths than this are not looked at one by one: the share is compared whole. */
const MOST_PATHS = 2_000;

/** Paths of one share at which something happened, gathered until somebody looks. */
export class Dirt {
  #paths = new Set<string>();

  add(path: string): void {
    if (this.#paths.has('')) return;
    this.#paths.add(path);
    if (this.#paths.size > MOST_PATHS) this.#paths = new Set(['']);
  }

  get clean(): boolean {
    return this.#paths.size === 0;
  }

  /** What was gathered, without paths below others; '' is the whole share. */
  take(): readonly string[] {
    const paths = this.#paths;
    this.#paths = new Set();
    return withoutNested([...paths]);
  }
}

/** The paths that do not lie below another of them, in order; only '' where that is among them. */
export function withoutNested(paths: readonly string[]): readonly string[] {
  const all = new Set(paths);
  if (all.has('')) return [''];
  return [...all].filter((path) => !above(path).some((folder) => all.has(folder))).sort();
}

function above(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    folders.push(path.slice(0, at));
  }
  return folders;
}

import type { Catalog } from '../../index/index.ts';

/** A catalog whose second look at permissions waits until it is let go. */
export interface HeldCatalog {
  readonly catalog: Catalog;
  /** Looks that wait now, and the most that ever waited at once. */
  held(): number;
  mostHeld(): number;
  /** Every call so far that a question makes. */
  calls(): number;
  /** Lets everything go that waits, and all that comes. */
  letGo(): void;
  /** Lets everything go and holds what comes after that. */
  holdAgain(): void;
}

export function holdCatalog(real: Catalog): HeldCatalog {
  let waiting: (() => void)[] = [];
  let holding = true;
  let most = 0;
  let calls = 0;
  const hold = async (): Promise<void> => {
    if (!holding) return;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      most = Math.max(most, waiting.length);
    });
  };
  const letGo = (): void => {
    holding = false;
    for (const go of waiting.splice(0)) go();
  };
  const catalog = new Proxy(real, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]): unknown => {
        // Asked by a clock as well: whether the index was replaced.
        if (name !== 'meta') calls += 1;
        const call = (): unknown => Reflect.apply(member, target, values);
        return name === 'documents' ? hold().then(call) : call();
      };
    },
  });
  return {
    catalog,
    held: () => waiting.length,
    mostHeld: () => most,
    calls: () => calls,
    letGo,
    holdAgain() {
      letGo();
      waiting = [];
      most = 0;
      holding = true;
    },
  };
}

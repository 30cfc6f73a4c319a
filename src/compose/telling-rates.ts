import { Pace, type PassEvent, tellRates } from '../../index/index.ts';
import type { Core } from './core.ts';

const EVERY_MS = 3_000;

/**
 * Runs work that reads files and tells other processes meanwhile how fast it does. `note` takes what the work says
 * of itself.
 */
export async function tellingRates<T>(
  { catalog, now }: Pick<Core, 'catalog' | 'now'>,
  work: (note: (event: { readonly kind: string }) => void) => Promise<T>,
): Promise<T> {
  const pace = new Pace(now());
  let still = true;
  let telling: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    const rates = pace.rates(now());
    const wasStill = still;
    still = rates.filesPerSecond === 0;
    if (still && wasStill) return;
    // A catalog that cannot be written is told by the work itself.
    telling = tellRates(catalog, rates, now()).catch(() => undefined);
  }, EVERY_MS);
  timer.unref();
  try {
    return await work((event) => pace.note(event as PassEvent, now()));
  } finally {
    clearInterval(timer);
    // Whoever called gives the right to write away next.
    await telling;
  }
}

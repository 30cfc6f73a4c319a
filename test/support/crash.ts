import type { Catalog } from '../../index/index.ts';
import type { ChunkStore } from '../../index/store/chunk-store.ts';

/** The process has ended: nothing was written after this. */
export class Crash extends Error {}

const WRITES: ReadonlySet<string | symbol> = new Set([
  'put',
  'repoint',
  'markLabelled',
  'setPermissionsUntil',
  'addLanguages',
  'forgetHashes',
  'remove',
  'intern',
  'setMeta',
  'beginPass',
  'endPass',
  'add',
  'retain',
  'relabel',
  'optimise',
  'done',
  'postpone',
  'clear',
]);

/** The real catalog and store, that crash after a number of writes to either and then write no more. */
export function crashAfter(writes: number, parts: { readonly catalog: Catalog; readonly store: ChunkStore }) {
  let left = writes;
  const wrap = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name === 'work' && typeof value === 'object' && value !== null) return wrap(value);
        if (typeof value !== 'function') return value;
        if (!WRITES.has(name)) return value.bind(target);
        return async (...given: unknown[]) => {
          if (left <= 0) throw new Crash(`crashed before ${String(name)}`);
          left -= 1;
          return value.apply(target, given);
        };
      },
    });
  return { catalog: wrap(parts.catalog), store: wrap(parts.store) };
}

import type { CatalogReader, ChunkReader } from '../../index/index.ts';

/**
 * A port whose calls throw the reason of the signal once it is aborted. Everything a question asks of catalog, store
 * and model goes through one, so a question that was given up ends at its next step, whichever that is.
 *
 * INVARIANT: no call reaches the port after the signal was aborted. One that is under way already ends by itself.
 */
export function whileWanted<Port extends object>(port: Port, signal: AbortSignal): Port {
  return new Proxy(port, {
    get(target, name) {
      // Read from the port itself: its getters and methods may use private fields.
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]): unknown => {
        signal.throwIfAborted();
        return Reflect.apply(member, target, values);
      };
    },
  });
}

/** What reads for a question, as long as it is wanted. */
export function readersWhileWanted<
  Readers extends { readonly catalog: CatalogReader; readonly chunks: ChunkReader },
>(readers: Readers, signal: AbortSignal): Readers {
  const { catalog, chunks } = readers;
  return { ...readers, catalog: whileWanted(catalog, signal), chunks: whileWanted(chunks, signal) };
}

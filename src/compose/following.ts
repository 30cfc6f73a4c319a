import type { ChunkStore, Embedder } from '../../index/index.ts';
import type { Core } from './core.ts';
import { answeringId, chunksFolder, embedderId, nameOf, openTable } from './store.ts';

const LOOK_MS = 1_000;

/** The table that answers, and the embedder whose vectors it holds. */
export interface Answers {
  readonly chunks: ChunkStore;
  /** Null where questions go by words: without a model, or while the index is still one of another. */
  readonly embedder: Embedder | null;
}

/** What answers at the moment: an index that moves to another model goes on answering as the old one. */
export interface Following {
  /** Both at once: vectors of one embedder never meet the table of another. */
  readonly now: () => Answers;
  /** Why the configured model is not used for an index that has not been moved to it; null when it is. */
  readonly trouble: () => string | null;
  close(): Promise<void>;
}

/** Opens what answers, and looks every second whether it is another by now. `embedder` is the configured one. */
export async function followIndex(
  core: Core,
  embedder: Embedder | null,
  options: { readonly onFault: (error: unknown) => void; readonly fills: boolean },
): Promise<Following> {
  const wanted = embedderId(core);
  let id = await answeringId(core);
  let current = await open(id);
  const opened = [current.chunks];
  let looking: Promise<void> = Promise.resolve();

  async function open(of: string): Promise<Answers> {
    const mayBeEmpty = async () => (await core.catalog.counts()).every(({ chunks }) => chunks === 0);
    const chunks = await openTable(chunksFolder(core), of, { mayBeEmpty, fills: options.fills });
    return { chunks, embedder: of === wanted ? embedder : null };
  }

  async function look(): Promise<void> {
    const found = await answeringId(core);
    if (found === id) return;
    // Tables that answered before stay open: a question may be on its way in them.
    current = await open(found);
    opened.push(current.chunks);
    id = found;
  }

  const timer = setInterval(() => {
    looking = looking.then(look).catch(options.onFault);
  }, LOOK_MS);
  timer.unref();
  return {
    now: () => current,
    trouble: () =>
      id === wanted
        ? null
        : `The index is of the model ${nameOf(id)} and the configuration names ${nameOf(wanted)}: a running \`ntk serve\` moves it, or \`ntk ingest\`.`,
    close: async () => {
      clearInterval(timer);
      await looking;
      for (const chunks of opened) await chunks.close();
    },
  };
}

import { type Embedder, EmbedderError } from '../embed/embedder.ts';

/** A process that died or hung once, short of memory perhaps, must not end a pass of hours: the next one is tried. */
export async function embedTwice(
  embedder: Embedder,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  try {
    return await embedder.embed(texts, 'passage', signal);
  } catch (error) {
    const died =
      error instanceof EmbedderError &&
      (error.code === 'embedder-crashed' || error.code === 'embedder-timeout');
    if (!died) throw error;
    return embedder.embed(texts, 'passage', signal);
  }
}

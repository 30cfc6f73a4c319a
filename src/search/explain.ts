import type { CatalogReader, ChunkReader, Embedder, NearestPlan, RetrievalPlan } from '../../index/index.ts';

/** One thing that was asked of catalog, store or model for an answer, and how long that took. */
export type Step = { readonly milliseconds: number } & (
  | {
      readonly step: 'words';
      /** As asked: the index terms, those that weigh more or less than 1 with their weight. */
      readonly terms: readonly string[];
      readonly limit: number;
      readonly passages: number;
    }
  | { readonly step: 'model' }
  | {
      readonly step: 'meaning';
      readonly plan: NearestPlan | null;
      readonly limit: number;
      readonly passages: number;
    }
  /** The second look at permissions. */
  | { readonly step: 'permissions'; readonly documents: number }
);

/** What a search did. For who runs the installation and may see what everybody may read: no face gives it out. */
export interface Explanation {
  /** Permissions that let the asker read, and how that is said to the store; null when nothing was asked of it. */
  readonly readable: ({ readonly permissions: number } & RetrievalPlan['scopes']) | null;
  readonly steps: readonly Step[];
}

/** Looks over the shoulder of a search: wraps what it asks, and tells afterwards. */
export class Explaining {
  readonly #now: () => number;
  readonly #steps: Step[] = [];
  #readable: Explanation['readable'] = null;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  explanation(): Explanation {
    return { readable: this.#readable, steps: this.#steps };
  }

  chunks(reader: ChunkReader): ChunkReader {
    return {
      lexical: async (terms, filter, limit, demanded) => {
        const [rows, milliseconds] = await this.#timed(() => reader.lexical(terms, filter, limit, demanded));
        await this.#note(reader, filter, limit);
        const asked = terms.map(({ text, weight, fuzzy }) => {
          return `${text}${fuzzy ? '~' : ''}${weight === 1 ? '' : `^${Number(weight.toFixed(2))}`}`;
        });
        this.#steps.push({ step: 'words', terms: asked, limit, passages: rows.length, milliseconds });
        return rows;
      },
      nearest: async (vector, filter, limit) => {
        const [rows, milliseconds] = await this.#timed(() => reader.nearest(vector, filter, limit));
        const plan = await this.#note(reader, filter, limit);
        this.#steps.push({ step: 'meaning', plan, limit, passages: rows.length, milliseconds });
        return rows;
      },
      plan: (filter, limit) => reader.plan(filter, limit),
      revision: (document, revision, from, limit) => reader.revision(document, revision, from, limit),
    };
  }

  embedder(embedder: Embedder): Embedder {
    return {
      id: embedder.id,
      dimensions: embedder.dimensions,
      embed: async (texts, kind, signal) => {
        const [vectors, milliseconds] = await this.#timed(() => embedder.embed(texts, kind, signal));
        this.#steps.push({ step: 'model', milliseconds });
        return vectors;
      },
      close: () => embedder.close(),
    };
  }

  /** Only what the second look asks. */
  documents(catalog: CatalogReader): CatalogReader['documents'] {
    return async (ids) => {
      const [found, milliseconds] = await this.#timed(() => catalog.documents(ids));
      this.#steps.push({ step: 'permissions', documents: ids.length, milliseconds });
      return found;
    };
  }

  async #timed<T>(work: () => Promise<T>): Promise<[T, number]> {
    const started = this.#now();
    const result = await work();
    return [result, Number((this.#now() - started).toFixed(1))];
  }

  async #note(
    reader: ChunkReader,
    filter: Parameters<ChunkReader['plan']>[0],
    limit: number,
  ): Promise<NearestPlan | null> {
    const plan = await reader.plan(filter, limit);
    if (plan !== null) this.#readable = { permissions: filter.scopes.length, ...plan.scopes };
    return plan?.nearest ?? null;
  }
}

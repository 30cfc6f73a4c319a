import { mkdirSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { answerOverStdio, textOf } from './over-stdio.ts';
import { LIMIT, type Peer, type PeerPlace } from './peer.ts';
import { watchedRun } from './watched-run.ts';

/** npm `mcp-local-rag`, with the same model and dtype as this project beside it. */
export function mcpLocalRag(
  program: string,
  { files, scratch }: PeerPlace,
  { model, dtype }: { readonly model: string; readonly dtype: string },
): Peer {
  // It takes a model by its name from a cache in the layout of transformers.js: ORGANISATION/NAME/.
  const organisation = basename(dirname(model));
  const cache = join(scratch, 'models');
  mkdirSync(join(cache, organisation), { recursive: true });
  symlinkSync(model, join(cache, organisation, basename(model)));
  const environment = {
    BASE_DIR: files,
    DB_PATH: join(scratch, 'db'),
    CACHE_DIR: cache,
    MODEL_NAME: `${organisation}/${basename(model)}`,
    RAG_DTYPE: dtype,
  };
  const command = [process.execPath, program];
  return {
    name: 'mcp-local-rag',
    async ingest() {
      const run = [...command, 'ingest', files];
      const { seconds, usage, said } = await watchedRun(run, { environment, folder: scratch });
      const counts = [...said.matchAll(/OK \((\d+) chunks\)/g)].map(([, count]) => Number(count));
      return { seconds, usage, chunks: counts.reduce((sum, count) => sum + count, 0) };
    },
    answer: (first) =>
      answerOverStdio(
        { command, environment, folder: scratch },
        (query) => ({ name: 'query_documents', arguments: { query, limit: LIMIT } }),
        (result) => resultsIn(textOf(result)),
        first,
      ),
  };
}

function resultsIn(text: string): number {
  const parsed = JSON.parse(text) as unknown[] | { readonly results: unknown[] };
  return Array.isArray(parsed) ? parsed.length : parsed.results.length;
}

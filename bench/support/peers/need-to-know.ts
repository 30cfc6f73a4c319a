import { NTK } from '../cold-start.ts';
import { runPass } from '../run-pass.ts';
import { READER, type Workspace } from '../workspace.ts';
import { answerOverStdio } from './over-stdio.ts';
import { LIMIT, type Peer } from './peer.ts';

/** This project, as a desktop client starts it. */
export function needToKnow(name: string, { config }: Workspace): Peer {
  const command = [process.execPath, NTK, 'mcp', '--domain', 'documents', '--as', READER, '--config', config];
  return {
    name,
    async ingest() {
      const { summary, trouble, seconds, usage } = await runPass(config);
      if (trouble !== null) throw new Error(trouble);
      return { seconds, usage, chunks: summary?.chunks ?? null };
    },
    answer: (first) =>
      answerOverStdio(
        { command },
        (query) => ({ name: 'search_documents', arguments: { query, limit: LIMIT } }),
        ({ structuredContent }) => (structuredContent as { results: unknown[] }).results.length,
        first,
      ),
  };
}

import { z } from 'zod';
import { defineTool, NOT_FOUND, Refused } from '../governance/index.ts';
import { read } from '../search/index.ts';
import { DOCUMENTS_READ, type DocumentToolDeps } from './deps.ts';
import { idField } from './fields.ts';

/**
 * `show_passage`: what the link page shows, the cited passage in its place. For people, so it is not offered
 * over MCP: `fetch` gives a model the same text.
 */
export function showPassageTool(deps: DocumentToolDeps) {
  return defineTool({
    name: 'show_passage',
    title: 'Show a passage in its place',
    description: 'The section around a passage, part by part, with the passage marked.',
    scope: DOCUMENTS_READ,
    effect: 'read',
    input: z.strictObject({ id: idField }),
    output: z.object({
      title: z.string(),
      share: z.string(),
      path: z.string(),
      type: z.string().nullable(),
      modified: z.string().describe('When the file was last changed (ISO 8601).'),
      document: z.string().describe('Id of the whole document.'),
      parts: z.array(
        z.object({
          section: z.array(z.string()),
          page: z.int().nullable(),
          language: z.string().describe('ISO 639-1 code; und when it is not known.'),
          text: z.string(),
          cited: z.boolean().describe('Whether this is the passage that the id names.'),
        }),
      ),
      fromStart: z.boolean().describe('Whether the first part is the beginning of the document.'),
      next: z.string().nullable().describe('Id to read on from; null at the end.'),
      changed: z
        .boolean()
        .describe('The id named an older revision: these are the first parts of the current.'),
    }),
    async run({ id }, context) {
      const reading = await read(deps, { id, budgetTokens: deps.fetchTokens }, context);
      if (reading === null) throw new Refused(NOT_FOUND);
      const { document, passage, chunks, next, changed } = reading;
      return {
        title: reading.title,
        share: document.share,
        path: document.path,
        type: document.type,
        modified: new Date(document.modified).toISOString(),
        document: document.id,
        parts: chunks.map(({ section, page, language, text, ordinal }) => ({
          section: [...section],
          page,
          language,
          text,
          cited: ordinal === passage?.ordinal,
        })),
        fromStart: (chunks[0]?.ordinal ?? 0) === 0,
        next,
        changed,
      };
    },
    cited: ({ document }) => [document],
  });
}

import { z } from 'zod';
import { LANGUAGES } from '../../ingest/index.ts';
import { defineTool, NOT_FOUND, Refused } from '../governance/index.ts';
import { listFolder, search } from '../search/index.ts';
import { DOCUMENTS_READ, type DocumentToolDeps } from './deps.ts';
import { citedIn, pathField, queryField, resultFields, resultOf, shareField } from './fields.ts';

const DEFAULT_LIMIT = 8;
const MAX_LIMIT = 50;

const DAY_MS = 86_400_000;
const date = z.iso.date();
const time = z.iso.datetime({ offset: true });

/**
 * A day or a time, as milliseconds; a day at its end when it closes a range. Checked by hand and not by a
 * union of formats, whose patterns would be half of what a client reads about this tool.
 */
function moment(ofDay: 'start' | 'end') {
  return z
    .string()
    .max(40)
    .refine(
      (text) => date.safeParse(text).success || time.safeParse(text).success,
      'write a date as 2026-03-31 or a time as 2026-03-31T09:00:00Z',
    )
    .transform((text) => {
      const wholeDay = ofDay === 'end' && date.safeParse(text).success;
      return Date.parse(text) + (wholeDay ? DAY_MS - 1 : 0);
    });
}

/** `search`: the shape ChatGPT and other clients expect of a tool with this name. */
export function searchTool(deps: DocumentToolDeps) {
  return defineTool({
    name: 'search',
    title: 'Search documents',
    description:
      'Search the company documents that the signed-in person may read. Returns ids, titles and links; call fetch with an id to read the passage. For snippets and filters use search_documents.',
    scope: DOCUMENTS_READ,
    effect: 'read',
    input: z.strictObject({ query: queryField }),
    output: z.object({
      results: z.array(z.object({ id: z.string(), title: z.string(), url: z.string() })),
    }),
    async run({ query }, context) {
      const limit = DEFAULT_LIMIT;
      const asked = { text: query, limit, budgetTokens: deps.resultTokens, filter: {} };
      const { results } = await search(deps, asked, context);
      return {
        results: results.map(({ id, title, url, section, page }) => ({
          id,
          title: label(title, section, page),
          url,
        })),
      };
    },
    cited: ({ results }) => results.map(({ id }) => id),
  });
}

/** Title with what tells its passages apart. */
function label(title: string, section: readonly string[], page: number | null): string {
  const place = section.filter((part) => part !== title).join(' › ');
  return [title, ...(place === '' ? [] : [place]), ...(page === null ? [] : [`p. ${page}`])].join(' — ');
}

/** `search_documents`: filters, snippets and citations. */
export function searchDocumentsTool(deps: DocumentToolDeps) {
  return defineTool({
    name: 'search_documents',
    title: 'Search documents with filters',
    description:
      'Search the company documents that the signed-in person may read, with filters. Each result is a short passage with file, section and page. Answer only from these passages and cite their url; fetch reads more around one.',
    scope: DOCUMENTS_READ,
    effect: 'read',
    input: z.strictObject({
      query: queryField,
      share: shareField.optional(),
      path: pathField.optional(),
      type: z
        .union([z.string().max(16), z.array(z.string().max(16)).max(20)])
        .transform((types) => [types].flat().map((type) => type.replace(/^\./, '').toLowerCase()))
        .optional()
        .describe('File type or types, for example pdf or ["docx","xlsx"].'),
      modified_from: moment('start')
        .optional()
        .describe('Only files changed on or after this day (2026-01-31) or time (2026-01-31T09:00:00Z).'),
      modified_to: moment('end').optional().describe('Only files changed on or before this day or time.'),
      language: z.enum(LANGUAGES).optional().describe('Only passages in this language.'),
      limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('How many passages.'),
      sort: z
        .enum(['relevance', 'newest'])
        .default('relevance')
        .describe(
          'newest: the same passages, that of the file changed last first; rank still says which fits best.',
        ),
    }),
    output: z.object({
      mode: z
        .enum(['hybrid', 'lexical'])
        .describe(
          'hybrid: by words and meaning. lexical: by words alone, so try other words when nothing fits.',
        ),
      reranked: z
        .boolean()
        .optional()
        .describe('Whether a second model ordered the results; false when it took too long.'),
      confidence: z
        .literal('low')
        .optional()
        .describe(
          'low: no passage seems to answer this; the nearest ones follow. Unless one does, say that nothing was found.',
        ),
      results: z.array(resultFields),
    }),
    async run(input, context) {
      if (input.share !== undefined) await shareMustAnswer(deps, input.share, context);
      const filter = {
        ...(input.share === undefined ? {} : { share: asShare(deps, input.share) }),
        ...(input.path === undefined ? {} : { under: input.path }),
        ...(input.type === undefined ? {} : { types: input.type }),
        ...(input.language === undefined ? {} : { languages: [input.language] }),
        ...(input.modified_from === undefined ? {} : { modifiedFrom: input.modified_from }),
        ...(input.modified_to === undefined ? {} : { modifiedTo: input.modified_to }),
      };
      const { query: text, limit, sort: order } = input;
      const asked = { text, limit, order, budgetTokens: deps.resultTokens, filter };
      const { results, ...how } = await search(deps, asked, context);
      return { ...how, results: results.map(resultOf) };
    },
    cited: ({ results }) => results.flatMap(citedIn),
  });
}

/** Refuses alike for a share that is not there and for one that holds nothing for the asker. */
async function shareMustAnswer(
  deps: DocumentToolDeps,
  share: string,
  context: Parameters<typeof listFolder>[2],
): Promise<void> {
  const listing = await listFolder(deps, { share, path: '', after: '', limit: 1 }, context);
  if (listing === null) {
    throw new Refused({ ...NOT_FOUND, message: 'No such share, or nothing in it that you may read.' });
  }
}

function asShare(deps: DocumentToolDeps, share: string) {
  const found = deps.shares.find((id) => id === share);
  if (found === undefined) throw new Refused(NOT_FOUND);
  return found;
}

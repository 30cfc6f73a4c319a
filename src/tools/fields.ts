import { z } from 'zod';
import type { SearchResult } from '../search/index.ts';

/** Characters a question may have. */
export const MAX_QUERY = 2_000;
const MAX_PATH = 4_096;
const MAX_ID = 128;

/** Fields that several tools share: one wording, one set of limits. */
export const queryField = z
  .string()
  .trim()
  .min(1, 'the question is empty: write a few words')
  .max(MAX_QUERY, `the question is over ${MAX_QUERY} characters: ask it in fewer words`)
  .describe(
    'What you want to know, as a question or as key words, in the language of the documents if you know it.',
  );

export const idField = z.string().min(1).max(MAX_ID).describe('The id of a search result or of a document.');

export const shareField = z
  .string()
  .min(1)
  .max(64)
  .describe('Name of a share; list_folder without a share names them.');

export const pathField = z
  .string()
  .max(MAX_PATH)
  .transform((path) => path.replace(/^\/+|\/+$/g, ''))
  .refine(
    (path) => !path.split('/').some((part) => part === '..' || part === '.'),
    'a path has no . or .. parts',
  )
  .refine((path) => !path.includes('\0'), 'a path has no NUL character')
  .describe('Folder or file inside the share, with / between its parts.');

export const resultFields = z.object({
  id: z.string().describe('Give this to fetch or check_citation.'),
  rank: z.int().describe('1 is best.'),
  share: z.string(),
  path: z.string(),
  title: z.string(),
  section: z.array(z.string()).describe('Headings above the passage, outermost first.'),
  page: z
    .int()
    .nullable()
    .describe('Page, slide, sheet or mail part, counted from 1; null where there are none.'),
  snippet: z.string().describe('The sentences that answer.'),
  url: z.string().describe('Opens the passage in its place.'),
  modified: z.string().describe('When the file was last changed (ISO 8601).'),
  revision: z.string(),
  copies: z
    .array(
      z.object({ share: z.string(), path: z.string(), url: z.string().describe('Opens the passage there.') }),
    )
    .optional()
    .describe('Other files that say the same, five at most; of all of them the newest is shown.'),
});

/** A result with its lists made writable for a schema's output. */
export function resultOf({ copies, ...result }: SearchResult): z.output<typeof resultFields> {
  return {
    ...result,
    section: [...result.section],
    ...(copies === undefined ? {} : { copies: [...copies] }),
  };
}

/** Ids of all passages that a result shows, those of its copies as their links have them. */
export function citedIn({ id, copies = [] }: z.output<typeof resultFields>): string[] {
  return [id, ...copies.map(({ url }) => url.slice(url.lastIndexOf('/') + 1))];
}

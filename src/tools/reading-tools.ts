import { z } from 'zod';
import { defineTool, NOT_FOUND, Refused } from '../governance/index.ts';
import { checkQuote, listFolder, read, titleOf } from '../search/index.ts';
import { DOCUMENTS_READ, type DocumentToolDeps } from './deps.ts';
import { idField, pathField, shareField } from './fields.ts';

const MAX_QUOTE = 4_000;
const DEFAULT_ENTRIES = 100;
const MAX_ENTRIES = 500;

/** `fetch`: the shape ChatGPT and other clients expect of a tool with this name. */
export function fetchTool(deps: DocumentToolDeps) {
  return defineTool({
    name: 'fetch',
    title: 'Read a passage or document',
    description:
      'Read the section around a search result, or a document from its beginning, in pages. When metadata.next is not empty, call fetch with it to read on. Cite the url.',
    scope: DOCUMENTS_READ,
    effect: 'read',
    input: z.strictObject({ id: idField }),
    output: z.object({
      id: z.string(),
      title: z.string(),
      text: z.string(),
      url: z.string(),
      metadata: z
        .record(z.string(), z.string())
        .describe('share, path, type, section, page, modified, revision, next (id to read on from), note.'),
    }),
    async run({ id }, context) {
      const reading = await read(deps, { id, budgetTokens: deps.fetchTokens }, context);
      if (reading === null) throw new Refused(NOT_FOUND);
      const { document, section, page, lastPage, next, changed } = reading;
      const pages =
        page === null ? '' : lastPage === null || lastPage === page ? `${page}` : `${page}-${lastPage}`;
      return {
        id: reading.id,
        title: reading.title,
        text: reading.text,
        url: reading.url,
        metadata: {
          share: document.share,
          path: document.path,
          type: document.type ?? '',
          section: section.join(' › '),
          page: pages,
          modified: new Date(document.modified).toISOString(),
          revision: reading.revision,
          next: next ?? '',
          note: changed ? 'The document has changed since this id was given: this is its current text.' : '',
        },
      };
    },
    cited: ({ id }) => [id],
  });
}

/** `list_folder`: what the caller may read in a folder. */
export function listFolderTool(deps: DocumentToolDeps) {
  return defineTool({
    name: 'list_folder',
    title: 'List a folder',
    description:
      'List what the signed-in person may read: without a share the shares, with one the folders and documents in a folder of it.',
    scope: DOCUMENTS_READ,
    effect: 'read',
    input: z.strictObject({
      share: shareField.optional(),
      path: pathField.default(''),
      after: z.string().max(4_096).default('').describe('next of the page before.'),
      limit: z.int().min(1).max(MAX_ENTRIES).default(DEFAULT_ENTRIES),
    }),
    output: z.object({
      entries: z.array(
        z.object({
          kind: z.enum(['share', 'folder', 'document']),
          name: z.string(),
          path: z.string(),
          id: z.string().nullable().describe('Give this to fetch; null for a folder.'),
          title: z.string().nullable(),
          type: z.string().nullable(),
          modified: z.string().nullable(),
        }),
      ),
      next: z.string().nullable().describe('Give this as after for the next page; null at the end.'),
    }),
    async run({ share, path, after, limit }, context) {
      if (share === undefined && path !== '') {
        throw new Refused({ kind: 'invalid-input', message: 'path: name the share as well' });
      }
      const listing = await listFolder(deps, { share: share ?? null, path, after, limit }, context);
      if (listing === null) {
        throw new Refused({ ...NOT_FOUND, message: 'No such folder, or nothing in it that you may read.' });
      }
      const entries = listing.entries.map((entry) => {
        const { kind, name } = entry;
        const none = { id: null, title: null, type: null, modified: null };
        if (entry.kind !== 'document')
          return { kind, name, path: entry.kind === 'share' ? '' : entry.path, ...none };
        const { document } = entry;
        const modified = new Date(document.modified).toISOString();
        return {
          kind,
          name,
          path: entry.path,
          id: document.id,
          title: titleOf(document),
          type: document.type,
          modified,
        };
      });
      return { entries, next: listing.next };
    },
    cited: ({ entries }) => entries.flatMap(({ id }) => (id === null ? [] : [id])),
  });
}

/** `check_citation`: whether a quote still stands in the current revision. */
export function checkCitationTool(deps: DocumentToolDeps) {
  return defineTool({
    name: 'check_citation',
    title: 'Check a citation',
    description:
      'Check that a quote stands word for word in the current revision of a document that the signed-in person may read. White space, hyphenation and case do not matter; letters do, and numbers as they are written.',
    scope: DOCUMENTS_READ,
    effect: 'read',
    input: z.strictObject({
      id: idField,
      quote: z.string().trim().min(1).max(MAX_QUOTE).describe('The words to look for.'),
    }),
    output: z.object({
      found: z.boolean(),
      current: z.boolean().describe('Whether the id names the current revision.'),
      id: z.string().nullable().describe('The passage in which the quote begins.'),
      section: z.array(z.string()),
      page: z.int().nullable(),
      url: z.string().nullable(),
    }),
    async run({ id, quote }, context) {
      const check = await checkQuote(deps, { id, quote }, context);
      if (check === null) throw new Refused(NOT_FOUND);
      return { ...check, section: [...check.section] };
    },
    cited: ({ id }) => (id === null ? [] : [id]),
  });
}

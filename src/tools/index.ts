/** The tools of the documents domain. A face calls them through the gate, never directly. */
import type { DocumentToolDeps } from './deps.ts';
import { showPassageTool } from './page-tool.ts';
import { checkCitationTool, fetchTool, listFolderTool } from './reading-tools.ts';
import { searchDocumentsTool, searchTool } from './search-tools.ts';

export { DOCUMENTS_READ, type DocumentToolDeps } from './deps.ts';

/** All document tools over one set of parts. */
export function documentTools(deps: DocumentToolDeps) {
  return {
    search: searchTool(deps),
    fetch: fetchTool(deps),
    searchDocuments: searchDocumentsTool(deps),
    listFolder: listFolderTool(deps),
    checkCitation: checkCitationTool(deps),
    showPassage: showPassageTool(deps),
  } as const;
}

export type DocumentTools = ReturnType<typeof documentTools>;

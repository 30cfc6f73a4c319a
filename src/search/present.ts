import type { ShareId } from '../../acl/index.ts';
import { citationUrl, passageReference, titleOf } from './citation.ts';
import type { Finding } from './hits.ts';
import type { Asked } from './minimise/asked.ts';
import type { SentencesOf } from './minimise/read-sentences.ts';
import { CHARACTERS_PER_TOKEN, snippet, snippetBudget } from './minimise/snippet.ts';

export interface SearchResult {
  readonly id: string;
  /** 1 is best. */
  readonly rank: number;
  readonly share: ShareId;
  readonly path: string;
  readonly title: string;
  readonly section: readonly string[];
  readonly page: number | null;
  readonly snippet: string;
  readonly url: string;
  /** ISO time of the file's last modification. */
  readonly modified: string;
  readonly revision: string;
  /** Other files that say the same; left out where there are none. */
  readonly copies?: readonly Copy[];
}

/** Another file in which a passage stands, and the link that opens it there. */
export interface Copy {
  readonly share: ShareId;
  readonly path: string;
  readonly url: string;
}

/** How results are put in order: by how well they answer, or those the same with the newest file first. */
export type Order = 'relevance' | 'newest';

/** Characters that path, title, headings and link of a result take, about. */
const CITATION_LENGTH = 400;
const MIN_SNIPPET = 160;
/** Copies that a result names. */
const MOST_COPIES = 5;

/** The results of an answer: cited, cut down to the sentences that answer, as many as there is room for. */
export function present(
  findings: readonly Finding[],
  how: {
    readonly publicUrl: string;
    readonly asked: Asked;
    readonly sentencesOf: SentencesOf;
    /** Tokens of the whole answer, citations included. */
    readonly budgetTokens: number;
    readonly order: Order;
  },
): SearchResult[] {
  const room = how.budgetTokens * CHARACTERS_PER_TOKEN;
  const share = room / Math.max(1, findings.length) - CITATION_LENGTH;
  const snippetRoom = Math.max(MIN_SNIPPET, share);
  const results = findings.map(({ item: { row, document } }, at): SearchResult => {
    const id = passageReference(row);
    return {
      id,
      rank: at + 1,
      share: document.share,
      path: document.path,
      title: titleOf(document),
      section: row.section,
      page: row.page,
      snippet: snippet(
        row.text,
        row.language,
        how.asked,
        snippetBudget(row.text.length, snippetRoom),
        how.sentencesOf(row),
      ),
      url: citationUrl(how.publicUrl, id),
      modified: new Date(document.modified).toISOString(),
      revision: row.revision,
    };
  });
  const copies = findings.map((finding) => copiesOf(finding, how.publicUrl));
  const fitting = withCopies(results, copies, room);
  // Chosen by how well they answer, whatever their order: no date lifts a passage into an answer.
  return how.order === 'relevance' ? fitting : newestFileFirst(fitting);
}

function copiesOf({ item, copies }: Finding, publicUrl: string): Copy[] {
  const others = new Map<string, Copy>();
  for (const { row, document } of copies) {
    if (document.id === item.document.id || others.has(document.id)) continue;
    const { share, path } = document;
    others.set(document.id, { share, path, url: citationUrl(publicUrl, passageReference(row)) });
  }
  return [...others.values()].slice(0, MOST_COPIES);
}

/** The first results whose text, citations included, fits; always one. Copies take what room is left. */
function withCopies(
  results: readonly SearchResult[],
  copies: readonly (readonly Copy[])[],
  room: number,
): SearchResult[] {
  let left = room;
  const take = (value: SearchResult | Copy): boolean => {
    const length = JSON.stringify(value).length;
    if (length > left) return false;
    left -= length;
    return true;
  };
  const over = results.findIndex((result) => !take(result));
  const fitting = over < 0 ? results : results.slice(0, Math.max(1, over));
  return fitting.map((result, at) => {
    const own = (copies[at] ?? []).filter(take);
    return own.length === 0 ? result : { ...result, copies: own };
  });
}

function newestFileFirst(results: readonly SearchResult[]): SearchResult[] {
  return [...results].sort((a, b) => Date.parse(b.modified) - Date.parse(a.modified));
}

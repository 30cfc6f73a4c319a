import { passageTerms, queryTerms } from '../../index/index.ts';
import { titleOf } from './citation.ts';
import { type CopyRules, collapse } from './copies.ts';
import type { Finding, Hit } from './hits.ts';

/** Passages that one document may have before others had their turn. */
const PER_DOCUMENT = 3;
/** Documents that have had their turn before one goes on; fewer where fewer than half of the places could be theirs. */
const HEARD = { many: 4, few: 2 } as const;
/** Characters up to which a passage may be a mere title line. */
const TITLE_LINE = 80;

/**
 * The order in which hits fill an answer of `limit` results, copies brought together. The fourth passage of a document
 * waits until other documents had their turn, however far down they stand (docs/decisions/011). A title line, which
 * matches every word of the title and answers nothing, comes last.
 */
export function choose(hits: readonly Hit[], question: string, limit: number): Finding[] {
  const findings = collapse(hits, rulesFor(hits, question));
  const titles = new Set(findings.filter(({ item }) => isTitleLine(item)));
  const said = findings.filter((finding) => !titles.has(finding));
  return [...inTurn(said, limit), ...titles];
}

/** What tells copies of a hit from others, for this question. */
function rulesFor(hits: readonly Hit[], question: string): CopyRules<Hit> {
  // Not the languages of the whole index: those tell of hidden documents.
  const terms = queryTerms(question, [...new Set(hits.map(({ row }) => row.language))]);
  return {
    likeness: ({ row }) => row.likeness,
    copyable: ({ row, document }) => {
      const held = ` ${row.terms} `;
      const asked = terms.filter(({ forms }) => forms.some((form) => held.includes(` ${form} `)));
      const { text, language, section } = row;
      return { text, language, section, asked: asked.map(({ word }) => word).join(' '), document };
    },
  };
}

/** No document goes on at length before others had their turn; then the order is that of retrieval again. */
function inTurn(findings: readonly Finding[], limit: number): Finding[] {
  const documents = new Set(findings.map(({ item }) => item.document.id));
  const turns = documents.size * 2 <= limit ? HEARD.few : HEARD.many;
  const heard = new Map<string, number>();
  const order: Finding[] = [];
  const waiting: Finding[] = [];
  for (const finding of findings) {
    const { id } = finding.item.document;
    const count = (heard.get(id) ?? 0) + 1;
    heard.set(id, count);
    const waits = count > PER_DOCUMENT && heard.size < turns;
    (waits ? waiting : order).push(finding);
    if (heard.size >= turns) order.push(...waiting.splice(0));
  }
  return [...order, ...waiting];
}

/** Whether a short passage hardly says more than its own title and headings. */
function isTitleLine({ row, document }: Hit): boolean {
  if (row.text.length > TITLE_LINE) return false;
  const words = new Set(passageTerms(row.text, row.language));
  const head = new Set(passageTerms([titleOf(document), ...row.section].join(' '), row.language));
  return [...words].filter((word) => head.has(word)).length * 2 >= words.size;
}

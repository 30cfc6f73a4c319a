import { type Gains, hit, ndcg, recall } from './metrics.ts';
import { spanCoverage } from './span-coverage.ts';

/** A question with what is known to answer it. */
export interface Question {
  readonly id: string;
  readonly text: string;
  /** Gain by document; never empty. */
  readonly documents: Gains;
  /** Gain by `pageKey`; empty where no pages are judged. */
  readonly pages: Gains;
  /** Texts that answer, each with its document; empty where none are judged. */
  readonly spans: readonly { readonly document: string; readonly text: string }[];
}

/** One result as far as judging needs it. */
export interface Passage {
  readonly document: string;
  readonly page: number | null;
  readonly snippet: string;
  /** The whole passage, of which the snippet is the part shown; null where it was not asked for. */
  readonly text: string | null;
}

/** What a question was answered with. */
export interface Answered {
  /** The results as an assistant gets them, best first. */
  readonly shown: readonly Passage[];
  /** Documents of a deeper answer in the order of their passages; they may repeat. */
  readonly ranking: readonly string[];
}

/** All figures, in the order of printing. A question has those for which it was judged. */
export const MEASURES = [
  'ndcg@10',
  'recall@5',
  'recall@10',
  'recall@20',
  'doc@1',
  'doc@10',
  'page@1',
  'page@10',
  'spanCoverage',
  'spansInChunks',
  'spansInSnippets',
  'tokenShare',
  'tokens',
] as const;
export type Measure = (typeof MEASURES)[number];
export type Scores = Readonly<Partial<Record<Measure, number>>>;

/** About four characters make one token of a language model. */
const CHARACTERS_PER_TOKEN = 4;

/** Name of a page of a document; no document has the page `null`. */
export function pageKey(document: string, page: number | null): string {
  return `${document}#page=${page}`;
}

/** The figures of one question. */
export function judge({ documents, pages, spans }: Question, { shown, ranking }: Answered): Scores {
  const shownDocuments = shown.map(({ document }) => document);
  const shownPages = shown.map(({ document, page }) => pageKey(document, page));
  return {
    'ndcg@10': ndcg(ranking, documents, 10),
    'recall@5': recall(ranking, documents, 5),
    'recall@10': recall(ranking, documents, 10),
    'recall@20': recall(ranking, documents, 20),
    'doc@1': hit(shownDocuments, documents, 1),
    'doc@10': hit(shownDocuments, documents, 10),
    ...(pages.size === 0
      ? {}
      : { 'page@1': hit(shownPages, pages, 1), 'page@10': hit(shownPages, pages, 10) }),
    ...(spans.length === 0 ? {} : judgeSpans(spans, shown)),
    tokens: lengthOf(shown.map(({ snippet }) => snippet)) / CHARACTERS_PER_TOKEN,
  };
}

function judgeSpans(spans: Question['spans'], shown: readonly Passage[]): Scores {
  let length = 0;
  let inChunks = 0;
  let inSnippets = 0;
  for (const { document, text: span } of spans) {
    const own = shown.filter((passage) => passage.document === document);
    const chunks = spanCoverage(
      span,
      own.map(({ text }) => text ?? ''),
    );
    length += chunks.length;
    inChunks += chunks.covered;
    inSnippets += spanCoverage(
      span,
      own.map(({ snippet }) => snippet),
    ).covered;
  }
  const whole = lengthOf(shown.map(({ text }) => text ?? ''));
  return {
    // How well passages are cut down shows only where they hold something judged.
    ...(inChunks === 0 ? {} : { spanCoverage: inSnippets / inChunks }),
    ...(length === 0 ? {} : { spansInChunks: inChunks / length, spansInSnippets: inSnippets / length }),
    ...(whole === 0 ? {} : { tokenShare: lengthOf(shown.map(({ snippet }) => snippet)) / whole }),
  };
}

const lengthOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0);

/** Means over the questions that have the figure; what no question has is left out. */
export function average(scores: readonly Scores[]): Scores {
  const means: Partial<Record<Measure, number>> = {};
  for (const measure of MEASURES) {
    const values = scores.flatMap((own) => own[measure] ?? []);
    if (values.length > 0) means[measure] = values.reduce((sum, value) => sum + value, 0) / values.length;
  }
  return means;
}

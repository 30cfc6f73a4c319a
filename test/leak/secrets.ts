import { decide, makeToken, SidecarSource, shareId, toEntries } from '../../acl/index.ts';
import type { CatalogDocument } from '../../index/index.ts';
import type { SampleCompany } from '../support/sample.ts';

/** A document with its whole text, as an operator could read it. */
export interface KnownDocument {
  readonly document: CatalogDocument;
  readonly lines: readonly string[];
  /** Ids of its passages. */
  readonly passages: readonly string[];
}

/** What one person must never meet: for each hidden document the strings that only it holds. */
export interface Secrets {
  readonly login: string;
  readonly readable: readonly KnownDocument[];
  readonly hidden: readonly { readonly known: KnownDocument; readonly marks: readonly string[] }[];
}

/** Lines shorter than this may stand anywhere by chance. */
const MARK_LENGTH = 40;
const MARKS = 4;

/**
 * Splits the documents for a person. Rights are decided here from the share's own files, not from the catalog
 * under test.
 */
export async function secretsOf(
  sample: SampleCompany,
  documents: readonly KnownDocument[],
  login: string,
): Promise<Secrets> {
  const { core } = sample;
  const snapshot = await core.snapshot();
  const user = await core.userOf(login);
  const [share] = core.config.shares;
  if (snapshot === null || user === null || share === undefined)
    throw new Error('the sample is not complete');
  const source = new SidecarSource({
    share: shareId(share.name),
    root: share.path,
    shareEntries: toEntries(share.shareAcl, 'share'),
    knows: (principal) => snapshot.users.has(principal) || snapshot.groups.has(principal),
  });
  const made = makeToken({ user, snapshot, now: core.now(), maxStalenessSeconds: 3_600 });
  const readable: KnownDocument[] = [];
  const rest: KnownDocument[] = [];
  for (const known of documents) {
    const reading = await source.descriptorOf(known.document.path);
    const may = made.ok && reading.ok && decide(reading.descriptor, made.token).read;
    (may ? readable : rest).push(known);
  }
  const open = readable.map(everything).join('\n');
  const hidden = rest.map((known) => ({
    known,
    marks: marksOf(known).filter((mark) => !open.includes(mark)),
  }));
  return { login, readable, hidden };
}

function marksOf({ document, lines, passages }: KnownDocument): string[] {
  const name = document.path.slice(document.path.lastIndexOf('/') + 1);
  const long = lines.filter((line) => line.length >= MARK_LENGTH);
  const step = Math.max(1, Math.floor(long.length / MARKS));
  const sampled = long.filter((_, at) => at % step === 0).map((line) => line.slice(0, MARK_LENGTH));
  const title = document.title !== null && document.title.length > 8 ? [document.title] : [];
  return [document.id, document.path, name, ...title, ...passages.slice(0, 1), ...sampled];
}

function everything({ document, lines }: KnownDocument): string {
  return [document.path, document.title ?? '', ...lines].join('\n');
}

/**
 * The marks of hidden documents that stand in an answer. What the caller wrote into the question may come back
 * (a message that quotes it) and is taken out first.
 */
export function leaksIn(answer: string, secrets: Secrets, asked: string): string[] {
  const text = plainText(answer).replaceAll(asked, '');
  return secrets.hidden.flatMap(({ known, marks }) =>
    marks.filter((mark) => text.includes(mark)).map((mark) => `${known.document.path}: ${mark}`),
  );
}

/** Undoes the escapes of JSON and HTML, so that a mark is found however it was written. */
function plainText(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll('\\n', '\n')
    .replaceAll('\\"', '"')
    .replaceAll('\\"', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

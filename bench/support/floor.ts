import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, relative } from 'node:path';
import { connect, Index, MatchQuery } from '@lancedb/lancedb';
import { detectLanguage, type Language } from '../../ingest/index.ts';
import { type EvaluationSet, type Passage, RANKED, type Searching, SHOWN } from '../../src/evaluate/index.ts';

/** What LanceDB calls the languages we know. */
const LANGUAGE: Readonly<Record<Language, string>> = {
  en: 'English',
  it: 'Italian',
  de: 'German',
  fr: 'French',
  es: 'Spanish',
  und: 'English',
};
/** Units whose language is asked; the commonest is that of the set. */
const SAMPLE = 200;
/** Characters of a unit cut from a file without pages: about those of a passage of ours. */
const WINDOW = 1_200;

/** A unit as the floor indexes it: an entry of corpus.jsonl, a page of a PDF, or a stretch of a text. */
interface RawUnit {
  readonly document: string;
  readonly page: number | null;
  readonly text: string;
}

/** LanceDB's own full text over the raw units of a set, with stems and stop words of its language and nothing else. */
export async function openFloor(
  set: EvaluationSet,
): Promise<{ readonly searching: Searching; readonly language: Language; close(): void }> {
  const units = rawUnits(set);
  const language = languageOf(units);
  const folder = mkdtempSync(join(tmpdir(), 'ntk-floor-'));
  const db = await connect(folder);
  const table = await db.createTable(
    'units',
    units.map((unit, at) => ({ at, text: unit.text })),
  );
  await table.createIndex('text', {
    config: Index.fts({
      language: LANGUAGE[language],
      stem: true,
      removeStopWords: true,
      asciiFolding: true,
      lowercase: true,
      withPosition: false,
    }),
  });
  const ask = async (question: string, limit: number): Promise<RawUnit[]> => {
    const rows: { at: number }[] = await table
      .query()
      .fullTextSearch(new MatchQuery(question, 'text'))
      .select(['at', '_score'])
      .limit(limit)
      .toArray();
    return rows.flatMap(({ at }) => units[Number(at)] ?? []);
  };
  return {
    language,
    searching: {
      show: async (question) =>
        (await ask(question, SHOWN)).map((unit): Passage => ({ ...unit, snippet: unit.text })),
      rank: async (question) => (await ask(question, RANKED)).map(({ document }) => document),
    },
    close: () => {
      table.close();
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function rawUnits({ corpus }: EvaluationSet): RawUnit[] {
  if (corpus.kind === 'units') {
    return corpus.units.map(({ id, title, text }) => ({
      document: id,
      page: null,
      text: `${title}\n${text}`,
    }));
  }
  return readdirSync(corpus.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const file = join(entry.parentPath, entry.name);
      const document = relative(corpus.folder, file);
      if (extname(file).toLowerCase() === '.pdf') return pagesOf(file, document);
      return windows(readFileSync(file, 'utf8')).map((text) => ({ document, page: null, text }));
    });
}

/** Pages as poppler's pdftotext prints them. @throws when it is not installed */
function pagesOf(file: string, document: string): RawUnit[] {
  const text = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return text
    .split('\f')
    .map((page, at) => ({ document, page: at + 1, text: page }))
    .filter((unit) => unit.text.trim() !== '');
}

function windows(text: string): string[] {
  const cut: string[] = [];
  for (let from = 0; from < text.length; ) {
    const space = text.lastIndexOf(' ', from + WINDOW);
    const to = from + WINDOW >= text.length ? text.length : space > from ? space : from + WINDOW;
    cut.push(text.slice(from, to));
    from = to;
  }
  return cut.filter((part) => part.trim() !== '');
}

function languageOf(units: readonly RawUnit[]): Language {
  const step = Math.max(1, Math.floor(units.length / SAMPLE));
  const counts = new Map<Language, number>();
  for (let at = 0; at < units.length; at += step) {
    const language = detectLanguage(units[at]?.text ?? '', 'und');
    if (language !== 'und') counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'und';
}

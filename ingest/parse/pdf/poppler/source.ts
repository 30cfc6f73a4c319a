import { type Call, findProgram, type Running, runWhole, start } from '../../program.ts';
import { EngineFailed, type OutlineEntry, type PageReading, type PdfSource } from '../source.ts';
import { placeWords, readWords } from './words.ts';
import { type Fonts, isBold, readOutline, readPage, unescapeXml, type XmlPage, ZOOM } from './xml.ts';

export interface PopplerPrograms {
  readonly pdftohtml: string;
  readonly pdfinfo: string;
  readonly pdftotext: string;
}

/** poppler-utils where they are installed; null where not. */
export function findPoppler(): PopplerPrograms | null {
  const pdftohtml = findProgram('pdftohtml');
  const pdfinfo = findProgram('pdfinfo');
  const pdftotext = findProgram('pdftotext');
  if (pdftohtml === null || pdfinfo === null || pdftotext === null) return null;
  return { pdftohtml, pdfinfo, pdftotext };
}

/** Poppler reads thousands of pages in this time; what needs longer is for pdfjs, or for nobody. */
const MAX_SECONDS = 60;
const MAX_MEGABYTES = 1_024;
/** The XML of one page in characters; a page of a large poster has a hundredth of it. */
const MAX_PAGE_CHARACTERS = 64 * 1_048_576;
const MAX_INFO_BYTES = 1_048_576;
const MAX_WORD_BYTES = 256 * 1_048_576;
/** Pages that wait from a crowded one on, so that one call places the words of several. */
const MAX_HELD = 32;

/** `-nodrm`: whoever may read the file may find it; the flag that forbids copying forbids no reading. */
const ARGUMENTS = [
  '-xml',
  '-stdout',
  '-i',
  '-hidden',
  '-nodrm',
  '-nomerge',
  '-noroundcoord',
  '-fontfullname',
  '-zoom',
  String(ZOOM),
  'fd://0',
  // Standard input asks for a name; with -stdout nothing is written there.
  'out',
];

/** Text in a character set whose tables (Debian: poppler-data) are not installed is left out. */
const LACKS_TABLES = /Missing language pack/;

/** Opens a PDF with poppler. What it cannot read shows as {EngineFailed} when its pages are asked for. */
export function openWithPoppler(programs: PopplerPrograms, bytes: Uint8Array): PdfSource {
  const limits = { input: bytes, maxSeconds: MAX_SECONDS, maxMegabytes: MAX_MEGABYTES };
  const running = start({ ...limits, path: programs.pdftohtml, args: ARGUMENTS });
  const info = runWhole(
    { ...limits, path: programs.pdfinfo, args: ['-enc', 'UTF-8', '-'] },
    MAX_INFO_BYTES,
  ).then(
    (result) => result?.output.toString('utf8') ?? '',
    () => '',
  );
  let pages = 0;
  let outline: readonly OutlineEntry[] = [];
  const read = async function* (): AsyncGenerator<PageReading> {
    const fonts: Fonts = new Map();
    let inked = 0;
    let held: XmlPage[] = [];
    for await (const part of pageParts(running)) {
      const page = part.kind === 'page' ? readPage(part.xml, fonts) : null;
      if (part.kind === 'rest') outline = readOutline(part.xml);
      if (page === null) continue;
      pages += 1;
      inked += page.runs.length;
      if (held.length > 0 || page.crowded) held.push(page);
      else yield readingOf(page);
      if (held.length < MAX_HELD) continue;
      yield* (await unCrowd(held, programs, limits)).map(readingOf);
      held = [];
    }
    yield* (await unCrowd(held, programs, limits)).map(readingOf);
    const { code, said } = await running.ended;
    if (code !== 0 || pages === 0) throw new EngineFailed(said.split('\n')[0] ?? '');
    if (LACKS_TABLES.test(said) || (inked === 0 && said !== '')) throw new EngineFailed(said);
  };
  return {
    pages: read,
    pageCount: async () => Math.max(pages, numberOfPages(await info)),
    outline: async () => outline,
    titles: async () => [...titleOf(await info), ...titleInXmp(bytes)],
    boldFonts: async (wanted) => new Set([...wanted.keys()].filter(isBold)),
    close: async () => {
      running.stop();
      await running.ended;
    },
  };
}

function readingOf({ number, runs, turned }: XmlPage): PageReading {
  return { kind: turned ? 'turned' : 'text', number, runs };
}

/** The pages with the words of the crowded ones placed by their own boxes, which one more call tells. */
async function unCrowd(
  pages: readonly XmlPage[],
  { pdftotext }: PopplerPrograms,
  limits: Omit<Call, 'path' | 'args'>,
): Promise<readonly XmlPage[]> {
  const crowded = pages.filter((page) => page.crowded);
  const [first, last] = [crowded[0]?.number, crowded.at(-1)?.number];
  if (first === undefined || last === undefined) return pages;
  const range = ['-f', String(first), '-l', String(last)];
  const call = { ...limits, path: pdftotext, args: ['-bbox', '-q', ...range, '-', '-'] };
  const result = await runWhole(call, MAX_WORD_BYTES);
  if (result === null) return pages;
  const words = readWords(result.output.toString('utf8'));
  return pages.map((page) => {
    const own = page.crowded ? words[page.number - first] : undefined;
    return own === undefined ? page : { ...page, runs: placeWords(own, page.runs) };
  });
}

type Part = { readonly kind: 'page' | 'rest'; readonly xml: string };

const PAGE_END = '</page>';

/** Cuts the output behind each page as it comes; what follows the last one is the rest. */
async function* pageParts(running: Running): AsyncGenerator<Part> {
  const decoder = new TextDecoder();
  let open = '';
  for await (const bytes of running.output) {
    let from = Math.max(0, open.length - PAGE_END.length);
    open += decoder.decode(bytes, { stream: true });
    for (let end = open.indexOf(PAGE_END, from); end !== -1; end = open.indexOf(PAGE_END)) {
      yield { kind: 'page', xml: open.slice(0, end) };
      open = open.slice(end + PAGE_END.length);
      from = 0;
    }
    if (open.length > MAX_PAGE_CHARACTERS) {
      running.stop();
      throw new EngineFailed('a page is too large');
    }
  }
  yield { kind: 'rest', xml: open };
}

/** pdfinfo(1): one `Key: value` a line; titles may hold line breaks, so the last of a kind is the true one. */
function numberOfPages(info: string): number {
  return Number([...info.matchAll(/^Pages:\s+(\d+)$/gm)].at(-1)?.[1] ?? 0);
}

function titleOf(info: string): string[] {
  const title = /^Title:[ \t]+(.*)$/m.exec(info)?.[1];
  return title === undefined ? [] : [title];
}

/** Bytes behind `<dc:title` in which its text must stand. */
const XMP_TITLE_REACH = 2_048;

/** The title in the XMP packet, which is not compressed so that programs find it without reading the PDF. */
function titleInXmp(bytes: Uint8Array): string[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = file.lastIndexOf('<dc:title');
  if (at === -1) return [];
  const packet = file.toString('utf8', at, at + XMP_TITLE_REACH);
  const title = /^<dc:title[^>]*>[\s\S]*?<rdf:li[^>]*>([^<]*)<\/rdf:li>/.exec(packet)?.[1];
  return title === undefined ? [] : [unescapeXml(title)];
}

import { Parser as XmlParser } from 'htmlparser2';
import type { Block, Warning } from '../document.ts';
import { readHtml } from './html.ts';
import type { Parser } from './parser.ts';
import { blockCharacters, cleanLine, truncated } from './tidy.ts';
import { unpackParts } from './zip.ts';

/** Chapters and what orders them; no pictures, fonts, scripts or style sheets. */
const isWanted = (name: string): boolean => /\.(x?html?|xml|opf|ncx)$/i.test(name);
const CONTAINER = 'META-INF/container.xml';
const ENCRYPTION = 'META-INF/encryption.xml';
/** Algorithms that only obscure fonts (EPUB OCF 3.3, 4.4): the text is open. */
const FONT_ONLY = /^http:\/\/(www\.idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC)$/;

interface Package {
  readonly title: string | null;
  /** Paths of the chapters in reading order. */
  readonly chapters: readonly string[];
  /** Path of the table of contents of EPUB 2, if any. */
  readonly contents: string | null;
}

/** E-books: the chapters in reading order, each under its own heading or its entry in the table of contents. */
export const parseEpub: Parser = async ({ bytes, limits }) => {
  const unpacked = unpackParts(bytes, isWanted);
  if (!unpacked.ok) return unpacked;
  const { parts } = unpacked;
  if (isProtected(textOf(parts.get(ENCRYPTION)))) {
    return { ok: false, reason: 'encrypted', detail: 'the e-book is protected by its seller' };
  }
  const at = attributeOf(textOf(parts.get(CONTAINER)), 'rootfile', 'full-path');
  const packagePath =
    at !== null && parts.has(at) ? at : [...parts.keys()].find((name) => /\.opf$/i.test(name));
  if (packagePath === undefined) {
    return { ok: false, reason: 'corrupt', detail: 'the e-book has no list of its chapters' };
  }
  const book = readPackage(textOf(parts.get(packagePath)), packagePath);
  const labels =
    book.contents === null ? new Map() : readContents(textOf(parts.get(book.contents)), book.contents);
  const blocks: Block[] = [];
  const warnings: Warning[] = [...unpacked.warnings];
  let left = limits.maxCharacters;
  for (const path of book.chapters) {
    const chapter = parts.get(path);
    if (chapter === undefined) {
      warnings.push({ code: 'part-skipped', detail: `${path} is listed as a chapter and missing` });
      continue;
    }
    if (left <= 0) {
      warnings.push(truncated(limits.maxCharacters));
      break;
    }
    const found = chapterBlocks(textOf(chapter), labels.get(path) ?? null);
    left -= found.reduce((sum, block) => sum + blockCharacters(block), 0);
    blocks.push(...found);
  }
  return { ok: true, document: { title: book.title, blocks, pages: null, warnings } };
};

/** A chapter without a heading at its beginning takes its label, so that no text counts as the chapter before. */
function chapterBlocks(html: string, label: string | null): Block[] {
  const { blocks, title } = readHtml(html);
  const [first] = blocks;
  if (first === undefined || first.kind === 'heading') return blocks;
  const text = label ?? title;
  return text === null ? blocks : [{ kind: 'heading', level: 1, text, page: null }, ...blocks];
}

function readPackage(xml: string, path: string): Package {
  const items = new Map<string, { readonly path: string; readonly type: string }>();
  const spine: string[] = [];
  let title = '';
  let inTitle = false;
  readTags(xml, {
    open: (name, attributes) => {
      const { id, href, idref } = attributes;
      if (name === 'title' && title === '') inTitle = true;
      if (name === 'item' && id !== undefined && href !== undefined) {
        items.set(id, { path: resolve(path, href), type: attributes['media-type'] ?? '' });
      }
      if (name === 'itemref' && idref !== undefined) spine.push(idref);
    },
    text: (data) => {
      if (inTitle) title += data;
    },
    close: (name) => {
      if (name === 'title') inTitle = false;
    },
  });
  const ncx = [...items.values()].find(({ type }) => type === 'application/x-dtbncx+xml');
  const chapters = spine.flatMap((id) => items.get(id)?.path ?? []);
  return { title: cleanLine(title) || null, chapters: [...new Set(chapters)], contents: ncx?.path ?? null };
}

/** The first label that leads into each file. */
function readContents(xml: string, path: string): Map<string, string> {
  const labels = new Map<string, string>();
  let label = '';
  let inLabel = false;
  readTags(xml, {
    open: (name, { src }) => {
      if (name === 'navlabel') {
        label = '';
        inLabel = true;
      }
      if (name === 'content' && src !== undefined) {
        const target = resolve(path, src);
        if (!labels.has(target) && cleanLine(label) !== '') labels.set(target, cleanLine(label));
      }
    },
    text: (data) => {
      if (inLabel) label += data;
    },
    close: (name) => {
      if (name === 'navlabel') inLabel = false;
    },
  });
  return labels;
}

function isProtected(xml: string): boolean {
  const algorithms = [...xml.matchAll(/EncryptionMethod[^>]*Algorithm\s*=\s*["']([^"']*)["']/g)];
  return algorithms.some(([, algorithm]) => !FONT_ONLY.test(algorithm ?? ''));
}

function attributeOf(xml: string, tag: string, attribute: string): string | null {
  let found: string | null = null;
  readTags(xml, {
    open: (name, attributes) => {
      if (name === tag) found ??= attributes[attribute] ?? null;
    },
    text: () => {},
    close: () => {},
  });
  return found;
}

/** Tags by their lower-case names without prefix; entities of a document type are never resolved. */
function readTags(
  xml: string,
  on: {
    readonly open: (name: string, attributes: Readonly<Record<string, string>>) => void;
    readonly text: (data: string) => void;
    readonly close: (name: string) => void;
  },
): void {
  const bare = (name: string): string => name.replace(/^.*:/, '').toLowerCase();
  const parser = new XmlParser(
    {
      onopentag: (name, attributes) => on.open(bare(name), attributes),
      ontext: on.text,
      onclosetag: (name) => on.close(bare(name)),
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
}

/** A reference inside the archive as a path of it; what leads out finds nothing there. */
function resolve(from: string, reference: string): string {
  const bare = reference.replace(/[#?].*$/s, '');
  const parts = from.split('/').slice(0, -1);
  for (const part of decoded(bare).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}

const textOf = (part: Uint8Array | undefined): string => Buffer.from(part ?? []).toString('utf8');

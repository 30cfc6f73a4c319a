import PDFDocument from 'pdfkit';
import type { Block, ParsedDocument } from '../../../ingest/document.ts';
import type { ParserResult } from '../../../ingest/parse/parser.ts';
import { findPoppler } from '../../../ingest/parse/pdf/poppler/source.ts';
import { parsePdf } from '../../../ingest/parse/pdf.ts';

/** The slice of pdfkit that these tests draw with. */
export interface Canvas {
  readonly page: { readonly width: number; readonly height: number; margins: { bottom: number } };
  readonly outline: OutlineNode;
  addPage(): Canvas;
  font(name: string): Canvas;
  fontSize(size: number): Canvas;
  moveDown(lines?: number): Canvas;
  rotate(degrees: number, options: { readonly origin: readonly [number, number] }): Canvas;
  save(): Canvas;
  restore(): Canvas;
  initForm(): Canvas;
  formText(name: string, x: number, y: number, width: number, height: number, options: object): Canvas;
  image(picture: Buffer, x: number, y: number, options: { readonly width: number }): Canvas;
  text(text: string, options?: TextOptions): Canvas;
  text(text: string, x: number, y: number, options?: TextOptions): Canvas;
  on(event: 'data', listener: (part: Buffer) => void): Canvas;
  on(event: 'end', listener: () => void): Canvas;
  end(): void;
}

interface OutlineNode {
  addItem(title: string): OutlineNode;
}

interface TextOptions {
  readonly width?: number;
  readonly lineBreak?: boolean;
  readonly align?: string;
}

interface CanvasOptions {
  /** Width and height in points; A4 when left out. */
  readonly size?: readonly [number, number];
  readonly userPassword?: string;
  readonly ownerPassword?: string;
  readonly info?: { readonly Title?: string };
}

const Document = PDFDocument as unknown as new (options: object) => Canvas;

/** Draws a PDF with pdfkit and gives its bytes. */
export async function makePdf(draw: (pdf: Canvas) => void, options: CanvasOptions = {}): Promise<Uint8Array> {
  const pdf = new Document({ size: 'A4', margin: 72, pdfVersion: '1.7', ...options });
  const parts: Buffer[] = [];
  const done = new Promise<void>((resolve) => {
    pdf.on('data', (part) => parts.push(part));
    pdf.on('end', resolve);
  });
  draw(pdf);
  pdf.end();
  await done;
  return new Uint8Array(Buffer.concat(parts));
}

/** Writes lines at given places, as layout programs do: no wrapping, no flow. */
export function lines(pdf: Canvas, x: number, y: number, step: number, rows: readonly string[]): void {
  for (const [at, row] of rows.entries()) pdf.text(row, x, y + at * step, { lineBreak: false });
}

export type Engine = 'pdfjs' | 'poppler';

/** Engines of this machine: poppler only where its programs are installed. */
export const ENGINES: readonly Engine[] = findPoppler() === null ? ['pdfjs'] : ['pdfjs', 'poppler'];

export interface Reading {
  parse(bytes: Uint8Array, name?: string, maxCharacters?: number): Promise<ParserResult>;
  /** Parses what must be readable. */
  parsed(bytes: Uint8Array, name?: string, maxCharacters?: number): Promise<ParsedDocument>;
}

/** Reads PDFs with one engine. */
export function readingWith(pdf: Engine): Reading {
  const parse: Reading['parse'] = (bytes, name = 'sample.pdf', maxCharacters = 1_000_000) =>
    parsePdf({ bytes, name, limits: { maxCharacters, maxDepth: 3, programs: { pdf, ocr: null } } });
  return {
    parse,
    parsed: async (...input) => {
      const result = await parse(...input);
      if (!result.ok) throw new Error(`refused: ${result.reason} ${result.detail}`);
      return result.document;
    },
  };
}

export function texts(blocks: readonly Block[], kind: 'heading' | 'paragraph' | 'item'): string[] {
  return blocks.flatMap((block) => (block.kind === kind ? [block.text] : []));
}

/** Words enough for several lines of prose, different for each seed. */
export function prose(seed: string, sentences = 4): string {
  return Array.from(
    { length: sentences },
    (_, at) => `The ${seed} part number ${at + 1} tells colleagues how the matter is settled in practice.`,
  ).join(' ');
}

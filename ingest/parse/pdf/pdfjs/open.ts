import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { PDFParse, VerbosityLevel } from 'pdf-parse';

/** One run of text as pdfjs reports it; `transform` is in PDF user space (y upwards). */
export interface TextItem {
  readonly str: string;
  readonly dir: string;
  readonly width: number;
  readonly height: number;
  readonly transform: readonly number[];
  readonly fontName: string;
}

export interface OutlineItem {
  readonly title: string;
  readonly dest: string | readonly unknown[] | null;
  readonly items: readonly OutlineItem[];
}

/** The slice of a pdfjs page that this parser uses. */
export interface PdfPage {
  getViewport(options: { readonly scale: number }): {
    readonly width: number;
    readonly height: number;
    readonly transform: readonly number[];
  };
  getTextContent(): Promise<{ readonly items: readonly (TextItem | { readonly type: string })[] }>;
  getOperatorList(options: { readonly annotationMode: number }): Promise<unknown>;
  readonly commonObjs: { has(name: string): boolean; get(name: string): unknown };
  cleanup(): unknown;
}

/** A filled-in form field, as pdfjs lists them by name. */
export interface FormField {
  readonly type?: string;
  readonly value?: unknown;
  readonly page?: number;
  readonly rect?: readonly number[];
  readonly hidden?: boolean;
  readonly password?: boolean;
}

/** The slice of a pdfjs document that this parser uses. */
export interface PdfFile {
  readonly numPages: number;
  getPage(number: number): Promise<PdfPage>;
  getMetadata(): Promise<{
    readonly info: { readonly Title?: unknown } | null;
    readonly metadata: { get(name: string): unknown } | null;
  }>;
  getOutline(): Promise<readonly OutlineItem[] | null>;
  getDestination(name: string): Promise<readonly unknown[] | null>;
  getPageIndex(reference: { num: number; gen: number }): Promise<number>;
  getFieldObjects(): Promise<Readonly<Record<string, readonly FormField[]>> | null>;
}

export interface OpenPdf {
  readonly file: PdfFile;
  readonly close: () => Promise<void>;
}

/** Images carry no text here: one pixel is the largest that pdfjs may decode. */
const LARGEST_IMAGE_PIXELS = 1;

/** Opens a PDF with everything off that text does not need. Throws pdf-parse's named exceptions. */
export async function openPdf(bytes: Uint8Array): Promise<OpenPdf> {
  const parser = new PDFParse({
    // pdfjs takes the buffer away from its owner, so it gets a copy.
    data: bytes.slice(),
    verbosity: VerbosityLevel.ERRORS,
    cMapUrl: CHARACTER_MAPS,
    cMapPacked: true,
    standardFontDataUrl: STANDARD_FONTS,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    disableFontFace: true,
    isEvalSupported: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    enableXfa: false,
    disableAutoFetch: true,
    disableStream: true,
    disableRange: true,
    maxImageSize: LARGEST_IMAGE_PIXELS,
  });
  try {
    // `load` is what every method of PDFParse calls first; its types keep the pdfjs document private,
    // but positions and fonts are only to be had from there.
    const file = await (parser as unknown as { load(): Promise<PdfFile> }).load();
    return { file, close: () => parser.destroy() };
  } catch (error) {
    await parser.destroy().catch(() => undefined);
    throw error;
  }
}

/** pdfjs wants folders with a separator at the end; both lie in its own package on this disk. */
const PDFJS_FOLDER = dirname(
  createRequire(createRequire(import.meta.url).resolve('pdf-parse')).resolve('pdfjs-dist/package.json'),
);
const CHARACTER_MAPS = join(PDFJS_FOLDER, 'cmaps') + sep;
const STANDARD_FONTS = join(PDFJS_FOLDER, 'standard_fonts') + sep;

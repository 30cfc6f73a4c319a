import type { PdfjsSource } from '../pdfjs/source.ts';
import type { PageReading, PdfSource } from '../source.ts';
import { openWithPoppler, type PopplerPrograms } from './source.ts';

/** A PDF read by poppler, but by pdfjs where a page holds turned text. */
export function openMended(programs: PopplerPrograms, bytes: Uint8Array): PdfSource {
  const poppler = openWithPoppler(programs, bytes);
  let other: Promise<PdfjsSource> | null = null;
  const pages = async function* (): AsyncGenerator<PageReading> {
    for await (const page of poppler.pages()) {
      if (page.kind !== 'turned') {
        yield page;
        continue;
      }
      other ??= import('../pdfjs/source.ts').then(({ openWithPdfjs }) => openWithPdfjs(bytes));
      const again = await other.then((source) => source.page(page.number)).catch(() => page);
      yield again.kind === 'text' && again.runs.length > 0 ? again : page;
    }
  };
  return {
    ...poppler,
    pages,
    close: async () => {
      await poppler.close();
      await (await other?.catch(() => null))?.close();
    },
  };
}

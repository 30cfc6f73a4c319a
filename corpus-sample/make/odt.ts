import { type Block, FOOTNOTE_MARK, parseBody } from './blocks.ts';
import type { Content } from './content.ts';
import { zip } from './zip.ts';

const MIME = 'application/vnd.oasis.opendocument.text';
const SPACES = ['office', 'text', 'table', 'style', 'meta']
  .map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`)
  .concat(
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"',
    'xmlns:dc="http://purl.org/dc/elements/1.1/"',
  )
  .join(' ');
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An OpenDocument text with heading levels, lists and tables. */
export async function makeOdt({ front, body }: Content): Promise<Uint8Array> {
  const blocks = parseBody(body).blocks.map(toXml).join('\n');
  const files = {
    mimetype: MIME,
    'META-INF/manifest.xml':
      `${HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">` +
      [['/', MIME], ...['content.xml', 'styles.xml', 'meta.xml'].map((name) => [name, 'text/xml'])]
        .map(
          ([path, type]) =>
            `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="${type}"/>`,
        )
        .join('') +
      '</manifest:manifest>',
    'content.xml':
      `${HEAD}<office:document-content ${SPACES} office:version="1.3"><office:body><office:text>\n` +
      `${blocks}\n</office:text></office:body></office:document-content>`,
    'styles.xml':
      `${HEAD}<office:document-styles ${SPACES} office:version="1.3"><office:styles>` +
      [1, 2, 3].map(headingStyle).join('') +
      '</office:styles></office:document-styles>',
    'meta.xml':
      `${HEAD}<office:document-meta ${SPACES} office:version="1.3"><office:meta>` +
      `<dc:title>${escapeXml(front.title)}</dc:title><dc:creator>${escapeXml(front.author)}</dc:creator>` +
      `<dc:date>${front.date}T09:00:00</dc:date><meta:creation-date>${front.date}T09:00:00</meta:creation-date>` +
      `<dc:language>${front.lang}</dc:language></office:meta></office:document-meta>`,
  };
  const encoder = new TextEncoder();
  const bytes = Object.entries(files).map(([name, text]) => [name, encoder.encode(text)] as const);
  return zip(Object.fromEntries(bytes), ['mimetype']);
}

function headingStyle(level: number): string {
  return (
    `<style:style style:name="Heading_20_${level}" style:display-name="Heading ${level}" style:family="paragraph">` +
    `<style:text-properties fo:font-weight="bold" fo:font-size="${22 - 4 * level}pt"/></style:style>`
  );
}

function toXml(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<text:h text:style-name="Heading_20_${block.level}" text:outline-level="${block.level}">${escapeXml(block.text)}</text:h>`;
    case 'paragraph':
    case 'note':
      return `<text:p>${escapeXml(block.text)}</text:p>`;
    case 'list': {
      const items = block.items.map(
        (item) => `<text:list-item><text:p>${escapeXml(item)}</text:p></text:list-item>`,
      );
      return `<text:list>${items.join('')}</text:list>`;
    }
    case 'table': {
      const rows = [block.head, ...block.rows].map((row) => {
        const cells = row.map(
          (cell) =>
            `<table:table-cell office:value-type="string"><text:p>${escapeXml(cell)}</text:p></table:table-cell>`,
        );
        return `<table:table-row>${cells.join('')}</table:table-row>`;
      });
      return (
        `<table:table><table:table-column table:number-columns-repeated="${block.head.length}"/>` +
        `${rows.join('')}</table:table>`
      );
    }
    case 'page-break':
      return '<text:p/>';
  }
}

function escapeXml(text: string): string {
  return text
    .replaceAll('**', '')
    .replace(FOOTNOTE_MARK, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

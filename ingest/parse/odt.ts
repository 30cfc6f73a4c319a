import { parseOffice } from 'officeparser';
import { astToBlocks, astWarnings, firstTitle, OFFICE_CONFIG } from './office-ast.ts';
import type { Parser } from './parser.ts';
import { meaningfulTitle } from './tidy.ts';
import { repack, unpackParts } from './zip.ts';

/** The document and the objects in it (charts); no pictures, scripts or Basic macros. */
const isText = (name: string): boolean =>
  /^(mimetype|([^/]+\/)?[^/]+\.xml|META-INF\/manifest\.xml)$/i.test(name) &&
  !/^(Basic|Scripts)\//i.test(name);
const PRESENTATION = 'application/vnd.oasis.opendocument.presentation';
const TITLE_STYLE = 'Title';

/** OpenDocument texts and presentations: headings with their levels, lists, tables, notes. */
export const parseOdt: Parser = async ({ bytes }) => {
  const unpacked = unpackParts(bytes, isText);
  if (!unpacked.ok) return unpacked;
  const { parts } = unpacked;
  const mimetype = Buffer.from(parts.get('mimetype') ?? []).toString('latin1');
  const fileType = mimetype.startsWith(PRESENTATION) ? 'odp' : 'odt';
  const ast = await parseOffice(Buffer.from(repack(parts)), { ...OFFICE_CONFIG, fileType });
  const blocks = astToBlocks(ast, titleStyles(parts.get('content.xml')));
  const warnings = [...unpacked.warnings, ...astWarnings(ast)];
  const slides = ast.content.filter((node) => node.type === 'slide').length;
  const title = meaningfulTitle(ast.metadata.title) ?? firstTitle(blocks);
  return { ok: true, document: { title, blocks, pages: slides > 0 ? slides : null, warnings } };
};

/** "Title" and the automatic styles that are it with a change (a direct format makes a style "P1"). */
function titleStyles(content: Uint8Array | undefined): Set<string> {
  const names = new Set([TITLE_STYLE]);
  const xml = Buffer.from(content ?? []).toString('utf8');
  for (const [tag] of xml.matchAll(/<style:style\s[^>]*>/g)) {
    const name = /style:name="([^"]*)"/.exec(tag)?.[1];
    if (name !== undefined && tag.includes(`style:parent-style-name="${TITLE_STYLE}"`)) names.add(name);
  }
  return names;
}

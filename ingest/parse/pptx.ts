import { parseOffice } from 'officeparser';
import { astToBlocks, astWarnings, firstTitle, OFFICE_CONFIG } from './office-ast.ts';
import type { Parser } from './parser.ts';
import { meaningfulTitle } from './tidy.ts';
import { repack, unpackParts } from './zip.ts';

/** Slides, notes and their relations; no pictures, media, fonts, macros or embedded files. */
const isText = (name: string): boolean => /\.(xml|rels)$/i.test(name);

/** PowerPoint: each slide's title as heading, its text and tables, then its speaker notes; page = slide. */
export const parsePptx: Parser = async ({ bytes }) => {
  const unpacked = unpackParts(bytes, isText);
  if (!unpacked.ok) return unpacked;
  const source = Buffer.from(repack(unpacked.parts));
  const ast = await parseOffice(source, { ...OFFICE_CONFIG, fileType: 'pptx' });
  const blocks = astToBlocks(ast);
  const warnings = [...unpacked.warnings, ...astWarnings(ast)];
  const pages = slideCount(unpacked.parts.get('ppt/presentation.xml'));
  const title = meaningfulTitle(ast.metadata.title) ?? firstTitle(blocks);
  return { ok: true, document: { title, blocks, pages, warnings } };
};

/** From the presentation's own list: a slide of pictures alone is a slide too. */
function slideCount(presentation: Uint8Array | undefined): number {
  return (
    Buffer.from(presentation ?? [])
      .toString('utf8')
      .match(/<p:sldId\s/g)?.length ?? 0
  );
}

import { Parser as XmlParser } from 'htmlparser2';
import { cleanLine } from './tidy.ts';

/** Parts of a Word file read directly: what mammoth leaves out. Entities are decoded, never resolved. */

interface StyleEntry {
  name: string | null;
  basedOn: string | null;
  outline: number | null;
}

/** A chain of styles longer than this goes in a circle. */
const MAX_STYLE_CHAIN = 20;
/** Outline level 9 is body text (ECMA-376 part 1, 17.3.1.20). */
const MAX_HEADING_OUTLINE = 8;
const MAX_HEADING_LEVEL = 6;

function readXml(data: Uint8Array | undefined, handler: ConstructorParameters<typeof XmlParser>[0]): void {
  if (data === undefined) return;
  new XmlParser(handler, { xmlMode: true, decodeEntities: true }).end(Buffer.from(data).toString('utf8'));
}

/** Text of each paragraph (`w:p`) of a part, in order, empty ones left out; deleted text and field codes too. */
export function readParagraphs(data: Uint8Array): string[] {
  const paragraphs: string[] = [];
  let text = '';
  let inText = false;
  readXml(data, {
    onopentag(name) {
      if (name === 'w:t') inText = true;
      if (name === 'w:tab' || name === 'w:br') text += ' ';
    },
    ontext(chunk) {
      if (inText) text += chunk;
    },
    onclosetag(name) {
      if (name === 'w:t') inText = false;
      if (name !== 'w:p') return;
      const line = cleanLine(text);
      if (line !== '') paragraphs.push(line);
      text = '';
    },
  });
  return paragraphs;
}

/** `dc:title` of the document's properties; null when empty or absent. */
export function readTitle(data: Uint8Array | undefined): string | null {
  let title = '';
  let inside = false;
  readXml(data, {
    onopentag(name) {
      if (name === 'dc:title') inside = true;
    },
    ontext(chunk) {
      if (inside) title += chunk;
    },
    onclosetag(name) {
      if (name === 'dc:title') inside = false;
    },
  });
  return cleanLine(title) || null;
}

/**
 * Rules for mammoth that make a heading of every paragraph style with an outline level, its own or that of a
 * style it is based on: company templates name their headings as they like, Word in the user's language.
 */
export function headingStyleRules(data: Uint8Array | undefined): string[] {
  const styles = readStyles(data);
  const rules = ["p[style-name='Title'] => h1:fresh", "p[style-name='title'] => h1:fresh"];
  for (const [id, style] of styles) {
    const outline = inheritedOutline(styles, id);
    if (style.name === null || outline === null || outline > MAX_HEADING_OUTLINE) continue;
    if (/['\\\n]/.test(style.name)) continue;
    rules.push(`p[style-name='${style.name}'] => h${Math.min(outline + 1, MAX_HEADING_LEVEL)}:fresh`);
  }
  return rules;
}

function inheritedOutline(styles: ReadonlyMap<string, StyleEntry>, id: string): number | null {
  let style = styles.get(id);
  for (let i = 0; i < MAX_STYLE_CHAIN && style !== undefined; i++) {
    if (style.outline !== null) return style.outline;
    style = style.basedOn === null ? undefined : styles.get(style.basedOn);
  }
  return null;
}

function readStyles(data: Uint8Array | undefined): Map<string, StyleEntry> {
  const styles = new Map<string, StyleEntry>();
  let current: StyleEntry | null = null;
  readXml(data, {
    onopentag(name, attributes) {
      const value = attributes['w:val'] ?? null;
      if (name === 'w:style') {
        current = { name: null, basedOn: null, outline: null };
        const id = attributes['w:styleId'];
        if (attributes['w:type'] === 'paragraph' && id !== undefined) styles.set(id, current);
      }
      if (current === null || value === null) return;
      if (name === 'w:name') current.name = value;
      if (name === 'w:basedOn') current.basedOn = value;
      if (name === 'w:outlineLvl') current.outline = Number(value);
    },
    onclosetag(name) {
      if (name === 'w:style') current = null;
    },
  });
  return styles;
}

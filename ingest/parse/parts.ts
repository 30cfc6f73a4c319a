import type { Block, Warning } from '../document.ts';
import type { ParseInput } from './parser.ts';
import { blockCharacters } from './tidy.ts';

/** A file inside a file, not yet unpacked. */
export interface Part {
  /** What the section of the part is called: the attachment's name, the member's path. */
  readonly name: string;
  /** Number of the part inside the outer file, 1-based; null where parts have none. */
  readonly page: number | null;
  /** Bytes as they are stored, and as the container says they unpack. */
  readonly packed: number;
  readonly unpacked: number;
  /** The bytes, at most `limit` of them, or a sentence why there are none. */
  readonly unpack: (limit: number) => Uint8Array | string;
}

export interface PartsRead {
  readonly blocks: readonly Block[];
  readonly warnings: readonly Warning[];
}

/** Deepest level a heading has. */
const MAX_HEADING_LEVEL = 6;
/** An archive of thousands of pictures needs no thousands of warnings. */
const MAX_WARNINGS = 50;

/**
 * Reads the files inside a file, one after the other, within the budget and the characters that are left.
 *
 * Each becomes a section of its own: its name as heading, its headings one level deeper, its number as page. A
 * part that is not read is named in the warnings.
 */
export async function readParts(
  parts: readonly Part[],
  { limits, budget, parsePart }: ParseInput,
  level = 1,
): Promise<PartsRead> {
  const blocks: Block[] = [];
  const warnings = new Warnings();
  let left = limits.maxCharacters;
  for (const part of parts) {
    const { name, page } = part;
    if (left <= 0) {
      warnings.skip(name, 'there is too much text before it');
      continue;
    }
    const refused = budget.refusal(part);
    if (refused !== null) {
      warnings.skip(name, `too-large, ${refused}`);
      continue;
    }
    const bytes = part.unpack(budget.nextBytes);
    if (typeof bytes === 'string') {
      warnings.skip(name, bytes);
      continue;
    }
    budget.take(bytes.length);
    const read = await parsePart({ bytes, name });
    if (!read.ok) {
      if (read.reason === 'needs-program') warnings.add(read.reason, `${name}: ${read.detail}`);
      else warnings.skip(name, `${read.reason}, ${read.detail}`);
      continue;
    }
    const inner = read.document.blocks.map((block) => inPart(block, page, level));
    left -= inner.reduce((sum, block) => sum + blockCharacters(block), 0);
    if (inner.length > 0) blocks.push({ kind: 'heading', level, text: name, page }, ...inner);
    for (const { code, detail } of read.document.warnings) warnings.add(code, `${name}: ${detail}`);
  }
  return { blocks, warnings: warnings.list() };
}

/** A block of a part as a block of the outer file. */
export function inPart(block: Block, page: number | null, level: number): Block {
  if (block.kind !== 'heading') return { ...block, page };
  return { ...block, level: Math.min(block.level + level, MAX_HEADING_LEVEL), page };
}

class Warnings {
  readonly #kept: Warning[] = [];
  #more = 0;

  skip(name: string, why: string): void {
    this.add('attachment-skipped', `${name}: ${why}`);
  }

  add(code: Warning['code'], detail: string): void {
    if (this.#kept.length < MAX_WARNINGS) this.#kept.push({ code, detail });
    else this.#more += 1;
  }

  list(): Warning[] {
    if (this.#more === 0) return this.#kept;
    return [...this.#kept, { code: 'attachment-skipped', detail: `and ${this.#more} more such notes` }];
  }
}

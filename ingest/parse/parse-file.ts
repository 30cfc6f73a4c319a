import type { ParsedDocument, ParseOutcome, Warning } from '../document.ts';
import { detect } from './detect.ts';
import type { ParsedPart, ParseLimits, ParserResult } from './parser.ts';
import type { Format } from './table.ts';
import { cleanLine, plainCause, tidyBlocks, truncated } from './tidy.ts';

/** A title longer than this is a paragraph that a program wrote into the wrong field. */
const MAX_TITLE_CHARACTERS = 300;

/**
 * Bytes of one file to its neutral document, or a named refusal. Never throws for what is in the bytes; may
 * run out of memory or time on hostile ones, so it belongs in a capped child process.
 *
 * `name` is the file's name on the share: extension and messages only, nothing is opened.
 */
export async function parseFile(input: {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly limits: ParseLimits;
}): Promise<ParseOutcome> {
  return parseAt(input.bytes, input.name, input.limits, 0);
}

async function parseAt(
  bytes: Uint8Array,
  name: string,
  limits: ParseLimits,
  depth: number,
): Promise<ParseOutcome> {
  const found = await detect(bytes, name);
  if (found.kind === 'refused') return found;
  const { format } = found;
  if (format.parse === null) {
    const detail = `${format.label} (${format.type}): the file is listed, its content is not read`;
    return { kind: 'refused', type: format.type, reason: 'unsupported', detail };
  }
  if (bytes.length === 0) return parsed(format, { title: null, blocks: [], pages: null, warnings: [] });
  const result = await run(format, bytes, name, limits, depth);
  if (!result.ok) return { kind: 'refused', type: format.type, reason: result.reason, detail: result.detail };
  return parsed(format, finish(result.document, found.warnings, limits));
}

async function run(
  format: Format,
  bytes: Uint8Array,
  name: string,
  limits: ParseLimits,
  depth: number,
): Promise<ParserResult> {
  const parsePart = async (part: {
    readonly bytes: Uint8Array;
    readonly name: string;
  }): Promise<ParsedPart> => {
    if (depth >= limits.maxDepth) {
      return { ok: false, reason: 'unsupported', detail: 'it stands too deep inside other files' };
    }
    const outcome = await parseAt(part.bytes, part.name, limits, depth + 1);
    if (outcome.kind === 'parsed') return { ok: true, document: outcome.document };
    return { ok: false, reason: outcome.reason, detail: outcome.detail };
  };
  try {
    return (await format.parse?.({ bytes, name, limits, parsePart })) ?? noParser(format);
  } catch (error) {
    if (isOurFault(error)) throw error;
    return { ok: false, reason: 'corrupt', detail: `the ${format.label} is damaged${plainCause(error)}` };
  }
}

/** A library that is not installed, or code that does not load, is no damage of every file in turn. */
function isOurFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const missing = 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  const unlinked = error instanceof SyntaxError && error.message.includes('export named');
  return missing || unlinked || error instanceof ReferenceError;
}

function finish(document: ParsedDocument, found: readonly Warning[], limits: ParseLimits): ParsedDocument {
  const { blocks, cut } = tidyBlocks(document.blocks, limits.maxCharacters);
  const warnings = [...found, ...document.warnings];
  if (cut && !warnings.some((warning) => warning.code === 'truncated')) {
    warnings.push(truncated(limits.maxCharacters));
  }
  return { ...document, title: tidyTitle(document.title), blocks, warnings };
}

function tidyTitle(title: string | null): string | null {
  return cleanLine(title ?? '').slice(0, MAX_TITLE_CHARACTERS) || null;
}

const parsed = (format: Format, document: ParsedDocument): ParseOutcome => ({
  kind: 'parsed',
  type: format.type,
  document,
});

const noParser = (format: Format): ParserResult => ({
  ok: false,
  reason: 'unsupported',
  detail: `${format.label} is not read`,
});

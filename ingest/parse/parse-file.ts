import type { ParsedDocument, ParseOutcome, Warning } from '../document.ts';
import { blockedBy, type FilePolicy, READ_ALL } from '../policy.ts';
import { detect } from './detect.ts';
import type { ParsedPart, ParseInput, ParseLimits, ParserResult } from './parser.ts';
import { PartBudget } from './part-budget.ts';
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
  /** What the share lets be read; everything when not given. */
  readonly policy?: FilePolicy;
  /** Milliseconds, for the time that parts may take. */
  readonly clock?: () => number;
}): Promise<ParseOutcome> {
  const { bytes, name, limits, policy = READ_ALL, clock = () => performance.now() } = input;
  const budget = new PartBudget(clock, limits.maxPartMilliseconds);
  return parseAt({ bytes, name }, { limits, policy, budget }, 0);
}

type Surroundings = Pick<ParseInput, 'limits' | 'policy' | 'budget'>;
type Bytes = Pick<ParseInput, 'bytes' | 'name'>;

async function parseAt(file: Bytes, around: Surroundings, depth: number): Promise<ParseOutcome> {
  const found = await detect(file.bytes, file.name);
  const type = found.kind === 'known' ? found.format.type : found.type;
  const blocked = blockedBy(around.policy, { ...found, type });
  if (blocked !== null) return { kind: 'refused', type, reason: 'blocked', detail: blocked };
  if (found.kind === 'refused') return { kind: 'refused', type, reason: found.reason, detail: found.detail };
  const { format } = found;
  if (format.parse === null) {
    const detail = `${format.label} (${type}): the file is listed, its content is not read`;
    return { kind: 'refused', type, reason: 'unsupported', detail };
  }
  if (file.bytes.length === 0) return parsed(format, { title: null, blocks: [], pages: null, warnings: [] });
  const result = await run(format, file, around, depth);
  if (!result.ok) return { kind: 'refused', type, reason: result.reason, detail: result.detail };
  const warnings = found.hasMacros ? [...found.warnings, MACROS] : found.warnings;
  return parsed(format, finish(result.document, warnings, around.limits));
}

const MACROS: Warning = { code: 'macros-left-out', detail: 'it carries macros: only its text is read' };

async function run(format: Format, file: Bytes, around: Surroundings, depth: number): Promise<ParserResult> {
  const parsePart = async (part: Bytes): Promise<ParsedPart> => {
    if (depth >= around.limits.maxDepth) {
      return { ok: false, reason: 'unsupported', detail: 'it stands too deep inside other files' };
    }
    const outcome = await parseAt(part, around, depth + 1);
    if (outcome.kind === 'parsed') return { ok: true, document: outcome.document };
    return { ok: false, reason: outcome.reason, detail: outcome.detail };
  };
  try {
    return (await format.parse?.({ ...file, ...around, parsePart })) ?? noParser(format);
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

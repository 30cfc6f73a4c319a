import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import {
  evaluatePosix,
  evaluateWindows,
  explainPosix,
  explainWindowsDecision,
  type PrincipalId,
  parsePosix,
  parseSddl,
  parseSid,
  principalId,
  type SecurityDescriptor,
} from '../../acl/index.ts';

/** A list and a token as an operator writes them, to ask what would be decided. */
export interface EvaluationRequest {
  readonly sddl?: string | undefined;
  readonly shareSddl?: string | undefined;
  readonly posix?: string | undefined;
  /** POSIX lists of the folders above the file, outermost first. */
  readonly ancestors?: readonly string[] | undefined;
  /** Owner in place of the descriptor's own. */
  readonly ownerIs?: string | undefined;
  /** Exactly the principals to decide with: nobody is added, not even Everyone. */
  readonly token: readonly string[];
}

export type Evaluation =
  | { readonly read: boolean; readonly because: string }
  | { readonly read: false; readonly error: string };

const requestText = z
  .strictObject({
    sddl: z.string().optional(),
    shareSddl: z.string().optional(),
    posix: z.string().optional(),
    ancestors: z.array(z.string()).max(4_096).optional(),
    ownerIs: z.string().optional(),
    token: z.array(z.string()),
  })
  .refine(({ sddl, posix }) => (sddl === undefined) !== (posix === undefined), 'give either sddl or posix');

/** Decides one request. Anything that cannot be read is a no with its error. */
export function evaluate(request: EvaluationRequest): Evaluation {
  const parsed = requestText.safeParse(request);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const key = issue?.path.join('.') ?? '';
    return { read: false, error: `${key === '' ? '' : `${key}: `}${issue?.message ?? 'not valid'}` };
  }
  const token = new Set(parsed.data.token.map((text) => canonicalPrincipal(text)));
  return parsed.data.posix === undefined
    ? evaluateSddl(parsed.data, token)
    : evaluateMode(parsed.data.posix, parsed.data.ancestors ?? [], token);
}

/** Decides a file of JSON lines, one answer a line, in order. */
export async function* evaluateLines(file: string): AsyncGenerator<Evaluation> {
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    let request: EvaluationRequest;
    try {
      request = JSON.parse(line) as EvaluationRequest;
    } catch {
      yield { read: false, error: 'the line is not JSON' };
      continue;
    }
    yield evaluate(request);
  }
}

function evaluateSddl(
  { sddl = '', shareSddl, ownerIs }: z.output<typeof requestText>,
  token: ReadonlySet<PrincipalId>,
): Evaluation {
  const file = parseSddl(sddl);
  if (!file.ok) return { read: false, error: `sddl: ${file.error}` };
  let share: SecurityDescriptor | null = null;
  if (shareSddl !== undefined) {
    const parsed = parseSddl(shareSddl);
    if (!parsed.ok) return { read: false, error: `shareSddl: ${parsed.error}` };
    share = parsed.descriptor;
  }
  const descriptor =
    ownerIs === undefined ? file.descriptor : { ...file.descriptor, owner: canonicalPrincipal(ownerIs) };
  const decision = evaluateWindows({ descriptor, share }, token);
  return { read: decision.read, because: explainWindowsDecision(decision) };
}

function evaluateMode(posix: string, above: readonly string[], token: ReadonlySet<PrincipalId>): Evaluation {
  const file = parsePosix(posix);
  if (!file.ok) return { read: false, error: `posix: ${file.error}` };
  const ancestors = [];
  for (const [at, text] of above.entries()) {
    const parsed = parsePosix(text);
    if (!parsed.ok) return { read: false, error: `ancestors.${at}: ${parsed.error}` };
    ancestors.push(parsed.acl);
  }
  const decision = evaluatePosix({ file: file.acl, ancestors }, token);
  return { read: decision.read, because: explainPosix(decision) };
}

/** SIDs in their one spelling; `uid:` and `gid:` as they are. */
function canonicalPrincipal(text: string): PrincipalId {
  const trimmed = text.trim();
  return parseSid(trimmed) ?? principalId(trimmed);
}

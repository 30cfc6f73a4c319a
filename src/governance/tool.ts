import type { z } from 'zod';
import type { GroupSource, PrincipalId, Token } from '../../acl/index.ts';

/** Who calls, already authenticated by a face. `scopes` are what the credential allows. */
export interface Caller {
  readonly user: PrincipalId;
  readonly scopes: ReadonlySet<string>;
  /** What the credential says of the caller's groups, as long as the request lasts; undefined: nothing. */
  readonly groups?: GroupSource | undefined;
  /** The face the call came through, for the audit. */
  readonly via: 'cli' | 'http' | 'mcp' | 'stdio' | 'page';
}

/** What a tool gets besides its input. */
export interface CallContext {
  /** The caller's token as of the start of the call. */
  readonly token: Token;
  /** The caller's token now, read again. Rejects with `Refused` when there is none any more. */
  currentToken(): Promise<Token>;
  /** Aborted when nobody waits for the answer any more: nothing further is asked of anything after that. */
  readonly signal: AbortSignal;
}

/** Short description a client reads; the field names are those of MCP. */
export interface ToolText {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/**
 * One tool: schema, annotations and handler together. Faces (MCP, HTTP, CLI) never call `run`: they go
 * through the gate.
 */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject>
  extends ToolText {
  /** Scope of the credential that the call needs, for example `documents:read`. */
  readonly scope: string;
  readonly effect: 'read' | 'write';
  readonly input: Input;
  readonly output: Output;
  run(input: z.output<Input>, context: CallContext): Promise<z.output<Output>>;
  /** Ids of the passages and documents that the answer shows, for the audit. */
  cited(output: z.output<Output>): readonly string[];
}

/** Keeps the schemas' types while a tool is written down. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}

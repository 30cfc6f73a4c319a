import type { CallToolResult, McpServer, StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import type { Caller, CallResult, Gate, Refusal, Tool } from '../governance/index.ts';
import { wireSchema } from './wire-schema.ts';

/** A tool with the gate before it, its schemas converted: all that a server needs to offer it. */
export interface BoundTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly scope: string;
  readonly effect: 'read' | 'write';
  readonly input: StandardSchemaWithJSON;
  readonly output: StandardSchemaWithJSON;
  call(caller: Caller, input: unknown, signal: AbortSignal): Promise<CallResult<object>>;
}

export function bind<Input extends z.ZodObject, Output extends z.ZodObject>(
  gate: Gate,
  tool: Tool<Input, Output>,
): BoundTool {
  const { name, title, description, scope, effect } = tool;
  return {
    name,
    title,
    description,
    scope,
    effect,
    input: wireSchema(tool.input, 'input'),
    output: wireSchema(tool.output, 'output'),
    call: (caller, input, signal) => gate.call(tool, caller, input, signal),
  };
}

/** Offers a tool to one caller. Its answer is the structured content and the same JSON as one text block. */
export function offer(server: McpServer, tool: BoundTool, caller: Caller): void {
  const { title, description } = tool;
  const readOnly = tool.effect === 'read';
  server.registerTool(
    tool.name,
    {
      title,
      description,
      inputSchema: tool.input,
      outputSchema: tool.output,
      annotations: {
        title,
        readOnlyHint: readOnly,
        destructiveHint: !readOnly,
        idempotentHint: readOnly,
        openWorldHint: false,
      },
    },
    async (input, { mcpReq }): Promise<CallToolResult> => {
      const result = await tool.call(caller, input, mcpReq.signal);
      if (!result.ok) return refused(result.refusal);
      return {
        structuredContent: { ...result.output },
        content: [{ type: 'text', text: JSON.stringify(result.output) }],
      };
    },
  );
}

/** A refusal as a model reads it: the plain message, and nothing by which hidden and absent could differ. */
function refused({ message }: Refusal): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: message }] };
}

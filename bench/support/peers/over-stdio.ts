import { openStdio, type StdioProgram, type ToolCall, type ToolResult } from '../stdio-client.ts';
import type { PeerAnswering } from './peer.ts';

/** Answers of an MCP server on standard input and output. */
export async function answerOverStdio(
  program: StdioProgram,
  call: (question: string) => ToolCall,
  count: (result: ToolResult) => number,
  first: string,
): Promise<PeerAnswering> {
  const session = await openStdio(program);
  const ask = async (question: string): Promise<number> => count(await session.call(call(question)));
  await ask(first);
  const firstAnswer = performance.now() - session.started;
  return { firstAnswer, pid: session.pid, ask, close: () => session.close() };
}

/** The first text of an answer. */
export const textOf = ({ content = [] }: ToolResult): string => content[0]?.text ?? '';

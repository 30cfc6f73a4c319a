import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that is an MCP server on standard input and output. */
export interface StdioProgram {
  readonly command: readonly string[];
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

export interface ToolCall {
  readonly name: string;
  readonly arguments: unknown;
}

/** What a tool answered. */
export interface ToolResult {
  readonly isError?: boolean;
  readonly content?: readonly { readonly text?: string }[];
  readonly structuredContent?: unknown;
}

/** A server that is running and has been greeted. */
export interface StdioSession {
  readonly pid: number;
  /** When its process was started, and when it had answered `initialize`, on the clock of `performance.now()`. */
  readonly started: number;
  readonly initialized: number;
  /** @throws {Error} when the server refuses or ends */
  call(tool: ToolCall): Promise<ToolResult>;
  close(): Promise<void>;
}

/** Milliseconds from starting the process. */
export interface StdioTimes {
  /** To the answer of `initialize`. */
  readonly initialized: number;
  /** To the answer of the first tool call. */
  readonly answered: number;
}

interface Message {
  readonly id?: number;
  readonly result?: ToolResult;
  readonly error?: { readonly message: string };
}

const PROTOCOL = '2025-11-25';
const MAX_WAIT_MS = 60_000;

/**
 * Starts an MCP server on standard input and output as a desktop client does. The messages are written by hand, so
 * that no client library is measured.
 * @throws {Error} when the server ends or says nothing for a minute
 */
export async function openStdio({ command, environment = {}, folder }: StdioProgram): Promise<StdioSession> {
  const started = performance.now();
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-4_000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
  ended.catch(() => undefined);
  const waiting = new Map<number, (message: Message) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Some servers say other things there as well.
    if (!line.startsWith('{')) return;
    const message = JSON.parse(line) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
  });
  const send = (message: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  let next = 1;
  const ask = async (method: string, params: object): Promise<ToolResult> => {
    const id = next++;
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    send({ id, method, params });
    const timer = setTimeout(() => child.kill('SIGKILL'), MAX_WAIT_MS);
    const { error, result = {} } = await Promise.race([answer, ended]).finally(() => clearTimeout(timer));
    waiting.delete(id);
    if (error !== undefined || result.isError === true) {
      throw new Error(`${method}: ${error?.message ?? JSON.stringify(result)}`);
    }
    return result;
  };
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.stdin.end();
    child.kill();
    await gone;
  };
  try {
    const clientInfo = { name: 'bench', version: '1' };
    await ask('initialize', { protocolVersion: PROTOCOL, capabilities: {}, clientInfo });
    const initialized = performance.now();
    send({ method: 'notifications/initialized' });
    const call = (tool: ToolCall): Promise<ToolResult> => ask('tools/call', tool);
    return { pid: child.pid ?? 0, started, initialized, call, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Starts a server and asks it one question.
 * @throws {Error} when the server refuses, ends or says nothing
 */
export async function timeStdioServer(program: StdioProgram, call: ToolCall): Promise<StdioTimes> {
  const session = await openStdio(program);
  try {
    await session.call(call);
    const { started, initialized } = session;
    return { initialized: initialized - started, answered: performance.now() - started };
  } finally {
    await session.close();
  }
}

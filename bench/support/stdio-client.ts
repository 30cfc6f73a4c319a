import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Milliseconds from starting the process. */
export interface StdioTimes {
  /** To the answer of `initialize`. */
  readonly initialized: number;
  /** To the answer of the first tool call. */
  readonly answered: number;
}

interface Message {
  readonly id?: number;
  readonly result?: { readonly isError?: boolean };
  readonly error?: { readonly message: string };
}

const PROTOCOL = '2025-11-25';
const MAX_WAIT_MS = 60_000;

/**
 * Starts an MCP server on standard input and output as a desktop client does and asks it one question. The
 * messages are written by hand, so that no client library's start is measured.
 * @throws {Error} when the server refuses, ends or says nothing
 */
export async function timeStdioServer(
  command: readonly string[],
  call: { readonly name: string; readonly arguments: unknown },
): Promise<StdioTimes> {
  const started = performance.now();
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const ended = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`))),
  );
  ended.catch(() => undefined);
  const timer = setTimeout(() => child.kill('SIGKILL'), MAX_WAIT_MS);
  const waiting = new Map<number, (message: Message) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
  });
  const send = (message: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  const ask = async (id: number, method: string, params: object): Promise<void> => {
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    send({ id, method, params });
    const { error, result } = await Promise.race([answer, ended]);
    if (error !== undefined || result?.isError === true) {
      throw new Error(`${method}: ${error?.message ?? JSON.stringify(result)}`);
    }
  };
  try {
    const clientInfo = { name: 'bench', version: '1' };
    await ask(1, 'initialize', { protocolVersion: PROTOCOL, capabilities: {}, clientInfo });
    const initialized = performance.now() - started;
    send({ method: 'notifications/initialized' });
    await ask(2, 'tools/call', call);
    return { initialized, answered: performance.now() - started };
  } finally {
    clearTimeout(timer);
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.stdin.end();
    child.kill();
    await gone;
  }
}

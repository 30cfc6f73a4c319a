import { connect } from 'node:net';

/** What a scanner says of a content. Anything but these two words from it is `unknown`. */
export type ScanVerdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'infected'; readonly signature: string }
  /** The content was not scanned: the scanner is away, slow, too small, or speaks otherwise. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** Where clamd listens. */
export interface Clamd {
  /** Path of its local socket (`LocalSocket` in clamd.conf). */
  readonly socket: string;
  /** Milliseconds that one file may take. */
  readonly timeoutMs: number;
}

/** A reply is a line of a few words; a longer one is not from clamd. */
const MAX_REPLY_BYTES = 4_096;
/** How it shows that the daemon closed the line while it was being sent to. */
const HUNG_UP = new Set(['EPIPE', 'ECONNRESET']);
const LEFT =
  'the virus scanner hung up while the file was sent: it may be larger than StreamMaxLength in clamd.conf allows';
const START_IT = 'start clamd or correct ingest.clamav.socket';

/**
 * Streams a content to clamd and gives its verdict (clamd(8), INSTREAM: each piece with its length in front, a
 * length of zero at the end). Never rejects for trouble of the scanner; rejects when `content` does.
 */
export async function scanWithClamd(clamd: Clamd, content: AsyncIterable<Uint8Array>): Promise<ScanVerdict> {
  const socket = connect({ path: clamd.socket });
  let reply = '';
  let trouble: string | null = null;
  const ended = new Promise<void>((resolve) => {
    socket.on('data', (data: Buffer) => {
      reply += data.toString('utf8');
      if (reply.length > MAX_REPLY_BYTES) socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? 'error';
      trouble ??= HUNG_UP.has(code) ? LEFT : `the virus scanner cannot be reached (${code}): ${START_IT}`;
    });
    socket.once('close', () => resolve());
  });
  const timer = setTimeout(() => {
    trouble ??= `the virus scanner gave no answer within ${clamd.timeoutMs / 1000} s (ingest.clamav.timeoutSeconds)`;
    socket.destroy();
  }, clamd.timeoutMs);
  try {
    const send = (data: Uint8Array): Promise<void> | undefined =>
      socket.write(data) ? undefined : Promise.race([drained(socket), ended]);
    await send(Buffer.from('zINSTREAM\0'));
    for await (const piece of content) {
      // A verdict may come before the end: the rest need not be sent.
      if (socket.destroyed || reply !== '') break;
      await send(lengthOf(piece));
      await send(piece);
    }
    if (!socket.destroyed) socket.write(Buffer.alloc(4));
    await ended;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
  // A whole answer counts although the line broke behind it: clamd hangs up on what it does not want to hear.
  if (trouble === null || reply.endsWith('\0')) return verdictOf(reply);
  return { kind: 'unknown', detail: trouble };
}

/** `stream: OK`, `stream: NAME FOUND`, or trouble that ends with `ERROR`. */
export function verdictOf(reply: string): ScanVerdict {
  const line = reply.replace(/[\0\r\n]+$/, '');
  if (line === 'stream: OK') return { kind: 'clean' };
  const signature = /^stream: (\S.*) FOUND$/.exec(line)?.[1];
  if (signature !== undefined) return { kind: 'infected', signature };
  if (/size limit exceeded/i.test(line)) {
    const detail = 'it is larger than the virus scanner takes: raise StreamMaxLength in clamd.conf';
    return { kind: 'unknown', detail };
  }
  const said = line === '' ? 'nothing' : `"${line.slice(0, 100)}"`;
  return { kind: 'unknown', detail: `the virus scanner answered ${said}: see its log` };
}

function lengthOf(piece: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(piece.length);
  return length;
}

const drained = (socket: NodeJS.WritableStream): Promise<void> =>
  new Promise((resolve) => {
    socket.once('drain', () => resolve());
  });

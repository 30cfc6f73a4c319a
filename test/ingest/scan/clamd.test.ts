import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scanWithClamd } from '../../../ingest/index.ts';
import { verdictOf } from '../../../ingest/scan/clamd.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** Faults of the other side. What clamd itself says is tested with the real one, in the systems suite. */

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A socket on which each connection is answered by `answer`. */
async function listening(answer: (socket: Socket) => void): Promise<string> {
  const path = join(tempFolder(), 'clamd.sock');
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    answer(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const scan = (socket: string, timeoutMs = 20_000): ReturnType<typeof scanWithClamd> =>
  scanWithClamd({ socket, timeoutMs }, pieces('hello ', 'world'));

describe('the words of clamd', () => {
  it.each([
    ['stream: OK\0', { kind: 'clean' }],
    ['stream: Eicar-Signature FOUND\0', { kind: 'infected', signature: 'Eicar-Signature' }],
    [
      'INSTREAM size limit exceeded. ERROR\0',
      { kind: 'unknown', detail: expect.stringContaining('StreamMaxLength') },
    ],
    ['', { kind: 'unknown', detail: expect.stringContaining('answered nothing') }],
    ['stream: OK but not quite\0', { kind: 'unknown', detail: expect.anything() }],
    ['evil: OK\0', { kind: 'unknown', detail: expect.anything() }],
  ])('%j mean %j', (reply, verdict) => {
    expect(verdictOf(reply)).toEqual(verdict);
  });
});

describe('asking clamd', () => {
  it('sends the content in pieces with their lengths and an end', async () => {
    let heard = Buffer.alloc(0);
    const socket = await listening((client) => {
      client.on('data', (data: Buffer) => {
        heard = Buffer.concat([heard, data]);
        if (heard.subarray(-4).equals(Buffer.alloc(4))) client.end('stream: OK\0');
      });
    });
    expect(await scan(socket)).toEqual({ kind: 'clean' });
    expect(heard.toString('latin1')).toBe('zINSTREAM\0\0\0\0\x06hello \0\0\0\x05world\0\0\0\0');
  });

  it('takes a verdict that comes before the end', async () => {
    const socket = await listening((client) => client.end('stream: Bad FOUND\0'));
    expect(await scan(socket)).toEqual({ kind: 'infected', signature: 'Bad' });
  });

  it.each([
    ['is not there', async () => join(tempFolder(), 'none.sock'), 'cannot be reached (ENOENT)'],
    // Whether the end of the line or the refusal to take more is noticed first is chance.
    ['hangs up', () => listening((client) => client.destroy()), 'the virus scanner'],
    ['talks without end', () => listening((client) => void client.write('x'.repeat(100_000))), 'answered'],
  ])('knows nothing when the scanner %s', async (_, open, says) => {
    const verdict = await scan(await open());
    expect(verdict).toMatchObject({ kind: 'unknown', detail: expect.stringContaining(says) });
  });

  it('knows nothing when the scanner does not answer in time', async () => {
    const verdict = await scan(await listening(() => {}), 50);
    expect(verdict).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('gave no answer') });
  });

  it('passes trouble of the content on', async () => {
    const socket = await listening((client) => client.resume());
    const broken = (async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      throw new Error('disk');
    })();
    await expect(scanWithClamd({ socket, timeoutMs: 20_000 }, broken)).rejects.toThrow('disk');
  });
});

import { connect } from 'node:net';
import type { Clamd } from './clamd.ts';

/** What clamd said of itself, or why it said nothing. */
export type ClamdState =
  | { readonly kind: 'there'; readonly version: string }
  | { readonly kind: 'away'; readonly detail: string };

const MAX_REPLY = 4_096;

/** Asks clamd for its version and that of its signatures (clamd(8), VERSION). Never rejects. */
export function askClamd({ socket: path, timeoutMs }: Clamd): Promise<ClamdState> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    let said = '';
    const end = (state: ClamdState): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(state);
    };
    const timer = setTimeout(() => {
      end({ kind: 'away', detail: `no answer within ${timeoutMs / 1_000} s` });
    }, timeoutMs);
    socket.on('data', (data: Buffer) => {
      said += data.toString('utf8');
      if (said.length > MAX_REPLY) socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end({ kind: 'away', detail: error.code ?? error.message }),
    );
    socket.once('close', () => {
      const line = said.replace(/[\0\r\n]+$/, '');
      if (line.startsWith('ClamAV ')) end({ kind: 'there', version: line });
      else
        end({ kind: 'away', detail: `it answered ${line === '' ? 'nothing' : `"${line.slice(0, 100)}"`}` });
    });
    socket.write('zVERSION\0');
  });
}

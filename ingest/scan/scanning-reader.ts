import { createHash } from 'node:crypto';
import type { FileReader } from '../file-reader.ts';
import { openInside } from '../open-inside.ts';
import { READ_ALL } from '../policy.ts';
import { type ReadOutcome, type ReadRequest, sizeLimit } from '../read-document.ts';
import type { ScanVerdict } from './clamd.ts';

/** Says what is in a content; see `scanWithClamd`. */
export type Scan = (content: AsyncIterable<Uint8Array>) => Promise<ScanVerdict>;

/** A piece of this many bytes is read and sent at a time. */
const PIECE_BYTES = 256 * 1024;

/**
 * Lets a file be read only after a scanner found it clean, where the share asks for it.
 *
 * INVARIANT: nothing is parsed that was not scanned. The scanner and the parser each open the file, so the hash of
 * what was scanned goes along and other content is refused.
 */
export class ScanningReader implements FileReader {
  readonly #reader: FileReader;
  readonly #scan: Scan;

  constructor(reader: FileReader, scan: Scan) {
    this.#reader = reader;
    this.#scan = scan;
  }

  async read(request: ReadRequest): Promise<ReadOutcome> {
    const policy = request.policy ?? READ_ALL;
    if (policy.scan === 'none') return this.#reader.read(request);
    const { root, path, limits } = request;
    const opened = await openInside({ root, path, ...sizeLimit(limits, policy) });
    if (!opened.ok) return refusal(opened.reason, opened.detail);
    const hash = createHash('sha256');
    let verdict: ScanVerdict;
    try {
      const content = opened.handle.createReadStream({ autoClose: false, highWaterMark: PIECE_BYTES });
      verdict = await this.#scan(hashing(content, hash));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'error';
      return refusal('unreadable', `it could not be read (${code})`);
    } finally {
      await opened.handle.close();
    }
    switch (verdict.kind) {
      case 'clean':
        return this.#reader.read({ ...request, scannedHash: hash.digest('hex') });
      case 'infected':
        return refusal('infected', `the virus scanner found ${verdict.signature}: remove the file`);
      case 'unknown':
        return refusal('not-scanned', verdict.detail);
    }
  }
}

/** The pieces as they come, each counted into the hash before it goes on. */
async function* hashing(
  content: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    hash.update(piece);
    yield piece;
  }
}

function refusal(reason: Extract<ReadOutcome, { kind: 'refused' }>['reason'], detail: string): ReadOutcome {
  return { kind: 'refused', hash: null, type: null, reason, detail };
}

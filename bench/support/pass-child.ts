/** One full pass in a process of its own, so that its memory can be told from the bench's: `pass-child.ts CONFIG`. */
import { ingest, openCore } from '../../src/compose/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { PassMessage } from './run-pass.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: pass-child.ts CONFIG');

const tell = (message: PassMessage): void => {
  process.send?.(message);
};
const core = await openCore(await loadConfig(file));
try {
  const summary = await ingest(core, { rebuild: false, onEvent: (event) => tell({ kind: 'event', event }) });
  tell({ kind: 'summary', summary });
} finally {
  await core.close();
}
process.disconnect();

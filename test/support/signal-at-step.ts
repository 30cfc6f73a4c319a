/**
 * Preloaded into a real `ntk` (`node --import`): sends itself a signal before its N-th step of a kind.
 *
 * A `write` is a statement of SQLite that changes something, beginnings and ends of transactions included, or a write
 * of LanceDB. A `look` is a question to the file system about a path below a folder.
 */
import { writeFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { StatementSync } from 'node:sqlite';

/** `KIND:N:SIGNAL`, for example `write:12:SIGKILL`. */
const [kind = '', number = '0', signal = ''] = (process.env['SIGNAL_AT_STEP'] ?? '').split(':');
const countFile = process.env['COUNT_STEPS_IN'];
const below = process.env['LOOKS_BELOW'];
const steps = { write: 0, look: 0 };

function step(of: 'write' | 'look'): void {
  steps[of] += 1;
  if (of === kind && steps[of] === Number(number)) process.kill(process.pid, signal);
}

type Method = (...given: unknown[]) => unknown;

function before(owner: object, name: string, then: (self: unknown, given: readonly unknown[]) => void): void {
  const real = Reflect.get(owner, name) as Method;
  Reflect.set(owner, name, function (this: unknown, ...given: unknown[]) {
    then(this, given);
    return real.apply(this, given);
  });
}

const CHANGES = /^\s*(insert|update|delete|replace|begin|commit|rollback|create|alter|drop|vacuum)/i;
for (const name of ['run', 'all', 'get', 'iterate']) {
  before(StatementSync.prototype, name, (self) => {
    if (CHANGES.test((self as StatementSync).sourceSQL)) step('write');
  });
}

// The classes that write are not among what the package gives out.
const require = createRequire(import.meta.url);
const lance = dirname(require.resolve('@lancedb/lancedb'));
const { LocalTable } = require(join(lance, 'table.js')) as { LocalTable: { prototype: object } };
const { LocalConnection } = require(join(lance, 'connection.js')) as {
  LocalConnection: { prototype: object };
};
for (const name of ['add', 'delete', 'update', 'optimize', 'createIndex']) {
  before(LocalTable.prototype, name, () => step('write'));
}
for (const name of ['createEmptyTable', 'dropTable']) {
  before(LocalConnection.prototype, name, () => step('write'));
}

if (below !== undefined) {
  for (const name of ['readdir', 'lstat', 'stat', 'open', 'realpath']) {
    before(files, name, (_, [path]) => {
      if (String(path).startsWith(below)) step('look');
    });
  }
  syncBuiltinESMExports();
}

if (countFile !== undefined) process.on('exit', () => writeFileSync(countFile, JSON.stringify(steps)));

#!/usr/bin/env node
// Starts ntk on a Node that can run it: the one it was started with, or the `node` package beside it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
// Sources run as they are from Node 24 on; the published package is compiled and runs from 22.13 on.
const runsSource = existsSync(join(root, 'src', 'cli', 'main.ts'));
const part = (room, name) =>
  runsSource ? join(root, 'src', room, `${name}.ts`) : join(root, 'dist', 'src', room, `${name}.js`);
const fits = runsSource ? major >= 24 : major > 22 || (major === 22 && minor >= 13);

if (fits) {
  nodeModule.enableCompileCache?.();
  // The store's own remarks help nobody who runs this; LANCEDB_LOG=warn shows them.
  process.env.LANCEDB_LOG ??= 'error';
  const { useOwnScratch } = await import(part('config', 'scratch'));
  // Before the folder for temporary files is another: what was compiled stays for the next start.
  const compiled = nodeModule.getCompileCacheDir?.();
  if (compiled !== undefined) process.env.NODE_COMPILE_CACHE ??= compiled;
  const trouble = useOwnScratch();
  if (trouble === null) {
    const { main } = await import(part('cli', 'main'));
    process.exitCode = await main(process.argv.slice(2));
  } else {
    console.error(`error: ${trouble}`);
    process.exitCode = 1;
  }
} else {
  const node = bundledNode();
  if (node === null) {
    console.error(`ntk needs Node ${runsSource ? '24' : '22.13'} or newer; this is ${process.version}.`);
    process.exitCode = 1;
  } else {
    const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
      stdio: 'inherit',
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === null ? 1 : 130);
    });
  }
}

/** Node 24 of the `node` package, when it is installed. */
function bundledNode() {
  try {
    const path = join(
      dirname(nodeModule.createRequire(import.meta.url).resolve('node/package.json')),
      'bin',
      'node',
    );
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/**
 * Adds to package-lock.json the platform packages that npm left out. Run it after `npm install` from a registry
 * mirror that carries only some platforms: npm drops what it cannot look up, and `npm ci` then refuses the lock.
 * Each added entry names its platform, so that it is installed only there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const FILE = join(import.meta.dirname, '..', 'package-lock.json');
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

const lock = JSON.parse(readFileSync(FILE, 'utf8')) as { packages: Record<string, LockEntry> };
const added: string[] = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!/^\d/.test(version) || lockedVersion(path, name) === version) continue;
    const platform = platformOf(name);
    if (platform === null) continue;
    lock.packages[freePlace(path, name)] = {
      version,
      ...platform,
      ...(entry.dev === true ? { dev: true } : {}),
      optional: true,
    };
    added.push(`${name}@${version}`);
  }
}
const [root = {}, ...rest] = Object.entries(lock.packages)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, entry]) => ({ [path]: entry }));
lock.packages = Object.assign({}, root, ...rest);
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'nothing was missing' : `added ${added.join(', ')}`);

/** The version of a package that `path` would find: beneath it, beside it, or in any folder above. */
function lockedVersion(path: string, name: string): string | undefined {
  for (let from = path; ; from = from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1))) {
    const found = lock.packages[`${from === '' ? '' : `${from}/`}node_modules/${name}`];
    if (found !== undefined) return found.version;
    if (from === '') return undefined;
  }
}

/** Beside the package that wants it, or beneath it where another version has that place. */
function freePlace(path: string, name: string): string {
  const beside = `${path.slice(0, path.lastIndexOf('node_modules/'))}node_modules/${name}`;
  return lock.packages[beside] === undefined ? beside : `${path}/node_modules/${name}`;
}

/** The platform that a package names itself after; null for a package that is for any. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> | null {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) return null;
  const libc = os !== 'linux' ? [] : words.some((word) => word.startsWith('musl')) ? ['musl'] : ['glibc'];
  return { os: [os], cpu: [cpu], ...(libc.length > 0 ? { libc } : {}) };
}

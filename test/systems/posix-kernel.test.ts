import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluatePosix, type PosixChain } from '../../acl/posix/access.ts';
import { printAclText, printPosix } from '../../acl/posix/acl-text.ts';
import { ACCESS_XATTR, fromXattr } from '../../acl/posix/acl-xattr.ts';
import { explainPosix } from '../../acl/posix/explain.ts';
import { GetfaclReader } from '../../acl/posix/getfacl-reader.ts';
import { parsePosix } from '../../acl/posix/parse-posix.ts';
import { fromMode, modeOf, type PosixAcl, type PosixReading } from '../../acl/posix/posix-acl.ts';
import { MATRIX, WHO } from '../acl/posix/matrix.ts';
import { anyAcl, principals } from '../acl/posix/support.ts';
import { tempFolder } from '../support/temp-folder.ts';

const UIDS = [0, 1001, 1002, 1003];
const GIDS = [0, 100, 200, 300];
const FOLDERS = 60;
const FILES_IN_EACH = 10;
const seed = Date.now();

interface Identity {
  readonly uid: number;
  readonly gids: readonly number[];
}

const IDENTITIES: readonly Identity[] = [
  ...Object.values(WHO).map(toIdentity),
  ...UIDS.flatMap((uid) => [[300], [100, 200], [200, 300, 100]].map((gids) => ({ uid, gids }))),
];

interface Trial {
  readonly path: string;
  readonly chain: PosixChain;
}

const reason = await whyNot();

describe.skipIf(reason !== null)(
  `the kernel as the judge${reason === null ? '' : `: not run, ${reason}`}`,
  () => {
    const made: [path: string, acl: PosixAcl][] = [];
    const files: string[] = [];
    let trials: readonly Trial[] = [];
    let lists: ReadonlyMap<string, PosixReading> = new Map();

    beforeAll(async () => {
      const root = tempFolder();
      chmodSync(root, 0o755);
      for (const [path, acl] of [...fromMatrix(root, files), ...fromChance(root, files)])
        made.push([path, acl]);
      restore(made);
      // What chmod does to a list is the kernel's affair as well: it moves the mask.
      for (const path of files.filter((_, index) => index % 7 === 0))
        chmodSync(path, (files.indexOf(path) * 73) & 0o777);
      lists = await new GetfaclReader().read([...new Set(files.flatMap((path) => [path, ...above(path)]))]);
      trials = files.map((path) => ({
        path,
        chain: {
          file: must(lists.get(path)),
          ancestors: above(path).map((folder) => must(lists.get(folder))),
        },
      }));
    });

    it('opens for each identity exactly the files that the lists as read let it read', () => {
      let opened = 0;
      let departures = 0;
      for (const identity of IDENTITIES) {
        const token = toToken(identity);
        const answers = openAs(identity, files);
        for (const [index, { path, chain }] of trials.entries()) {
          const kernel = answers[index];
          expect(kernel === 'open' || kernel === 'EACCES', `${kernel} of ${path}`).toBe(true);
          const ours = evaluatePosix(chain, token);
          const says = `seed ${seed}, ${[...token].join(' ')}, ${explainPosix(ours, above(path))}, ${print(chain)}`;
          if (kernel === 'open') opened += 1;
          // INVARIANT: nothing is readable here that the kernel would not open.
          if (ours.read) expect(kernel, says).toBe('open');
          else if (kernel === 'open') {
            departures += 1;
            expect(evaluatePosix(asLinux(chain), token).read, says).toBe(true);
          }
          expect(evaluatePosix(asLinux(chain), token).read, `as Linux: ${says}`).toBe(kernel === 'open');
        }
      }
      // Both answers must occur often, and the one departure at all, or the comparison says nothing.
      const asked = IDENTITIES.length * files.length;
      expect(files.length).toBeGreaterThan(500);
      expect(opened).toBeGreaterThan(asked / 10);
      expect(opened).toBeLessThan(asked - asked / 10);
      expect(departures).toBeGreaterThan(0);
      expect(departures).toBeLessThan(opened / 5);
    });

    it('gives the same list by getfacl and by the bytes of the attribute', (context) => {
      const raw = attributes([...lists.keys()]);
      if (raw === null) return context.skip('getfattr is not installed (package attr)');
      expect(raw.size).toBeGreaterThan(200);
      for (const [path, reading] of lists) {
        const stats = lstatSync(path);
        const bytes = raw.get(path);
        expect(
          bytes === undefined ? fromMode(stats.mode, stats.uid, stats.gid) : fromXattr(bytes, stats),
          path,
        ).toEqual(reading);
      }
    });

    it('reads back the lists that were written', () => {
      const changed = new Set(files.filter((_, index) => index % 7 === 0));
      for (const [path, acl] of made) {
        if (!changed.has(path)) expect(lists.get(path), path).toEqual({ ok: true, acl });
      }
    });
  },
);

/**
 * The list that Linux goes by: with an empty mask it looks at mode bits only (fs/namei.c,
 * acl_permission_check: `IS_POSIXACL(inode) && (mode & S_IRWXG)`), which acl(5) does not say.
 */
function asLinux({ file, ancestors }: PosixChain): PosixChain {
  const bits = (acl: PosixAcl): PosixAcl =>
    acl.mask === 0 ? must(fromMode(modeOf(acl), acl.owner, acl.group)) : acl;
  return { file: bits(file), ancestors: ancestors.map(bits) };
}

/** The hand-written cases, each in folders of its own. */
function* fromMatrix(root: string, files: string[]): Generator<[string, PosixAcl]> {
  for (const [index, { file, ancestors = [] }] of MATRIX.entries()) {
    let folder = join(root, `case-${index}`);
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    for (const [depth, text] of ancestors.entries()) {
      folder = join(folder, String(depth));
      mkdirSync(folder);
      yield [folder, must(parsePosix(text))];
    }
    const path = join(folder, 'file');
    writeFileSync(path, 'x');
    files.push(path);
    yield [path, must(parsePosix(file))];
  }
}

/** Random lists on files in random folders, two deep; half of the folders let everyone through. */
function* fromChance(root: string, files: string[]): Generator<[string, PosixAcl]> {
  const acl = anyAcl(UIDS, GIDS);
  const through = acl.map(
    (list) => ({ ...list, userObj: 7, groupObj: 7, users: [], groups: [], mask: null, other: 1 }) as const,
  );
  const folders = fc.sample(fc.tuple(fc.oneof(acl, through, through), fc.oneof(acl, through)), {
    seed,
    numRuns: FOLDERS,
  });
  const lists = fc.sample(acl, { seed: seed + 1, numRuns: FOLDERS * FILES_IN_EACH });
  for (const [index, [outer, inner]] of folders.entries()) {
    const folder = join(root, `chance-${index}`, 'in');
    mkdirSync(folder, { recursive: true });
    yield [dirname(folder), outer];
    yield [folder, inner];
    for (const [at, list] of lists.slice(index * FILES_IN_EACH, (index + 1) * FILES_IN_EACH).entries()) {
      const path = join(folder, `${at} ü`);
      writeFileSync(path, 'x');
      files.push(path);
      yield [path, list];
    }
  }
}

/** Puts lists on disk: mode bits by chown and chmod, the rest by one call of setfacl. */
function restore(lists: readonly (readonly [string, PosixAcl])[]): void {
  const dump: string[] = [];
  for (const [path, acl] of lists) {
    chownSync(path, acl.owner, acl.group);
    if (acl.mask === null) chmodSync(path, modeOf(acl));
    else {
      const head = [`# file: ${path}`, `# owner: ${acl.owner}`, `# group: ${acl.group}`];
      dump.push([...head, ...printAclText(acl).split(',')].join('\n'));
    }
  }
  execFileSync('setfacl', ['--restore=-'], { input: `${dump.join('\n\n')}\n` });
}

/** What the kernel says to an identity that opens files: "open" or an error code for each. */
function openAs({ uid, gids }: Identity, paths: readonly string[]): readonly string[] {
  const script = fileURLToPath(new URL('open-as.mjs', import.meta.url));
  const input = JSON.stringify({ uid, gids, paths });
  const options = { input, encoding: 'utf8', maxBuffer: 16 * 1_048_576 } as const;
  if (uid !== 0) return JSON.parse(execFileSync(process.execPath, [script], options));
  // Root without capabilities is a uid like any other; setuid drops them by itself for the rest.
  const drop = [
    '--reuid=0',
    `--regid=${gids[0]}`,
    `--groups=${gids.join(',')}`,
    '--inh-caps=-all',
    '--bounding-set=-all',
  ];
  return JSON.parse(execFileSync('setpriv', [...drop, '--', process.execPath, script], options));
}

/** The bytes of the attribute of each path that has one, or null where they cannot be asked for. */
function attributes(paths: readonly string[]): ReadonlyMap<string, Uint8Array> | null {
  const args = ['--absolute-names', '-h', '-e', 'hex', '-n', ACCESS_XATTR, '--', ...paths];
  const { error, stdout } = spawnSync('getfattr', args, { encoding: 'utf8', maxBuffer: 64 * 1_048_576 });
  if (error !== undefined) return null;
  const found = new Map<string, Uint8Array>();
  for (const block of stdout.split('\n\n')) {
    const match = /^# file: (.*)\n.*=0x([0-9a-f]*)$/m.exec(block);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    found.set(match[1], Buffer.from(match[2], 'hex'));
  }
  return found;
}

/** Why the kernel cannot be asked here, or null. */
async function whyNot(): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'only root can become other users';
  for (const [tool, from] of [
    ['setfacl', 'acl'],
    ['getfacl', 'acl'],
    ['setpriv', 'util-linux'],
  ] as const) {
    if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0)
      return `${tool} is missing (package ${from})`;
  }
  const folder = join(tmpdir(), 'x');
  for (const [path, reading] of await new GetfaclReader().read(above(folder))) {
    if (!reading.ok) return `${path}: ${reading.error}`;
  }
  return null;
}

/** The folders above a path, outermost first. */
function above(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...above(folder), folder];
}

function toIdentity(ids: readonly string[]): Identity {
  const numbers = (kind: string): number[] =>
    ids.filter((id) => id.startsWith(kind)).map((id) => Number(id.slice(kind.length)));
  return { uid: numbers('uid:')[0] ?? Number.NaN, gids: numbers('gid:') };
}

const toToken = ({ uid, gids }: Identity): ReturnType<typeof principals> =>
  principals([`uid:${uid}`, ...gids.map((gid) => `gid:${gid}`)]);

const print = ({ file, ancestors }: PosixChain): string => [...ancestors, file].map(printPosix).join(' / ');

function must(reading: PosixReading | undefined): PosixAcl {
  if (reading?.ok) return reading.acl;
  throw new Error(reading?.error ?? 'not read');
}

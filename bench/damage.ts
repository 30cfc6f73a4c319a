/** What becomes of thousands of damaged files. See README.md beside this file. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ParsePool, type ReadOutcome } from '../ingest/index.ts';
import { DAMAGES, damaged, type NamedBytes, random } from '../test/support/damage.ts';
import { folderNamed, script, WrongUse } from './support/command-line.ts';
import { countBy, number, table } from './support/figures.ts';

const USAGE = `node bench/damage.ts FOLDER [--times 10] [--seed 1] [--keep DIR]
Breaks every file of a folder in ten ways, again and again, and reads each in a parse child.
Exit code 1 when a child crashed, hung or grew, or an outcome has no name.

  --times N    how often each file is broken in each way
  --seed N     another seed breaks them elsewhere
  --keep DIR   files that took a child down are kept there`;

/** Larger files take long and break in no other ways. */
const MAX_BYTES = 2_000_000;
const OURS = new Set(['timeout', 'out-of-memory', 'parser-crashed']);
const LIMITS = { maxBytes: 50_000_000, maxCharacters: 5_000_000, maxDepth: 3 };

interface Tried {
  readonly name: string;
  readonly damage: string;
  readonly outcome: string;
  readonly detail: string;
}

await script(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      times: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'string' },
    },
  });
  if (positionals.length !== 1) throw new WrongUse('name one folder');
  const folder = folderNamed(positionals[0]);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => ({ name: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) }))
    .filter(({ bytes }) => bytes.length > 0 && bytes.length <= MAX_BYTES);
  const others = oneOfEach(files);
  const root = mkdtempSync(join(tmpdir(), 'need-to-know-damage-'));
  const pool = new ParsePool({ size: 2, maxMemoryMegabytes: 1_024, timeoutMs: 30_000 });
  const started = performance.now();
  const tried: Tried[] = [];
  try {
    const next = random(Number(values.seed));
    const queue = Array.from({ length: Number(values.times) }, () => files)
      .flat()
      .flatMap((file) => DAMAGES.map((damage) => ({ file, damage })))
      .entries();
    const worker = async (): Promise<void> => {
      for (const [i, { file, damage }] of queue) {
        const broken = damaged(file, damage, next, others);
        const path = `${i}${extname(broken.name)}`;
        writeFileSync(join(root, path), broken.bytes);
        const outcome = await pool.read({ root, path, knownHash: null, limits: LIMITS });
        const said = toTried(file.name, damage, outcome);
        tried.push(said);
        if (OURS.has(said.outcome) && values.keep !== undefined) {
          writeFileSync(join(values.keep, `${i}-${damage}-${broken.name}`), broken.bytes);
        }
        rmSync(join(root, path));
      }
    };
    await Promise.all([worker(), worker()]);
  } finally {
    await pool.close();
    rmSync(root, { recursive: true });
  }
  report(tried, (performance.now() - started) / 1000);
});

/** One file of each extension: of most kinds a folder has many. */
function oneOfEach(files: readonly NamedBytes[]): NamedBytes[] {
  const kinds = new Map(files.map((file) => [extname(file.name), file]));
  return [...kinds].map(([extension, { bytes }]) => ({ bytes, name: `a${extension}` }));
}

function toTried(name: string, damage: string, outcome: ReadOutcome): Tried {
  if (outcome.kind !== 'refused') return { name, damage, outcome: outcome.kind, detail: '' };
  return { name, damage, outcome: outcome.reason, detail: outcome.detail };
}

function report(tried: readonly Tried[], seconds: number): void {
  const outcomes = countBy(tried, ({ outcome }) => outcome).map(([outcome]) => outcome);
  console.log(
    table([
      ['damage', ...outcomes],
      ...DAMAGES.map((damage) => {
        const own = tried.filter((one) => one.damage === damage);
        return [
          damage,
          ...outcomes.map((outcome) => String(own.filter((one) => one.outcome === outcome).length)),
        ];
      }),
    ]),
  );
  console.log(`\n${tried.length} files, ${number(seconds)} s`);
  const fallen = tried.filter(
    ({ outcome, detail }) => OURS.has(outcome) || (outcome !== 'read' && detail === ''),
  );
  console.log(
    `\nChildren that crashed, hung or grew, and outcomes without a name (must be none): ${fallen.length}`,
  );
  for (const { name, damage, outcome, detail } of fallen)
    console.log(`  ${name}, ${damage}: ${outcome} ${detail}`);
  if (fallen.length > 0) process.exitCode = 1;
}

/** What becomes of odd and hostile files. See README.md beside this file. */
import { parseArgs } from 'node:util';
import type { CatalogDocument } from '../index/index.ts';
import { folderNamed, script, WrongUse } from './support/command-line.ts';
import { countBy, megabytes, number, table } from './support/figures.ts';
import {
  contradiction,
  type Expected,
  outcomeOf,
  parserTrouble,
  readManifest,
  unnamed,
} from './support/manifest.ts';
import { documentsOf } from './support/outcomes.ts';
import { runPass } from './support/run-pass.ts';
import { makeWorkspace } from './support/workspace.ts';

const USAGE = `node bench/zoo.ts FOLDER [--all]
Reads a folder of odd files with a manifest.tsv (path, type, expectation) and compares the outcomes with it.
Exit code 1 when a file has no outcome, an outcome has no name, a parser crashed or hung, or the pass ended early.

  --all    print the outcome of every file`;

interface Case {
  readonly expected: Expected;
  /** Null: the pass left the file without an outcome. */
  readonly document: CatalogDocument | null;
}

await script(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false } },
  });
  if (positionals.length !== 1) throw new WrongUse('name one folder');
  const folder = folderNamed(positionals[0]);
  const workspace = makeWorkspace({ share: folder });
  try {
    const run = await runPass(workspace.config);
    const byPath = new Map((await documentsOf(workspace.config)).map((found) => [found.path, found]));
    const cases = readManifest(folder).map(
      (expected): Case => ({ expected, document: byPath.get(expected.path) ?? null }),
    );
    console.log(table(byType(cases)));
    console.log(
      `\n${number(run.seconds)} s, peak memory ${megabytes(run.usage.tree)} (tree), ${megabytes(run.usage.process)} (one process)`,
    );
    if (values.all) list('Every file', cases, () => '');
    list('Outcomes that contradict the manifest', cases.filter(contradicts), reasonOf);
    list('Warnings', cases.filter(warned), ({ document }) =>
      (document?.warnings ?? []).map(({ code, detail }) => `${code}: ${detail}`).join('; '),
    );
    const missing = cases.filter(({ document }) => document === null);
    const nameless = cases.filter(({ document }) => document !== null && unnamed(document));
    const crashed = cases.filter(({ document }) => document !== null && parserTrouble(document));
    list('Files without an outcome (must be none)', missing, () => '');
    list('Failures without a name (must be none)', nameless, () => '');
    list('Parsers that crashed, hung or grew (must be none)', crashed, () => '');
    if (run.trouble !== null) console.log(`\n${run.trouble}`);
    if (run.trouble !== null || missing.length + nameless.length + crashed.length > 0) process.exitCode = 1;
  } finally {
    workspace.remove();
  }
});

function byType(cases: readonly Case[]): string[][] {
  const rows = countBy(cases, ({ expected: { type, expectation } }) => `${type}\t${expectation}`)
    .map(([key]) => key)
    .sort();
  return [
    ['type', 'expected', 'files', 'outcome', 'contradict'],
    ...rows.map((key) => {
      const [type = '', expectation = ''] = key.split('\t');
      const own = cases.filter(
        ({ expected }) => expected.type === type && expected.expectation === expectation,
      );
      const outcomes = countBy(own, ({ document }) => (document === null ? 'NONE' : outcomeOf(document)));
      const warnings = own.filter(warned).length;
      return [
        type,
        expectation,
        String(own.length),
        [
          ...outcomes.map(([outcome, count]) => `${count} ${outcome}`),
          ...(warnings > 0 ? [`(${warnings} warned)`] : []),
        ].join(', '),
        String(own.filter(contradicts).length),
      ];
    }),
  ];
}

function warned({ document }: Case): boolean {
  return document !== null && document.warnings.length > 0;
}

function contradicts({ expected, document }: Case): boolean {
  return document !== null && contradiction(expected, document) !== null;
}

function reasonOf({ expected, document }: Case): string {
  return document === null ? '' : (contradiction(expected, document) ?? '');
}

function list(title: string, cases: readonly Case[], say: (of: Case) => string): void {
  console.log(`\n${title}: ${cases.length}`);
  for (const one of cases) {
    const { expected, document } = one;
    const outcome = document === null ? 'NONE' : outcomeOf(document);
    const detail = document?.detail ?? (document === null ? '' : `${document.characters} characters`);
    const said = say(one);
    console.log(
      `  ${expected.path}  [${expected.expectation}] → ${outcome} (${detail})${said === '' ? '' : `  ${said}`}`,
    );
  }
}

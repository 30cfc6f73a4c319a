/** What becomes of very large files, and what memory they take. See README.md beside this file. */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CatalogDocument } from '../index/index.ts';
import { openAsking } from './support/asking.ts';
import { script, WrongUse, whole } from './support/command-line.ts';
import { megabytes, number, table } from './support/figures.ts';
import { LAST_WORD, type LargeFile, largeFiles } from './support/large-files.ts';
import { outcomeOf, parserTrouble, unnamed } from './support/manifest.ts';
import { documentsOf } from './support/outcomes.ts';
import { type PassRun, runPass } from './support/run-pass.ts';
import { makeWorkspace, READER, type ReadingSettings } from './support/workspace.ts';

const USAGE = `node bench/large-files.ts [options]
Makes large files in the temporary folder, reads each in a pass of its own and asks for the word at its end.
Exit code 1 when a file took a parser down, has an outcome without words, or the pass ended early.

  --only KIND        one kind: txt, pdf, xlsx, csv, mbox or zip
  --text-megabytes N (400), --pages N (2000), --rows N (100000), --mail-megabytes N (50), --members N (20000)`;

/** As the configuration is when it says nothing, and with a limit raised that such a file meets. */
const AS_IT_IS: ReadingSettings = { ocr: 'off' };
const SETTINGS: readonly {
  readonly name: string;
  readonly kinds: RegExp;
  readonly reading: ReadingSettings;
}[] = [
  { name: 'defaults', kinds: /./, reading: AS_IT_IS },
  { name: 'maxFileMegabytes: 512', kinds: /\.txt$/, reading: { ...AS_IT_IS, maxFileMegabytes: 512 } },
  { name: 'maxCharacters: 60000000', kinds: /\.mbox$/, reading: { ...AS_IT_IS, maxCharacters: 60_000_000 } },
];

interface Measured {
  readonly file: LargeFile;
  readonly settings: string;
  readonly bytes: number;
  readonly run: PassRun;
  /** Null: the pass left the file without an outcome. */
  readonly document: CatalogDocument | null;
  /** Whether a search for the word at the end finds the file, and on which page. */
  readonly last: { readonly page: number | null } | null;
}

await script(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      'text-megabytes': { type: 'string', default: '400' },
      pages: { type: 'string', default: '2000' },
      rows: { type: 'string', default: '100000' },
      'mail-megabytes': { type: 'string', default: '50' },
      members: { type: 'string', default: '20000' },
    },
  });
  const all = largeFiles({
    textMegabytes: whole('text-megabytes', values['text-megabytes']),
    pages: whole('pages', values.pages),
    rows: whole('rows', values.rows),
    mailMegabytes: whole('mail-megabytes', values['mail-megabytes']),
    members: whole('members', values.members),
  });
  const files = all.filter(({ name }) => values.only === undefined || name.endsWith(`.${values.only}`));
  if (files.length === 0) throw new WrongUse(`--only: no file of the kind ${values.only}`);
  const folder = mkdtempSync(join(tmpdir(), 'ntk-bench-large-'));
  const measured: Measured[] = [];
  try {
    for (const file of files) {
      const share = join(folder, file.name.replace('.', '-'));
      mkdirSync(share);
      await file.make(join(share, file.name));
      for (const { name, kinds, reading } of SETTINGS) {
        if (kinds.test(file.name)) measured.push(await measure(file, share, name, reading));
      }
      rmSync(share, { recursive: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  report(measured);
});

async function measure(
  file: LargeFile,
  share: string,
  settings: string,
  reading: ReadingSettings,
): Promise<Measured> {
  const workspace = makeWorkspace({ share, reading });
  try {
    const run = await runPass(workspace.config);
    const [document = null] = await documentsOf(workspace.config);
    const asking = await openAsking(workspace.config);
    const { results } = await asking.ask(READER, { query: `"${LAST_WORD}"`, limit: 5 });
    await asking.close();
    const [first] = results;
    const last = first === undefined ? null : { page: first.page };
    return { file, settings, bytes: statSync(join(share, file.name)).size, run, document, last };
  } finally {
    workspace.remove();
  }
}

function report(measured: readonly Measured[]): void {
  console.log(
    table([
      [
        'file',
        'settings',
        'size',
        'outcome',
        'chunks',
        'pages',
        'end found',
        'seconds',
        'tree',
        'main process',
        'parse child',
      ],
      ...measured.map(({ file, settings, bytes, run, document, last }) => [
        file.name,
        settings,
        megabytes(bytes),
        document === null ? 'NONE' : outcomeOf(document),
        number(document?.chunks ?? 0),
        document?.pages == null ? '' : number(document.pages),
        last === null ? 'no' : last.page === null ? 'yes' : `page ${number(last.page)}`,
        number(run.seconds),
        megabytes(run.usage.tree),
        megabytes(run.usage.root),
        megabytes(run.usage.child),
      ]),
    ]),
  );
  for (const { file, settings, run, document } of measured) {
    if (run.trouble !== null) console.log(`\n${file.name} (${settings}): ${run.trouble}`);
    if (document?.detail != null) console.log(`\n${file.name} (${settings}): ${document.detail}`);
    for (const { code, detail } of (document?.warnings ?? []).slice(0, 3))
      console.log(`\n${file.name} (${settings}) warns: ${code}, ${detail}`);
  }
  const fallen = measured.filter(
    ({ run, document }) =>
      run.trouble !== null || document === null || parserTrouble(document) || unnamed(document),
  );
  if (fallen.length > 0) process.exitCode = 1;
}

import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  decide,
  descriptorHash,
  EVERYONE,
  FileDirectory,
  makeToken,
  principalId,
  shareId,
} from '../../../acl/index.ts';
import { type WindowsExportOptions, WindowsExportSource } from '../../../acl/source/windows-export.ts';

const folder = mkdtempSync(join(tmpdir(), 'ntk-export-'));
const root = join(folder, 'share');
const file = join(folder, 'docs.acl.jsonl');
mkdirSync(root);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DOMAIN = 'S-1-5-21-1-2-3';
const HR = `${DOMAIN}-2001`;
const BOB = `${DOMAIN}-1002`;
const EXPORTED = '2026-11-20T10:00:00Z';
const DAY = 86_400;
const FULL_SHARE = 'O:SYG:SYD:(A;;FA;;;WD)';
const FOR_HR = `O:BAG:SYD:AI(A;ID;FA;;;SY)(A;ID;0x1200a9;;;${HR})`;
const FOR_ALL = 'O:BAG:SYD:AI(A;ID;FR;;;AU)';

const header = (changed: object = {}): object => ({
  needToKnowAcl: 1,
  exported: EXPORTED,
  root: 'D:\\Shares\\Docs',
  computer: 'FS1',
  domainSid: DOMAIN,
  shareSddl: FULL_SHARE,
  ...changed,
});
const usual: readonly object[] = [
  { path: 'HR', sddl: FOR_HR },
  { path: 'HR\\Salaries.xlsx', sddl: FOR_HR },
  { path: 'Menù.pdf', sddl: FOR_ALL },
];

interface Written {
  readonly header?: object;
  readonly entries?: readonly object[];
  readonly end?: object | null;
  readonly newline?: string;
  readonly before?: string;
}

function write({
  header: first = header(),
  entries = usual,
  end = { end: entries.length },
  newline = '\n',
  before = '',
}: Written = {}): void {
  const lines = [first, ...entries, ...(end === null ? [] : [end])];
  writeFileSync(file, before + lines.map((line) => JSON.stringify(line) + newline).join(''));
}

function source(changed: Partial<WindowsExportOptions> = {}): WindowsExportSource {
  return new WindowsExportSource({
    share: shareId('docs'),
    root,
    shareEntries: [{ effect: 'allow', principal: EVERYONE, origin: 'share' }],
    knows: (principal) => principal === HR || principal === BOB,
    file,
    maxAgeSeconds: DAY,
    now: () => Date.parse(EXPORTED) + 60_000,
    ...changed,
  });
}

const readingOf = (path: string, changed: Partial<WindowsExportOptions> = {}) =>
  source(changed).descriptorOf(path);

writeFileSync(
  join(folder, 'directory.yaml'),
  `users:
  - { id: ann, sid: ${DOMAIN}-1001 }
  - { id: bob, sid: ${BOB} }
groups:
  - { id: hr, sid: ${HR}, users: [ann] }
  - { id: users, sid: ${DOMAIN}-513, users: [bob] }
`,
);

async function readersOf(path: string, changed: Partial<WindowsExportOptions> = {}): Promise<string> {
  const directory = await new FileDirectory(join(folder, 'directory.yaml')).read(0);
  if (directory.kind !== 'complete') throw new Error(directory.detail);
  const reading = await readingOf(path, changed);
  if (!reading.ok) throw new Error(reading.detail);
  const readers = ['ann', 'bob'].filter((login) => {
    const user = principalId(`user:${login}`);
    const made = makeToken({ user, snapshot: directory.snapshot, now: 0, maxStalenessSeconds: 9 });
    return made.ok && decide(reading.descriptor, made.token).read;
  });
  return readers.join(' ');
}

const later = (seconds: number) => ({ now: () => Date.parse(EXPORTED) + seconds * 1_000 });
const refused = (detail: string) => ({
  ok: false,
  reason: 'acl-unreadable',
  detail: expect.stringContaining(detail),
});

beforeEach(() => write());

describe('a share exported on a Windows server', () => {
  it.each([
    ['HR/Salaries.xlsx', 'ann'],
    ['Menù.pdf', 'ann bob'],
  ])('lets read %s: %s', async (path, readers) => {
    expect(await readersOf(path)).toBe(readers);
  });

  it.each([
    ['in other letters', 'hr/SALARIES.XLSX'],
    ['in decomposed Unicode', 'Menù.pdf'.normalize('NFD')],
    ['in capitals with an accent', 'MENÙ.PDF'],
  ])('finds a path written %s', async (_name, path) => {
    expect((await readingOf(path)).ok).toBe(true);
  });

  it('opens nothing that the list of the share does not open', async () => {
    write({ header: header({ shareSddl: `O:SYG:SYD:(A;;FA;;;${HR})` }) });
    expect(await readersOf('Menù.pdf')).toBe('ann');
  });

  it("opens nothing that the configuration's list of the share does not open", async () => {
    expect(await readersOf('Menù.pdf', { shareEntries: [] })).toBe('');
  });

  it('decides in stored order', async () => {
    write({ entries: [{ path: 'a', sddl: `O:BAD:(A;;FR;;;WD)(D;;FR;;;${BOB})` }] });
    expect(await readersOf('a')).toBe('ann bob');
  });

  it('completes DU with the SID of the domain', async () => {
    write({ entries: [{ path: 'a', sddl: 'O:BAD:(A;;FR;;;DU)' }] });
    expect(await readersOf('a')).toBe('bob');
  });

  it('gives files with one list one scope', async () => {
    write({ entries: ['a', 'b'].map((path) => ({ path, sddl: FOR_HR })) });
    const [one, two] = await Promise.all(['a', 'b'].map((path) => readingOf(path)));
    if (!one?.ok || !two?.ok) throw new Error('unreadable');
    expect(descriptorHash(one.descriptor)).toBe(descriptorHash(two.descriptor));
  });

  it.each([
    ['with a byte order mark', { before: '\uFEFF' }],
    ['with Windows line ends', { newline: '\r\n' }],
  ])('is read %s', async (_name, written) => {
    write(written);
    expect(await readersOf('HR/Salaries.xlsx')).toBe('ann');
  });

  it('takes two equal lines for one', async () => {
    write({ entries: [...usual, { path: 'hr\\salaries.xlsx', sddl: FOR_HR }] });
    expect(await readersOf('HR/Salaries.xlsx')).toBe('ann');
  });

  it('is read with 20,000 entries and a line across two pieces of the file', async () => {
    const entries = Array.from({ length: 20_000 }, (_, i) => ({
      path: `Reparto ${i % 50}\\Qualità ${i}.docx`,
      sddl: i % 2 === 0 ? FOR_HR : FOR_ALL,
    }));
    write({ entries });
    expect(readFileSync(file).length).toBeGreaterThan(2 ** 20);
    const own = source();
    for (const [i, { sddl, path }] of entries.entries()) {
      const reading = await own.descriptorOf(path.replace('\\', '/'));
      if (!reading.ok || reading.descriptor.file.dacl.kind !== 'list') throw new Error(`${i}`);
      expect(reading.descriptor.file.dacl.aces).toHaveLength(sddl === FOR_HR ? 2 : 1);
    }
  });

  it('has no file that is not a document', () => {
    expect(source().owns()).toBe(false);
  });
});

describe('a file is refused', () => {
  it('when the export does not name it, as missing, with the mend', async () => {
    expect(await readingOf('HR/new.xlsx')).toMatchObject({
      ok: false,
      reason: 'acl-missing',
      detail: expect.stringContaining('export again'),
    });
  });

  it.each([
    [
      'two different lists',
      [
        { path: 'A', sddl: FOR_HR },
        { path: 'a', sddl: FOR_ALL },
      ],
      'twice',
    ],
    [
      'a list and an error',
      [
        { path: 'a', sddl: FOR_HR },
        { path: 'a', error: 'gone' },
      ],
      'twice',
    ],
    ['SDDL that is none', [{ path: 'a', sddl: 'D:(A;;FR;;WD)' }], 'SDDL, character'],
    ['SDDL without a list', [{ path: 'a', sddl: 'O:BAG:SY' }], 'no access-control list'],
    ['an alias that cannot be completed', [{ path: 'a', sddl: 'O:LAD:(A;;FR;;;WD)' }], 'LA'],
    ['an error on the server', [{ path: 'a', error: 'Access is denied' }], 'Access is denied'],
    [
      'a denial of somebody unknown',
      [{ path: 'a', sddl: `D:(D;;FR;;;${DOMAIN}-9)(A;;FR;;;WD)` }],
      `${DOMAIN}-9`,
    ],
    [
      'rights denied to an unknown owner',
      [{ path: 'a', sddl: 'O:BAD:(D;;FR;;;OW)(A;;FR;;;WD)' }],
      'S-1-5-32-544',
    ],
  ])('for %s, and its neighbour is not', async (_name, entries, detail) => {
    write({ entries: [...entries, { path: 'neighbour', sddl: FOR_ALL }] });
    expect(await readingOf('a')).toMatchObject(refused(detail));
    expect((await readingOf('neighbour')).ok).toBe(true);
  });

  it('for two different lists even when a third line repeats the first', async () => {
    const lists = [FOR_ALL, FOR_HR, FOR_ALL];
    write({ entries: lists.map((sddl) => ({ path: 'a', sddl })) });
    expect(await readingOf('a')).toMatchObject(refused('twice'));
  });

  it.each([
    ['denies only writing', `D:(D;;WP;;;${DOMAIN}-9)(A;;FR;;;WD)`],
    ['is a template for children', `D:(D;IO;FR;;;${DOMAIN}-9)(A;;FR;;;WD)`],
    ['denies somebody known', `D:(D;;FR;;;${BOB})(A;;FR;;;WD)`],
    ['denies the anonymous', 'D:(D;;FR;;;AN)(A;;FR;;;WD)'],
  ])('but not for a denial that %s', async (_name, sddl) => {
    write({ entries: [{ path: 'a', sddl }] });
    expect((await readingOf('a')).ok).toBe(true);
  });

  it('when the share denies somebody unknown', async () => {
    write({ header: header({ shareSddl: `D:(D;;FA;;;${DOMAIN}-9)(A;;FA;;;WD)` }) });
    expect(await readingOf('Menù.pdf')).toMatchObject(refused(`${DOMAIN}-9`));
  });
});

describe('the age of an export', () => {
  it.each([
    ['at the limit', DAY],
    ['dated five minutes ahead', -300],
  ])('is accepted %s', async (_name, age) => {
    expect((await readingOf('Menù.pdf', later(age))).ok).toBe(true);
  });

  it.each([
    ['one second over the limit', DAY + 1, 'is 25 hours old, and at most 24 hours is allowed: export again'],
    ['dated more than five minutes ahead', -301, 'in the future'],
    ['by a clock that gives no number', Number.NaN, 'export again'],
  ])('refuses every file %s', async (_name, age, detail) => {
    expect(await readingOf('Menù.pdf', later(age))).toMatchObject(refused(detail));
    expect(await readingOf('none', later(age))).toMatchObject(refused(detail));
  });

  it('is asked at every reading, not only when the file is read', async () => {
    let age = 0;
    const own = source({ now: () => Date.parse(EXPORTED) + age * 1_000 });
    expect((await own.descriptorOf('Menù.pdf')).ok).toBe(true);
    age = DAY + 1;
    expect((await own.descriptorOf('Menù.pdf')).ok).toBe(false);
  });
});

describe('an export refuses every file', () => {
  it.each<[string, Written, string]>([
    ['without its end', { end: null }, 'incomplete'],
    ['with an end that counts more', { end: { end: usual.length + 1 } }, 'incomplete'],
    ['with an end that counts fewer', { end: { end: usual.length - 1 } }, 'incomplete'],
    ['that goes on after its end', { entries: [{ end: 0 }, ...usual] }, 'after its end'],
    ['of another version', { header: header({ needToKnowAcl: 2 }) }, 'version 1'],
    ['with a key in the header that we do not know', { header: header({ only: 'HR' }) }, 'header'],
    ['without a header', { header: { path: 'a', sddl: FOR_ALL } }, 'header'],
    ['without a date', { header: header({ exported: 'yesterday' }) }, 'exported'],
    ['without the list of the share', { header: header({ shareSddl: null }) }, '-ShareName'],
    ['with a list of the share that is none', { header: header({ shareSddl: 'none' }) }, 'SDDL'],
    ['with an empty list of the share', { header: header({ shareSddl: '' }) }, 'no access-control list'],
    ['with a domain that is no SID', { header: header({ domainSid: 'ACME' }) }, 'domainSid'],
    [
      'with an entry that has a list and an error',
      { entries: [{ path: 'a', sddl: FOR_ALL, error: '' }] },
      'line 2',
    ],
    ['with an entry that has neither', { entries: [{ path: 'a' }] }, 'line 2'],
  ])('%s', async (_name, written, detail) => {
    write(written);
    expect(await readingOf('Menù.pdf')).toMatchObject(refused(detail));
  });

  it.each<[string, (whole: Buffer) => Buffer | string, string]>([
    ['cut off in the middle of a line', (whole) => whole.subarray(0, -30), 'cannot be read after line'],
    ['that is empty', () => '', 'is empty'],
    ['that is not JSON', () => 'path,sddl\n', 'cannot be read after line 1'],
    ['in UTF-16', (whole) => Buffer.from(`\uFEFF${whole}`, 'utf16le'), 'cannot be read'],
    ['with a line without end', () => 'x'.repeat(5 * 2 ** 20), 'a line is over'],
  ])('%s', async (_name, change, detail) => {
    writeFileSync(file, change(readFileSync(file)));
    expect(await readingOf('Menù.pdf')).toMatchObject(refused(detail));
  });

  it('that is not there', async () => {
    rmSync(file);
    expect(await readingOf('Menù.pdf')).toMatchObject(refused('ENOENT'));
  });

  it('that is a folder', async () => {
    expect(await readingOf('Menù.pdf', { file: folder })).toMatchObject(refused('not a regular file'));
  });

  it('that lies in the share', async () => {
    const within = join(root, 'docs.acl.jsonl');
    writeFileSync(within, readFileSync(file));
    expect(await readingOf('Menù.pdf', { file: within })).toMatchObject(refused('lies in the share'));
  });

  it('when the share denies somebody by a name that the directory does not know', async () => {
    const entry = { effect: 'deny', principal: principalId('user:nobody'), origin: 'share docs' } as const;
    expect(await readingOf('Menù.pdf', { shareEntries: [entry] })).toMatchObject(refused('user:nobody'));
  });
});

describe('an export that was replaced', () => {
  const closed = usual.map((entry) => ({ ...entry, sddl: FOR_HR }));
  const aces = async (own: WindowsExportSource) => {
    const reading = await own.descriptorOf('Menù.pdf');
    return (
      reading.ok && reading.descriptor.file.dacl.kind === 'list' && reading.descriptor.file.dacl.aces.length
    );
  };

  it.each(['refresh', 'beginPass'] as const)('is read again after %s', async (begin) => {
    const own = source();
    expect(await aces(own)).toBe(1);
    write({ entries: closed });
    own[begin]();
    expect(await aces(own)).toBe(2);
  });

  it('counts as it was until then', async () => {
    const own = source();
    expect(await aces(own)).toBe(1);
    write({ entries: closed });
    expect(await aces(own)).toBe(1);
  });

  it('refuses every file when the new one is not whole', async () => {
    const own = source();
    await aces(own);
    write({ end: null });
    own.refresh();
    expect(await own.descriptorOf('Menù.pdf')).toMatchObject(refused('incomplete'));
  });

  it('opens again when it is back after it was gone', async () => {
    const own = source();
    rmSync(file);
    expect(await aces(own)).toBe(false);
    write();
    own.refresh();
    expect(await aces(own)).toBe(1);
  });

  it('is read again though its size and time of change are the same', async () => {
    const at = new Date(EXPORTED);
    write({ entries: [{ path: 'Menù.pdf', sddl: 'D:(A;;FR;;;WD)' }] });
    utimesSync(file, at, at);
    const own = source();
    expect(await aces(own)).toBe(1);
    write({ entries: [{ path: 'Menù.pdf', sddl: 'D:PAI         ' }] });
    utimesSync(file, at, at);
    own.refresh();
    expect(await aces(own)).toBe(0);
  });
});

import { appendFileSync, cpSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

export const SHARE = 'company';
/** Stands in every text, so that one question asks for all of them. */
export const WORD = 'zebra';

/** What one person may be shown: a text, whole, at a path. */
export interface Fact {
  readonly path: string;
  readonly mark: string;
  readonly readers: readonly Login[];
}

export type Login = 'anna' | 'bruno';
export const LOGINS: readonly Login[] = ['anna', 'bruno'];
const ALL = LOGINS;
const HR: readonly Login[] = ['anna'];

/** The parts of a text: an answer that holds some of them and not the others is half a document. */
const PARTS = 3;

/** A text of three sections, each a passage of its own, that bears its mark in each. */
export function textOf(mark: string, words = 30): string {
  return Array.from({ length: PARTS }, (_, part) => {
    const filling = `A ${WORD} grazes by the river in the morning, and nobody counts its stripes. `.repeat(
      words,
    );
    return `# Part ${part + 1}\n\nThe ${WORD} of ${partMark(mark, part)} begins here. ${filling}\n`;
  }).join('\n');
}

const partMark = (mark: string, part: number): string => `mark${mark}x${part + 1}x`;
export const MARKS = /mark([a-z]+\d)x(\d)x/g;
export const partsOf = (mark: string): string[] =>
  Array.from({ length: PARTS }, (_, part) => partMark(mark, part));

const ALL_READ = 'entries:\n  - allow: group:staff\n';
const HR_READS = 'inherit: false\nentries:\n  - allow: group:hr\n';

/** The share before: every path with its mark, and who reads it. */
const BEFORE: readonly Fact[] = [
  { path: 'keep.md', mark: 'keep1', readers: ALL },
  { path: 'edit.md', mark: 'edit1', readers: ALL },
  { path: 'move.md', mark: 'move1', readers: ALL },
  { path: 'gone.md', mark: 'gone1', readers: ALL },
  { path: 'folder/a.md', mark: 'a1', readers: ALL },
  { path: 'folder/b.md', mark: 'b1', readers: ALL },
  { path: 'closing/c.md', mark: 'c1', readers: ALL },
  { path: 'closing/d.md', mark: 'd1', readers: ALL },
  { path: 'opening/e.md', mark: 'e1', readers: HR },
  { path: 'opening/f.md', mark: 'f1', readers: HR },
  { path: 'both.md', mark: 'both1', readers: ALL },
];

/** The share after `change`. */
const AFTER: readonly Fact[] = [
  { path: 'keep.md', mark: 'keep1', readers: ALL },
  { path: 'edit.md', mark: 'edit2', readers: ALL },
  { path: 'list/moved.md', mark: 'move1', readers: HR },
  { path: 'renamed/a.md', mark: 'a1', readers: ALL },
  { path: 'renamed/b.md', mark: 'b1', readers: ALL },
  { path: 'closing/c.md', mark: 'c1', readers: HR },
  { path: 'closing/d.md', mark: 'd2', readers: HR },
  { path: 'opening/e.md', mark: 'e1', readers: ALL },
  { path: 'opening/f.md', mark: 'f2', readers: ALL },
  { path: 'list/both.md', mark: 'both2', readers: HR },
  { path: 'new.md', mark: 'new1', readers: ALL },
];

/** A share that can be changed once, people, and any number of data folders that index it. */
export interface Scene {
  readonly folder: string;
  readonly root: string;
  readonly before: readonly Fact[];
  readonly after: readonly Fact[];
  /** Writes one text into the share. */
  write(path: string, mark: string, words?: number): void;
  /** All kinds of change: additions, edits, moves, removals, other permissions. */
  change(): void;
  /** A configuration whose data folder has this name, or is this absolute path. */
  config(data: string, settings?: Readonly<Record<string, unknown>>): string;
  /** A copy of a data folder, under another name. */
  copy(from: string, to: string): void;
}

export interface SceneOptions {
  /** Where the share stands; a new folder when not given. */
  readonly root?: string;
  /** Further files that never change and that everybody reads. */
  readonly extra?: readonly Fact[];
  /** How long each part of a text is, in sentences. */
  readonly words?: number;
}

export function makeScene(options: SceneOptions = {}): Scene {
  const folder = tempFolder();
  const root = options.root ?? join(folder, 'share');
  const extra = options.extra ?? [];
  const write = (path: string, mark: string, words = options.words): void =>
    writeFiles(root, { [path]: textOf(mark, words) });
  writeFiles(root, { '.acl.yaml': ALL_READ, 'opening/.acl.yaml': HR_READS });
  for (const { path, mark } of [...BEFORE, ...extra]) write(path, mark);
  writeFileSync(
    join(folder, 'directory.yaml'),
    stringify({
      users: LOGINS.map((id) => ({ id, name: id })),
      groups: [
        { id: 'hr', name: 'hr', users: ['anna'] },
        { id: 'staff', name: 'staff', users: ['anna', 'bruno'] },
      ],
    }),
  );
  return {
    folder,
    root,
    before: [...BEFORE, ...extra],
    after: [...AFTER, ...extra],
    write,
    change() {
      writeFiles(root, {
        'list/.acl.yaml': HR_READS,
        'closing/.acl.yaml': HR_READS,
        'opening/.acl.yaml': ALL_READ,
      });
      for (const [path, mark] of [
        ['edit.md', 'edit2'],
        ['closing/d.md', 'd2'],
        ['opening/f.md', 'f2'],
        ['new.md', 'new1'],
      ] as const)
        write(path, mark);
      renameSync(join(root, 'both.md'), join(root, 'list/both.md'));
      writeFileSync(join(root, 'list/both.md'), '');
      appendFileSync(join(root, 'list/both.md'), textOf('both2', options.words));
      renameSync(join(root, 'move.md'), join(root, 'list/moved.md'));
      renameSync(join(root, 'folder'), join(root, 'renamed'));
      rmSync(join(root, 'gone.md'));
    },
    config(data, settings = {}) {
      const file = join(folder, `${data.replaceAll('/', '_')}.yaml`);
      writeFileSync(
        file,
        stringify({
          data: data.startsWith('/') ? data : `./${data}`,
          shares: [{ name: SHARE, path: root, acl: { source: 'sidecar' } }],
          directory: { source: 'file', path: './directory.yaml' },
          ingest: { workers: 1 },
          ...settings,
        }),
      );
      return file;
    },
    copy(from, to) {
      cpSync(join(folder, from), join(folder, to), { recursive: true });
    },
  };
}

/** What somebody may be shown in any of these states of the share. */
export function factsFor(login: Login, ...states: readonly (readonly Fact[])[]): ReadonlySet<string> {
  return new Set(
    states.flatMap((facts) =>
      facts.filter(({ readers }) => readers.includes(login)).map(({ path, mark }) => `${path} ${mark}`),
    ),
  );
}

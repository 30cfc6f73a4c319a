import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type KeyedCase, ofSystem } from './all-cases.ts';
import { directoryText, filled } from './people.ts';

/** Where the file of a case stands. */
export interface Laid {
  readonly given: KeyedCase;
  readonly share: string;
  readonly path: string;
}

/** Whether POSIX lists can be put on real files here. */
export const posixAble = process.getuid?.() === 0 && spawnSync('setfacl', ['--version']).status === 0;

/** The share of the POSIX cases; where real files cannot have their lists, a test gives them by a fake. */
export const POSIX_SHARE = 'posix';

const OPEN_TO_ALL = 'O:BAD:(A;;FA;;;WD)';
const FOLDER = '755:{root}:{wheel}';

/** Writes the shares of all cases and the configuration that names them; gives the configuration file. */
export function layOut(folder: string): { readonly config: string; readonly laid: readonly Laid[] } {
  const shares: object[] = [];
  const laid: Laid[] = [];
  const lay = (share: string, given: KeyedCase, path = `${given.key}/${given.key}.md`): void => {
    const text = `# Dossier ${given.key}\n\nThe zebra of ${given.key} grazes here.\n`;
    write(join(folder, share, path), text);
    laid.push({ given, share, path });
  };

  for (const [at, [shareSddl, cases]] of byShare(ofSystem('windows'), OPEN_TO_ALL).entries()) {
    const share = `windows-${at}`;
    for (const given of cases) lay(share, given);
    writeExport(join(folder, `${share}.jsonl`), shareSddl, cases);
    shares.push({
      name: share,
      path: `./${share}`,
      acl: { source: 'windows-export', file: `./${share}.jsonl` },
    });
  }

  for (const [at, [entries, cases]] of byShare(ofSystem('sidecar'), ['allow everyone']).entries()) {
    const share = `sidecar-${at}`;
    for (const given of cases) {
      lay(share, given);
      const text =
        'unreadable' in given.set
          ? given.set.unreadable
          : JSON.stringify({ inherit: false, entries: given.set.list.map(entryText) });
      write(join(folder, share, given.key, '.acl.yaml'), text);
    }
    const shareAcl = entries.map(entryText);
    shares.push({ name: share, path: `./${share}`, acl: { source: 'sidecar' }, shareAcl });
  }

  for (const given of ofSystem('posix')) {
    const folders = (given.set.folders ?? []).map((_, n) => `${given.key}${'/below'.repeat(n)}`);
    const path = `${folders.at(-1) ?? given.key}/${given.key}.md`;
    lay(POSIX_SHARE, given, path);
    if (posixAble) {
      for (const [n, text] of (given.set.folders ?? []).entries()) {
        setList(join(folder, POSIX_SHARE, folders[n] ?? ''), text);
      }
      setList(join(folder, POSIX_SHARE, path), given.set.list);
    }
  }
  if (posixAble) setList(join(folder, POSIX_SHARE), FOLDER);
  shares.push({ name: POSIX_SHARE, path: `./${POSIX_SHARE}`, acl: { source: 'posix' } });

  write(join(folder, 'directory.yaml'), directoryText());
  const config = join(folder, 'need-to-know.yaml');
  const limits = { resultTokens: 50_000 };
  const directory = { source: 'file', path: './directory.yaml' };
  write(config, JSON.stringify({ data: './data', shares, directory, limits, ingest: { workers: 2 } }));
  return { config, laid };
}

/** A share has one list of its own: cases that need another stand in another share. */
function byShare<List extends string | readonly string[], Given extends KeyedCase>(
  cases: readonly Given[],
  usual: List,
): [List, Given[]][] {
  const groups = new Map<string, [List, Given[]]>();
  for (const given of cases) {
    const list = ('share' in given.set ? (given.set.share as List | undefined) : undefined) ?? usual;
    const group = groups.get(String(list)) ?? [list, []];
    group[1].push(given);
    groups.set(String(list), group);
  }
  return [...groups.values()];
}

function entryText(entry: string): object {
  const [effect = '', principal] = entry.split(' ');
  return { [effect]: principal };
}

function writeExport(
  file: string,
  shareSddl: string,
  cases: readonly KeyedCase<Extract<KeyedCase['set'], { system: 'windows' }>>[],
): void {
  const header = {
    needToKnowAcl: 1,
    exported: new Date().toISOString(),
    root: 'D:\\Docs',
    computer: 'FS1',
    domainSid: 'S-1-5-21-7-8-9',
    shareSddl: filled(shareSddl, 'sid'),
  };
  const entries = cases.map(({ key, set }) => ({
    path: `${key}\\${key}.md`,
    ...('unreadable' in set ? { error: set.unreadable } : { sddl: filled(set.list, 'sid') }),
  }));
  const lines = [header, ...entries, { end: entries.length }];
  write(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** Gives a file or folder `MODE:UID:GID[:ACLTEXT]`. */
function setList(place: string, text: string): void {
  const [mode = '', uid, gid, ...rest] = filled(text, 'number').split(':');
  chownSync(place, Number(uid), Number(gid));
  chmodSync(place, Number.parseInt(mode, 8));
  if (rest.length > 0) execFileSync('setfacl', ['-n', '--set', rest.join(':'), place]);
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

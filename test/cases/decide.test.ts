import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type DirectorySnapshot,
  decide,
  FileDirectory,
  makeToken,
  principalId,
  shareId,
  type Token,
} from '../../acl/index.ts';
import { runCli } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { CASES, titled } from './all-cases.ts';
import { descriptorOf } from './descriptor-of.ts';
import { directoryText, filled, LOGINS, type Login } from './people.ts';

const folder = tempFolder();
let snapshot: DirectorySnapshot;

beforeAll(async () => {
  const file = join(folder, 'directory.yaml');
  writeFileSync(file, directoryText());
  const reading = await new FileDirectory(file).read(0);
  if (reading.kind !== 'complete') throw new Error(reading.detail);
  snapshot = reading.snapshot;
});

function tokenOf(login: Login): Token {
  const user = principalId(`user:${login}`);
  const made = makeToken({ user, snapshot, now: 0, maxStalenessSeconds: 60 });
  if (!made.ok) throw new Error(made.refusal.kind);
  return made.token;
}

/** Whom only a source can hold back: it knows who stands in the directory, `decide` does not. */
const UNKNOWN_DENIED = /whom the directory does not know|that the directory does not know/;

describe('decided with tokens of a real directory', () => {
  it.each(titled(CASES.filter(({ name }) => !UNKNOWN_DENIED.test(name))))('$title', ({ given }) => {
    const descriptor = descriptorOf(given.set, shareId('docs'));
    expect(LOGINS.filter((login) => decide(descriptor, tokenOf(login)).read)).toEqual(given.reads);
  });
});

describe('decided by ntk acl evaluate', () => {
  it('every case that it can be told answers as the matrix says', async () => {
    const told = CASES.flatMap(({ set, reads, name }) => {
      if (set.system === 'sidecar' || 'unreadable' in set || UNKNOWN_DENIED.test(name)) return [];
      const request =
        set.system === 'posix'
          ? {
              posix: filled(set.list, 'number'),
              ancestors: set.folders?.map((text) => filled(text, 'number')),
            }
          : {
              sddl: filled(set.list, 'sid'),
              ...(set.share === undefined ? {} : { shareSddl: filled(set.share, 'sid') }),
            };
      return LOGINS.map((login) => ({
        asked: `${name} for ${login}`,
        line: JSON.stringify({ ...request, token: [...tokenOf(login).principals] }),
        read: reads.includes(login),
      }));
    });
    const file = join(folder, 'cases.jsonl');
    writeFileSync(file, told.map(({ line }) => `${line}\n`).join(''));
    const { code, out } = await runCli('acl', 'evaluate', '--batch', file);
    expect(code).toBe(0);
    const answers = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { read: boolean }).read);
    expect(told.map(({ asked }, at) => `${asked}: ${answers[at]}`)).toEqual(
      told.map(({ asked, read }) => `${asked}: ${read}`),
    );
    expect(told.length).toBeGreaterThan(150);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide, principalId, SidecarSource, shareId } from '../../acl/index.ts';
import { entries, tokenOf } from '../support/access.ts';
import { tempFolder, writeFiles } from '../support/temp-folder.ts';

const KNOWN = new Set(['user:bob', 'user:anna', 'group:staff', 'group:hr'].map(principalId));
const DIRECTORY = { users: ['anna', 'bob'], groups: { staff: ['user:anna', 'user:bob'], hr: ['user:anna'] } };
const STAFF = 'entries:\n  - allow: group:staff\n';

function source(root: string, shareList: readonly string[] = ['allow everyone']): SidecarSource {
  return new SidecarSource({
    share: shareId('docs'),
    root,
    shareEntries: entries(...shareList),
    knows: (principal) => KNOWN.has(principal),
  });
}

function share(files: Readonly<Record<string, string | Buffer>>): string {
  const root = tempFolder();
  writeFiles(root, files);
  return root;
}

/** Logins that read a path, or the reason why nobody does. */
async function readers(root: string, path: string, from = source(root)): Promise<string> {
  const reading = await from.descriptorOf(path);
  if (!reading.ok) return reading.reason;
  return DIRECTORY.users
    .filter((user) => decide(reading.descriptor, tokenOf(user, DIRECTORY)).read)
    .join(' ');
}

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly path: string;
  readonly expected: string;
}

const INHERITANCE: readonly Case[] = [
  {
    name: 'a file in the root reads the list of the root',
    files: { '.acl.yaml': STAFF },
    path: 'a.txt',
    expected: 'anna bob',
  },
  {
    name: 'a deep folder inherits from the root',
    files: { '.acl.yaml': STAFF },
    path: 'a/b/c/d/e.txt',
    expected: 'anna bob',
  },
  {
    name: 'a folder adds before what it inherits',
    files: { '.acl.yaml': STAFF, 'hr/.acl.yaml': 'entries:\n  - deny: user:bob\n' },
    path: 'hr/x.txt',
    expected: 'anna',
  },
  {
    name: 'an explicit allow stands before an inherited deny',
    files: {
      '.acl.yaml': 'entries:\n  - deny: user:bob\n',
      'open/.acl.yaml': 'entries:\n  - allow: user:bob\n',
    },
    path: 'open/x.txt',
    expected: 'bob',
  },
  {
    name: 'inherit: false cuts off what stands above',
    files: { '.acl.yaml': STAFF, 'hr/.acl.yaml': 'inherit: false\nentries:\n  - allow: group:hr\n' },
    path: 'hr/deep/x.txt',
    expected: 'anna',
  },
  {
    name: 'inherit: false without entries closes the folder',
    files: { '.acl.yaml': STAFF, 'hr/.acl.yaml': 'inherit: false\n' },
    path: 'hr/x.txt',
    expected: '',
  },
  {
    name: 'the entries of a file stand before those of its folder',
    files: { '.acl.yaml': `${STAFF}files:\n  a.txt:\n    entries:\n      - deny: user:bob\n` },
    path: 'a.txt',
    expected: 'anna',
  },
  {
    name: 'the entries of a file do not touch its neighbour',
    files: { '.acl.yaml': `${STAFF}files:\n  a.txt:\n    entries:\n      - deny: user:bob\n` },
    path: 'b.txt',
    expected: 'anna bob',
  },
  {
    name: 'the entries of a file do not touch a file of the same name further down',
    files: { '.acl.yaml': `${STAFF}files:\n  a.txt:\n    entries:\n      - deny: user:bob\n` },
    path: 'sub/a.txt',
    expected: 'anna bob',
  },
  {
    name: 'a file that does not inherit skips folder and parents',
    files: {
      '.acl.yaml': `${STAFF}files:\n  a.txt:\n    inherit: false\n    entries:\n      - allow: user:bob\n`,
    },
    path: 'a.txt',
    expected: 'bob',
  },
  {
    name: 'a file that inherits in a folder that does not stops at the folder',
    files: {
      '.acl.yaml': STAFF,
      'hr/.acl.yaml':
        'inherit: false\nentries:\n  - allow: group:hr\nfiles:\n  a.txt:\n    entries:\n      - deny: user:anna\n',
    },
    path: 'hr/a.txt',
    expected: '',
  },
  {
    name: 'a share without any list refuses',
    files: { 'a.txt': '' },
    path: 'a.txt',
    expected: 'acl-missing',
  },
  {
    name: 'a list further down does not help a file above it',
    files: { 'sub/.acl.yaml': STAFF },
    path: 'a.txt',
    expected: 'acl-missing',
  },
  {
    name: 'an allow of an unknown principal grants nothing',
    files: { '.acl.yaml': 'entries:\n  - allow: user:ghost\n' },
    path: 'a.txt',
    expected: '',
  },
  {
    name: 'a deny of an unknown principal refuses',
    files: { '.acl.yaml': `entries:\n  - deny: user:bbo\n  - allow: group:staff\n` },
    path: 'a.txt',
    expected: 'acl-unreadable',
  },
  {
    name: 'a deny of an unknown principal behind the deciding entry refuses all the same',
    files: { '.acl.yaml': `${STAFF}  - deny: group:ghosts\n` },
    path: 'a.txt',
    expected: 'acl-unreadable',
  },
  {
    name: 'a deny of an unknown principal above a break does not matter',
    files: { '.acl.yaml': 'entries:\n  - deny: user:bbo\n', 'sub/.acl.yaml': `inherit: false\n${STAFF}` },
    path: 'sub/a.txt',
    expected: 'anna bob',
  },
  {
    name: 'deny everyone needs no directory',
    files: { '.acl.yaml': 'entries:\n  - deny: everyone\n' },
    path: 'a.txt',
    expected: '',
  },
  {
    name: 'a broken list above hides what stands below',
    files: { '.acl.yaml': 'entries: [', 'sub/.acl.yaml': STAFF },
    path: 'sub/a.txt',
    expected: 'acl-unreadable',
  },
  {
    name: 'a broken list above a break is not read',
    files: { '.acl.yaml': 'entries: [', 'sub/.acl.yaml': `inherit: false\n${STAFF}` },
    path: 'sub/a.txt',
    expected: 'anna bob',
  },
];

const DENY = (file: string) => `${STAFF}files:\n  ${file}:\n    entries:\n      - deny: user:bob\n`;
const NAMES: readonly { readonly name: string; readonly written: string; readonly file: string }[] = [
  { name: 'composed in the list, decomposed on disk', written: '"caf\u00e9.txt"', file: 'cafe\u0301.txt' },
  { name: 'decomposed in the list, composed on disk', written: '"cafe\u0301.txt"', file: 'caf\u00e9.txt' },
  { name: 'that looks like a number', written: '1.10', file: '1.10' },
  { name: 'that looks like an octal number', written: '0o17', file: '0o17' },
  { name: 'that looks like null', written: 'null', file: 'null' },
  { name: 'that looks like a truth value', written: 'true', file: 'true' },
  { name: 'that looks like a date', written: '2024-01-01', file: '2024-01-01' },
  { name: 'of a built-in property', written: 'constructor', file: 'constructor' },
  { name: 'with a colon and quotes', written: `'a: "b"'`, file: 'a: "b"' },
  { name: 'that is an emoji', written: '"🔒.txt"', file: '🔒.txt' },
];

const BROKEN: readonly { readonly name: string; readonly text: string | Buffer }[] = [
  { name: 'is empty', text: '' },
  { name: 'is only a comment', text: '# nothing yet\n' },
  { name: 'is not YAML', text: 'entries: [' },
  { name: 'has an unknown key', text: `${STAFF}entrys: []\n` },
  { name: 'has an unknown key inside a file', text: `${STAFF}files:\n  a.txt:\n    deny: user:bob\n` },
  { name: 'names one key twice', text: `${STAFF}entries:\n  - allow: everyone\n` },
  {
    name: 'has an entry that allows and denies',
    text: 'entries:\n  - allow: everyone\n    deny: user:bob\n',
  },
  { name: 'has a principal without a kind', text: 'entries:\n  - allow: bob\n' },
  { name: 'has a principal that is a number', text: 'entries:\n  - allow: 12\n' },
  { name: 'has a principal in two lines', text: 'entries:\n  - allow: "user:a\\nuser:b"\n' },
  { name: 'is a list', text: '- allow: everyone\n' },
  { name: 'holds two documents', text: `${STAFF}---\n${STAFF}` },
  { name: 'uses an alias', text: 'entries:\n  - &x { allow: everyone }\n  - *x\n' },
  { name: 'is nested without end', text: `entries: ${'['.repeat(20_000)}` },
  { name: 'has more than 10,000 entries', text: `entries:\n${'  - allow: everyone\n'.repeat(10_001)}` },
  { name: 'is larger than any honest list', text: `${STAFF}#${'x'.repeat(5 * 1_048_576)}\n` },
  {
    name: 'names one file in two Unicode forms',
    text: `${STAFF}files:\n  "\u00e9": {}\n  "e\u0301":\n    entries:\n      - deny: user:bob\n`,
  },
  { name: 'names a file that no object can hold', text: DENY('__proto__') },
];

describe('SidecarSource', () => {
  it.each(INHERITANCE)('$name', async ({ files, path, expected }) => {
    const root = share(files);
    mkdirSync(join(root, dirname(path)), { recursive: true });
    expect(await readers(root, path)).toBe(expected);
  });

  it('does not open by the list above what stood in a folder that went away', async () => {
    const root = share({ '.acl.yaml': STAFF, 'hr/.acl.yaml': 'inherit: false\n' });
    const from = source(root);
    expect(await readers(root, 'a.txt', from)).toBe('anna bob');
    rmSync(join(root, 'hr'), { recursive: true });
    expect(await readers(root, 'hr/x.txt', from)).toBe('acl-unreadable');
  });

  it.each(NAMES)('finds the entries of a file with a name $name', async ({ written, file }) => {
    expect(await readers(share({ '.acl.yaml': DENY(written) }), file)).toBe('anna');
  });

  it.each(BROKEN)('a list that $name is unreadable', async ({ text }) => {
    const root = share({ '.acl.yaml': text });
    const reading = await source(root).descriptorOf('a.txt');
    expect(reading).toMatchObject({ ok: false, reason: 'acl-unreadable' });
    expect(reading.ok ? '' : reading.detail).toMatch(/^\.acl\.yaml/);
  });

  it('an alias bomb is refused without being unfolded', async () => {
    const levels = Array.from(
      { length: 30 },
      (_, n) => `k${n}: &k${n} [${n === 0 ? 'x' : `*k${n - 1}, *k${n - 1}`}]`,
    );
    expect(await readers(share({ '.acl.yaml': `${levels.join('\n')}\n` }), 'a.txt')).toBe('acl-unreadable');
  });

  it('takes 10,000 entries', async () => {
    const many = Array.from({ length: 9_999 }, (_, n) => `  - allow: user:n${n}\n`).join('');
    expect(await readers(share({ '.acl.yaml': `entries:\n${many}  - allow: user:bob\n` }), 'a.txt')).toBe(
      'bob',
    );
  });

  it('a list that is a folder is unreadable', async () => {
    const root = share({ '.acl.yaml': STAFF });
    mkdirSync(join(root, 'sub/.acl.yaml'), { recursive: true });
    expect(await readers(root, 'sub/a.txt')).toBe('acl-unreadable');
  });

  it('a list that is a link to nowhere is unreadable, not absent', async () => {
    const root = share({ '.acl.yaml': STAFF });
    mkdirSync(join(root, 'sub'));
    symlinkSync('/nonexistent/hr.yaml', join(root, 'sub/.acl.yaml'));
    expect(await readers(root, 'sub/a.txt')).toBe('acl-unreadable');
  });

  it('a list that is a pipe is unreadable and is not waited for', async () => {
    const root = share({ '.acl.yaml': STAFF });
    mkdirSync(join(root, 'sub'));
    execFileSync('mkfifo', [join(root, 'sub/.acl.yaml')]);
    expect(await readers(root, 'sub/a.txt')).toBe('acl-unreadable');
  });

  it('a list that is a device without end is unreadable', async () => {
    const root = share({ '.acl.yaml': STAFF });
    mkdirSync(join(root, 'sub'));
    symlinkSync('/dev/zero', join(root, 'sub/.acl.yaml'));
    expect(await readers(root, 'sub/a.txt')).toBe('acl-unreadable');
  });

  it('a file where a folder is asked for gives no list', async () => {
    const root = share({ '.acl.yaml': STAFF, sub: 'now a file' });
    expect(await readers(root, 'sub/a.txt')).toBe('acl-unreadable');
  });

  it('a deny of an unknown principal in the share list refuses every file', async () => {
    const root = share({ '.acl.yaml': STAFF });
    expect(await readers(root, 'a.txt', source(root, ['deny user:ghost', 'allow everyone']))).toBe(
      'acl-unreadable',
    );
  });

  it('keeps the order of the file, names the origin of each entry and never sorts', async () => {
    const root = share({
      '.acl.yaml': STAFF,
      'hr/.acl.yaml': 'entries:\n  - allow: user:bob\n  - deny: group:staff\n',
    });
    const reading = await source(root).descriptorOf('hr/a.txt');
    expect(reading.ok ? reading.descriptor.entries : []).toEqual([
      { effect: 'allow', principal: 'user:bob', origin: 'hr/.acl.yaml' },
      { effect: 'deny', principal: 'group:staff', origin: 'hr/.acl.yaml' },
      { effect: 'allow', principal: 'group:staff', origin: '.acl.yaml' },
    ]);
  });

  it('sees one state per folder within a pass and the new one after beginPass', async () => {
    const root = share({ '.acl.yaml': STAFF });
    const from = source(root);
    expect(await readers(root, 'a.txt', from)).toBe('anna bob');
    writeFileSync(join(root, '.acl.yaml'), 'entries:\n  - allow: group:hr\n');
    expect(await readers(root, 'b.txt', from)).toBe('anna bob');
    from.beginPass();
    expect(await readers(root, 'b.txt', from)).toBe('anna');
  });

  it.each([
    { path: '.acl.yaml', owns: true },
    { path: 'a/b/.acl.yaml', owns: true },
    { path: 'a/.ACL.YAML', owns: true },
    { path: 'a/x.acl.yaml', owns: false },
    { path: '.acl.yaml/x.txt', owns: false },
  ])('owns $path: $owns', ({ path, owns }) => {
    expect(source('/nowhere').owns(path)).toBe(owns);
  });
});

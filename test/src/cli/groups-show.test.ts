import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const ISSUER = 'https://login.example/t';
const DIRECTORY = `
users:
  - {id: u1, login: anna, name: "Anna \\e[31mRossi", uid: 1001}
  - {id: u2, login: bob, name: Bob, enabled: false}
  - {id: u3, login: carla, name: Carla, uid: 7}
  - {id: u4, login: dino, name: Dino, uid: 7}
  - {id: u5, login: twin, name: One}
  - {id: u6, login: TWIN, name: Two}
groups:
  - {id: finance, name: Finance, gid: 2001, users: [u1, u2]}
  - {id: staff, name: Staff, groups: [finance], users: [u3]}
  - {id: company, name: Company, groups: [staff, ring]}
  - {id: ring, name: Ring, groups: [company]}
`;
const IDENTITIES = `
people:
  - login: anna
    uid: 1001
    sid: S-1-5-21-1-2-3-1104
    subjects: [{issuer: ${ISSUER}, subject: t/o}]
groups:
  - {id: staff, sid: S-1-5-21-1-2-3-500}
`;

let config: string;

const run = (...args: readonly string[]) => runCli(...args, '--config', config);
const show = async (word: string) => {
  const { out, code } = await run('groups', 'show', word, '--json');
  expect(code).toBe(0);
  return JSON.parse(out);
};

beforeAll(() => {
  const folder = tempFolder();
  config = join(folder, 'need-to-know.yaml');
  mkdirSync(join(folder, 'share'));
  writeFileSync(join(folder, 'directory.yaml'), DIRECTORY);
  writeFileSync(join(folder, 'identities.yaml'), IDENTITIES);
  writeFileSync(
    config,
    'shares: [{name: docs, path: ./share, acl: {source: open}}]\ndirectory: {source: file, path: ./directory.yaml, identities: ./identities.yaml}\n',
  );
});

const name = (text: string, ...from: string[]) => ({ name: text, from, sharedWith: [] });

describe('ntk groups show, of a person', () => {
  it('has every name with who says so, and every group with the way to it', async () => {
    expect(await show('ANNA')).toEqual({
      kind: 'user',
      id: 'user:u1',
      login: 'anna',
      name: 'Anna \u001b[31mRossi',
      enabled: true,
      externalId: null,
      names: [
        name('uid:1001', 'directory', 'identities'),
        name('S-1-5-21-1-2-3-1104', 'identities'),
        name(`sub:${ISSUER}#t/o`, 'identities'),
        name('S-1-22-1-1001'),
      ],
      groups: [
        {
          id: 'group:finance',
          name: 'Finance',
          path: ['user:u1', 'group:finance'],
          names: [name('gid:2001', 'directory'), name('S-1-22-2-2001')],
        },
        {
          id: 'group:staff',
          name: 'Staff',
          path: ['user:u1', 'group:finance', 'group:staff'],
          names: [name('S-1-5-21-1-2-3-500', 'identities')],
        },
        {
          id: 'group:company',
          name: 'Company',
          path: ['user:u1', 'group:finance', 'group:staff', 'group:company'],
          names: [],
        },
        {
          id: 'group:ring',
          name: 'Ring',
          path: ['user:u1', 'group:finance', 'group:staff', 'group:company', 'group:ring'],
          names: [],
        },
      ],
      refusal: null,
      confirmed: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      ageSeconds: expect.any(Number),
      stale: false,
    });
  });

  it.each(['u1', 'user:u1', 'S-1-5-21-1-2-3-1104', 'uid:1001', `sub:${ISSUER}#t/o`])(
    'finds them by %s as well',
    async (word) => {
      expect((await show(word)).id).toBe('user:u1');
    },
  );

  it('of a disabled one says why they are refused, and still their groups', async () => {
    expect(await show('bob')).toMatchObject({
      enabled: false,
      refusal: { kind: 'disabled-user', detail: 'they are disabled in the directory' },
      groups: [{ id: 'group:finance' }, { id: 'group:staff' }, {}, {}],
    });
  });

  it('of an ambiguous one says which name and who else has it', async () => {
    expect(await show('carla')).toMatchObject({
      names: [
        { name: 'uid:7', sharedWith: ['user:u4'] },
        { name: 'S-1-22-1-7', sharedWith: ['user:u4'] },
      ],
      refusal: {
        kind: 'ambiguous-identity',
        detail: 'uid:7 belongs to user:u3 and user:u4: leave it to one of them',
      },
    });
  });

  it('is readable on a terminal, whatever stands in a name', async () => {
    const { out } = await run('groups', 'show', 'anna');
    const text = stripVTControlCharacters(out);
    expect(text).toContain('(user:u1)');
    expect(text).toContain('login      anna');
    expect(text).toContain('uid:1001 (directory, identities)');
    expect(text).toContain('answered   yes');
    expect(text).toContain('in groups (4)');
    expect(text).toContain('by group:finance → group:staff → group:company');
    expect(out).not.toContain('\u001b[31mRossi');
  });

  it('says on a terminal that nobody is answered for a name that two have', async () => {
    const { out } = await run('groups', 'show', 'carla');
    const text = stripVTControlCharacters(out);
    expect(text).toContain('uid:7 (directory) also user:u4: nobody is answered');
    expect(text).toContain('answered   no: uid:7 belongs to user:u3 and user:u4');
  });
});

describe('ntk groups show, of a group', () => {
  it('has its direct members, its names, and the groups that it is in', async () => {
    expect(await show('staff')).toMatchObject({
      kind: 'group',
      id: 'group:staff',
      name: 'Staff',
      externalId: null,
      names: [name('S-1-5-21-1-2-3-500', 'identities')],
      members: {
        users: [{ id: 'user:u3', login: 'carla', name: 'Carla', enabled: true }],
        groups: [{ id: 'group:finance', name: 'Finance' }],
      },
      groups: [
        { id: 'group:company', path: ['group:staff', 'group:company'] },
        { id: 'group:ring', path: ['group:staff', 'group:company', 'group:ring'] },
      ],
    });
  });

  it('that is in itself by way of others is not among its own groups', async () => {
    expect((await show('company')).groups.map(({ id }: { id: string }) => id)).toEqual(['group:ring']);
  });

  it('is readable on a terminal', async () => {
    const { out } = await run('groups', 'show', 'group:finance');
    const text = stripVTControlCharacters(out);
    expect(text).toContain('members (2 people, 0 groups)');
    expect(text).toMatch(/user:u2 +bob +Bob disabled/);
    expect(text).toContain('gid:2001 (directory)');
  });
});

describe('a word that means nobody in particular', () => {
  it.each([
    { word: 'twin', says: '"twin" is user:u5 and user:u6: name one by its id' },
    { word: 'uid:7', says: '"uid:7" is user:u3 and user:u4: name one by its id' },
    { word: 'ghost', says: 'there is no user and no group "ghost"' },
  ])('is refused: $word', async ({ word, says }) => {
    const { code, err } = await run('groups', 'show', word);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  it('is refused by --as as well, with who they are', async () => {
    const { code, err } = await run('search', 'x', '--as', 'twin');
    expect(code).toBe(2);
    expect(err).toContain('user:u5 and user:u6 have the login "twin"');
  });
});

describe('what is ambiguous', () => {
  it('stands in the warnings of a sync', async () => {
    const { out } = await run('groups', 'sync', '--json');
    expect(JSON.parse(out).warnings).toEqual([
      expect.stringContaining('uid:7 belongs to user:u3 and user:u4'),
      expect.stringContaining('S-1-22-1-7 belongs to user:u3 and user:u4'),
      expect.stringContaining('login:twin belongs to user:u5 and user:u6'),
    ]);
  });

  it('stands in the status', async () => {
    const { out } = await run('status', '--json');
    expect(JSON.parse(out).directory.ambiguous).toContainEqual({
      name: 'uid:7',
      bearers: ['user:u3', 'user:u4'],
    });
    expect((await run('status')).out).toContain('uid:7 belongs to user:u3 and user:u4');
  });

  it('is a warning of the doctor', async () => {
    const { out } = await run('doctor', '--json');
    const findings = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(findings).toContainEqual({
      check: 'identities',
      state: 'warning',
      detail: expect.stringMatching(/^uid:7 belongs to user:u3 and user:u4: .*\(and 2 more/),
      mend: expect.stringContaining('ntk groups sync'),
    });
  });
});

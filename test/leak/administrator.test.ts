import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, makeCompany, SHARE } from '../support/company.ts';
import { type House, openHouse } from '../support/house.ts';
import { runCli } from '../support/run-cli.ts';

/** Words of the text of the hidden file; its path and title are known to whoever runs the installation. */
const TEXT = /quetzalcoatl|81,450|codeword/;
const TRACES = /quetzalcoatl|81,450|codeword|salaries|Salary bands/;
const MIGHTY = ['root', 'administrator', 'ivo', 'system'];

let company: Company;
let house: House;
let id: string;

beforeAll(async () => {
  company = await makeCompany();
  const users = ['anna', 'bruno', ...MIGHTY].map((login, at) => ({
    id: login,
    uid: login === 'root' ? 0 : 5_000 + at,
    sid: login === 'administrator' ? 'S-1-5-21-1-2-3-500' : `S-1-5-21-1-2-3-${1_100 + at}`,
  }));
  const groups = [
    { id: 'hr', users: ['anna'] },
    { id: 'staff', users: ['anna', 'bruno'] },
    { id: 'admins', name: 'Administrators', sid: 'S-1-5-32-544', users: MIGHTY },
    { id: 'domain-admins', name: 'Domain Admins', sid: 'S-1-5-21-1-2-3-512', users: MIGHTY },
    { id: 'wheel', gid: 0, users: MIGHTY },
    { id: 'backup', name: 'Backup Operators', sid: 'S-1-5-32-551', users: MIGHTY },
  ];
  writeFileSync(join(company.folder, 'directory.yaml'), JSON.stringify({ users, groups }));
  // A file in quarantine and a list that is none: what is said of them must not quote them.
  await company.write('hr/broken.pdf', '%PDF-1.7 quetzalcoatl');
  await company.write('hr/lost/.acl.yaml', 'The codeword quetzalcoatl: {');
  await company.write('hr/lost/note.md', 'The codeword is quetzalcoatl.');
  await company.ingest();
  id = await company.documentId('hr/salaries.md');
  house = await openHouse(company.core);
});

afterAll(async () => {
  await house.close();
  await company.close();
});

describe('the right to administer is no right to read', () => {
  it.each([
    'status',
    'doctor',
    'documents list',
    'documents show hr/salaries.md',
    'documents show hr/broken.pdf',
    'documents show hr/lost/note.md',
    'acl explain hr/salaries.md --as root',
    'acl explain hr/lost/note.md --as root',
    'acl who hr/salaries.md',
    'groups list',
    'groups list --users',
    'groups sync',
    'quarantine list',
    'token list',
    'ingest',
  ])('ntk %s shows no text of a file', async (command) => {
    for (const options of [[], ['--json']]) {
      const { code, out, err } = await runCli(
        ...command.split(' '),
        ...options,
        '--config',
        company.configFile,
      );
      expect([0, 3], err).toContain(code);
      expect(out + err).not.toMatch(TEXT);
    }
  });

  it('the operator reads a file only as somebody who may', async () => {
    const as = (login: string) =>
      runCli('fetch', id, '--as', login, '--json', '--config', company.configFile);
    expect((await as('anna')).out).toMatch(TEXT);
    for (const login of MIGHTY) {
      const { code, out, err } = await as(login);
      expect(code).toBe(1);
      expect(out + err).not.toMatch(TRACES);
    }
  });

  it.each(MIGHTY)(
    '%s, in every group of administrators, finds, lists and opens nothing that is not theirs',
    async (login) => {
      for (const door of house.doors) {
        const shown = [await door.search(login, 'salary band codeword'), await door.fetch(login, id)];
        if (door.list !== null) shown.push(await door.list(login, SHARE));
        for (const { paths, body } of shown) {
          expect(paths).toEqual([]);
          expect(body).not.toMatch(TRACES);
        }
      }
    },
  );

  it('a token with more scopes than reading reads no more', async () => {
    const scopes = ['documents:read', 'admin', 'documents:*', '*', 'documents:write'];
    const { secret } = await company.token('root', { scopes });
    const headers = { authorization: `Bearer ${secret}` };
    const hidden = await fetch(`${house.server.url}/api/v1/documents/${id}`, { headers });
    expect(hidden.status).toBe(404);
    const status = await fetch(`${house.server.url}/api/v1/status`, { headers });
    expect(Object.keys((await status.json()) as object).sort()).toEqual(['index', 'mode', 'time', 'version']);
  });
});

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareId } from '../../acl/index.ts';
import { type Company, makeCompany, SHARE } from '../support/company.ts';
import { type House, openHouse } from '../support/house.ts';

/** What bruno asks; the words stand in hidden files too. */
const QUESTIONS = [
  'parental leave',
  'salary band 7',
  'holiday carried over',
  'ferie',
  'quetzalcoatl',
  'salry bnd',
];
const HIDDEN = /quetzalcoatl|81,450|salaries|plumbago|secret-project/i;

let company: Company;
let house: House;

beforeAll(async () => {
  company = await makeCompany();
  house = await openHouse(company.core);
});

afterAll(async () => {
  await house.close();
  await company.close();
});

/** Everything bruno is told, word for word. */
async function all(login: string): Promise<string[]> {
  const ids = await Promise.all(['policies/leave.md', 'policies/ferie.md'].map(company.documentId));
  const bodies: string[] = [];
  for (const door of house.doors) {
    for (const question of QUESTIONS) bodies.push((await door.search(login, question)).body);
    for (const id of ids) bodies.push((await door.fetch(login, id)).body);
    if (door.list !== null) bodies.push((await door.list(login, SHARE)).body);
  }
  return bodies;
}

describe('case 23: hidden documents', () => {
  /** Word statistics of the whole index may reorder readable hits (SECURITY.md); nothing else may differ. */
  it('change no count, cursor, field or text of what somebody else is told, be they many or none', async () => {
    const before = await all('bruno');
    for (let n = 0; n < 40; n += 1) {
      const text = `# Leave ${n}\n\nParental leave, holiday, ferie and salary band ${n} of plumbago.\n`;
      await company.write(`hr/leave-${n}/secret-project-${n}.md`, text.repeat(3));
    }
    await company.ingest();
    expect((await all('anna')).join()).toMatch(/plumbago/);
    expect(await all('bruno')).toEqual(before);
  });
});

describe('case 24: what one person was given', () => {
  it('opens nothing more for another: ids of documents, passages and further reading', async () => {
    for (const door of house.doors) {
      const { body } = await door.search('anna', 'salary band plumbago');
      const ids = new Set(body.match(/[a-z2-7]{16}\.[0-9a-f]{16}\.\d+/g));
      expect(ids.size).toBeGreaterThan(5);
      for (const id of [...ids].flatMap((passage) => [passage, `${passage}~`, passage.slice(0, 16)])) {
        const { paths } = await door.fetch('bruno', id);
        expect(paths.filter((path) => path.startsWith('hr/'))).toEqual([]);
      }
    }
  });

  it('a cursor of a listing of theirs turns no page of hidden names for another', async () => {
    const { gate, tools } = house.answering;
    const caller = async (login: string) => ({
      user: (await company.core.userOf(login)) ?? expect.fail(login),
      scopes: new Set(['documents:read']),
      via: 'cli' as const,
    });
    const page = (login: string, path: string, after: string) =>
      caller(login).then((who) => gate.call(tools.listFolder, who, { share: SHARE, path, after, limit: 2 }));
    for (const path of ['', 'hr', 'hr/leave-1']) {
      const given = await page('anna', path, '');
      const cursor = given.ok ? (given.output.next ?? '') : '';
      expect(JSON.stringify(await page('bruno', path, cursor))).not.toMatch(HIDDEN);
    }
  });

  it.each([
    '../hr',
    'hr',
    'policies/../hr',
    '/hr',
    'hr/',
    'HR',
    "hr' OR '1'='1",
    'hr" OR scope > 0 --',
    '*',
    '%',
    'hr\u0000',
    '%2e%2e/hr',
    '..\\hr',
  ])('and %j as a folder, a share, a type or an id shows nothing hidden', async (evil) => {
    const [, rest] = house.doors;
    const secret = (await company.token('bruno')).secret;
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const query = 'salary band plumbago';
    for (const filter of [{ path: evil }, { share: evil }, { type: evil }, { share: SHARE, path: evil }]) {
      const answer = await fetch(`${house.server.url}/api/v1/search`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, limit: 50, ...filter }),
      });
      expect((await answer.text()).replaceAll(evil, '')).not.toMatch(HIDDEN);
    }
    expect((await rest.fetch('bruno', evil)).paths).toEqual([]);
    for (const door of house.doors) {
      expect((await door.search('bruno', `${query} ${evil}`)).body).not.toMatch(/plumbago of|secret-project/);
      const listed = await door.list?.('bruno', SHARE, evil);
      expect(listed?.paths ?? []).toEqual([]);
    }
  });
});

describe('case 25: traces of hidden documents', () => {
  it('a readable file in a hidden folder names its own path and no neighbour', async () => {
    await company.write(
      'hr/.acl.yaml',
      'inherit: false\nentries:\n  - allow: group:hr\nfiles:\n  notice.md:\n    entries:\n      - allow: user:bruno\n',
    );
    await company.write('hr/notice.md', '# Notice\n\nThe office is closed on Friday.\n');
    await company.ingest();
    for (const door of house.doors) {
      const found = await door.search('bruno', 'office closed Friday');
      expect(found.paths).toEqual(['hr/notice.md']);
      const read = await door.fetch('bruno', await company.documentId('hr/notice.md'));
      const listed = (await door.list?.('bruno', SHARE, 'hr')) ?? { paths: ['hr/notice.md'], body: '' };
      expect(listed.paths).toEqual(['hr/notice.md']);
      for (const { body } of [found, read, listed]) expect(body).not.toMatch(HIDDEN);
    }
  });

  it('however many hidden passages match better, somebody finds every passage of theirs', async () => {
    const words = 'wisteria '.repeat(90);
    const sections = Array.from(
      { length: 1_200 },
      (_, n) => `## Part ${n}\n\n${words}secret-project ${n}.\n`,
    );
    await company.write('hr/garden.md', `# Wisteria\n\n${sections.join('\n')}`);
    const mine = Array.from({ length: 12 }, (_, n) => `policies/garden-${n}.md`);
    for (const [n, path] of mine.entries()) {
      await company.write(
        path,
        `# Garden ${n}\n\nIn yard ${n} of the plant the wisteria is cut in spring.\n`,
      );
    }
    await company.ingest();
    const hidden = await company.core.catalog.documentAt(shareId(SHARE), 'hr/garden.md');
    expect(hidden?.chunks).toBeGreaterThan(1_000);
    for (const door of house.doors) {
      const { paths, body } = await door.search('bruno', 'wisteria');
      expect([...paths].sort()).toEqual([...mine].sort());
      expect(body).not.toMatch(HIDDEN);
    }
  });

  it('the audit holds ids of what was shown, and no question, path, title or text', async () => {
    const hidden = await company.documentId('hr/salaries.md');
    const since = (await audit()).length;
    for (const door of house.doors) {
      await door.search('bruno', 'salary of quetzalcoatl in hr/salaries.md');
      await door.fetch('bruno', hidden);
      await door.list?.('bruno', SHARE, 'hr/leave-1');
    }
    const lines = (await audit()).slice(since);
    expect(lines.length).toBeGreaterThan(6);
    const text = lines.join('\n');
    expect(text).not.toMatch(HIDDEN);
    expect(text).not.toContain(hidden);
    expect(text).not.toMatch(/\.md|hr\/|salary/);
  });
});

async function audit(): Promise<string[]> {
  return (await readFile(company.auditFile, 'utf8')).split('\n').filter((line) => line !== '');
}

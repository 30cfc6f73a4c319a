import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ShareId, shareId } from '../../acl/index.ts';
import { type Core, ingest, openCore } from '../../src/compose/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { ListedDescriptors } from '../fakes/listed-descriptors.ts';
import type { Door, Shown } from '../support/doors.ts';
import { type House, openHouse } from '../support/house.ts';
import { runCli } from '../support/run-cli.ts';
import { passOver } from '../support/run-pass.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { CASES } from './all-cases.ts';
import { descriptorOf } from './descriptor-of.ts';
import { type Laid, layOut, POSIX_SHARE, posixAble } from './lay-out.ts';
import { LOGINS, type Login } from './people.ts';

const folder = tempFolder();
const { config, laid } = layOut(folder);
const shares = [...new Set(laid.map(({ share }) => share))];
const DOORS = ['functions', 'REST', 'MCP'];
const NO_SUCH = 'aaaaaaaaaaaaaaaa';

let core: Core;
let house: House;

beforeAll(async () => {
  core = await openCore(await loadConfig(config));
  if (posixAble) await ingest(core, { rebuild: false, onEvent: () => {} });
  else await passOver(core, { sourceOf: (share) => (share === POSIX_SHARE ? writtenDown(share) : null) });
  house = await openHouse(core);
});

afterAll(async () => {
  await house?.close();
  await core?.close();
});

/** The lists of the POSIX cases where no real file can have them. */
function writtenDown(share: ShareId): ListedDescriptors {
  const files = laid.filter((file) => file.share === share);
  return new ListedDescriptors(
    new Map(files.map(({ path, given }) => [path, descriptorOf(given.set, share)])),
  );
}

const doorNamed = (name: string): Door => {
  const found = house.doors.find((door) => door.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

const standing = (share: string, login: Login): string[] =>
  laid
    .filter((file) => file.share === share && file.given.reads.includes(login))
    .map(({ path }) => path)
    .sort();

/** Words of cases that an answer holds although this person may not read them. */
function leaks(body: string, login: Login): string[] {
  return CASES.filter(({ key, reads }) => !reads.includes(login) && body.includes(key)).map(
    ({ key, number, name }) => `${login} met ${key} (case ${number}: ${name})`,
  );
}

async function idOf({ share, path }: Laid): Promise<string> {
  const document = await core.catalog.documentAt(shareId(share), path);
  if (document === null) throw new Error(`${share}/${path} was not listed`);
  return document.id;
}

async function overCommandLine(login: Login, share: string): Promise<Shown> {
  const options = ['--as', login, '--share', share, '--limit', '50', '--json', '--config', config];
  const { out, err, code } = await runCli('search', 'zebra', ...options);
  const paths = code === 0 ? (JSON.parse(out) as { results: { path: string }[] }).results : [];
  return { paths: paths.map(({ path }) => path), body: out + err };
}

describe('the shares of the cases', () => {
  it('hold every case in at most as many files as one answer takes', () => {
    expect(laid.length).toBe(CASES.length);
    for (const share of shares) {
      expect(laid.filter((file) => file.share === share).length, share).toBeLessThanOrEqual(50);
    }
  });
});

describe.each([...DOORS, 'command line'])('searched over %s', (name) => {
  it.each(LOGINS)(
    'every share shows %s exactly what the matrix says, and nothing of the rest',
    async (login) => {
      for (const share of shares) {
        const { paths, body } = await (name === 'command line'
          ? overCommandLine(login, share)
          : doorNamed(name).search(login, 'zebra', share));
        expect([...paths].sort(), share).toEqual(standing(share, login));
        expect(leaks(body, login)).toEqual([]);
      }
    },
  );
});

describe.each(['functions', 'MCP'])('listed over %s', (name) => {
  it.each(LOGINS)(
    'every share shows %s exactly what the matrix says, and nothing of the rest',
    async (login) => {
      const { list } = doorNamed(name);
      for (const share of shares) {
        const { paths, body } = (await list?.(login, share)) ?? { paths: [], body: '' };
        expect([...paths].sort(), share).toEqual(standing(share, login));
        expect(leaks(body, login)).toEqual([]);
      }
    },
  );
});

describe.each(DOORS)('fetched over %s', (name) => {
  it.each(LOGINS)('every document opens for %s as the matrix says', async (login) => {
    const door = doorNamed(name);
    const opened: string[] = [];
    for (const file of laid) {
      const { paths, body } = await door.fetch(login, await idOf(file));
      if (paths.length > 0) {
        opened.push(file.given.key);
        expect(body).toContain(`The zebra of ${file.given.key} grazes here.`);
      }
      expect(leaks(body, login)).toEqual([]);
    }
    const wanted = laid.filter(({ given }) => given.reads.includes(login)).map(({ given }) => given.key);
    expect(opened).toEqual(wanted);
  });

  it('case 22: a hidden id is answered word for word like one that does not exist', async () => {
    const door = doorNamed(name);
    for (const login of LOGINS) {
      const nothing = (await door.fetch(login, NO_SUCH)).body.replaceAll(NO_SUCH, 'ID');
      for (const file of laid.filter(({ given }) => !given.reads.includes(login))) {
        const id = await idOf(file);
        const { body } = await door.fetch(login, id);
        expect(body.replaceAll(id, 'ID'), `${login}: ${file.given.name}`).toBe(nothing);
      }
    }
  });
});

describe('asked for by its own words', () => {
  it('no file is shown to anybody whom the matrix leaves out', async () => {
    const met: string[] = [];
    for (const [at, { given }] of laid.entries()) {
      for (const login of LOGINS.filter((person) => !given.reads.includes(person))) {
        const door = house.doors[at % house.doors.length] ?? house.doors[0];
        const query = `dossier ${given.key}`;
        const { paths, body } = await door.search(login, query);
        met.push(...leaks(`${paths.join()}${body.replaceAll(query, '')}`, login));
      }
    }
    expect(met).toEqual([]);
  });
});

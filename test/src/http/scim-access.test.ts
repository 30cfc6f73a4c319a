import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { patchOf } from '../../support/pushed.ts';
import { type ScimServer, startScimServer } from '../../support/scim-server.ts';

const SECRET_WORD = 'quetzalcoatl';

let server: ScimServer;
/** Ids and personal access tokens. */
let anna: string;
let bob: string;
let hr: string;
let annaToken: string;
let bobToken: string;

/** Anna and Bob are in `hr`, Bob through the group `clerks`; `hr` reads the folder. */
beforeEach(async () => {
  server = await startScimServer();
  anna = await server.made('/Users', { userName: 'anna', externalId: 'e-anna' });
  bob = await server.made('/Users', { userName: 'bob' });
  const clerks = await server.made('/Groups', { displayName: 'clerks', members: [{ value: bob }] });
  hr = await server.made('/Groups', { displayName: 'hr', members: [{ value: anna }, { value: clerks }] });
  server.write({
    'hr/.acl.yaml': `inherit: false\nentries:\n  - allow: group:${hr}\n`,
    'hr/bands.md': `# Salary bands\n\nBand seven has the codeword ${SECRET_WORD}.\n`,
  });
  await server.ingest();
  annaToken = await server.token('anna');
  bobToken = await server.token('bob');
});

afterEach(async () => {
  await server.close();
  expect(server.faults).toEqual([]);
});

async function search(
  token: string,
): Promise<{ readonly status: number; readonly hits: number; readonly text: string }> {
  const response = await fetch(`${server.url}/api/v1/search`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: `codeword ${SECRET_WORD}` }),
  });
  const text = await response.text();
  return { status: response.status, hits: JSON.parse(text).results?.length ?? 0, text };
}

const clerksOf = async (): Promise<string> => {
  const { body } = await server.scim('GET', '/Groups?filter=displayName%20eq%20%22clerks%22');
  return body.Resources[0].id;
};

describe('who was pushed finds what the pushed groups may read', () => {
  it('both find it, one of them through a group within the group', async () => {
    expect((await search(annaToken)).hits).toBe(1);
    expect((await search(bobToken)).hits).toBe(1);
  });

  it('somebody taken out of the group finds nothing at the next question', async () => {
    const remove = patchOf({ op: 'Remove', path: 'members', value: [{ value: bob }] });
    expect((await server.scim('PATCH', `/Groups/${await clerksOf()}`, remove)).status).toBe(204);
    const { status, hits, text } = await search(bobToken);
    expect([status, hits]).toEqual([200, 0]);
    expect(text).not.toContain('bands');
    expect((await search(annaToken)).hits).toBe(1);
  });

  it('a group taken out of the group takes its members with it', async () => {
    const remove = patchOf({ op: 'remove', path: `members[value eq "${await clerksOf()}"]` });
    await server.scim('PATCH', `/Groups/${hr}`, remove);
    expect((await search(bobToken)).hits).toBe(0);
    expect((await search(annaToken)).hits).toBe(1);
  });

  it('a non-standard removal of one leaves the other in', async () => {
    const remove = patchOf({ op: 'Remove', path: 'members', value: [{ $ref: null, value: anna }] });
    await server.scim('PATCH', `/Groups/${hr}`, remove);
    expect((await search(annaToken)).hits).toBe(0);
    expect((await search(bobToken)).hits).toBe(1);
  });

  it('somebody switched off is turned away', async () => {
    const off = patchOf({ op: 'Replace', path: 'active', value: 'False' });
    await server.scim('PATCH', `/Users/${bob}`, off);
    expect((await search(bobToken)).status).toBe(401);
    await server.scim('PATCH', `/Users/${bob}`, patchOf({ op: 'Replace', path: 'active', value: 'True' }));
    expect((await search(bobToken)).hits).toBe(1);
  });

  it('somebody deleted is turned away, and one of the same name who comes later is somebody else', async () => {
    await server.scim('DELETE', `/Users/${bob}`);
    expect((await search(bobToken)).status).toBe(401);
    await server.made('/Users', { userName: 'bob' });
    expect((await search(bobToken)).status).toBe(401);
    expect((await search(await server.token('bob'))).hits).toBe(0);
  });

  it('a deleted group opens nothing any more, nor does one of the same name that comes later', async () => {
    await server.scim('DELETE', `/Groups/${hr}`);
    expect((await search(annaToken)).hits).toBe(0);
    await server.made('/Groups', { displayName: 'hr', members: [{ value: anna }] });
    expect((await search(annaToken)).hits).toBe(0);
  });

  it('a renamed group still opens what it opened', async () => {
    await server.scim(
      'PATCH',
      `/Groups/${hr}`,
      patchOf({ op: 'replace', path: 'displayName', value: 'people' }),
    );
    expect((await search(annaToken)).hits).toBe(1);
  });

  it('a refused request changes nobody’s access', async () => {
    const half = patchOf(
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: [{ value: 'never-given' }] },
    );
    expect((await server.scim('PATCH', `/Groups/${hr}`, half)).status).toBe(400);
    expect((await search(annaToken)).hits).toBe(1);
  });

  it('nothing of the documents is told to whoever pushes', async () => {
    const replies = await Promise.all(
      ['/Users', '/Groups', '/Schemas', '/ServiceProviderConfig', `/Groups/${SECRET_WORD}`].map((path) =>
        server.scim('GET', path),
      ),
    );
    expect(replies.map(({ text }) => text).join()).not.toMatch(/bands|salary|company|\.md/i);
  });

  it('the command line reads the same directory, and says that it is pushed', () => {
    const config = ['--config', join(server.folder, 'need-to-know.yaml')];
    const ntk = (...args: readonly string[]) =>
      spawnSync(process.execPath, ['bin/ntk.js', ...args, ...config], { encoding: 'utf8' });
    const sync = ntk('groups', 'sync');
    expect(sync.stderr).toContain('pushes');
    expect(sync.stdout).toBe('2 users and 2 groups read from SCIM\n');
    expect(ntk('search', SECRET_WORD, '--as', 'bob').stdout).toContain('bands.md');
    const status = JSON.parse(ntk('status', '--json').stdout).directory;
    expect(status).toMatchObject({ source: 'SCIM', users: 2, groups: 2, stale: false, lastSync: null });
  });
});

describe('before the first push is over', () => {
  it('nobody is answered, and operators are told why', async () => {
    const own = await startScimServer({ settle: '1h' });
    await own.made('/Users', { userName: 'anna' });
    await own.made('/Groups', { displayName: 'g' });
    expect(await own.core.snapshot()).toBeNull();
    expect((await fetch(`${own.url}/readyz`)).status).toBe(503);
    const sync = spawnSync(
      process.execPath,
      ['bin/ntk.js', 'groups', 'sync', '--config', join(own.folder, 'need-to-know.yaml')],
      { encoding: 'utf8' },
    );
    expect([sync.status, sync.stderr]).toEqual([1, expect.stringContaining('first push')]);
    await own.close();
  });
});

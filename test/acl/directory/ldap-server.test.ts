import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { LdapDirectory } from '../../../acl/directory/ldap/index.ts';

const NOW = Date.UTC(2026, 0, 1);
const BASE = 'DC=corp,DC=test';

describe('LdapDirectory with a server that misbehaves', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  const BIND_DONE = '61070a010004000400';
  const SEARCH_DONE = '65070a010004000400';
  /** The root DSE of a server that does not say what changed. */
  const NO_MARK = SEARCH_DONE;
  const COOKIE = `a0243022${'0416'}${Buffer.from('1.2.840.113556.1.4.319').toString('hex')}${'04083006020100'}040178`;

  /** A server that gives its answers in turn, each to one request, and then what `then` does. */
  async function serve(answers: readonly string[], then: (socket: Socket) => void = () => undefined) {
    let connections = 0;
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      connections += 1;
      sockets.push(socket);
      const left = [...answers];
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        const at = (data[1] ?? 0) < 0x80 ? 2 : 2 + ((data[1] ?? 0) & 0x7f);
        const answer = left.shift();
        if (answer === undefined) return;
        const body = Buffer.from(`0201${data.toString('hex', at + 2, at + 3)}${answer}`, 'hex');
        socket.write(Buffer.concat([Buffer.from([0x30, body.length]), body]));
        if (left.length === 0) then(socket);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const address = server.address();
    const port = address === null || typeof address === 'string' ? 0 : address.port;
    return { url: `ldap://127.0.0.1:${port}`, connections: () => connections };
  }

  const options = {
    bindDn: 'cn=a',
    bindPassword: 'secret-word',
    baseDn: BASE,
    schema: 'ad',
    timeoutMs: 300,
  } as const;
  const detailOf = async (more: { url: string; startTls?: boolean; bindPassword?: string }) => {
    const reading = await new LdapDirectory({ ...options, ...more }).read(NOW);
    return reading.kind === 'incomplete' ? reading.detail : 'complete';
  };

  it('is incomplete after an empty page that announces more', async () => {
    const { url } = await serve([BIND_DONE, NO_MARK, `${SEARCH_DONE}${COOKIE}`, SEARCH_DONE]);
    expect(await detailOf({ url })).toContain('stopped before the last page');
  });

  it('is incomplete after empty pages that announce nothing', async () => {
    const { url } = await serve([BIND_DONE, NO_MARK, SEARCH_DONE, SEARCH_DONE]);
    expect(await detailOf({ url })).toContain('no user was found');
  });

  it('does not go on over a second connection', async () => {
    const { url, connections } = await serve([BIND_DONE, NO_MARK, SEARCH_DONE], (socket) => socket.end());
    expect(await detailOf({ url })).toMatch(/connection (was lost|failed)/);
    expect(connections()).toBe(1);
  });

  it.each([
    { name: 'busy', result: 51, says: 'busy' },
    { name: 'time limit', result: 3, says: 'time limit' },
    { name: 'size limit', result: 4, says: 'size limit' },
    { name: 'referral', result: 10, says: 'another one' },
    { name: 'a result nobody knows', result: 99, says: 'result' },
  ])('is incomplete after $name', async ({ result, says }) => {
    const { url } = await serve([
      BIND_DONE,
      NO_MARK,
      `65070a01${result.toString(16).padStart(2, '0')}04000400`,
    ]);
    expect(await detailOf({ url })).toContain(says);
  });

  it('is incomplete when nothing answers, also within StartTLS', async () => {
    const silent = await serve([]);
    expect(await detailOf(silent)).toContain('did not answer in time');
    const half = await serve(['78070a010004000400']);
    expect(await detailOf({ ...half, startTls: true })).toContain('did not answer in time');
  });

  it.each([
    { name: 'plain text to another machine', more: { url: 'ldap://ldap.corp.test' }, says: 'plain text' },
    {
      name: 'TLS within TLS',
      more: { url: 'ldaps://ldap.corp.test', startTls: true },
      says: 'leave startTls out',
    },
    { name: 'no password', more: { url: 'ldap://127.0.0.1', bindPassword: '' }, says: 'is empty' },
    { name: 'another protocol', more: { url: 'http://127.0.0.1' }, says: 'write url' },
  ])('does not connect with $name', async ({ more, says }) => {
    expect(await detailOf(more)).toContain(says);
  });
});

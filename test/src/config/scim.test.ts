import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { toConfig } from '../../../src/config/index.ts';
import { SecretError, sharedSecret } from '../../../src/identity/index.ts';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

const SHARE = { name: 'company', path: './share', acl: { source: 'sidecar' } };

function directory(more: object): unknown {
  const text = stringify({ shares: [SHARE], directory: { source: 'scim', ...more } });
  return toConfig('/etc/need-to-know.yaml', text).directory;
}

describe('directory.source: scim', () => {
  it('has a staleness of thirty days and a minute to settle', () => {
    expect(directory({})).toEqual({ source: 'scim', settle: 60, maxStaleness: 30 * 86_400 });
  });

  it('takes other times', () => {
    expect(directory({ settle: '10m', maxStaleness: '7d' })).toMatchObject({
      settle: 600,
      maxStaleness: 604_800,
    });
  });

  it.each([{ token: 'x' }, { settle: 10 }, { maxStaleness: 'long' }, { path: './directory.yaml' }])(
    'refuses %j by its key',
    (more) => {
      expect(() => directory(more)).toThrow(Object.keys(more)[0]);
    },
  );
});

describe('the secret', () => {
  it.each([
    ['31 characters', 'x'.repeat(31)],
    ['a character that no header carries', `${'x'.repeat(40)} `],
    ['none', ''],
  ])('of %s is refused', (_name, secret) => {
    expect(() => sharedSecret(secret)).toThrow(SecretError);
  });

  it('is known by itself alone', () => {
    const secret = 'abc0'.repeat(8);
    const knows = sharedSecret(secret);
    expect([secret, '', `${secret}0`, secret.slice(1), secret.toUpperCase()].map(knows)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it.each([
    ['no secret', {}, /set NTK_SCIM_TOKEN or NTK_SCIM_TOKEN_FILE/],
    ['one that is short', { NTK_SCIM_TOKEN: 'short' }, /NTK_SCIM_TOKEN: it needs at least 32 characters/],
    ['a file that is not there', { NTK_SCIM_TOKEN_FILE: '/no/such/file' }, /NTK_SCIM_TOKEN_FILE: .*ENOENT/],
  ])('the server does not start with %s', (_name, env, message) => {
    const folder = tempFolder();
    const config = { data: './data', shares: [SHARE], directory: { source: 'scim' }, http: { port: 0 } };
    writeFiles(folder, { 'need-to-know.yaml': stringify(config), 'share/a.txt': 'a' });
    const { NTK_SCIM_TOKEN: _token, NTK_SCIM_TOKEN_FILE: _file, ...rest } = process.env;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['bin/ntk.js', 'serve', '--config', join(folder, 'need-to-know.yaml')],
      { encoding: 'utf8', env: { ...rest, ...env }, timeout: 60_000 },
    );
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigError, configPath, duration, loadConfig, toConfig } from '../../../src/config/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const FILE = '/etc/ntk/need-to-know.yaml';
const GOOD = `data: data
shares:
  - name: docs
    path: share
    acl: { source: sidecar }
directory:
  source: file
  path: directory.yaml
`;

function refusal(text: string): string {
  try {
    toConfig(FILE, text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

const REFUSED: readonly { readonly name: string; readonly text: string; readonly says: RegExp }[] = [
  { name: 'an unknown key', text: `${GOOD}limts: {}\n`, says: /:9: limts: no such key/ },
  {
    name: 'an unknown key whose value begins on the next line',
    text: `${GOOD}limts:\n  resultTokens: 5\n`,
    says: /:9: limts: no such key/,
  },
  {
    name: 'an unknown key in a share',
    text: GOOD.replace('    path: share\n', '    path: share\n    pth: x\n'),
    says: /:5: shares\.0\.pth: no such key/,
  },
  {
    name: 'a wrong type',
    text: `${GOOD}limits:\n  timeoutSeconds: soon\n`,
    says: /:10: limits\.timeoutSeconds: .*number/,
  },
  { name: 'a number out of range', text: `${GOOD}http:\n  port: 70000\n`, says: /:10: http\.port: / },
  { name: 'an unknown source', text: GOOD.replace('sidecar', 'ntfs'), says: /:5: shares\.0\.acl\.source: / },
  { name: 'a missing key', text: GOOD.replace(/directory:[\s\S]*/, ''), says: /directory: / },
  {
    name: 'a missing key in a share',
    text: GOOD.replace('    path: share\n', ''),
    says: /:3: shares\.0\.path: /,
  },
  {
    name: 'no shares',
    text: GOOD.replace(/shares:[\s\S]*?directory/, 'shares: []\ndirectory'),
    says: /:2: shares: /,
  },
  { name: 'nothing', text: '', says: /:1: shares: / },
  { name: 'a list', text: '- a\n', says: /:1: top level: / },
  { name: 'broken YAML', text: `${GOOD}limits: {\n`, says: /:\d+: / },
  { name: 'a key twice', text: `${GOOD}data: other\n`, says: /:9: .*unique/ },
  { name: 'two documents', text: `${GOOD}---\n${GOOD}`, says: /multiple documents/ },
  {
    name: 'an alias',
    text: GOOD.replace('data: data', 'data: &x data').replace('path: share', 'path: *x'),
    says: /aliases/,
  },
  {
    name: 'two shares of one name',
    text: GOOD.replace(
      'directory:',
      '  - name: docs\n    path: other\n    acl: { source: open }\ndirectory:',
    ),
    says: /:2: shares: two shares have one name/,
  },
  {
    name: 'a share name with a slash',
    text: GOOD.replace('name: docs', 'name: a/b'),
    says: /:3: shares\.0\.name: use lower-case/,
  },
  {
    name: 'a length of time without a unit',
    text: `${GOOD}  maxStaleness: "24"\n`,
    says: /:9: directory\.maxStaleness: write a number and s, m, h or d/,
  },
  {
    name: 'a length of time as a number',
    text: `${GOOD}  maxStaleness: 24\n`,
    says: /:9: directory\.maxStaleness: /,
  },
  {
    name: 'a share entry that is none',
    text: GOOD.replace('    acl:', '    shareAcl: [{ permit: everyone }]\n    acl:'),
    says: /:5: shares\.0\.shareAcl/,
  },
  {
    name: 'a link that is not http',
    text: `${GOOD}http: { publicUrl: "javascript:alert(1)" }\n`,
    says: /http\.publicUrl/,
  },
];

/** The configuration of above with an identities file and one issuer, by lines of its entry. */
function withIssuer(...lines: readonly string[]): string {
  return `${GOOD}  identities: identities.yaml
signIn:
  issuers:
    - issuer: https://login.example/t/v2.0
      audience: [api://x]
${lines.map((line) => `      ${line}\n`).join('')}`;
}

const REFUSED_ISSUERS: readonly { readonly name: string; readonly text: string; readonly says: RegExp }[] = [
  {
    name: 'an unknown key of an issuer',
    text: withIssuer('audiences: [x]'),
    says: /:14: signIn\.issuers\.0\.audiences: no such key/,
  },
  {
    name: 'no audience',
    text: withIssuer().replace('[api://x]', '[]'),
    says: /:13: signIn\.issuers\.0\.audience: /,
  },
  {
    name: 'an issuer over plain http',
    text: withIssuer().replace('https://login.example', 'http://login.example'),
    says: /:12: signIn\.issuers\.0\.issuer: write an https:\/\/ address/,
  },
  {
    name: 'an issuer with a query',
    text: withIssuer().replace('/v2.0', '/v2.0?x'),
    says: /issuer: an issuer has no \?, # or space/,
  },
  {
    name: 'keys over plain http',
    text: withIssuer('jwksUri: http://login.example/keys'),
    says: /:14: .*jwksUri: write an https/,
  },
  {
    name: 'an algorithm with a shared secret',
    text: withIssuer('algorithms: [RS256, HS256]'),
    says: /:14: signIn\.issuers\.0\.algorithms\.1: /,
  },
  { name: 'the algorithm none', text: withIssuer('algorithms: [none]'), says: /algorithms\.0: / },
  { name: 'a user without claims', text: withIssuer('user: sub'), says: /user: write \{ claim: sub \}/ },
  {
    name: 'groups of an unknown kind',
    text: withIssuer('groups: { claim: groups, as: name }'),
    says: /groups: write directory, or \{ claim/,
  },
  {
    name: 'a login made of two claims',
    text: withIssuer('matches: login', 'user: { claims: [tid, oid] }'),
    says: /:14: .*matches: .*by one claim/,
  },
  {
    name: 'external ids without provisioning',
    text: withIssuer('matches: externalId'),
    says: /:14: .*matches: only directory\.source: scim/,
  },
  {
    name: 'subjects without a file that maps them',
    text: withIssuer().replace('  identities: identities.yaml\n', ''),
    says: /matches: .*name it in directory\.identities/,
  },
  {
    name: 'an issuer twice',
    text: `${withIssuer()}    - issuer: https://login.example/t/v2.0\n      audience: [b]\n`,
    says: /issuers: one issuer stands twice/,
  },
];

describe('signIn', () => {
  it.each(REFUSED_ISSUERS)('refuses $name and says where', ({ text, says }) => {
    expect(refusal(text)).toMatch(says);
  });

  it('fills in the safest of everything', () => {
    expect(toConfig(FILE, withIssuer()).signIn.issuers).toEqual([
      {
        issuer: 'https://login.example/t/v2.0',
        audience: ['api://x'],
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
        maxAge: 86_400,
        user: { claims: ['sub'] },
        matches: 'subject',
        groups: { from: 'directory' },
        scopes: {},
      },
    ]);
    const claimed = withIssuer('groups: { claim: groups, as: sid }');
    expect(toConfig(FILE, claimed).signIn.issuers[0]?.groups).toEqual({
      from: 'claim',
      claim: 'groups',
      as: 'sid',
      overage: 'refuse',
    });
  });

  it('may have an issuer and keys over http on this machine alone', () => {
    for (const host of ['localhost:1', '127.0.0.1:1', '[::1]:1']) {
      const text = withIssuer(`jwksUri: http://${host}/keys`).replace(
        'https://login.example',
        `http://${host}`,
      );
      expect(toConfig(FILE, text).signIn.issuers).toHaveLength(1);
    }
  });

  it('finds the identities file from the folder of the configuration', () => {
    expect(toConfig(FILE, withIssuer()).directory.identities).toBe('/etc/ntk/identities.yaml');
  });
});

describe('toConfig', () => {
  it.each(REFUSED)('refuses $name and says where', ({ text, says }) => {
    const message = refusal(text);
    expect(message.startsWith(`${FILE}:`)).toBe(true);
    expect(message).toMatch(says);
  });

  it('takes relative paths from the folder of the file', () => {
    const config = toConfig(FILE, GOOD);
    expect(config.data).toBe('/etc/ntk/data');
    expect(config.shares[0]?.path).toBe('/etc/ntk/share');
    expect((config.directory as { path?: string }).path).toBe('/etc/ntk/directory.yaml');
    expect(config.file).toBe(FILE);
  });

  it('leaves absolute paths', () => {
    const config = toConfig(FILE, GOOD.replace('path: share', 'path: /srv/share'));
    expect(config.shares[0]?.path).toBe('/srv/share');
  });

  it('fills in defaults', () => {
    const config = toConfig(FILE, GOOD);
    expect(config).toMatchObject({
      embedding: { model: 'none', cache: join(homedir(), '.cache', 'need-to-know', 'models') },
      http: { host: '127.0.0.1', port: 7_700, allowedHosts: [] },
      directory: { maxStaleness: 86_400 },
    });
    expect(config.shares[0]?.shareAcl).toEqual([{ allow: 'everyone' }]);
    expect(config.ingest.workers).toBeGreaterThan(0);
  });
});

describe('duration', () => {
  it.each([
    { text: '90s', seconds: 90 },
    { text: '30m', seconds: 1_800 },
    { text: '24h', seconds: 86_400 },
    { text: '30d', seconds: 2_592_000 },
    { text: '0s', seconds: 0 },
  ])('$text is $seconds seconds', ({ text, seconds }) => {
    expect(duration.parse(text)).toBe(seconds);
  });

  it.each(['', 's', '1', '-1s', '1.5h', '1 h', '1w', '1H', 'h1', '1h30m'])('refuses %j', (text) => {
    expect(duration.safeParse(text).success).toBe(false);
  });
});

describe('loadConfig', () => {
  it('names the mend when there is no file', async () => {
    await expect(loadConfig(join(tempFolder(), 'none.yaml'))).rejects.toThrow(
      /no configuration at .*ntk init/,
    );
  });

  it('refuses a folder', async () => {
    await expect(loadConfig(tempFolder())).rejects.toThrow(ConfigError);
  });

  it('reads a file', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub/x.yaml'), GOOD);
    expect((await loadConfig(join(folder, 'sub/x.yaml'))).data).toBe(join(folder, 'sub/data'));
  });
});

describe('configPath', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('is the option before NTK_CONFIG before the default', () => {
    vi.stubEnv('NTK_CONFIG', '/from/env.yaml');
    expect(configPath('/from/option.yaml')).toBe('/from/option.yaml');
    expect(configPath(undefined)).toBe('/from/env.yaml');
    vi.stubEnv('NTK_CONFIG', undefined);
    expect(configPath(undefined)).toBe(resolve('need-to-know.yaml'));
  });
});

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ENV = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };

export const BASE = 'dc=example,dc=test';
export const ADMIN = `cn=admin,${BASE}`;
export const PASSWORD = 'correct horse battery staple';
/** An account under the size limits of the server, as the root account is not. */
export const READER = `cn=reader,${BASE}`;

/** Whether this machine has what the server and its tests call. */
export const hasSlapd = ['slapd', 'ldapmodify', 'openssl'].every(
  (tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { env: ENV }).status === 0,
);

/** A real OpenLDAP server in a temporary folder, on free ports of this machine. */
export class Slapd {
  readonly #folder: string;
  readonly #ports: readonly [number, number];
  #process: ChildProcess | null = null;

  private constructor(folder: string, ports: readonly [number, number]) {
    this.#folder = folder;
    this.#ports = ports;
  }

  /** Loads the entries without asking the server, then starts it. */
  static async start(ldif: string, settings: { readonly sizeLimit?: number } = {}): Promise<Slapd> {
    const folder = mkdtempSync(join(tmpdir(), 'ntk-slapd-'));
    chmodSync(folder, 0o700);
    mkdirSync(join(folder, 'db'));
    const slapd = new Slapd(folder, [await freePort(), await freePort()]);
    makeCertificates(folder);
    slapd.#configure(settings.sizeLimit ?? null);
    writeFileSync(join(folder, 'seed.ldif'), ldif);
    execFileSync('slapadd', ['-q', '-f', slapd.#conf, '-l', join(folder, 'seed.ldif')], { env: ENV });
    await slapd.run();
    return slapd;
  }

  get url(): string {
    return `ldap://127.0.0.1:${this.#ports[0]}`;
  }

  get secureUrl(): string {
    return `ldaps://127.0.0.1:${this.#ports[1]}`;
  }

  /** Certificate authority of the server, in PEM. */
  get ca(): string {
    return readFileSync(join(this.#folder, 'ca.pem'), 'utf8');
  }

  async run(): Promise<void> {
    const child = spawn('slapd', ['-d', '0', '-f', this.#conf, '-h', `${this.url}/ ${this.secureUrl}/`], {
      env: ENV,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    let said = '';
    child.stderr?.on('data', (data) => {
      said += String(data);
    });
    for (let waited = 0; !(await answers(this.#ports[1])); waited += 1) {
      if (child.exitCode !== null || waited > 200) throw new Error(`slapd did not start: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Kills the server as a crash would. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Applies changes as the root account. */
  modify(ldif: string): void {
    const args = ['-x', '-H', this.url, '-D', ADMIN, '-w', PASSWORD];
    execFileSync('ldapmodify', args, { env: ENV, input: ldif, stdio: ['pipe', 'ignore', 'pipe'] });
  }

  /** What the server itself says of one attribute of one entry. */
  valueOf(dn: string, attribute: string): string {
    const args = ['-x', '-LLL', '-o', 'ldif-wrap=no', '-H', this.url, '-D', ADMIN, '-w', PASSWORD];
    const text = execFileSync('ldapsearch', [...args, '-s', 'base', '-b', dn, attribute], {
      env: ENV,
      encoding: 'utf8',
    });
    const value = new RegExp(`^${attribute}: (.*)$`, 'm').exec(text)?.[1];
    if (value === undefined) throw new Error(`${dn} has no ${attribute}`);
    return value;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #conf(): string {
    return join(this.#folder, 'slapd.conf');
  }

  #configure(sizeLimit: number | null): void {
    const at = (file: string) => join(this.#folder, file);
    const schemas = ['core', 'cosine', 'inetorgperson', 'nis'];
    const lines = [
      ...schemas.map((schema) => `include /etc/ldap/schema/${schema}.schema`),
      `pidfile ${at('slapd.pid')}`,
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      `TLSCertificateFile ${at('server.pem')}`,
      `TLSCertificateKeyFile ${at('server.key')}`,
      sizeLimit === null ? 'sizelimit unlimited' : `sizelimit ${sizeLimit}`,
      'database mdb',
      'maxsize 67108864',
      `suffix "${BASE}"`,
      `rootdn "${ADMIN}"`,
      `rootpw "${PASSWORD}"`,
      `directory ${at('db')}`,
      'access to attrs=userPassword by anonymous auth',
      `access to * by dn.exact="${READER}" read by * none`,
    ];
    writeFileSync(this.#conf, `${lines.join('\n')}\n`);
  }
}

function makeCertificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=test CA',
  );
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1');
  writeFileSync(join(folder, 'san.txt'), 'subjectAltName=IP:127.0.0.1\n');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
  openssl('x509', '-req', '-in', 'server.csr', ...signed, '-extfile', 'san.txt', '-out', 'server.pem');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Passes bytes on; once so many have come back it holds the rest until `act` is done. */
export async function actingProxy(server: Slapd, bytes: number, act: () => void) {
  let passed = 0;
  let acted = false;
  const proxy = createServer((near) => {
    const far = connect(Number(new URL(server.url).port), '127.0.0.1');
    near.on('error', () => undefined).on('close', () => far.destroy());
    far.on('error', () => undefined).on('close', () => near.destroy());
    near.pipe(far);
    far.on('data', (data) => {
      const left = bytes - passed;
      passed += data.length;
      if (left > 0) near.write(data.subarray(0, left));
      if (passed < bytes || acted) {
        if (acted && left <= 0) near.write(data);
        return;
      }
      acted = true;
      act();
      near.write(data.subarray(left));
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = () => new Promise((resolve) => proxy.close(resolve));
  return { port: address.port, acted: () => acted, close };
}

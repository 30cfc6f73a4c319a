import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from './certificates.ts';
import { answers, freePort } from './ports.ts';

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

export interface SlapdSettings {
  readonly sizeLimit?: number;
  /** `syncprov` keeps contextCSN; `refint` mends members of groups in the background. */
  readonly overlays?: readonly ('syncprov' | 'refint')[];
  /** Whether a contextCSN is written while loading, which nothing moves without `syncprov`. */
  readonly loadedMark?: boolean;
}

/** A real OpenLDAP server in a temporary folder, on free ports of this machine. */
export class Slapd {
  readonly #folder: string;
  readonly #ports: readonly [number, number];
  #process: ChildProcess | null = null;
  #log = '';

  private constructor(folder: string, ports: readonly [number, number]) {
    this.#folder = folder;
    this.#ports = ports;
  }

  /** Loads the entries without asking the server, then starts it. */
  static async start(ldif: string, settings: SlapdSettings = {}): Promise<Slapd> {
    const folder = mkdtempSync(join(tmpdir(), 'ntk-slapd-'));
    chmodSync(folder, 0o700);
    mkdirSync(join(folder, 'db'));
    const slapd = new Slapd(folder, [await freePort(), await freePort()]);
    makeCertificates(folder, '127.0.0.1');
    slapd.#configure(settings);
    writeFileSync(join(folder, 'seed.ldif'), ldif);
    const mark = settings.loadedMark === true ? ['-w'] : [];
    execFileSync('slapadd', [...mark, '-q', '-f', slapd.#conf, '-l', join(folder, 'seed.ldif')], {
      env: ENV,
    });
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
    const child = spawn('slapd', ['-d', 'stats', '-f', this.#conf, '-h', `${this.url}/ ${this.secureUrl}/`], {
      env: ENV,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    this.#log = '';
    child.stderr?.on('data', (data) => {
      this.#log += String(data);
    });
    for (let waited = 0; !(await answers(this.#ports[1], '127.0.0.1')); waited += 1) {
      if (child.exitCode !== null || waited > 200) throw new Error(`slapd did not start: ${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** How often a tree was searched since the start, as the server itself logs it. */
  async treeSearches(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return this.#log.match(/ SRCH .* scope=2 /g)?.length ?? 0;
  }

  /** Lets the server answer nothing any more, with its connections open. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
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

  /** Changes entries under the running server without moving its mark, as its own background work does. */
  modifyUnseen(ldif: string): void {
    writeFileSync(join(this.#folder, 'unseen.ldif'), ldif);
    execFileSync('slapmodify', ['-q', '-f', this.#conf, '-l', join(this.#folder, 'unseen.ldif')], {
      env: ENV,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
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

  #configure({ sizeLimit, overlays = [] }: SlapdSettings): void {
    const at = (file: string) => join(this.#folder, file);
    const schemas = ['core', 'cosine', 'inetorgperson', 'nis'];
    const lines = [
      ...schemas.map((schema) => `include /etc/ldap/schema/${schema}.schema`),
      `pidfile ${at('slapd.pid')}`,
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      // Loaded, a server names the controls of syncprov even where no database has it.
      'moduleload syncprov',
      'moduleload refint',
      `TLSCertificateFile ${at('server.pem')}`,
      `TLSCertificateKeyFile ${at('server.key')}`,
      sizeLimit === undefined ? 'sizelimit unlimited' : `sizelimit ${sizeLimit}`,
      'database mdb',
      'maxsize 67108864',
      `suffix "${BASE}"`,
      `rootdn "${ADMIN}"`,
      `rootpw "${PASSWORD}"`,
      `directory ${at('db')}`,
      ...overlays.map((overlay) => `overlay ${overlay}`),
      ...(overlays.includes('refint') ? ['refint_attributes member'] : []),
      'access to attrs=userPassword by anonymous auth',
      `access to * by dn.exact="${READER}" read by * none`,
    ];
    writeFileSync(this.#conf, `${lines.join('\n')}\n`);
  }
}

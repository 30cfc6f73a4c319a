import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from './certificates.ts';
import { answers } from './ports.ts';

const ENV = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };
/** Ports that Samba opens; they cannot be configured. */
const PORTS = [389, 636, 3268, 3269];

export const BASE = 'DC=corp,DC=test';
export const PASSWORD = 'Correct-Horse-1';
const ADMIN = 'administrator@corp.test';
/** An account without any rights beyond those that everybody has. */
export const READER = 'reader@corp.test';

/** Why no domain controller can run here, or null. */
export const noSambaAd: string | null = whyNot();

function whyNot(): string | null {
  if (process.getuid?.() !== 0) return 'needs root';
  for (const tool of ['samba', 'samba-tool', 'ldapmodify', 'openssl']) {
    if (spawnSync('sh', ['-c', `command -v ${tool}`], { env: ENV }).status !== 0) return `needs ${tool}`;
  }
  if (!existsSync('/usr/share/samba/setup/provision.ldif')) return 'needs samba-ad-provision';
  const modules = spawnSync('sh', ['-c', 'ls /usr/lib/*/samba/ldb/samldb.so']);
  return modules.status === 0 ? null : 'needs samba-dsdb-modules';
}

/**
 * A real Active Directory domain controller by Samba in a temporary folder, on an address of the loopback network
 * that it has for itself. It serves LDAP alone: no Kerberos, DNS or file shares.
 */
export class SambaAd {
  readonly address: string;
  readonly #folder: string;
  #process: ChildProcess | null = null;
  #said = '';

  private constructor(folder: string, address: string) {
    this.#folder = folder;
    this.address = address;
  }

  static async start(ldif: string): Promise<SambaAd> {
    // Each change is a transaction that waits for the disk, where there is one.
    const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    const folder = mkdtempSync(join(parent, 'ntk-samba-ad-'));
    chmodSync(folder, 0o700);
    const dc = new SambaAd(folder, await freeAddress());
    try {
      dc.#provision();
      await dc.run();
      dc.modify(ldif);
      return dc;
    } catch (error) {
      await dc.remove();
      throw error;
    }
  }

  get url(): string {
    return `ldap://${this.address}`;
  }

  get secureUrl(): string {
    return `ldaps://${this.address}`;
  }

  /** Certificate authority of the server, in PEM. */
  get ca(): string {
    return readFileSync(join(this.#folder, 'ca.pem'), 'utf8');
  }

  async run(): Promise<void> {
    this.#said = '';
    const args = ['-s', this.#conf, '-i', '-M', 'single', '--debug-stdout'];
    const child = spawn('samba', args, { env: ENV, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        this.#said += String(data);
      });
    }
    for (let waited = 0; !(await answers(636, this.address)); waited += 1) {
      if (child.exitCode !== null || waited > 600) throw new Error(`samba did not start: ${this.#said}`);
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

  /** Applies changes as the administrator of the domain. */
  modify(ldif: string): void {
    const file = join(this.#folder, 'changes.ldif');
    writeFileSync(file, ldif);
    execFileSync('ldapmodify', [...this.#as(ADMIN), '-f', file], {
      env: ENV,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  /** What the server itself says of one attribute of one entry: text, or base64 where it is none. */
  valuesOf(dn: string, attribute: string): string[] {
    const args = [...this.#as(ADMIN), '-LLL', '-o', 'ldif-wrap=no', '-s', 'base', '-b', dn, attribute];
    const text = execFileSync('ldapsearch', args, { env: ENV, encoding: 'utf8' });
    return [...text.matchAll(new RegExp(`^${attribute}::? (.*)$`, 'gim'))].map(([, value = '']) => value);
  }

  /** The last part of the SID of an entry. */
  ridOf(dn: string): number {
    const [sid = ''] = this.valuesOf(dn, 'objectSid');
    return Buffer.from(sid, 'base64').readUInt32LE(24);
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #as(account: string): string[] {
    return ['-x', '-H', this.url, '-D', account, '-w', PASSWORD];
  }

  get #conf(): string {
    return join(this.#folder, 'smb.conf');
  }

  #provision(): void {
    const at = (name: string) => join(this.#folder, name);
    const args = [
      ...['domain', 'provision', '--realm=CORP.TEST', '--domain=CORP', '--server-role=dc', '--use-rfc2307'],
      ...[
        '--dns-backend=NONE',
        '--host-name=dc1',
        `--host-ip=${this.address}`,
        `--targetdir=${this.#folder}`,
      ],
    ];
    const made = spawnSync('samba-tool', [...args, `--adminpass=${PASSWORD}`], {
      env: ENV,
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`the domain could not be made: ${made.stderr.slice(-2_000)}`);
    makeCertificates(this.#folder, this.address);
    // Samba refuses a key that others may read.
    chmodSync(at('server.key'), 0o600);
    for (const folder of ['cache', 'lock', 'pid', 'ncalrpc']) mkdirSync(at(folder), { recursive: true });
    const lines = [
      '[global]',
      'netbios name = DC1',
      'realm = CORP.TEST',
      'workgroup = CORP',
      'server role = active directory domain controller',
      'server services = ldap',
      `interfaces = ${this.address}/8`,
      'bind interfaces only = yes',
      'disable netbios = yes',
      `private dir = ${at('private')}`,
      `state directory = ${at('state')}`,
      `cache directory = ${at('cache')}`,
      `lock directory = ${at('lock')}`,
      `pid directory = ${at('pid')}`,
      `ncalrpc dir = ${at('ncalrpc')}`,
      `binddns dir = ${at('bind-dns')}`,
      `log file = ${at('log')}`,
      'idmap_ldb:use rfc2307 = yes',
      'ldap server require strong auth = no',
      `tls keyfile = ${at('server.key')}`,
      `tls certfile = ${at('server.pem')}`,
      `tls cafile = ${at('ca.pem')}`,
    ];
    writeFileSync(this.#conf, `${lines.join('\n')}\n`);
  }
}

/** `unicodePwd` of an entry, as LDIF. */
export function passwordLine(password: string): string {
  return `unicodePwd:: ${Buffer.from(`"${password}"`, 'utf16le').toString('base64')}`;
}

/** An address of this machine alone on which nothing listens at the ports of a domain controller. */
async function freeAddress(): Promise<string> {
  for (let tried = 0; tried < 20; tried += 1) {
    const address = `127.77.${process.pid % 250}.${1 + tried}`;
    const free = await Promise.all(PORTS.map((port) => canListen(port, address)));
    if (free.every((one) => one)) return address;
  }
  throw new Error('no address of 127.77.0.0/16 has ports 389, 636, 3268 and 3269 free');
}

async function canListen(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

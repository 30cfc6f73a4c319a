import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ENV = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };
const TOOLS = ['smbd', 'smbclient', 'smbcacls', 'rpcclient', 'sharesec', 'pdbedit', 'useradd', 'groupadd'];
const PASSWORD = 'correct horse battery staple';
/** May do everything with the files of every share (`admin users`), as a service account of a company may. */
const ADMIN = 'admin';
const PREFIX = 'ntk-';
const SUPERUSER = 'root';

/** Whether this machine has what the server and its tests call, and lets us make users. */
export const hasSmbd =
  process.getuid?.() === 0 &&
  TOOLS.every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { env: ENV }).status === 0) &&
  hasAclModule();

export interface SmbdSettings {
  /** Settings of each share beside its path, as smb.conf has them. */
  readonly shares: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly users: readonly string[];
  /** Members of each unix group. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

/** The module that keeps Windows lists is a package of its own; without it connecting fails. */
function hasAclModule(): boolean {
  return spawnSync('sh', ['-c', 'ls /usr/lib/*/samba/vfs/acl_xattr.so']).status === 0;
}

let started = 0;

/**
 * A real Samba server in a temporary folder, on a loopback address of its own: `smbcacls` knows no port but 445.
 * Users and groups are real ones of this machine while it runs, under names that carry our process number.
 */
export class Smbd {
  readonly #folder: string;
  readonly #prefix: string;
  readonly #settings: SmbdSettings;
  /** Where the server listens, on port 445. */
  readonly address: string;
  readonly password = PASSWORD;
  #process: ChildProcess | null = null;
  #sids = new Map<string, string>();

  private constructor(settings: SmbdSettings) {
    this.#settings = settings;
    this.#folder = mkdtempSync(join(tmpdir(), `ntk-smbd-${process.pid}-`));
    started += 1;
    this.#prefix = `${PREFIX}${process.pid}-${started}-`;
    const part = () => 1 + Math.floor(Math.random() * 253);
    this.address = `127.${part()}.${part()}.${part()}`;
  }

  static async start(settings: SmbdSettings): Promise<Smbd> {
    await removeLeftovers();
    const smbd = new Smbd(settings);
    try {
      await smbd.#prepare();
      await smbd.run();
    } catch (error) {
      await smbd.remove();
      throw error;
    }
    return smbd;
  }

  /** The login on the server of a user of the settings, or of the account that may do everything. */
  login(user: string): string {
    return `${this.#prefix}${user}`;
  }

  get admin(): string {
    return this.login(ADMIN);
  }

  /** The account of the server that also may read the lists of shares themselves. */
  get superuser(): string {
    return SUPERUSER;
  }

  /** Where a share lies on this machine. */
  root(share: string): string {
    return join(this.#folder, share);
  }

  get conf(): string {
    return join(this.#folder, 'smb.conf');
  }

  /** Security identifier the server has given to a user. */
  sid(user: string): string {
    const sid = this.#sids.get(user);
    if (sid === undefined) throw new Error(`${user} is not in the settings`);
    return sid;
  }

  uid(user: string): number {
    return Number(field('passwd', this.login(user), 2));
  }

  gid(group: string): number {
    return Number(field('group', this.login(group), 2));
  }

  async run(): Promise<void> {
    const args = ['-s', this.conf, '-F', '--no-process-group', '--debug-stdout', '-d', '0'];
    const child = spawn('smbd', args, { env: ENV, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += String(data)));
    for (let waited = 0; !(await answers(this.address)); waited += 1) {
      if (child.exitCode !== null || waited > 200) throw new Error(`smbd did not start: ${said}`);
      await pause(50);
    }
  }

  /** Ends the server and starts it anew, with the same files and users. */
  async restart(): Promise<void> {
    await this.kill();
    await this.run();
  }

  /** Kills the server and everything it started, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    endAll(this.conf);
  }

  /** Runs lines of smbclient as a user and gives what it printed; a refusal of a line is part of that. */
  async smbclient(user: string, share: string, lines: readonly string[]): Promise<string> {
    const input = `${lines.join('\n')}\n`;
    const { out, trouble } = await this.#client('smbclient', user, [`//${this.address}/${share}`], input);
    return `${out}${trouble}`;
  }

  /** What the server has as descriptor of a file or folder, in SDDL. */
  async sddl(share: string, path: string): Promise<string> {
    return (await this.#cacls(share, path, ['--sddl'])).trim();
  }

  /** Replaces owner, group and list at once; the server stores it as it pleases. */
  async setSddl(share: string, path: string, sddl: string): Promise<void> {
    await this.#cacls(share, path, ['--sddl', '-S', sddl]);
  }

  /** Calls smbcacls on a path as the account that may do everything. */
  async #cacls(share: string, path: string, args: readonly string[]): Promise<string> {
    const target = [`//${this.address}/${share}`, path, ...args];
    const { out, trouble, code } = await this.#client('smbcacls', ADMIN, target);
    if (code !== 0) throw new Error(`smbcacls ${share} ${path} ${args.join(' ')}: ${out}${trouble}`);
    return out;
  }

  /** Replaces the list of a share itself. */
  async setShareSddl(share: string, sddl: string): Promise<void> {
    await call('sharesec', ['-s', this.conf, share, '-S', sddl]);
  }

  /** The server's own answer: whether it gives a user the bytes of each file. One session for all of them. */
  async canRead(user: string, share: string, paths: readonly string[]): Promise<boolean[]> {
    const taken = mkdtempSync(join(this.#folder, 'taken-'));
    const lines = paths.map((path, at) => `get "${path}" "${join(taken, String(at))}"`);
    const said = await this.smbclient(user, share, lines);
    const got = paths.map((_, at) => existsSync(join(taken, String(at))));
    rmSync(taken, { recursive: true });
    const refusals = said.match(/NT_STATUS_\w+/g) ?? [];
    const odd = refusals.find((status) => status !== 'NT_STATUS_ACCESS_DENIED');
    const shut = said.includes('tree connect failed: NT_STATUS_ACCESS_DENIED');
    if (odd !== undefined || (!shut && refusals.length + got.filter(Boolean).length !== paths.length)) {
      throw new Error(`the server did not answer for all files of ${user}: ${said}`);
    }
    return got;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
    const { users, groups = {} } = this.#settings;
    for (const user of [...users, ADMIN]) await changeAccounts('userdel', [this.login(user)]).catch(() => {});
    for (const group of Object.keys(groups)) {
      await changeAccounts('groupdel', [this.login(group)]).catch(() => {});
    }
  }

  async #prepare(): Promise<void> {
    chmodSync(this.#folder, 0o755);
    for (const folder of ['private', 'state', 'cache', 'lock', 'ncalrpc', 'pid']) {
      mkdirSync(join(this.#folder, folder));
    }
    const { shares, users, groups = {} } = this.#settings;
    for (const share of Object.keys(shares)) {
      mkdirSync(this.root(share));
      chmodSync(this.root(share), 0o755);
    }
    writeFileSync(this.conf, this.#configuration());
    for (const group of Object.keys(groups)) await changeAccounts('groupadd', [this.login(group)]);
    for (const user of [...users, ADMIN]) {
      const login = this.login(user);
      await changeAccounts('useradd', ['-M', '-N', '-g', 'nogroup', '-s', '/usr/sbin/nologin', login]);
      await call('pdbedit', ['-s', this.conf, '-a', '-t', login], `${PASSWORD}\n${PASSWORD}\n`);
      const shown = await call('pdbedit', ['-s', this.conf, '-v', login]);
      const sid = /^User SID:\s+(S-\S+)$/m.exec(shown)?.[1];
      if (sid === undefined) throw new Error(`${login} has no SID: ${shown}`);
      this.#sids.set(user, sid);
    }
    for (const [group, members] of Object.entries(groups)) {
      for (const member of members) {
        await changeAccounts('usermod', ['-a', '-G', this.login(group), this.login(member)]);
      }
    }
    // Only to it does the server tell the list of a share (`netsharegetinfo`, level 502).
    await call('pdbedit', ['-s', this.conf, '-a', '-t', SUPERUSER], `${PASSWORD}\n${PASSWORD}\n`);
    for (const user of [...users, ADMIN]) {
      const text = `username = ${this.login(user)}\npassword = ${PASSWORD}\n`;
      writeFileSync(this.#credentials(user), text, { mode: 0o600 });
    }
  }

  #credentials(user: string): string {
    return join(this.#folder, 'private', `${user}.auth`);
  }

  #configuration(): string {
    const at = (folder: string) => join(this.#folder, folder);
    const lines = [
      '[global]',
      'server role = standalone server',
      'smb ports = 445',
      `interfaces = ${this.address}/8`,
      'bind interfaces only = yes',
      'disable netbios = yes',
      'netbios name = NTKTEST',
      'map to guest = never',
      'load printers = no',
      `private dir = ${at('private')}`,
      `state directory = ${at('state')}`,
      `cache directory = ${at('cache')}`,
      `lock directory = ${at('lock')}`,
      `ncalrpc dir = ${at('ncalrpc')}`,
      `pid directory = ${at('pid')}`,
      `log file = ${at('log')}`,
      `passdb backend = tdbsam:${at('private/passdb.tdb')}`,
      'inherit acls = yes',
      'map acl inherit = yes',
    ];
    for (const [share, settings] of Object.entries(this.#settings.shares)) {
      const own = { path: this.root(share), 'read only': 'no', 'admin users': this.admin, ...settings };
      lines.push(`[${share}]`, ...Object.entries(own).map(([key, value]) => `${key} = ${value}`));
    }
    return `${lines.join('\n')}\n`;
  }

  #client(
    tool: 'smbclient' | 'smbcacls',
    user: string,
    args: readonly string[],
    input = '',
  ): Promise<{ out: string; trouble: string; code: unknown }> {
    const all = [...args, '-s', this.conf, '-A', this.#credentials(user)];
    return new Promise((resolve) => {
      const child = execFile(tool, all, { env: ENV, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
        resolve({ out: stdout, trouble: stderr, code: error === null ? 0 : (error.code ?? error.signal) });
      });
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  }
}

function call(tool: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(tool, args, { env: ENV }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${tool} ${args.join(' ')}: ${stdout}${stderr}`));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Users and groups of the machine; whoever else changes them at the same time holds a lock for a moment. */
async function changeAccounts(tool: string, args: readonly string[]): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await call(tool, args);
      return;
    } catch (error) {
      if (tries === 100 || !/lock/.test(String(error))) throw error;
      await pause(100);
    }
  }
}

/** What a test run left behind when it was killed: servers, folders and accounts of processes that are no more. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^ntk-smbd-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const folder = join(tmpdir(), name);
    endAll(join(folder, 'smb.conf'));
    rmSync(folder, { recursive: true, force: true });
  }
  for (const [file, tool] of [
    ['/etc/passwd', 'userdel'],
    ['/etc/group', 'groupdel'],
  ] as const) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [, name, pid] = /^(ntk-(\d+)-\d+-[^:]*):/.exec(line) ?? [];
      if (name === undefined || existsSync(`/proc/${pid}`)) continue;
      await changeAccounts(tool, [name]).catch(() => {});
    }
  }
}

function field(database: 'passwd' | 'group', name: string, at: number): string {
  const line = readFileSync(`/etc/${database}`, 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${name}:`));
  const value = line?.split(':')[at];
  if (value === undefined) throw new Error(`there is no ${name} in ${database}`);
  return value;
}

function endAll(conf: string): void {
  for (const pid of processesOf(conf)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

/** Processes that were started with our configuration: the server's own and those it makes for calls like RPC. */
function processesOf(conf: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      const ours = words[0] !== undefined && (words.includes(`--configfile=${conf}`) || words.includes(conf));
      return ours ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(445, address);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

import { randomBytes } from 'node:crypto';
import type { SecurityDescriptorResult } from '../windows/security-descriptor.ts';
import { runSmbClient, type SmbAccount } from './client.ts';
import { parseDescriptorText } from './descriptor-text.ts';
import { type SmbReader, type SmbReading, unreadable } from './reader.ts';
import { parseSmbcacls } from './smbcacls-text.ts';
import { askingTrouble, parseShown, showCommands } from './smbclient-session.ts';

/** Paths of one session: some seconds of work on a slow line. */
const SESSION_PATHS = 500;
const DEFAULT_TIMEOUT_MS = 60_000;

export interface SmbclientReaderOptions {
  readonly account: SmbAccount;
  /** Name of the share on the server. */
  readonly share: string;
  readonly timeoutMs?: number;
}

/**
 * Reads descriptors with `smbclient`, many in one session (`showacls`, one millisecond each on a near server), that of
 * the root, which `ls` leaves out, with `smbcacls`, and that of the share with `rpcclient`.
 */
export class SmbclientReader implements SmbReader {
  readonly #account: SmbAccount;
  readonly #share: string;
  readonly #timeoutMs: number;

  constructor({ account, share, timeoutMs = DEFAULT_TIMEOUT_MS }: SmbclientReaderOptions) {
    this.#account = account;
    this.#share = share;
    this.#timeoutMs = timeoutMs;
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, SmbReading>> {
    const readings = new Map<string, SmbReading>();
    const asked: string[] = [];
    for (const path of new Set(paths)) {
      if (path === '') {
        readings.set(path, await this.#readRoot());
        continue;
      }
      const trouble = askingTrouble(path);
      if (trouble === null) asked.push(path);
      else readings.set(path, unreadable(trouble));
    }
    for (let at = 0; at < asked.length; at += SESSION_PATHS) {
      const session = await this.#session(asked.slice(at, at + SESSION_PATHS));
      for (const [path, reading] of session) readings.set(path, reading);
    }
    return readings;
  }

  /**
   * Level 502 of the server's share information ([MS-SRVS] 2.2.4.26) has the list. A server that does not want to give
   * it leaves it out: Samba wants the right SeDiskOperatorPrivilege, Windows an administrator.
   */
  async readShare(): Promise<SmbReading> {
    const share = this.#share;
    const args = [this.#account.host, '-c', `netsharegetinfo "${share}" 502`];
    const said = await runSmbClient(this.#account, { tool: 'rpcclient', args, timeoutMs: this.#timeoutMs });
    const mend = 'let acl.user read it, or write acl.shareSddl';
    if (!said.ok) return unreadable(`${said.error}; ${mend}`);
    const [name, remark, path, password, type, perms, most, users, ...list] = said.out.split('\n');
    const fields = [remark, path, password, type, perms, most, users].map(
      (line) => /^\t(\w+):\t/.exec(line ?? '')?.[1],
    );
    const whole = fields.join() === 'remark,path,password,type,perms,max_uses,num_uses';
    if (!whole || name?.toLowerCase() !== `netname: ${share}`.toLowerCase()) {
      return unreadable(`what the server says of the share is not understood; ${mend}`);
    }
    if (list.join('').trim() === '') {
      return unreadable(`the server keeps the list of the share from the account: ${mend}`);
    }
    return usable(parseDescriptorText(list.join('\n')));
  }

  async #readRoot(): Promise<SmbReading> {
    const args = [this.#unc, '/', '--numeric'];
    const said = await runSmbClient(this.#account, { tool: 'smbcacls', args, timeoutMs: this.#timeoutMs });
    return said.ok ? usable(parseSmbcacls(said.out)) : unreadable(said.error);
  }

  async #session(paths: readonly string[]): Promise<ReadonlyMap<string, SmbReading>> {
    const mark = `need-to-know-${randomBytes(8).toString('hex')}`;
    const input = showCommands(paths, mark);
    const said = await runSmbClient(this.#account, {
      tool: 'smbclient',
      args: [this.#unc],
      input,
      timeoutMs: this.#timeoutMs,
    });
    if (said.ok) return parseShown(said.out, paths, mark);
    return new Map(paths.map((path) => [path, unreadable(said.error)]));
  }

  get #unc(): string {
    return `//${this.#account.host}/${this.#share}`;
  }
}

function usable(result: SecurityDescriptorResult): SmbReading {
  return result.ok ? result : unreadable(result.error);
}

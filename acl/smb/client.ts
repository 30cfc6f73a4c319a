import { execFile } from 'node:child_process';

/** Whom Samba's client programs sign on as, and where. */
export interface SmbAccount {
  readonly host: string;
  readonly user: string;
  readonly domain: string | null;
  readonly password: string;
}

export type ClientOutput =
  | { readonly ok: true; readonly out: string }
  | { readonly ok: false; readonly error: string };

/** A few thousand descriptors of a hundred entries. */
const MAX_OUTPUT_BYTES = 256 * 1_048_576;
const PATH = '/usr/local/bin:/usr/bin:/bin';

/** What the server or the programs say when there is no session, and the mend. */
const MENDS: readonly (readonly [RegExp, string])[] = [
  [
    /NT_STATUS_(LOGON_FAILURE|WRONG_PASSWORD|NO_SUCH_USER)/,
    'the server refused the account: check acl.user, acl.domain and NTK_SMB_PASSWORD',
  ],
  [
    /NT_STATUS_(ACCOUNT_\w+|PASSWORD_\w+|INVALID_(LOGON_HOURS|WORKSTATION))/,
    'the server refused the account: its sign-in is restricted, locked or expired',
  ],
  [
    /NT_STATUS_BAD_NETWORK_NAME|WERR_(INVALID_NAME|NERR_NETNAMENOTFOUND|NET_NAME_NOT_FOUND)/,
    'the server has no such share: check acl.unc',
  ],
  [
    /tree connect failed: NT_STATUS_ACCESS_DENIED/,
    'the share is closed to the account: give acl.user read access to it',
  ],
  [/WERR_ACCESS_DENIED/, 'the server keeps it from the account'],
  [
    /NT_STATUS_(CONNECTION_REFUSED|HOST_UNREACHABLE|NETWORK_UNREACHABLE|IO_TIMEOUT|NOT_FOUND|UNSUCCESSFUL)/,
    'the server cannot be reached: check acl.unc and port 445',
  ],
];

/**
 * Runs one of Samba's client programs. The password goes into its environment, which only the same account of this
 * machine can look at, never on the command line. Messages must be signed, so that nobody between can change a list.
 */
export function runSmbClient(
  { host, user, domain, password }: SmbAccount,
  call: {
    readonly tool: 'smbclient' | 'smbcacls' | 'rpcclient';
    readonly args: readonly string[];
    readonly input?: string;
    readonly timeoutMs: number;
  },
): Promise<ClientOutput> {
  const { tool, timeoutMs } = call;
  const account = ['-U', user, ...(domain === null ? [] : ['-W', domain]), '--client-protection=sign'];
  // Nothing of our own environment: it may hold other secrets, and USER, HOME or LIBSMB_PROG change what is done.
  const env = { PATH, LC_ALL: 'C', PASSWD: password };
  const options = { env, timeout: timeoutMs, maxBuffer: MAX_OUTPUT_BYTES, encoding: 'utf8' } as const;
  return new Promise((resolve) => {
    const child = execFile(tool, [...call.args, ...account], options, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, out: stdout });
      else if (error.code === 'ENOENT') {
        resolve({ ok: false, error: `${tool} is not installed: install the package smbclient` });
      } else if (error.killed === true) {
        resolve({ ok: false, error: `${host} did not answer in ${timeoutMs / 1_000} seconds` });
      } else if (tool === 'smbclient' && stdout.includes('command not found\n')) {
        // There was a session; its last command failed, which is an answer.
        resolve({ ok: true, out: stdout });
      } else resolve({ ok: false, error: mend(`${stdout}\n${stderr}`) });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(call.input ?? '');
  });
}

function mend(said: string): string {
  const known = MENDS.find(([pattern]) => pattern.test(said));
  const status = /(NT_STATUS|WERR)_\w+/.exec(said)?.[0];
  return known?.[1] ?? `the server could not be asked (${status ?? 'no reason given'})`;
}

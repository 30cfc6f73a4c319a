import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { parseSddl } from '../windows/sddl.ts';
import type { SecurityDescriptor } from '../windows/security-descriptor.ts';
import type { SambaShareReading, SambaShareSource } from './share.ts';
import { get, type ShareSettings, settingsDoubt, settingsOf, withoutDescriptor } from './smb-conf.ts';

const MAX_OUTPUT_BYTES = 16 * 1_048_576;
const TIMEOUT_MS = 30_000;
/** Where Debian keeps the tools of administrators; the path of a service may leave it out. */
const SBIN = '/usr/sbin';

export interface SambaServerShareOptions {
  /** Name of the share in smb.conf. */
  readonly name: string;
  /** Where its files lie; must be the share's `path`. */
  readonly root: string;
  readonly systemAcls: 'enforced' | 'ignored';
  /** The server's smb.conf; Samba's own place for it when left out. */
  readonly configuration?: string | undefined;
}

type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/**
 * Reads what decides over a share on the machine of the Samba server: its list by `sharesec`, its settings by
 * `testparm`. Where the settings let something decide that is not read here, the share is refused.
 * Both tools read files that belong to root.
 */
export class SambaServerShare implements SambaShareSource {
  readonly #options: SambaServerShareOptions;
  #settings: Promise<Parsed<ShareSettings>> | null = null;
  #list: Promise<Parsed<SecurityDescriptor>> | null = null;

  constructor(options: SambaServerShareOptions) {
    this.#options = options;
  }

  beginPass(): void {
    this.#settings = null;
    this.refresh();
  }

  refresh(): void {
    this.#list = null;
  }

  async read(): Promise<SambaShareReading> {
    this.#settings ??= this.#readSettings();
    this.#list ??= this.#readList();
    const [settings, list] = await Promise.all([this.#settings, this.#list]);
    if (!settings.ok) return settings;
    if (!list.ok) return list;
    return {
      ok: true,
      value: { shareLevel: list.value, withoutDescriptor: withoutDescriptor(settings.value) },
    };
  }

  async #readSettings(): Promise<Parsed<ShareSettings>> {
    const { name, root, systemAcls, configuration } = this.#options;
    const printed = await run('testparm', ['-sv', ...(configuration === undefined ? [] : [configuration])]);
    if (!printed.ok) return printed;
    const settings = settingsOf(printed.value, name);
    if (settings === null) return refuse(`smb.conf has no share ${name}: mend sambaShare`);
    const path = get(settings, 'path') ?? '';
    const [served, ours] = await Promise.all([path, root].map((place) => realpath(place).catch(() => null)));
    if (served === null || served !== ours) {
      return refuse(
        `${name} in smb.conf is ${path}, not ${root}: give the share that path, or mend sambaShare`,
      );
    }
    const doubt = settingsDoubt(settings, { systemAcls });
    return doubt === null ? { ok: true, value: settings } : refuse(`${name} in smb.conf: ${doubt}`);
  }

  async #readList(): Promise<Parsed<SecurityDescriptor>> {
    const { name, configuration } = this.#options;
    const place = configuration === undefined ? [] : [`--configfile=${configuration}`];
    const printed = await run('sharesec', [...place, '--viewsddl', '--', name]);
    if (!printed.ok) return printed;
    const parsed = parseSddl(printed.value.trim());
    if (!parsed.ok) return refuse(`sharesec printed a list that is not understood (${parsed.error})`);
    if (parsed.descriptor.dacl.kind === 'absent') return refuse('sharesec printed no list: set one');
    return { ok: true, value: parsed.descriptor };
  }
}

function refuse(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}

function run(command: string, args: readonly string[]): Promise<Parsed<string>> {
  const environment = { PATH: `/usr/bin:/bin:${SBIN}`, LC_ALL: 'C' };
  const options = { env: environment, maxBuffer: MAX_OUTPUT_BYTES, timeout: TIMEOUT_MS } as const;
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, value: stdout });
      else if (error.code === 'ENOENT') {
        resolve(refuse(`${command} is not installed (package samba-common-bin): write shareSddl instead`));
      } else {
        const said = stderr.trim().split('\n').at(-1) ?? '';
        const how = `${command} did not succeed (${error.signal ?? error.code}${said === '' ? '' : `: ${said}`})`;
        resolve(refuse(`${how}: run as root on the Samba server, or write shareSddl instead`));
      }
    });
  });
}

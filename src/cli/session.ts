import { readFileSync } from 'node:fs';
import { bearers, bearersText, loginName, type PrincipalId } from '../../acl/index.ts';
import { type Answering, type Core, openAnswering, openCore } from '../compose/index.ts';
import { configPath, loadConfig } from '../config/index.ts';
import type { Caller, CallResult } from '../governance/index.ts';
import { DOCUMENTS_READ } from '../tools/index.ts';
import { storageFault, storageFaultText } from './storage-fault.ts';
import { note } from './terminal.ts';

/** Wrong use of a command: exit code 2. The message says what would be right. */
export class UsageError extends Error {}

/** A call that gave nothing; the message says why. Exit code 1. */
export class CommandFailed extends Error {}

export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** Runs work with the catalog open, and closes it whatever happens. */
export async function withCore<T>(options: CommonOptions, work: (core: Core) => Promise<T>): Promise<T> {
  const core = await openCore(await loadConfig(configPath(options.config)));
  try {
    return await work(core);
  } catch (error) {
    throw inWords(error, core.config.data);
  } finally {
    await core.close();
  }
}

/** Our own errors have their words and a code of ours; those of disk, catalog and store are told what to do. */
function inWords(error: unknown, data: string): unknown {
  const { code } = error as { readonly code?: unknown };
  const known = error instanceof UsageError || error instanceof CommandFailed;
  if (known || (typeof code === 'string' && /^[a-z]+(-[a-z]+)+$/.test(code))) return error;
  const fault = storageFault(error, data);
  return fault === null ? error : new CommandFailed(storageFaultText(fault), { cause: error });
}

/** Runs work with everything open that answers questions. */
export async function withAnswering<T>(
  options: CommonOptions & { readonly port?: number },
  work: (core: Core, answering: Answering) => Promise<T>,
  watching: Pick<Parameters<typeof openAnswering>[1], 'onRecord' | 'explaining' | 'fills'> = {},
): Promise<T> {
  return withCore(options, async (core) => {
    const answering = await openAnswering(core, {
      publicUrl: publicUrl(core, options.port),
      onFault: reportFault(core),
      ...watching,
    });
    if (answering.modelTrouble !== null) note(`warning: searching by words only. ${answering.modelTrouble}`);
    try {
      return await work(core, answering);
    } finally {
      await answering.close();
    }
  });
}

/** Address under which links open. */
export function publicUrl({ config: { http } }: Pick<Core, 'config'>, port = http.port): string {
  const host = http.host === '0.0.0.0' || http.host === '::' ? '127.0.0.1' : http.host;
  return (http.publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`).replace(/\/$/, '');
}

/** Tells a fault of a call; its caller learns nothing of it. */
export function reportFault(core: Pick<Core, 'config'>): (tool: string, error: unknown) => void {
  return (tool, error) => note(`fault in ${tool}: ${faultText(error, core)}`);
}

/** A fault of what goes on in the background, and is tried again by itself. */
export function reportPause(where: string, error: unknown, core: Pick<Core, 'config'>): void {
  const what = faultText(error, core);
  note(`fault in ${where}: ${what}; it is tried again by itself, and what was written before is whole`);
}

function faultText(error: unknown, { config }: Pick<Core, 'config'>): string {
  const fault = storageFault(error, config.data);
  if (fault !== null) return `${fault.what}: ${fault.mend}`;
  return error instanceof Error ? error.message : String(error);
}

/** The operator as the user named by `--as`. @throws {UsageError} when nobody has that login */
export async function userNamed(core: Core, login: string): Promise<PrincipalId> {
  const user = await core.userOf(login);
  if (user !== null) return user;
  const snapshot = await core.snapshot();
  const several = snapshot === null ? undefined : bearers(snapshot).ambiguous.get(loginName(login));
  if (several !== undefined) {
    throw new UsageError(`${bearersText(several)} have the login "${login}": give one of them another`);
  }
  throw new UsageError(
    snapshot !== null
      ? `there is no user "${login}" in ${core.directory.name}: see \`ntk groups list --users\``
      : `the directory was never read whole (${core.directory.name}): run \`ntk groups sync\` and mend what it says`,
  );
}

export function cliCaller(user: PrincipalId): Caller {
  return { user, scopes: new Set([DOCUMENTS_READ]), via: 'cli' };
}

/** The output of a call. @throws {UsageError | CommandFailed} when it was refused */
export function outputOf<T>(result: CallResult<T>): T {
  if (result.ok) return result.output;
  const { kind, message } = result.refusal;
  throw kind === 'invalid-input' ? new UsageError(message) : new CommandFailed(message);
}

/** Version of this package. */
export function version(): string {
  for (const up of ['../..', '../../..']) {
    try {
      const text = readFileSync(new URL(`${up}/package.json`, import.meta.url), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {}
  }
  return '0.0.0';
}

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tempFolder } from '../support/temp-folder.ts';

/** The words our own signature stands for; no scanner of the world knows them. */
export const MARK = 'need-to-know-test-signature-7f3a';
export const SIGNATURE = 'NeedToKnow.Test';

export interface RunningClamd {
  readonly socket: string;
  stop(): Promise<void>;
}

/** Whether this machine has the daemon. */
export function hasClamd(): boolean {
  return ['/usr/sbin/clamd', '/usr/bin/clamd'].some((path) => existsSync(path));
}

/** Starts clamd with one signature of our own, in temporary folders, on a socket of its own; nothing is downloaded. */
export async function startClamd(options: { readonly maxStreamBytes?: number } = {}): Promise<RunningClamd> {
  const folder = tempFolder();
  const database = join(folder, 'db');
  mkdirSync(database);
  // Name, any type of file, anywhere, the bytes in hexadecimal.
  writeFileSync(join(database, 'own.ndb'), `${SIGNATURE}:0:*:${Buffer.from(MARK).toString('hex')}\n`);
  const socket = join(folder, 'clamd.sock');
  const config = join(folder, 'clamd.conf');
  writeFileSync(
    config,
    [
      `LocalSocket ${socket}`,
      `DatabaseDirectory ${database}`,
      `TemporaryDirectory ${folder}`,
      'Foreground yes',
      'OfficialDatabaseOnly no',
      `StreamMaxLength ${options.maxStreamBytes ?? 50_000_000}`,
      '',
    ].join('\n'),
  );
  const daemon = spawn('/usr/sbin/clamd', ['--config-file', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [daemon.stdout, daemon.stderr]) stream.on('data', (data) => said.push(String(data)));
  await untilItAnswers(daemon, socket, said);
  return {
    socket,
    stop: async () => {
      if (daemon.exitCode !== null) return;
      const gone = new Promise((resolve) => daemon.once('exit', resolve));
      daemon.kill('SIGKILL');
      await gone;
    },
  };
}

async function untilItAnswers(daemon: ChildProcess, socket: string, said: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (daemon.exitCode !== null) throw new Error(`clamd ended: ${said.join('')}`);
    if (existsSync(socket)) return;
    await sleep(100);
  }
  daemon.kill('SIGKILL');
  throw new Error(`clamd did not open its socket: ${said.join('')}`);
}

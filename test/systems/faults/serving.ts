import { setTimeout as sleep } from 'node:timers/promises';
import { openCore } from '../../../src/compose/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { type Door, restDoor } from '../../support/doors.ts';
import { type Ntk, type NtkOptions, startNtk } from './ntk.ts';

/** A real `ntk serve`, and its REST face as people use it. */
export interface Serving extends Ntk {
  readonly door: Door;
  /** Status code of a path. */
  get(path: string): Promise<number>;
  /** Ends it as an operator does; gives what it said. */
  stop(): Promise<string>;
}

const LOOK_MS = 100;

/**
 * Starts a server on a free port. Access tokens are made before, for a disk that is full takes no more of them.
 * @param asks logins who will ask
 */
export async function startServing(
  config: string,
  asks: readonly string[],
  options: NtkOptions = {},
): Promise<Serving> {
  const core = await openCore(await loadConfig(config));
  const server = startNtk(['serve', '--port', '0', '-c', config], options);
  await server.saying('answers at');
  const url = server.said().match(/answers at (http:\/\/[^ ]+)/)?.[1] ?? '';
  const door = restDoor(core, url);
  for (const login of asks) await door.search(login, 'nothing');
  await core.close();
  return {
    ...server,
    door,
    get: async (path) => (await fetch(`${url}${path}`)).status,
    async stop() {
      server.kill('SIGTERM');
      return (await server.ended).err;
    },
  };
}

/** Looks again and again until it is so. Whoever waits in vain is ended by the test's own limit. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await so())) await sleep(LOOK_MS);
}

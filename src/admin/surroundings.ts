import { existsSync } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { askClamd, countFolders, networkMount, watchLimit } from '../../ingest/index.ts';
import type { Config } from '../config/index.ts';
import type { Finding } from './finding.ts';

const CLAMD_MS = 5_000;
/** Compacting writes the index a second time before it drops the old one. */
const ROOM_TO_COMPACT = 1;
const SMBCLIENT = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/bin'];

/** What ingestion needs around it: scanner, file servers, watches, room and place of the data folder. */
export async function surroundings(config: Config): Promise<Finding[]> {
  return [
    ...(await scanner(config)),
    ...smbclient(config),
    ...(await watches(config)),
    ...(await dataFolder(config)),
  ];
}

async function scanner({ ingest: { clamav } }: Config): Promise<Finding[]> {
  if (clamav === undefined) return [];
  const check = 'virus scanner';
  const state = await askClamd({ socket: clamav.socket, timeoutMs: CLAMD_MS });
  if (state.kind === 'there') return [{ check, state: 'ok', detail: state.version, mend: null }];
  return [
    {
      check,
      state: 'failed',
      detail: `clamd cannot be asked at ${clamav.socket} (${state.detail}): no file is read`,
      mend: 'start clamd, let the service account write to its socket, or correct ingest.clamav.socket',
    },
  ];
}

function smbclient({ shares }: Config): Finding[] {
  const asking = shares.filter(({ acl }) => acl.source === 'smb');
  if (asking.length === 0) return [];
  const check = 'smbclient';
  const found = SMBCLIENT.some((folder) => existsSync(join(folder, 'smbclient')));
  if (found) return [{ check, state: 'ok', detail: 'installed', mend: null }];
  const names = asking.map(({ name }) => name).join(', ');
  return [
    {
      check,
      state: 'failed',
      detail: `it is not installed: the permissions of ${names} cannot be asked, and nobody reads them`,
      mend: 'install smbclient (Debian: smbclient)',
    },
  ];
}

async function watches({ shares, ingest }: Config): Promise<Finding[]> {
  const limit = ingest.watch === 'auto' ? await watchLimit() : null;
  if (limit === null) return [];
  let folders = 0;
  for (const { path } of shares) {
    if ((await networkMount(path).catch(() => 'not mounted')) !== null) continue;
    // One more than may be watched says all there is to say.
    folders += await countFolders(path, limit + 1 - folders);
    if (folders > limit) break;
  }
  const check = 'watches';
  if (folders <= limit) {
    return [{ check, state: 'ok', detail: `${folders} folders, ${limit} may be watched`, mend: null }];
  }
  return [
    {
      check,
      state: 'warning',
      detail: `the shares have more than the ${limit} folders that may be watched: some are looked at instead`,
      mend: 'raise fs.inotify.max_user_watches with sysctl, for example to 1048576',
    },
  ];
}

async function dataFolder({ data }: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  const network = await networkMount(data).catch(() => null);
  if (network !== null) {
    findings.push({
      check: 'data folder',
      state: 'failed',
      detail: `${data} lies on a network file system (${network}): catalog and passages may be damaged there`,
      mend: 'set data to a folder on a local disk, and restore a backup there or ingest anew',
    });
  }
  const used = await sizeOf(join(data, 'chunks'));
  const room = await statfs(data).catch(() => null);
  if (room !== null && room.bavail * room.bsize < used * ROOM_TO_COMPACT) {
    findings.push({
      check: 'disk',
      state: 'warning',
      detail: `the passages take ${megabytes(used)} MB and only ${megabytes(room.bavail * room.bsize)} MB are free: compacting needs as much again`,
      mend: 'make room on the disk of the data folder',
    });
  }
  return findings;
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}

const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(0);

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether the tools of Debian's package attr are here and the temporary folder keeps attributes of users. */
export const hasAttributes = keepsAttributes();

function keepsAttributes(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'ntk-xattr-'));
  const set = spawnSync('setfattr', ['-n', 'user.ntk.probe', '-v', '0x01', folder]);
  const got = spawnSync('getfattr', ['--absolute-names', '-n', 'user.ntk.probe', folder]);
  rmSync(folder, { recursive: true });
  return set.status === 0 && got.status === 0;
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openCore } from '../../../src/compose/index.ts';
import { toConfig } from '../../../src/config/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';

it('answers nobody by the groups of a directory that the configuration no longer names', async () => {
  const folder = tempFolder();
  const open = (file: string) =>
    openCore(
      toConfig(
        join(folder, 'need-to-know.yaml'),
        `shares: [{ name: docs, path: ., acl: { source: sidecar } }]\ndirectory: { source: file, path: ./${file} }\n`,
      ),
    );
  writeFileSync(join(folder, 'old.yaml'), 'users: [{ id: anna }]\n');
  writeFileSync(join(folder, 'new.yaml'), 'users: [{ id: bob }\n');
  const before = await open('old.yaml');
  expect(await before.userOf('anna')).toBe('user:anna');
  await before.close();

  const after = await open('new.yaml');
  expect(await after.snapshot()).toBeNull();
  expect(await after.userOf('anna')).toBeNull();
  writeFileSync(join(folder, 'new.yaml'), 'users: [{ id: bob }]\n');
  expect(await after.userOf('bob')).toBe('user:bob');
  expect(await after.userOf('anna')).toBeNull();
  await after.close();

  const back = await open('old.yaml');
  expect(await back.userOf('anna')).toBe('user:anna');
  await back.close();
});

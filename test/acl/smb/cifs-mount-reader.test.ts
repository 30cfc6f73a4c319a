import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CifsMountReader, GetfattrReader } from '../../../acl/index.ts';
import { writeSecurityDescriptor } from '../../../acl/windows/binary-write.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { binaryDescriptor } from '../windows/arbitrary.ts';
import { hasAttributes } from '../xattr/has-attributes.ts';

/** No CIFS mount can be made in a test: an attribute of users with the same content stands for `system.cifs_acl`. */
const attribute = 'user.ntk.cifs_acl';

function put(path: string, value: Uint8Array): void {
  writeFileSync(path, '');
  const hex = Buffer.from(value).toString('hex');
  execFileSync('setfattr', ['-n', attribute, '-v', `0x${hex}`, path]);
}

function readerOf(root: string): CifsMountReader {
  return new CifsMountReader({ root, attributes: new GetfattrReader({ attribute, kind: 'hidden' }) });
}

describe.runIf(hasAttributes)('descriptors of a CIFS mount', () => {
  it('are those that the server sent', async () => {
    const root = tempFolder();
    const samples = fc.sample(binaryDescriptor, { numRuns: 30, seed: 4 });
    for (const [at, descriptor] of samples.entries()) {
      const written = writeSecurityDescriptor(descriptor);
      if (!written.ok) throw new Error(written.error);
      put(join(root, String(at)), written.bytes);
    }
    const readings = await readerOf(root).read(samples.map((_, at) => String(at)));
    expect(samples.map((_, at) => readings.get(String(at)))).toEqual(
      samples.map((descriptor) => ({ ok: true, descriptor })),
    );
  });

  it('are an error where one is damaged, missing or not there, and of that path alone', async () => {
    const root = tempFolder();
    const whole = writeSecurityDescriptor(fc.sample(binaryDescriptor, { numRuns: 1, seed: 1 })[0] ?? never());
    if (!whole.ok) throw new Error(whole.error);
    put(join(root, 'whole'), whole.bytes);
    put(join(root, 'cut'), whole.bytes.subarray(0, 19));
    put(join(root, 'none'), whole.bytes);
    execFileSync('setfattr', ['-x', attribute, join(root, 'none')]);
    const paths = ['whole', 'cut', 'none', 'nowhere'];
    const readings = await readerOf(root).read(paths);
    expect(paths.map((path) => readings.get(path)?.ok)).toEqual([true, false, false, false]);
  });

  it('do not tell the list of the share', async () => {
    expect(await readerOf(tempFolder()).readShare()).toMatchObject({
      ok: false,
      error: expect.stringContaining('shareSddl'),
    });
  });
});

function never(): never {
  throw new Error('no sample');
}

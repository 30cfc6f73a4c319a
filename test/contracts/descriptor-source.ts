import { describe, expect, it } from 'vitest';
import { type DescriptorSource, decide } from '../../acl/index.ts';
import { type DirectoryText, tokenOf } from '../support/access.ts';

/** A source over a share in which bob reads `open.txt`, and anna alone reads `closed/x.txt` if anybody can be kept out. */
export interface DescriptorBench {
  readonly source: DescriptorSource;
  readonly directory: DirectoryText;
  /** Whether the source can tell files apart at all. */
  readonly tellsApart: boolean;
  /** Makes the permissions unreadable where the source has any to read; false when it has none. */
  breakIt(): Promise<boolean>;
}

/** What every `DescriptorSource` keeps to. */
export function descriptorSourceContract(name: string, make: () => Promise<DescriptorBench>): void {
  describe(`${name} keeps the descriptor source contract`, () => {
    async function readers({ source, directory }: DescriptorBench, path: string): Promise<string> {
      const reading = await source.descriptorOf(path);
      if (!reading.ok) return reading.reason;
      return directory.users
        .filter((user) => decide(reading.descriptor, tokenOf(user, directory)).read)
        .join(' ');
    }

    it('gives a list that lets the right people read', async () => {
      const bench = await make();
      bench.source.beginPass();
      expect(await readers(bench, 'open.txt')).toBe('anna bob');
      expect(await readers(bench, 'closed/x.txt')).toBe(bench.tellsApart ? 'anna' : 'anna bob');
    });

    it('gives many files at once what it gives each alone', async () => {
      const bench = await make();
      const paths = Array.from({ length: 200 }, (_, n) => (n % 2 === 0 ? 'open.txt' : `closed/${n}/x.txt`));
      const alone: string[] = [];
      for (const path of paths.slice(0, 2)) alone.push(await readers(bench, path));
      bench.source.beginPass();
      const together = await Promise.all(paths.map((path) => readers(bench, path)));
      expect(together).toEqual(paths.map((_, n) => alone[n % 2]));
    });

    it('never throws for a path that is not there or is odd', async () => {
      const { source } = await make();
      for (const path of ['nowhere/at/all.txt', '', '/', 'a\nb', `${'x'.repeat(300)}/y`, 'a\0b']) {
        await expect(source.descriptorOf(path)).resolves.toHaveProperty('ok');
      }
    });

    it('refuses with a sentence when permissions cannot be read, and never guesses', async () => {
      const bench = await make();
      if (!(await bench.breakIt())) return;
      bench.source.beginPass();
      const reading = await bench.source.descriptorOf('closed/x.txt');
      expect(reading).toMatchObject({ ok: false, reason: 'acl-unreadable' });
      expect(reading.ok ? '' : reading.detail).toMatch(/\w+ \w+/);
    });
  });
}

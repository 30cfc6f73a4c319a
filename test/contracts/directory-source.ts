import { describe, expect, it } from 'vitest';
import type { DirectorySource } from '../../acl/index.ts';

/** A source on top of something the suite can change. */
export interface DirectoryBench {
  readonly source: DirectorySource;
  /** Makes the source hold these users, and each group with these members. */
  fill(users: readonly string[], groups: Readonly<Record<string, readonly string[]>>): Promise<void>;
  /** Makes the source unreadable. */
  breakIt(): Promise<void>;
}

/** What every `DirectorySource` keeps to. */
export function directorySourceContract(name: string, make: () => Promise<DirectoryBench>): void {
  describe(`${name} keeps the directory source contract`, () => {
    it('reads users, groups and direct memberships, confirmed at the given time', async () => {
      const { source, fill } = await make();
      await fill(['anna', 'bob'], { staff: ['user:anna'], company: ['group:staff', 'user:bob'] });
      const reading = await source.read(1_234);
      if (reading.kind !== 'complete') throw new Error(reading.detail);
      expect([...reading.snapshot.users.keys()].sort()).toEqual(['user:anna', 'user:bob']);
      expect([...reading.snapshot.groups.keys()].sort()).toEqual(['group:company', 'group:staff']);
      expect(Object.fromEntries(reading.snapshot.groupsOf)).toEqual({
        'user:anna': ['group:staff'],
        'group:staff': ['group:company'],
        'user:bob': ['group:company'],
      });
      expect(reading.snapshot.confirmedAt).toBe(1_234);
    });

    it('takes groups that contain each other', async () => {
      const { source, fill } = await make();
      await fill(['anna'], { a: ['group:b', 'user:anna'], b: ['group:a'] });
      expect((await source.read(0)).kind).toBe('complete');
    });

    it('gives an incomplete reading with a sentence instead of throwing', async () => {
      const { source, breakIt } = await make();
      await breakIt();
      const reading = await source.read(0);
      expect(reading.kind).toBe('incomplete');
      expect(reading.kind === 'incomplete' ? reading.detail.length : 0).toBeGreaterThan(10);
    });

    it('has a fingerprint that stays while nothing changes and differs when something did', async () => {
      const { source, fill } = await make();
      await fill(['anna'], {});
      const first = await source.fingerprint();
      if (first === null) return;
      expect(await source.fingerprint()).toBe(first);
      await fill(['bob1'], {});
      expect(await source.fingerprint()).not.toBe(first);
    });
  });
}

import { beforeEach, describe, expect, it } from 'vitest';
import { shareId } from '../../acl/index.ts';
import { WORK, type WorkItem, type WorkQueue } from '../../index/catalog/work-queue.ts';

const DOCS = shareId('docs');
const OTHER = shareId('other');

/** What every `WorkQueue` keeps to. Two connections share one queue. */
export function workQueueContract(
  name: string,
  make: () => Promise<{ readonly here: WorkQueue; readonly there: WorkQueue }>,
): void {
  describe(`${name} keeps the work queue contract`, () => {
    let here: WorkQueue;
    let there: WorkQueue;
    beforeEach(async () => {
      ({ here, there } = await make());
    });

    it('gives what is due, best priority first, then the smaller file, then by path', async () => {
      await here.add([item('b', { size: 5 }), item('a', { size: 5 }), item('big', { size: 500 })], 1);
      await here.add([item('saved', { size: 900 }, { priority: WORK.saved })], 2);
      await here.add([item('later', {}, { due: 1_000 })], 3);
      expect((await there.take(999, 10, [])).map(({ file }) => file.path)).toEqual([
        'saved',
        'a',
        'b',
        'big',
      ]);
      expect((await there.take(1_000, 10, [])).map(({ file }) => file.path)).toContain('later');
      expect((await there.take(999, 2, [])).map(({ file }) => file.path)).toEqual(['saved', 'a']);
    });

    it('passes over what is busy, by share and path', async () => {
      await here.add([item('a'), item('b'), { ...item('a'), share: OTHER }], 1);
      const left = await there.take(1, 10, [{ share: DOCS, path: 'a' }]);
      expect(left.map(({ share, file }) => `${share} ${file.path}`).sort()).toEqual(['docs b', 'other a']);
    });

    it('gives an entry back whole', async () => {
      const odd = item("q'uote/ü 📁.txt", { size: 2 ** 40, modified: 1_700_000_000_000.125, changed: 0.5 });
      await here.add([odd], 1);
      expect(await there.take(1, 10, [])).toEqual([odd]);
    });

    it('keeps one entry for a path: the better priority, the newer listing and time', async () => {
      await here.add([item('a', { size: 1 }, { priority: WORK.saved })], 1);
      await here.add([item('a', { size: 2 }, { priority: WORK.found, due: 5 })], 2);
      expect(await there.take(5, 10, [])).toEqual([item('a', { size: 2 }, { priority: WORK.saved, due: 5 })]);
      expect((await there.counts(9)).oldest).toBe(1);
    });

    it('keeps what is not done', async () => {
      await here.add([item('a'), item('b'), item('c')], 1);
      await here.take(1, 10, []);
      await here.done(DOCS, ['a', 'unknown']);
      await here.done(OTHER, ['b']);
      expect((await there.take(1, 10, [])).map(({ file }) => file.path)).toEqual(['b', 'c']);
    });

    it('postpones an entry and counts its attempts, which a new listing does not reset', async () => {
      await here.add([item('a')], 1);
      await here.postpone(DOCS, 'a', 50);
      await here.postpone(DOCS, 'a', 100);
      expect(await there.take(99, 10, [])).toEqual([]);
      expect(await there.take(100, 10, [])).toMatchObject([{ attempts: 2, due: 100 }]);
      await here.add([item('a')], 2);
      expect(await there.take(2, 10, [])).toMatchObject([{ attempts: 2, due: 0 }]);
    });

    it('finds where a file went by number, size and time', async () => {
      const file = { fileId: '1:7', size: 3, modified: 9.25 };
      await here.add([item('new', file), item('bigger', { ...file, size: 4 }), item('else')], 1);
      expect((await there.movedTo(DOCS, file)).map((found) => found.file.path)).toEqual(['new']);
      expect(await there.movedTo(OTHER, file)).toEqual([]);
    });

    it('counts by why something waits, and what failed before as that alone', async () => {
      await here.add([item('a'), item('b'), item('c', {}, { priority: WORK.saved }), item('d')], 1);
      await here.postpone(DOCS, 'b', 50);
      expect((await there.counts(2)).kinds).toEqual({ saved: 1, found: 2, again: 1 });
    });

    it('does not count as late what is left alone until a later time', async () => {
      await here.add([item('locked')], 10);
      await here.postpone(DOCS, 'locked', 500);
      expect((await there.counts(499)).oldest).toBeNull();
      expect((await there.counts(700)).oldest).toBe(500);
    });

    it('counts what waits and what is due', async () => {
      const kinds = { saved: 0, found: 0, again: 0 };
      expect(await there.counts(1)).toEqual({ waiting: 0, due: 0, nextDue: null, oldest: null, kinds });
      await here.add([item('a'), item('b', {}, { due: 70 }), item('c', {}, { due: 80 })], 5);
      expect(await there.counts(10)).toMatchObject({ waiting: 3, due: 1, nextDue: 70, oldest: 5 });
      await here.clear(OTHER);
      await here.clear(DOCS);
      expect((await there.counts(10)).waiting).toBe(0);
    });
  });
}

function item(path: string, file: Partial<WorkItem['file']> = {}, rest: Partial<WorkItem> = {}): WorkItem {
  const base = { path, fileId: `1:${path}`, size: 10, modified: 1_000, changed: 1_000 };
  return { share: DOCS, file: { ...base, ...file }, priority: WORK.found, attempts: 0, due: 0, ...rest };
}

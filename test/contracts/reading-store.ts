import { describe, expect, it } from 'vitest';
import { type ReadingStore, type StoredReading, shareId } from '../../acl/index.ts';

const DOCS = shareId('docs');
const OTHER = shareId('other');
const reading = (text: string, readAt = 1): StoredReading => ({ fingerprint: `f:${text}`, readAt, text });

/** What every `ReadingStore` that keeps readings keeps to. */
export function readingStoreContract(name: string, make: () => Promise<ReadingStore>): void {
  describe(`${name} keeps the reading store contract`, () => {
    it('gives back what was put, and nothing for what was not', async () => {
      const store = await make();
      await store.put(
        DOCS,
        new Map([
          ['a', reading('one')],
          ["b 'ü\n", reading('two')],
        ]),
      );
      expect(await store.get(DOCS, ['a', "b 'ü\n", 'c'])).toEqual(
        new Map([
          ['a', reading('one')],
          ["b 'ü\n", reading('two')],
        ]),
      );
      expect(await store.get(DOCS, [])).toEqual(new Map());
    });

    it('replaces a reading by a newer one', async () => {
      const store = await make();
      await store.put(DOCS, new Map([['a', reading('one')]]));
      await store.put(DOCS, new Map([['a', reading('two', 2)]]));
      expect((await store.get(DOCS, ['a'])).get('a')).toEqual(reading('two', 2));
    });

    it('keeps shares apart', async () => {
      const store = await make();
      await store.put(DOCS, new Map([['a', reading('one')]]));
      await store.put(OTHER, new Map([['a', reading('two')]]));
      await store.dropBefore(OTHER, 10);
      expect((await store.get(DOCS, ['a'])).get('a')).toEqual(reading('one'));
      expect(await store.get(OTHER, ['a'])).toEqual(new Map());
    });

    it('drops what was read before a time and keeps the rest', async () => {
      const store = await make();
      await store.put(
        DOCS,
        new Map([
          ['old', reading('one', 4)],
          ['new', reading('two', 5)],
        ]),
      );
      await store.dropBefore(DOCS, 5);
      expect([...(await store.get(DOCS, ['old', 'new'])).keys()]).toEqual(['new']);
    });

    it('takes thousands at once', async () => {
      const store = await make();
      const paths = Array.from({ length: 3_000 }, (_, n) => `folder/${n}`);
      await store.put(DOCS, new Map(paths.map((path) => [path, reading(path)])));
      expect((await store.get(DOCS, paths)).size).toBe(3_000);
    });
  });
}

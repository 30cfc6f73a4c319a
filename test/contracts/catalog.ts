import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScopeId, shareId } from '../../acl/index.ts';
import { type Catalog, type CatalogDocument, documentId } from '../../index/index.ts';
import { descriptor } from '../support/access.ts';
import { documentRow } from '../support/shelf.ts';

const DOCS = shareId('docs');
const OTHER = shareId('other');

/** Paths in the order of their bytes: `a/` stands before `a0`, and both behind `a.b`. */
const PATHS = [
  'a',
  'a b/x',
  'a.b',
  'a/b',
  'a/b/c.txt',
  'a/b0',
  'a/bc/x',
  'a/c',
  'a0',
  'Z',
  "q'uote",
  'ü/x',
  '📁/x',
];

/** What every `Catalog` keeps to. `open` gives a connection to one store of its own; two calls share the store. */
export function catalogContract(name: string, make: () => Promise<{ open(): Promise<Catalog> }>): void {
  describe(`${name} keeps the catalog contract`, () => {
    let catalog: Catalog;
    let other: Catalog;
    let scopes: ScopeId[];
    beforeAll(async () => {
      const { open } = await make();
      catalog = await open();
      other = await open();
      scopes = [];
      for (const list of [['allow everyone'], ['allow user:bob']])
        scopes.push(await catalog.intern(descriptor(list)));
      await catalog.put(PATHS.map((path, n) => documentRow(n + 100, { path, scope: scopes[n % 2] ?? null })));
    });
    afterAll(async () => {
      await catalog.close();
      await other.close();
    });

    it('remembers until when the permissions of a share may be believed', async () => {
      await catalog.setPermissionsUntil(DOCS, 5_000);
      await catalog.setPermissionsUntil(OTHER, 7_000);
      await catalog.setPermissionsUntil(DOCS, 6_000);
      expect(await other.permissionsUntil()).toEqual(
        new Map([
          [DOCS, 6_000],
          [OTHER, 7_000],
        ]),
      );
      await catalog.setPermissionsUntil(OTHER, null);
      expect(await other.permissionsUntil()).toEqual(new Map([[DOCS, 6_000]]));
      await catalog.setPermissionsUntil(DOCS, null);
    });

    describe('documents', () => {
      const full: CatalogDocument = documentRow(1, {
        path: 'full/ü 📁 "q".pdf',
        share: OTHER,
        size: 2 ** 40,
        modified: 1_700_000_000_000.125,
        changed: 1_700_000_000_123.5,
        outcome: 'indexed',
        type: 'pdf',
        title: "O'Neil; drop table documents --",
        language: 'it',
        pages: 12,
        chunks: 34,
        characters: 56_789,
        detail: 'a\nb',
        warnings: [{ code: 'repaired', detail: 'line 3' }],
        indexedAt: 1_700_000_000_999,
      });
      const bare: CatalogDocument = documentRow(2, {
        path: 'bare',
        share: OTHER,
        hash: null,
        revision: null,
        outcome: 'quarantined',
        reason: 'encrypted',
        type: null,
        language: null,
      });

      it('are given other scopes in one step and keep the labels of their chunks', async () => {
        const [open, bob] = scopes;
        const rows = [200, 201, 202].map((n) =>
          documentRow(n, {
            path: `moved/${n}`,
            share: OTHER,
            scope: open ?? null,
            labelledScope: open ?? null,
          }),
        );
        await catalog.put(rows);
        const [first, second, third] = rows.map(({ id }) => id);
        if (first === undefined || second === undefined || third === undefined) throw new Error('no rows');
        await catalog.repoint([
          { document: first, scope: bob ?? null },
          { document: second, scope: null },
          { document: documentId('unknown'), scope: null },
        ]);
        const shown = async (): Promise<unknown[]> => {
          const now = await other.documents([first, second, third]);
          return [first, second, third].map((id) => {
            const row = now.get(id);
            return [row?.scope, row?.labelledScope, row?.labelledPath];
          });
        };
        const label = rows[0]?.labelledPath;
        expect(await shown()).toEqual([
          [bob, open, label],
          [null, open, label],
          [open, open, label],
        ]);
        await catalog.markLabelled([
          { document: first, scope: bob ?? null, path: 'moved/200' },
          { document: second, scope: null, path: 'moved/201' },
        ]);
        expect(await shown()).toEqual([
          [bob, bob, 'moved/200'],
          [null, null, 'moved/201'],
          [open, open, label],
        ]);
        await catalog.remove([first, second, third]);
      });

      it('come back with every field', async () => {
        const labelled = {
          ...full,
          scope: scopes[0] ?? null,
          labelledScope: scopes[1] ?? null,
          labelledPath: 'old',
        };
        await catalog.put([labelled, bare]);
        expect(await other.documents([full.id, bare.id])).toEqual(
          new Map([
            [full.id, labelled],
            [bare.id, bare],
          ]),
        );
        expect(await other.documentAt(OTHER, full.path)).toEqual(labelled);
      });

      it('are replaced whole by id', async () => {
        await catalog.put([full]);
        expect((await other.documents([full.id])).get(full.id)).toEqual(full);
      });

      it('are found by exact share and path only', async () => {
        expect(await catalog.documentAt(DOCS, full.path)).toBeNull();
        expect(await catalog.documentAt(OTHER, full.path.toUpperCase())).toBeNull();
        expect(await catalog.documentAt(OTHER, '%')).toBeNull();
      });

      it('asked by unknown ids are left out', async () => {
        expect(await catalog.documents([])).toEqual(new Map());
        expect(await catalog.documents([documentId("x' OR '1'='1")])).toEqual(new Map());
      });

      it('are found by 20,000 ids at once', async () => {
        const ids = Array.from({ length: 20_000 }, (_, n) => documentId(`none-${n}`));
        expect([...(await catalog.documents([...ids, full.id])).keys()]).toEqual([full.id]);
      });

      it('two at one place are refused, and the call changes nothing', async () => {
        const twin = documentRow(3, { share: OTHER, path: full.path });
        const fresh = documentRow(4, { share: OTHER, path: 'fresh' });
        await expect(catalog.put([fresh, twin])).rejects.toThrow();
        expect(await catalog.documentAt(OTHER, 'fresh')).toBeNull();
      });

      it('are gone when removed', async () => {
        await catalog.remove([full.id, documentId('unknown')]);
        await catalog.remove([]);
        expect(await other.documentAt(OTHER, full.path)).toBeNull();
        expect(await other.documentAt(OTHER, bare.path)).toEqual(bare);
      });

      it('are counted by outcome and reason', async () => {
        expect((await catalog.counts()).filter(({ share }) => share === OTHER)).toEqual([
          { share: OTHER, outcome: 'quarantined', reason: 'encrypted', type: null, documents: 1, chunks: 1 },
        ]);
      });

      it('tell which languages stand in the index', async () => {
        await catalog.addLanguages(['it', 'en']);
        await catalog.addLanguages(['en']);
        await catalog.addLanguages([]);
        expect(await other.languages()).toEqual(['en', 'it']);
      });
    });

    describe('listDocuments', () => {
      async function all(under: string, limit: number): Promise<string[]> {
        const paths: string[] = [];
        for (;;) {
          const page = await catalog.listDocuments({ share: DOCS, under, after: paths.at(-1) ?? '', limit });
          paths.push(...page.map(({ path }) => path));
          if (page.length < limit) return paths;
        }
      }

      it.each([1, 2, 5, 100])(
        'gives every document once, ordered by bytes, in pages of %i',
        async (limit) => {
          const expected = [...PATHS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          expect(await all('', limit)).toEqual(expected);
        },
      );

      it.each([
        { under: 'a', expected: ['a/b', 'a/b/c.txt', 'a/b0', 'a/bc/x', 'a/c'] },
        { under: 'a/b', expected: ['a/b/c.txt'] },
        { under: 'a b', expected: ['a b/x'] },
        { under: 'ü', expected: ['ü/x'] },
        { under: '%', expected: [] },
        { under: "' OR 1=1 --", expected: [] },
      ])('gives what stands below $under and nothing beside it', async ({ under, expected }) => {
        expect(await all(under, 2)).toEqual(expected);
      });
    });

    describe('listReadable', () => {
      const list = (given: readonly ScopeId[], under = '') =>
        catalog.listReadable({ share: DOCS, under, after: '', limit: 100, scopes: given });

      it('gives only what stands in the scopes', async () => {
        const expected = PATHS.filter((_, n) => n % 2 === 1).sort();
        const got = await list(scopes.slice(1));
        expect(got.map(({ path }) => path).sort()).toEqual(expected);
      });

      it('gives nothing for no scope', async () => {
        expect(await list([])).toEqual([]);
      });

      it('leaves out what has no scope or no current revision', async () => {
        await catalog.put([
          documentRow(5, { path: 'n/no-revision', scope: scopes[0] ?? null, revision: null }),
          documentRow(6, { path: 'n/no-scope', scope: null }),
          documentRow(7, { path: 'n/yes', scope: scopes[0] ?? null }),
        ]);
        expect((await list(scopes, 'n')).map(({ path }) => path)).toEqual(['n/yes']);
        await catalog.remove([5, 6, 7].map((n) => documentRow(n).id));
      });

      it('fills a page of readable ones however many hidden stand between', async () => {
        const page = await catalog.listReadable({
          share: DOCS,
          under: '',
          after: '',
          limit: 3,
          scopes: scopes.slice(1),
        });
        expect(page).toHaveLength(3);
      });
    });

    describe('scopes', () => {
      it('are one for equal descriptors, wherever their entries came from', async () => {
        const list = descriptor(['allow user:same']);
        const first = await catalog.intern(list);
        const moved = { ...list, entries: list.entries.map((entry) => ({ ...entry, origin: 'elsewhere' })) };
        expect(await other.intern(moved)).toBe(first);
      });

      it('are one when interned many times at once by two connections', async () => {
        const list = descriptor(['allow user:rush']);
        const ids = await Promise.all(
          Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? catalog : other).intern(list)),
        );
        expect(new Set(ids).size).toBe(1);
      });

      it('are seen by another connection at once', async () => {
        const before = (await other.scopes()).size;
        const id = await catalog.intern(descriptor([`allow user:new-${before}`]));
        expect((await other.scopes()).get(id)?.descriptor).toMatchObject({
          entries: [{ principal: `user:new-${before}` }],
        });
      });

      it('keep the order of their entries', async () => {
        const list = descriptor(['deny user:z', 'allow user:a', 'deny user:m']);
        const id = await catalog.intern(list);
        expect((await other.scopes()).get(id)?.descriptor).toEqual(list);
      });

      it('are never given again after the documents that had them are gone', async () => {
        const id = await catalog.intern(descriptor(['allow user:last']));
        const row = documentRow(8, { path: 'last', scope: id });
        await catalog.put([row]);
        await catalog.remove([row.id]);
        expect(await catalog.intern(descriptor(['allow user:after']))).toBeGreaterThan(id);
        expect(await catalog.intern(descriptor(['allow user:last']))).toBe(id);
      });
    });

    describe('passes and meta', () => {
      it('tell the last pass, finished or not', async () => {
        expect(await catalog.lastPass()).toBeNull();
        const first = await catalog.beginPass(10);
        await catalog.endPass(first, 20, '{"a":1}');
        expect(await other.lastPass()).toEqual({ started: 10, finished: 20, summary: '{"a":1}' });
        await catalog.beginPass(30);
        expect(await other.lastPass()).toEqual({ started: 30, finished: null, summary: null });
      });

      it('keep a value by key', async () => {
        expect(await catalog.meta('k')).toBeNull();
        await catalog.setMeta('k', 'one');
        await catalog.setMeta('k', 'two');
        expect(await other.meta('k')).toBe('two');
      });

      it('forgetHashes makes every document look changed and keeps what it answers', async () => {
        const before = await catalog.documentAt(DOCS, 'a/b');
        await catalog.forgetHashes();
        const after = await other.documentAt(DOCS, 'a/b');
        expect(after).toEqual({ ...before, hash: null, modified: after?.modified });
        expect(after?.modified).not.toBe(before?.modified);
      });
    });
  });
}

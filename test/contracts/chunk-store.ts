import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopeId, shareId } from '../../acl/index.ts';
import { documentId, type RevisionId, type RowFilter, revisionId } from '../../index/index.ts';
import type { ChunkStore, StoredChunk } from '../../index/store/chunk-store.ts';
import { chunk, DIMENSIONS, documents, dot, only, random, unit, words } from '../support/chunks.ts';

/** What every `ChunkStore` with vectors of 16 numbers keeps to. `make` gives an empty one; the suite closes it. */
export function chunkStoreContract(name: string, make: () => Promise<ChunkStore>): void {
  describe(`${name} keeps the chunk store contract`, () => {
    const open: ChunkStore[] = [];
    async function filled(...chunks: readonly StoredChunk[]): Promise<ChunkStore> {
      const store = await make();
      open.push(store);
      await store.add(chunks);
      return store;
    }
    afterAll(async () => {
      for (const store of open) await store.close();
    });

    describe('rows', () => {
      it('come back with every field', async () => {
        const full = chunk({
          ordinal: 3,
          path: 'ü/📁 "q".pdf',
          type: 'pdf',
          language: 'it',
          section: ['4 Ferie', '4.2 “Riporto” › x'],
          page: 7,
          start: 100,
          end: 140,
          text: "line one\nl'ine two \u{1f600}",
          headTerms: 'ferie riporto',
          terms: 'line one two',
        });
        const store = await filled(full);
        const { vector: _, scope: _s, type: _t, modified: _m, headTerms: _h, ...row } = full;
        expect(await store.revision(full.document, full.revision, 0, 10)).toEqual([row]);
        const { share: _sh, start: _st, end: _e, ...found } = row;
        expect(await store.lexical(words('one'), only(1), 10)).toEqual([found]);
        expect(await store.nearest(unit(random(1)), only(1), 10)).toEqual([found]);
      });

      it('of one revision come by ordinal, from the asked one on', async () => {
        const document = documentId('long');
        const ordinals = [5, 2, 9, 0, 7, 1, 3, 8, 4, 6];
        const store = await filled(
          ...ordinals.map((ordinal) => chunk({ document, ordinal })),
          chunk({ document, revision: revisionId('r2') }),
          chunk({ document: documentId('other') }),
        );
        const from = async (start: number, limit: number) =>
          (await store.revision(document, revisionId('r1'), start, limit)).map(({ ordinal }) => ordinal);
        expect(await from(0, 100)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect(await from(3, 4)).toEqual([3, 4, 5, 6]);
        expect(await from(10, 4)).toEqual([]);
        expect(await store.revision(documentId("long' OR '1'='1"), revisionId('r1'), 0, 10)).toEqual([]);
      });
    });

    describe('the filter', () => {
      let store: ChunkStore;
      beforeAll(async () => {
        store = await filled(
          chunk({ document: documentId('plain'), text: 'budget', path: 'a/b/x.txt' }),
          chunk({ document: documentId('beside'), text: 'budget', path: 'a/bc/x.txt' }),
          chunk({ document: documentId('zero'), text: 'budget', path: 'a/b0' }),
          chunk({ document: documentId('folder'), text: 'budget', path: 'a/b' }),
          chunk({
            document: documentId('quote'),
            text: 'budget',
            path: "o'brien/x.txt",
            share: shareId("s'h"),
          }),
          chunk({
            document: documentId('pdf'),
            text: 'budget',
            type: 'pdf',
            language: 'it',
            modified: 2_000,
          }),
          chunk({
            document: documentId('hidden'),
            text: 'budget budget budget',
            path: 'a/b/y.txt',
            scope: scopeId(2),
          }),
        );
      });

      const OWN = ['beside', 'folder', 'pdf', 'plain', 'quote', 'zero'];
      const MATRIX: readonly {
        readonly name: string;
        readonly filter: RowFilter;
        readonly expected: readonly string[];
      }[] = [
        { name: 'a scope', filter: only(1), expected: OWN },
        { name: 'another scope', filter: only(2), expected: ['hidden'] },
        { name: 'both scopes', filter: only(1, 2), expected: [...OWN, 'hidden'].sort() },
        { name: 'a scope that no row has', filter: only(3), expected: [] },
        { name: 'no scope', filter: only(), expected: [] },
        { name: 'a folder', filter: { ...only(1), under: 'a/b' }, expected: ['folder', 'plain'] },
        {
          name: 'a folder above',
          filter: { ...only(1), under: 'a' },
          expected: ['beside', 'folder', 'plain', 'zero'],
        },
        { name: 'one file', filter: { ...only(1), under: 'a/b/x.txt' }, expected: ['plain'] },
        { name: 'the empty folder', filter: { ...only(1), under: '' }, expected: OWN },
        { name: 'a folder with a quote', filter: { ...only(1), under: "o'brien" }, expected: ['quote'] },
        { name: 'a share with a quote', filter: { ...only(1), share: shareId("s'h") }, expected: ['quote'] },
        {
          name: 'a share',
          filter: { ...only(1), share: shareId('docs') },
          expected: OWN.filter((id) => id !== 'quote'),
        },
        { name: 'a type', filter: { ...only(1), types: ['pdf', 'docx'] }, expected: ['pdf'] },
        { name: 'no type', filter: { ...only(1), types: [] }, expected: [] },
        { name: 'a language', filter: { ...only(1), languages: ['it'] }, expected: ['pdf'] },
        { name: 'no language', filter: { ...only(1), languages: [] }, expected: [] },
        { name: 'a time from', filter: { ...only(1), modifiedFrom: 2_000 }, expected: ['pdf'] },
        {
          name: 'a time to',
          filter: { ...only(1), modifiedTo: 1_999 },
          expected: OWN.filter((id) => id !== 'pdf'),
        },
        {
          name: 'everything at once',
          filter: {
            ...only(1),
            share: shareId('docs'),
            under: 'a',
            types: ['txt'],
            languages: ['en'],
            modifiedFrom: 0,
            modifiedTo: 9_000,
          },
          expected: ['beside', 'folder', 'plain', 'zero'],
        },
        ...[
          "' OR 1=1 --",
          "x') OR scope = 2 OR (path = '",
          '%',
          '_',
          '\\',
          'a/b*',
          '";drop table chunks',
        ].flatMap((evil) => [
          { name: `the folder ${evil}`, filter: { ...only(1), under: evil }, expected: [] },
          { name: `the share ${evil}`, filter: { ...only(1), share: shareId(evil) }, expected: [] },
          { name: `the type ${evil}`, filter: { ...only(1), types: [evil] }, expected: [] },
        ]),
      ];

      it.each(MATRIX)('lets through for $name, by words', async ({ filter, expected }) => {
        expect(documents(await store.lexical(words('budget'), filter, 100)).sort()).toEqual(expected);
      });

      it.each(MATRIX)('lets through for $name, by vector', async ({ filter, expected }) => {
        expect(documents(await store.nearest(unit(random(5)), filter, 100)).sort()).toEqual(expected);
      });

      it('lets exactly the asked scopes through, however their numbers lie', async () => {
        const next = random(99);
        const many = await filled(
          ...Array.from({ length: 300 }, (_, n) =>
            chunk({ text: 'word', scope: scopeId(n * 2 + 1), path: `${n}` }),
          ),
        );
        for (const share of [0.02, 0.3, 0.7, 0.99, 1]) {
          const scopes = Array.from({ length: 600 }, (_, n) => n + 1).filter(() => next() < share);
          const expected = scopes.filter((scope) => scope % 2 === 1).map((scope) => `${(scope - 1) / 2}`);
          const rows = await many.lexical(words('word'), { scopes: scopes.map(scopeId) }, 1_000);
          expect(rows.map(({ path }) => path).sort()).toEqual(expected.sort());
        }
      });
    });

    describe('ranking', () => {
      it('asks for no words give no rows', async () => {
        const store = await filled(chunk({ text: 'x' }));
        expect(await store.lexical([], only(1), 10)).toEqual([]);
      });

      it('ranks a row higher whose head terms hold the words too', async () => {
        const text = 'quarterly figures';
        const store = await filled(
          ...Array.from({ length: 3 }, (_, n) => chunk({ document: documentId(`plain${n}`), text })),
          chunk({ document: documentId('titled'), headTerms: 'quarterly', text }),
          ...Array.from({ length: 3 }, (_, n) => chunk({ document: documentId(`more${n}`), text })),
        );
        expect(documents(await store.lexical(words('quarterly'), only(1), 10))[0]).toBe('titled');
      });

      it('weighs head and text by the same measure, whichever words of the question the heads hold', async () => {
        const store = await filled(
          ...Array.from({ length: 10 }, (_, n) =>
            chunk({ document: documentId(`other${n}`), headTerms: 'other', text: 'x y z' }),
          ),
          chunk({ document: documentId('plain'), headTerms: 'other', text: 'holiday x y x y' }),
          chunk({ document: documentId('titled'), headTerms: 'notice', text: 'notice x y' }),
        );
        const terms = [
          { text: 'holiday', weight: 1, fuzzy: false },
          { text: 'notice', weight: 0.75, fuzzy: false },
        ];
        expect(documents(await store.lexical(terms, only(1), 2))).toEqual(['titled', 'plain']);
      });

      it('takes a word of twice the weight for two', async () => {
        const store = await filled(
          chunk({ document: documentId('a'), text: 'holiday and other things' }),
          chunk({ document: documentId('b'), text: 'notice and other things' }),
        );
        const terms = (holiday: number, notice: number) => [
          { text: 'holiday', weight: holiday, fuzzy: false },
          { text: 'notice', weight: notice, fuzzy: false },
        ];
        expect(documents(await store.lexical(terms(1, 0.5), only(1), 10))).toEqual(['a', 'b']);
        expect(documents(await store.lexical(terms(0.5, 1), only(1), 10))).toEqual(['b', 'a']);
      });

      it('finds one letter away in indexed rows, only when asked to and only with the filter', async () => {
        const store = await filled(
          chunk({ document: documentId('a'), text: 'holiday' }),
          chunk({ text: 'holiday', scope: scopeId(2) }),
        );
        expect(await store.lexical(words('holidey'), only(1), 10)).toEqual([]);
        const fuzzy = [{ text: 'holidey', weight: 1, fuzzy: true }];
        // Rows that are not indexed yet are found by whole terms only.
        await store.optimise();
        expect(documents(await store.lexical(fuzzy, only(1), 10))).toEqual(['a']);
      });

      it('a term that is query syntax elsewhere is a word', async () => {
        const store = await filled(chunk({ text: 'plain' }));
        for (const text of ['"', 'a:b', '(', '*', 'AND', "'", '+-', '\\']) {
          expect(await store.lexical([{ text, weight: 1, fuzzy: false }], only(1), 10)).toEqual([]);
        }
      });

      it('gives a narrow caller the ten that brute force over their rows gives', {
        timeout: 60_000,
      }, async () => {
        const next = random(7);
        const rows = Array.from({ length: 3_000 }, (_, n) =>
          chunk({
            document: documentId(`n${n}`),
            scope: scopeId(n % 100 === 0 ? 1 : 2 + (n % 7)),
            text: `common w${n % 50}`,
            vector: unit(next),
          }),
        );
        const store = await filled(...rows);
        for (const settle of [false, true]) {
          if (settle) await store.optimise();
          for (const scopes of [[1], [1, 3], [2, 3, 4, 5, 6, 7, 8]]) {
            const query = unit(next);
            const own = rows.filter(({ scope }) => scopes.includes(scope));
            const expected = own
              .map(({ document, vector }) => ({ document, near: dot(query, vector ?? query) }))
              .sort((a, b) => b.near - a.near)
              .slice(0, 10);
            const got = await store.nearest(query, only(...scopes), 10);
            expect(documents(got)).toEqual(expected.map(({ document }) => document));
            // Full text: every row of the caller matches, so each of them must come, and none of the others.
            const all = await store.lexical(words('common'), only(...scopes), 5_000);
            expect(new Set(documents(all))).toEqual(new Set(own.map(({ document }) => document)));
          }
        }
      });
    });

    describe('writing', () => {
      const A = documentId('A');
      const B = documentId('B');
      const revisions = async (store: ChunkStore): Promise<string[]> => {
        const found: string[] = [];
        for await (const { document, revision } of store.revisions()) found.push(`${document} ${revision}`);
        return found.sort();
      };
      const three = () =>
        filled(
          ...[0, 1, 2].map((ordinal) => chunk({ document: A, ordinal, text: 'old' })),
          ...[0, 1].map((ordinal) =>
            chunk({ document: A, revision: revisionId('r2'), ordinal, text: 'new' }),
          ),
          chunk({ document: B, text: 'other' }),
        );

      it('names every revision that has chunks', async () => {
        expect(await revisions(await three())).toEqual(['A r1', 'A r2', 'B r1']);
        expect(await revisions(await filled())).toEqual([]);
      });

      it('retains the named revision and touches no other document', async () => {
        const store = await three();
        await store.retain(new Map<typeof A, RevisionId | null>([[A, revisionId('r2')]]));
        expect(await revisions(store)).toEqual(['A r2', 'B r1']);
        expect(await store.lexical(words('old'), only(1), 10)).toEqual([]);
      });

      it('retains nothing of a document without revision', async () => {
        const store = await three();
        await store.retain(
          new Map<typeof A, RevisionId | null>([
            [A, null],
            [documentId("x' OR '1'='1"), null],
          ]),
        );
        expect(await revisions(store)).toEqual(['B r1']);
        await store.retain(new Map());
        expect(await revisions(store)).toEqual(['B r1']);
      });

      it('retains some and drops others in one call', async () => {
        const store = await three();
        await store.retain(
          new Map<typeof A, RevisionId | null>([
            [A, revisionId('r1')],
            [B, null],
          ]),
        );
        expect(await revisions(store)).toEqual(['A r1']);
      });

      it('relabels scope, path and time without touching text or vector', async () => {
        const own = chunk({ document: A, text: 'label me', path: 'old/x.txt' });
        const store = await filled(own, chunk({ document: B, text: 'label me', path: 'old/y.txt' }));
        for (const settled of [false, true]) {
          if (settled) await store.optimise();
          await store.relabel([
            {
              document: A,
              scope: scopeId(settled ? 6 : 5),
              place: { path: "new/it's.txt", modified: 5_000 },
            },
          ]);
          const filter: RowFilter = { ...only(settled ? 6 : 5), under: 'new', modifiedFrom: 5_000 };
          expect(documents(await store.lexical(words('label'), filter, 10))).toEqual(['A']);
          expect(
            documents(await store.nearest(own.vector ?? new Float32Array(DIMENSIONS), filter, 10)),
          ).toEqual(['A']);
          expect(documents(await store.lexical(words('label'), only(1), 10))).toEqual(['B']);
        }
        await store.optimise();
        expect(documents(await store.lexical(words('label'), only(1, 5), 10))).toEqual(['B']);
      });

      it('gives each of many documents the path and time of its own in one call', async () => {
        const ids = Array.from({ length: 600 }, (_, n) => documentId(`many${n}`));
        const store = await filled(...ids.map((document) => chunk({ document, text: 'label me' })));
        await store.relabel(
          ids.map((document, n) => ({
            document,
            scope: scopeId(1),
            place: { path: `new/it's \u65e5 \\${n}.txt`, modified: n + 0.25 },
          })),
        );
        const found = await store.lexical(words('label'), { ...only(1), under: 'new' }, 1_000);
        expect(found.map(({ document, path }) => `${document} ${path}`).sort()).toEqual(
          ids.map((document, n) => `${document} new/it's \u65e5 \\${n}.txt`).sort(),
        );
        const late = { ...only(1), modifiedFrom: 599.25, modifiedTo: 599.25 };
        expect(documents(await store.lexical(words('label'), late, 10))).toEqual(['many599']);
      });

      it('relabels the scope of many documents and leaves their place and all others alone', async () => {
        const store = await filled(
          chunk({ document: A, text: 'label me', path: 'old/x.txt' }),
          chunk({ document: B, text: 'label me', path: 'old/y.txt' }),
        );
        await store.relabel([{ document: B, scope: scopeId(9), place: null }]);
        const moved = await store.lexical(words('label'), { ...only(9), under: 'old' }, 10);
        expect(moved.map(({ document, path }) => [document, path])).toEqual([['B', 'old/y.txt']]);
        expect(documents(await store.lexical(words('label'), only(1), 10))).toEqual(['A']);
      });

      it('finds rows before and after they are indexed, and rows added after that', async () => {
        const store = await filled(chunk({ document: A, text: 'first' }));
        expect(documents(await store.lexical(words('first'), only(1), 10))).toEqual(['A']);
        await store.optimise();
        expect(documents(await store.lexical(words('first'), only(1), 10))).toEqual(['A']);
        await store.add([chunk({ document: B, text: 'second first' })]);
        expect(documents(await store.lexical(words('first'), only(1), 10)).sort()).toEqual(['A', 'B']);
        expect(documents(await store.lexical(words('second'), only(1), 10))).toEqual(['B']);
      });

      it('takes nothing to add', async () => {
        const store = await filled();
        await store.add([]);
        expect(await revisions(store)).toEqual([]);
      });

      it('refuses a vector of other dimensions', async () => {
        const store = await filled();
        await expect(store.add([chunk({ vector: new Float32Array(8) })])).rejects.toThrow();
      });
    });
  });
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareId } from '../../../acl/index.ts';
import type { CatalogDocument } from '../../../index/index.ts';
import { comparePaths, joinByPath } from '../../../index/sync/join.ts';
import { type Listed, listShare } from '../../../ingest/index.ts';
import { documentRow } from '../../support/shelf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const letter = fc.constantFrom('a', 'b', ' ', '.', '-', '0', 'é', '\uffee', '📁', 'Z');
const name = fc
  .array(letter, { minLength: 1, maxLength: 4 })
  .map((letters) => letters.join(''))
  .filter((text) => text !== '.' && text !== '..');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const bytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('comparePaths', () => {
  it('orders as the bytes of UTF-8 do', () => {
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(Math.sign(comparePaths(a, b))).toBe(bytes(a, b));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('joinByPath', () => {
  it('pairs each path once, whatever the two sides hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(path, { maxLength: 12 }),
        fc.uniqueArray(path, { maxLength: 12 }),
        async (files, documents) => {
          const rows = documents.sort(bytes).map((at, n) => documentRow(n, { path: at }));
          const pairs = [];
          for await (const { file, document } of joinByPath(
            listing(files.sort(bytes)),
            stream(rows),
            () => {},
          ))
            pairs.push([file?.path ?? null, document?.path ?? null]);
          const all = [...new Set([...files, ...documents])].sort(bytes);
          expect(pairs).toEqual(
            all.map((at) => [files.includes(at) ? at : null, documents.includes(at) ? at : null]),
          );
        },
      ),
    );
  });
});

describe('listShare', () => {
  it('lists any tree in the order of comparePaths', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(path, { maxLength: 15 }), async (paths) => {
        const root = tempFolder();
        for (const at of paths) {
          try {
            mkdirSync(dirname(join(root, at)), { recursive: true });
            writeFileSync(join(root, at), 'x');
          } catch {
            // One path is a folder of another: whichever came first stands.
          }
        }
        const listed: string[] = [];
        for await (const item of listShare({ id: shareId('docs'), root, exclude: [], ignores: () => false }))
          if (item.kind === 'file') listed.push(item.file.path);
        expect(listed).toEqual([...listed].sort(bytes));
        expect(listed.length).toBeGreaterThanOrEqual(Math.min(1, paths.length));
      }),
      { numRuns: 60 },
    );
  });
});

async function* listing(paths: readonly string[]): AsyncGenerator<Listed> {
  for (const at of paths) {
    yield { kind: 'file', file: { path: at, fileId: '1:1', size: 1, modified: 1, changed: 1 } };
  }
}

async function* stream(rows: readonly CatalogDocument[]): AsyncGenerator<CatalogDocument> {
  yield* rows;
}

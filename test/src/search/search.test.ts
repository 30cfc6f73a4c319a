import { beforeAll, describe, expect, it } from 'vitest';
import { scopeId, shareId } from '../../../acl/index.ts';
import { type CatalogDocument, revisionId } from '../../../index/index.ts';
import { type SearchQuery, search } from '../../../src/search/index.ts';
import { createFakeEmbedder } from '../../fakes/fake-embedder.ts';
import { tokenOf } from '../../support/access.ts';
import { asker, Shelf, type ShelfDocument } from '../../support/shelf.ts';

const DIRECTORY = { users: ['anna', 'bob'], groups: { staff: ['user:anna', 'user:bob'], hr: ['user:anna'] } };
const ANNA = tokenOf('anna', DIRECTORY);
const BOB = tokenOf('bob', DIRECTORY);
const BOB_OUTSIDE = tokenOf('bob', { users: ['bob'] });

function ask(text: string, extra: Partial<SearchQuery> = {}): SearchQuery {
  return { text, limit: 10, budgetTokens: 2_000, filter: {}, ...extra };
}

const paths = (answer: Awaited<ReturnType<typeof search>>): string[] =>
  answer.results.map(({ path }) => path);

describe.each([
  { mode: 'lexical', embedder: null },
  { mode: 'hybrid', embedder: createFakeEmbedder() },
])('search by $mode', ({ mode, embedder }) => {
  let shelf: Shelf;
  let open: CatalogDocument;
  let secret: CatalogDocument;

  beforeAll(async () => {
    shelf = await Shelf.open(embedder);
    open = await shelf.put({
      path: 'policies/travel.txt',
      acl: ['allow group:staff'],
      chunks: [
        {
          text: 'Travel expenses are paid within thirty days.',
          section: ['4 Travel', '4.2 Expenses'],
          page: 7,
        },
      ],
      title: 'Travel policy',
    });
    secret = await shelf.put({
      path: 'hr/travel-abuse.txt',
      acl: ['allow group:hr'],
      chunks: ['Travel expenses of the director were falsified.'],
    });
  });

  it('gives each person only what they may read', async () => {
    expect(paths(await search(shelf.deps, ask('travel expenses'), asker(BOB)))).toEqual([
      'policies/travel.txt',
    ]);
    expect(paths(await search(shelf.deps, ask('travel expenses'), asker(ANNA))).sort()).toEqual([
      'hr/travel-abuse.txt',
      'policies/travel.txt',
    ]);
  });

  it('cites path, title, section, page, revision and link', async () => {
    const answer = await search(shelf.deps, ask('travel expenses'), asker(BOB));
    expect(answer.mode).toBe(mode);
    expect(answer.results[0]).toEqual({
      id: `${open.id}.${open.revision}.0`,
      rank: 1,
      share: 'docs',
      path: 'policies/travel.txt',
      title: 'Travel policy',
      section: ['4 Travel', '4.2 Expenses'],
      page: 7,
      snippet: 'Travel expenses are paid within thirty days.',
      url: `https://ntk.example/d/${open.id}.${open.revision}.0`,
      modified: '2023-11-14T22:13:20.000Z',
      revision: open.revision,
    });
  });

  it('case 18: shows nothing to a caller who left the group between retrieval and delivery', async () => {
    expect(
      paths(
        await search(
          shelf.deps,
          ask('travel expenses'),
          asker(BOB, () => BOB_OUTSIDE),
        ),
      ),
    ).toEqual([]);
  });

  it('fails when the token is gone at delivery', async () => {
    const gone = asker(BOB, () => Promise.reject(new Error('no token any more')));
    await expect(search(shelf.deps, ask('travel'), gone)).rejects.toThrow('no token any more');
  });

  it('case 21: a scope changed in the catalog hides at once although the chunks carry the old one', async () => {
    await shelf.repoint(open, ['allow group:hr']);
    expect(paths(await search(shelf.deps, ask('travel expenses'), asker(BOB)))).toEqual([]);
    await shelf.repoint(open, null);
    expect(paths(await search(shelf.deps, ask('travel expenses'), asker(ANNA)))).toEqual([
      'hr/travel-abuse.txt',
    ]);
    await shelf.catalog.put([open]);
  });

  it('shows nothing of a revision that is no longer current', async () => {
    await shelf.catalog.put([{ ...open, revision: revisionId('0123456789abcdef') }]);
    expect(paths(await search(shelf.deps, ask('travel expenses'), asker(BOB)))).toEqual([]);
    await shelf.catalog.put([{ ...open, revision: null }]);
    expect(paths(await search(shelf.deps, ask('travel expenses'), asker(BOB)))).toEqual([]);
    await shelf.catalog.put([open]);
  });

  it('shows nothing of a document that is gone from the catalog while its chunks remain', async () => {
    await shelf.catalog.remove([open.id]);
    expect(paths(await search(shelf.deps, ask('travel expenses'), asker(BOB)))).toEqual([]);
    await shelf.catalog.put([open]);
  });

  it('shows nothing of chunks of a document with a scope that the catalog does not know', async () => {
    const deps = { ...shelf.deps, catalog: { ...bind(shelf), scopes: async () => new Map() } };
    expect(paths(await search(deps, ask('travel expenses'), asker(BOB)))).toEqual([]);
  });

  it('rejects when the catalog fails, and never answers without it', async () => {
    const deps = {
      ...shelf.deps,
      catalog: { ...bind(shelf), documents: () => Promise.reject(new Error('locked')) },
    };
    await expect(search(deps, ask('travel expenses'), asker(BOB))).rejects.toThrow('locked');
  });

  it('gives a person without any readable scope nothing', async () => {
    expect((await search(shelf.deps, ask('travel'), asker(BOB_OUTSIDE))).results).toEqual([]);
  });

  it('marks an answer in which no passage holds what was asked, and only such a one', async () => {
    const question = 'warranty of the reactor coolant pumps under travel';
    expect(await search(shelf.deps, ask(question), asker(BOB))).toMatchObject({ confidence: 'low' });
    expect(await search(shelf.deps, ask('when are travel expenses paid'), asker(BOB))).not.toHaveProperty(
      'confidence',
    );
  });

  it('marks an answer without results', async () => {
    expect((await search(shelf.deps, ask('travel'), asker(BOB_OUTSIDE))).confidence).toBe('low');
    expect((await search(shelf.deps, ask('?! …'), asker(ANNA))).confidence).toBe('low');
  });

  it('case 23: a hidden passage that answers does not lift the mark', async () => {
    const question = 'director falsified abuse';
    expect((await search(shelf.deps, ask(`${question} travel`), asker(BOB))).confidence).toBe('low');
    expect((await search(shelf.deps, ask(question), asker(ANNA))).confidence).toBeUndefined();
  });

  it('gives nothing for a question without a word', async () => {
    expect((await search(shelf.deps, ask('?! …'), asker(ANNA))).results).toEqual([]);
  });

  it.each(["' OR 1=1 --", `") OR scope > 0 --`, "docs' OR '1'='1", '*', '%', '../hr', 'hr/'])(
    'case 24: a filter of %s widens nothing',
    async (evil) => {
      for (const filter of [{ under: evil }, { share: shareId(evil) }, { types: [evil] }]) {
        expect(paths(await search(shelf.deps, ask('travel expenses', { filter }), asker(BOB)))).toEqual([]);
      }
      expect(paths(await search(shelf.deps, ask(`travel ${evil}`), asker(BOB)))).toEqual([
        'policies/travel.txt',
      ]);
    },
  );

  it('cannot be given scopes through the filter', async () => {
    const filter = { scopes: [1, 2, 3, 4].map(scopeId) } as SearchQuery['filter'];
    expect(paths(await search(shelf.deps, ask('travel expenses', { filter }), asker(BOB)))).toEqual([
      'policies/travel.txt',
    ]);
  });

  it('leaves out a document whose new path stands outside the asked folder', async () => {
    await shelf.catalog.put([{ ...open, path: 'archive/travel.txt' }]);
    const filter = { under: 'policies' };
    expect(paths(await search(shelf.deps, ask('travel', { filter }), asker(BOB)))).toEqual([]);
    await shelf.catalog.put([open]);
  });

  it('names the current path of a moved document', async () => {
    await shelf.catalog.put([{ ...open, path: 'archive/travel.txt' }]);
    expect(paths(await search(shelf.deps, ask('travel expenses'), asker(BOB)))).toEqual([
      'archive/travel.txt',
    ]);
    await shelf.catalog.put([open]);
  });

  it('gives the same answer whether or not hidden documents exist', async () => {
    const before = await search(shelf.deps, ask('travel expenses director'), asker(BOB));
    await shelf.catalog.remove([secret.id]);
    await shelf.store.retain(new Map([[secret.id, null]]));
    expect(await search(shelf.deps, ask('travel expenses director'), asker(BOB))).toEqual(before);
  });
});

describe('search over many passages', () => {
  let shelf: Shelf;
  const manual: ShelfDocument = {
    path: 'manual.txt',
    acl: ['allow everyone'],
    chunks: Array.from({ length: 80 }, (_, n) => `Turbine turbine turbine maintenance step ${n}.`),
  };

  beforeAll(async () => {
    shelf = await Shelf.open();
    await shelf.add(manual, {
      path: 'note.txt',
      acl: ['allow everyone'],
      chunks: ['The new turbine arrives in a long while from now.'],
    });
    await shelf.add({ path: 'copy-1.txt', acl: ['allow everyone'], chunks: ['The canteen opens at noon.'] });
    await shelf.add({ path: 'copy-2.txt', acl: ['allow everyone'], chunks: ['The canteen opens at noon.'] });
    await shelf.add({ path: 'hidden.txt', acl: ['allow user:anna'], chunks: ['The canteen opens at noon.'] });
    await shelf.add({ path: 'exact.txt', acl: ['allow everyone'], chunks: ['The valve is checked.'] });
    await shelf.add({
      path: 'similar.txt',
      acl: ['allow everyone'],
      chunks: ['The value, the value, the value, the value.'],
    });
    await shelf.store.optimise();
  });

  it('gives three passages of one document before those of others, and more only to fill the answer', async () => {
    const answer = paths(await search(shelf.deps, ask('turbine'), asker(BOB)));
    const others = answer.findIndex((path) => path !== 'manual.txt');
    expect(others).toBeLessThanOrEqual(3);
    expect(answer.slice(0, 4)).toContain('note.txt');
  });

  it('a document with many matching passages does not hide another', async () => {
    expect(paths(await search(shelf.deps, ask('turbine'), asker(BOB)))).toContain('note.txt');
  });

  it('shows one of equal passages', async () => {
    expect(paths(await search(shelf.deps, ask('canteen noon'), asker(BOB)))).toHaveLength(1);
  });

  it('a hidden copy does not swallow a readable one', async () => {
    expect(paths(await search(shelf.deps, ask('canteen noon'), asker(BOB)))[0]).toMatch(/^copy-/);
  });

  it('ranks what was spelt as asked before what is one letter away', async () => {
    expect(paths(await search(shelf.deps, ask('valve'), asker(BOB)))[0]).toBe('exact.txt');
    expect(paths(await search(shelf.deps, ask('valve'), asker(BOB)))).not.toContain('similar.txt');
  });

  it('finds a mistyped word', async () => {
    expect(paths(await search(shelf.deps, ask('cantene'), asker(BOB))).length).toBeGreaterThan(0);
  });

  it('keeps the snippets of a whole answer within the budget', async () => {
    const answer = await search(shelf.deps, ask('turbine', { budgetTokens: 200 }), asker(BOB));
    const characters = answer.results.reduce((sum, { snippet }) => sum + snippet.length, 0);
    expect(characters).toBeLessThanOrEqual(200 * 4);
  });

  it('finds an Italian passage in a document that is mostly English', async () => {
    await shelf.add({
      path: 'mixed.txt',
      acl: ['allow everyone'],
      chunks: [
        'Welcome to the site.',
        'Have a nice day here.',
        { text: 'Le richieste di permessi vanno approvate.', language: 'it' },
      ],
    });
    expect(paths(await search(shelf.deps, ask('permesso'), asker(BOB)))).toEqual(['mixed.txt']);
  });
});

/** The catalog's reading side as a plain object, so that one method can be replaced. */
function bind({ catalog }: Shelf) {
  return {
    documents: catalog.documents.bind(catalog),
    documentAt: catalog.documentAt.bind(catalog),
    documentsAt: catalog.documentsAt.bind(catalog),
    listDocuments: catalog.listDocuments.bind(catalog),
    listScoped: catalog.listScoped.bind(catalog),
    listReadable: catalog.listReadable.bind(catalog),
    scopes: catalog.scopes.bind(catalog),
    unlabelled: catalog.unlabelled.bind(catalog),
    permissionsUntil: catalog.permissionsUntil.bind(catalog),
    counts: catalog.counts.bind(catalog),
    languages: catalog.languages.bind(catalog),
    lastPass: catalog.lastPass.bind(catalog),
    meta: catalog.meta.bind(catalog),
  };
}

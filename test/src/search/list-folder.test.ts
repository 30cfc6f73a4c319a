import { beforeAll, describe, expect, it } from 'vitest';
import { shareId } from '../../../acl/index.ts';
import { listFolder } from '../../../src/search/index.ts';
import { tokenOf } from '../../support/access.ts';
import { asker, Shelf } from '../../support/shelf.ts';

const BOB = tokenOf('bob', { users: ['bob'] });
const NOBODY = tokenOf('nobody', { users: ['nobody'] });
const LAST = '\u{10ffff}';

const READABLE = [
  'a/one.txt',
  'a/two.txt',
  'a.b',
  'a b/x.txt',
  'a0',
  'aa/x.txt',
  'a-/x.txt',
  'b/c/d/e.txt',
  'z.txt',
  'è/caffè.txt',
  'ｈ/x.txt',
  '📁/x.txt',
  `odd/${LAST}first.txt`,
  `odd/${LAST}second.txt`,
  'odd2.txt',
];
const HIDDEN = [
  'a/hidden.txt',
  'secret/x.txt',
  'b/secret/x.txt',
  'b/c/hidden.txt',
  'hidden.txt',
  '!first.txt',
];

let shelf: Shelf;

beforeAll(async () => {
  shelf = await Shelf.open();
  await shelf.add(
    ...READABLE.map((path) => ({ path, acl: ['allow user:bob'], chunks: ['text'] })),
    ...HIDDEN.map((path) => ({ path, acl: ['allow user:anna'], chunks: ['text'] })),
    { path: 'none/x.txt', acl: null, chunks: ['text'] },
    { path: 'x.txt', share: shareId('other'), acl: ['allow user:anna'], chunks: ['text'] },
  );
});

async function names(path: string, limit = 100, token = BOB): Promise<string[] | null> {
  const seen: string[] = [];
  let after = '';
  for (let page = 0; page < 200; page += 1) {
    const listing = await listFolder(shelf.deps, { share: 'docs', path, after, limit }, asker(token));
    if (listing === null) return seen.length === 0 ? null : seen;
    seen.push(...listing.entries.map(({ kind, name }) => (kind === 'folder' ? `${name}/` : name)));
    if (listing.next === null) return seen;
    after = listing.next;
  }
  throw new Error('paging never ends');
}

const ROOT = ['a b/', 'a-/', 'a.b', 'a/', 'a0', 'aa/', 'b/', 'odd/', 'odd2.txt', 'z.txt', 'è/', 'ｈ/', '📁/'];

describe('listFolder', () => {
  it.each([1, 2, 3, 5, 100])(
    'lists the root in pages of %i, each name once and none hidden',
    async (limit) => {
      expect((await names('', limit))?.sort()).toEqual([...ROOT].sort());
    },
  );

  it.each([
    { path: 'a', expected: ['one.txt', 'two.txt'] },
    { path: 'a b', expected: ['x.txt'] },
    { path: 'b', expected: ['c/'] },
    { path: 'b/c', expected: ['d/'] },
    { path: 'è', expected: ['caffè.txt'] },
    { path: 'odd', expected: [`${LAST}first.txt`, `${LAST}second.txt`] },
  ])('lists the folder $path', async ({ path, expected }) => {
    expect(await names(path)).toEqual(expected);
  });

  it.each(['secret', 'b/secret', 'none', 'nonexistent', 'a.b', 'A', 'a/one.txt', "a' OR '1'='1", '%', '..'])(
    'gives nothing for %s, which is hidden, absent or no folder',
    async (path) => {
      expect(await names(path)).toBeNull();
    },
  );

  it('gives nothing of anything to a person who may read nothing', async () => {
    expect(await names('', 10, NOBODY)).toBeNull();
    expect(
      await listFolder(shelf.deps, { share: null, path: '', after: '', limit: 10 }, asker(NOBODY)),
    ).toEqual({
      entries: [],
      next: null,
    });
  });

  it('names the shares that hold something readable', async () => {
    const deps = { ...shelf.deps, shares: ['docs', 'other', 'unknown'].map(shareId) };
    const listing = await listFolder(deps, { share: null, path: '', after: '', limit: 10 }, asker(BOB));
    expect(listing?.entries).toEqual([{ kind: 'share', name: 'docs' }]);
  });

  it('an unknown share and a share that holds nothing for the caller look alike', async () => {
    for (const share of ['other', 'unknown']) {
      expect(await listFolder(shelf.deps, { share, path: '', after: '', limit: 10 }, asker(BOB))).toBeNull();
    }
  });

  it('does not tell by its cursor that something hidden follows', async () => {
    const listing = await listFolder(
      shelf.deps,
      { share: 'docs', path: 'a', after: '', limit: 2 },
      asker(BOB),
    );
    expect(listing?.next).toBeNull();
  });

  it('case 24: the cursor of another person widens nothing', async () => {
    const anna = tokenOf('anna', { users: ['anna'] });
    const page = await listFolder(shelf.deps, { share: 'docs', path: '', after: '', limit: 2 }, asker(anna));
    const listing = await listFolder(
      shelf.deps,
      { share: 'docs', path: '', after: page?.next ?? '', limit: 99 },
      asker(BOB),
    );
    const shown = listing?.entries.map(({ name }) => name) ?? [];
    expect(shown.filter((name) => !ROOT.includes(name) && !ROOT.includes(`${name}/`))).toEqual([]);
  });

  it('gives nothing to a caller who lost access during the call', async () => {
    const lost = asker(BOB, () => NOBODY);
    expect(await listFolder(shelf.deps, { share: 'docs', path: '', after: '', limit: 10 }, lost)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { scopeId } from '../../../acl/index.ts';
import type { CatalogDocument } from '../../../index/index.ts';
import { planFiles, planTroubles, type SeenFile } from '../../../index/sync/plan.ts';
import type { ListedTrouble } from '../../../ingest/index.ts';
import { documentRow } from '../../support/shelf.ts';

const S1 = scopeId(1);
const S2 = scopeId(2);

/** A document that the last pass left settled: file `n` at its path, in scope 1. */
function known(n: number, fields: Partial<CatalogDocument> = {}): CatalogDocument {
  const path = fields.path ?? `${n}.txt`;
  return documentRow(n, { path, scope: S1, labelledScope: S1, labelledPath: path, ...fields });
}

/** The same file as the share lists it, unchanged. */
function seen(n: number, file: Partial<SeenFile['file']> = {}, item: Partial<SeenFile> = {}): SeenFile {
  const base = { path: `${n}.txt`, fileId: `1:${n}`, size: 10, modified: 1_000, changed: 1_000 };
  return { file: { ...base, ...file }, scope: S1, aclTrouble: null, ...item };
}

const QUARANTINED = {
  hash: null,
  revision: null,
  scope: null,
  labelledScope: null,
  labelledPath: null,
  outcome: 'quarantined',
  chunks: 0,
} as const;

const HIDDEN = { scope: null, outcome: 'quarantined', reason: 'acl-unreadable', detail: 'away' } as const;
const NO_ACL = {
  scope: null,
  aclTrouble: { ok: false, reason: 'acl-unreadable', detail: 'broken' },
} as const;
const trouble = (path: string, reason: ListedTrouble['reason'] = 'unreadable'): ListedTrouble => ({
  path,
  reason,
  detail: 'x',
});

interface Case {
  readonly name: string;
  readonly known?: readonly CatalogDocument[];
  readonly seen?: readonly SeenFile[];
  readonly troubles?: readonly ListedTrouble[];
  readonly retry?: boolean;
  /** `action path`, sorted; `*` stands for a new document. */
  readonly plan: readonly string[];
}

const MATRIX: readonly Case[] = [
  { name: 'nothing of nothing', plan: [] },
  { name: 'a new file is read', seen: [seen(1)], plan: ['read 1.txt *'] },
  { name: 'an unchanged file is left', known: [known(1)], seen: [seen(1)], plan: ['unchanged 1.txt'] },
  { name: 'another size is read', known: [known(1)], seen: [seen(1, { size: 11 })], plan: ['read 1.txt'] },
  {
    name: 'another time is read',
    known: [known(1)],
    seen: [seen(1, { modified: 2_000 })],
    plan: ['read 1.txt'],
  },
  {
    name: 'an older time is read: a backup was restored',
    known: [known(1)],
    seen: [seen(1, { modified: 500 })],
    plan: ['read 1.txt'],
  },
  {
    name: 'a chmod alone is looked at',
    known: [known(1)],
    seen: [seen(1, { changed: 2_000 })],
    plan: ['read 1.txt'],
  },
  {
    name: 'another file under the same name is read',
    known: [known(1)],
    seen: [seen(1, { fileId: '1:9' })],
    plan: ['read 1.txt'],
  },
  { name: 'a missing file is left for the search after moves', known: [known(1)], plan: ['left 1.txt'] },
  {
    name: 'another scope is relabelled without reading',
    known: [known(1)],
    seen: [seen(1, {}, { scope: S2 })],
    plan: ['relabel 1.txt'],
  },
  {
    name: 'another scope and another content are withheld until read',
    known: [known(1)],
    seen: [seen(1, { size: 11 }, { scope: S2 })],
    plan: ['read 1.txt', 'withhold 1.txt'],
  },
  {
    name: 'a changed file with the same permissions answers until it is read',
    known: [known(1)],
    seen: [seen(1, { size: 11 })],
    plan: ['read 1.txt'],
  },
  {
    name: 'a copy is a new document',
    known: [known(1)],
    seen: [seen(1), seen(2, { path: 'copy.txt' })],
    plan: ['read copy.txt *', 'unchanged 1.txt'],
  },
  {
    name: 'a hard link is a new document',
    known: [known(1)],
    seen: [seen(1), seen(1, { path: 'link.txt' })],
    plan: ['read link.txt *', 'unchanged 1.txt'],
  },
  {
    name: 'both names of a hard link that is gone are left',
    known: [known(1), known(2, { fileId: '1:1' })],
    plan: ['left 1.txt', 'left 2.txt'],
  },
  {
    name: 'all entries without a file number that are gone are left',
    known: [
      known(1, { ...QUARANTINED, fileId: '' }),
      known(2, { ...QUARANTINED, fileId: '' }),
      known(3, { ...QUARANTINED, fileId: '' }),
    ],
    plan: ['left 1.txt', 'left 2.txt', 'left 3.txt'],
  },
  {
    name: 'two files that swapped names are both read',
    known: [known(1), known(2)],
    seen: [seen(1, { path: '2.txt' }), seen(2, { path: '1.txt' })],
    plan: ['read 1.txt', 'read 2.txt'],
  },
  {
    name: 'swapped names with swapped permissions are withheld',
    known: [known(1), known(2, { scope: S2, labelledScope: S2 })],
    seen: [seen(1, { path: '2.txt' }, { scope: S1 }), seen(2, { path: '1.txt' }, { scope: S2 })],
    plan: ['read 1.txt', 'read 2.txt', 'withhold 1.txt', 'withhold 2.txt'],
  },
  {
    name: 'a file moved over another leaves the one moved',
    known: [known(1), known(2)],
    seen: [seen(1, { path: '2.txt' })],
    plan: ['read 2.txt', 'left 1.txt'],
  },
  {
    name: 'a corrupt file that did not change is left',
    known: [known(1, { ...QUARANTINED, reason: 'corrupt' })],
    seen: [seen(1)],
    plan: ['unchanged 1.txt'],
  },
  {
    name: 'a corrupt file is read again when asked',
    known: [known(1, { ...QUARANTINED, reason: 'corrupt' })],
    seen: [seen(1)],
    retry: true,
    plan: ['read 1.txt'],
  },
  {
    name: 'a corrupt file that changed is read',
    known: [known(1, { ...QUARANTINED, reason: 'corrupt' })],
    seen: [seen(1, { size: 11 })],
    plan: ['read 1.txt'],
  },
  {
    name: 'an unreadable file is tried at every pass',
    known: [known(1, { ...QUARANTINED, reason: 'unreadable' })],
    seen: [seen(1)],
    plan: ['read 1.txt'],
  },
  {
    name: 'a file whose list was mended is read',
    known: [known(1, { ...QUARANTINED, reason: 'acl-unreadable' })],
    seen: [seen(1)],
    plan: ['read 1.txt'],
  },
  {
    name: 'a file whose list cannot be read is hidden',
    known: [known(1)],
    seen: [seen(1, {}, NO_ACL)],
    plan: ['hide 1.txt'],
  },
  {
    name: 'a file in quarantine whose list cannot be read is refused',
    known: [known(1, { ...QUARANTINED, reason: 'corrupt' })],
    seen: [seen(1, {}, NO_ACL)],
    plan: ['refuse 1.txt'],
  },
  {
    name: 'a hidden file whose list can be read again is shown without being read',
    known: [known(1, HIDDEN)],
    seen: [seen(1)],
    plan: ['relabel 1.txt'],
  },
  {
    name: 'a hidden file that was edited meanwhile is read',
    known: [known(1, HIDDEN)],
    seen: [seen(1, { size: 99 })],
    plan: ['read 1.txt'],
  },
  {
    name: 'a new file whose list cannot be read is refused',
    seen: [seen(1, {}, NO_ACL)],
    plan: ['refuse 1.txt *'],
  },
  {
    name: 'a file that became a link out is refused',
    known: [known(1)],
    troubles: [trouble('1.txt', 'outside-share')],
    plan: ['refuse 1.txt'],
  },
  {
    name: 'what stands below a folder that cannot be listed is hidden, not removed',
    known: [known(1, { path: 'a/1.txt' }), known(2, { path: 'a/b/2.txt' }), known(3, { path: 'ab/3.txt' })],
    troubles: [trouble('a')],
    plan: ['refuse a *', 'hide a/1.txt', 'hide a/b/2.txt', 'left ab/3.txt'],
  },
  {
    name: 'everything is hidden when the root cannot be listed any more',
    known: [known(1)],
    troubles: [trouble('')],
    plan: ['refuse  *', 'hide 1.txt'],
  },
  {
    name: 'a trouble never touches a file that has the same shown name',
    known: [known(1)],
    seen: [seen(1)],
    troubles: [trouble('1.txt', 'path-not-utf8')],
    plan: ['unchanged 1.txt'],
  },
  {
    name: 'two troubles with one shown name are one',
    troubles: [trouble('x'), trouble('x', 'path-not-utf8')],
    plan: ['refuse x *'],
  },
];

describe('planFiles and planTroubles', () => {
  it.each(MATRIX)(
    '$name',
    ({ known: documents = [], seen: files = [], troubles = [], retry = false, plan: expected }) => {
      const at = new Map(documents.map((document) => [document.path, document]));
      const pairs = files.map((item) => ({ document: at.get(item.file.path) ?? null, seen: item }));
      const held = new Set(files.map(({ file }) => file.path));
      const gone = documents.filter(({ path }) => !held.has(path));
      const plan = planFiles(pairs, { retryQuarantined: retry });
      const after = planTroubles(troubles, gone, held);
      const fresh = (document: CatalogDocument | null): string => (document === null ? ' *' : '');
      expect(
        [
          ...after.left.map(({ path }) => `left ${path}`),
          ...plan.withhold.map(({ path }) => `withhold ${path}`),
          ...[...plan.hide, ...after.hide].map(({ path }) => `hide ${path}`),
          ...plan.relabel.map((item) => `relabel ${item.seen.file.path}`),
          ...plan.read.map((item) => `read ${item.seen.file.path}${fresh(item.document)}`),
          ...[...plan.refuse, ...after.refuse].map((item) => `refuse ${item.path}${fresh(item.document)}`),
          ...plan.unchanged.map(({ path }) => `unchanged ${path}`),
        ].sort(),
      ).toEqual([...expected].sort());
    },
  );
});

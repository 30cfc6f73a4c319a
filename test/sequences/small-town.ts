import type { Town } from './town.ts';

/** Where every sequence begins. */
export function smallTown(): Town {
  return {
    folders: new Set(['', 'a', 'a/deep', 'b']),
    lists: new Map([
      ['', { inherit: true, entries: [{ effect: 'allow', whom: 'group:staff' }], sound: true }],
      ['b', { inherit: false, entries: [{ effect: 'allow', whom: 'group:hr' }], sound: true }],
    ]),
    files: new Map([
      ['doc1.md', { number: 1, version: 1 }],
      ['a/doc2.md', { number: 2, version: 1 }],
      ['a/deep/doc3.md', { number: 3, version: 1 }],
      ['b/doc4.md', { number: 4, version: 1 }],
    ]),
    people: new Map(['anna', 'bob', 'carl'].map((login) => [login, { enabled: true }])),
    groups: new Map([
      ['staff', { name: 'Staff', members: new Set(['user:anna', 'user:bob']) }],
      ['hr', { name: 'HR', members: new Set(['user:anna']) }],
    ]),
  };
}

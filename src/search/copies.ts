import type { ShareId } from '../../acl/index.ts';
import { type DocumentId, isLong, type Said, saidIn, saysTheSame } from '../../index/index.ts';
import type { Language } from '../../ingest/index.ts';

/** A passage as far as its copies are concerned. All of it is of documents that passed gate 2. */
export interface Copyable {
  readonly text: string;
  readonly language: Language;
  readonly section: readonly string[];
  /** The words of the question that stand in the passage, its headings, title or path. */
  readonly asked: string;
  readonly document: {
    readonly id: DocumentId;
    readonly share: ShareId;
    readonly path: string;
    /** Digest of the whole file. */
    readonly hash: string | null;
    /** Passages that it has. */
    readonly chunks: number;
    readonly title: string | null;
    /** Milliseconds. */
    readonly modified: number;
  };
}

/** A passage with the others that say the same, best ranked first. */
export interface WithCopies<T> {
  readonly item: T;
  readonly copies: readonly T[];
}

/** Passages that share all deciding words and are compared word by word; the next one stands for itself. */
const MOST_COMPARED = 24;

/**
 * Brings passages that say the same together: what stands there is that of the newest file, at the place of the best
 * ranked of them. `ranked` is best first. Who asks for one of several files by a word of its title or path gets that
 * one: of the others that word is missing, and they are no copies for this question.
 *
 * INVARIANT: only what is given counts, and it is given after gate 2: a hidden copy changes nothing.
 * Bounded: each passage is looked up by what it says, and compared to few others.
 */
export function collapse<T>(ranked: readonly T[], { likeness, copyable }: CopyRules<T>): WithCopies<T>[] {
  const like = new Map<string, number>();
  for (const item of ranked) like.set(likeness(item), (like.get(likeness(item)) ?? 0) + 1);
  const groups: T[][] = [];
  const byKey = new Map<string, Group<T>>();
  const alike = new Map<string, Group<T>[]>();
  for (const item of ranked) {
    if (like.get(likeness(item)) === 1) {
      groups.push([item]);
      continue;
    }
    const passage = copyable(item);
    const said = saidIn(passage.text, passage.language);
    const keys = keysOf(passage, said);
    // Neither words nor terms have line breaks in them.
    const decided = `${passage.asked}\n${said.fixed}`;
    const others = isLong(said) ? (alike.get(decided) ?? []) : [];
    const found =
      keys.map((key) => byKey.get(key)).find((group) => group !== undefined) ??
      others.find((group) => saysTheSame(group.said, said));
    const group = found ?? { said, items: [] };
    group.items.push(item);
    for (const key of keys) if (!byKey.has(key)) byKey.set(key, group);
    if (found !== undefined) continue;
    groups.push(group.items);
    if (isLong(said) && others.length < MOST_COMPARED) alike.set(decided, [...others, group]);
  }
  return groups.flatMap((items) => newestFirst(items, (item) => copyable(item).document.modified) ?? []);
}

/** What tells copies of an item from others. */
export interface CopyRules<T> {
  /** As stored: items that differ in it are no copies, and are looked at no further. */
  likeness(item: T): string;
  copyable(item: T): Copyable;
}

interface Group<T> {
  /** Of its best ranked passage. */
  readonly said: Said;
  readonly items: T[];
}

/**
 * What makes a passage with all the same words a copy. A long one is one wherever it stands. A short one, a clause
 * that several files have in common, is one in the same file, in a file with the same bytes, as all that two files
 * say, or under the same title and headings: elsewhere it is an answer of its own.
 */
function keysOf({ section, asked, document }: Copyable, said: Said): string[] {
  const words = said.words.join(' ');
  if (isLong(said)) return [`${asked}\n${words}`];
  const { id, hash, chunks, title } = document;
  const places = [
    ['document', id],
    ...(hash === null ? [] : [['bytes', hash]]),
    ...(chunks === 1 ? [['all']] : []),
    ...(title === null || section.length === 0 ? [] : [['place', title, ...section]]),
  ];
  return places.map((place) => JSON.stringify([words, asked, ...place]));
}

/** Of passages that say the same, best ranked first, the one to show: that of the newest file. */
export function newestFirst<T>(items: readonly T[], modified: (item: T) => number): WithCopies<T> | null {
  if (items.length < 2) return items[0] === undefined ? null : { item: items[0], copies: [] };
  // The sort is stable: of equal times the best ranked stays first.
  const [item, ...copies] = [...items].sort((a, b) => modified(b) - modified(a));
  return item === undefined ? null : { item, copies };
}

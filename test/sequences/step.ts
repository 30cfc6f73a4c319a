import type fc from 'fast-check';
import { look } from './look.ts';
import type { Street } from './street.ts';
import type { Town } from './town.ts';

/** What fast-check knows of a run: nothing, for every step chooses among what is there. */
export type Model = Record<string, never>;

/** One step: changes town and disk, and tells in words what it did; null when there was nothing to do it to. */
export type Deed = (street: Street, pick: Pick) => string | null | Promise<string | null>;

/** Chooses one of what is there by a number drawn beforehand; undefined of nothing. */
export type Pick = <T>(from: Iterable<T>) => T | undefined;

export class Step implements fc.AsyncCommand<Model, Street> {
  readonly #name: string;
  readonly #deed: Deed;
  readonly #numbers: readonly number[];
  #told: string;

  constructor(name: string, deed: Deed, numbers: readonly number[]) {
    this.#name = name;
    this.#deed = deed;
    this.#numbers = numbers;
    this.#told = `${name}: not run`;
  }

  check(): boolean {
    return true;
  }

  async run(_model: Model, street: Street): Promise<void> {
    let at = 0;
    const pick: Pick = (from) => {
      const all = [...from];
      const number = this.#numbers[at % this.#numbers.length] ?? 0;
      at += 1;
      return all[number % Math.max(1, all.length)];
    };
    const did = await this.#deed(street, pick);
    this.#told = `${this.#name}: ${did ?? 'nothing to do'}`;
    if (did === null) return;
    street.steps += 1;
    const wrong = await look(street);
    if (wrong.length > 0) throw new Error([this.#told, ...wrong].join('\n  '));
  }

  toString(): string {
    return `\n  ${this.#told}`;
  }
}

/** Deeds by name, each with how often it comes relative to the others. */
export type Deeds = Readonly<Record<string, { readonly weight: number; readonly deed: Deed }>>;

/** Whom a list may name. */
export const principals = ({ people, groups }: Town): string[] => [
  'everyone',
  ...[...people.keys()].map((id) => `user:${id}`),
  ...[...groups.keys()].map((id) => `group:${id}`),
];

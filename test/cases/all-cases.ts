import type { Case, Setting } from './case.ts';
import { POSIX_CASES } from './posix-cases.ts';
import { SIDECAR_CASES } from './sidecar-cases.ts';
import { WINDOWS_CASES } from './windows-cases.ts';

/** A case with the word that stands in its path, title and text, and nowhere else. */
export interface KeyedCase<Kind extends Setting = Setting> extends Case<Kind> {
  readonly key: string;
}

const ALL: readonly Case[] = [...WINDOWS_CASES, ...POSIX_CASES, ...SIDECAR_CASES];

export const CASES: readonly KeyedCase[] = ALL.map((given, at) => ({
  ...given,
  key: `quokka${String(at + 1).padStart(3, '0')}`,
}));

/** How a case is called in the name of a test. */
export const titled = <Kind extends Setting>(cases: readonly KeyedCase<Kind>[]) =>
  cases.map((given) => ({ title: `case ${given.number}, ${given.set.system}: ${given.name}`, given }));

export function ofSystem<System extends Setting['system']>(
  system: System,
): readonly KeyedCase<Extract<Setting, { system: System }>>[] {
  return CASES.filter(
    (given): given is KeyedCase<Extract<Setting, { system: System }>> => given.set.system === system,
  );
}

import type { DirectoryReading, DirectorySnapshot, DirectorySource } from '../../acl/index.ts';

/** A directory somewhere else that cannot tell whether it changed: each reading is what it was told to give. */
export class ToldDirectory implements DirectorySource {
  readonly name = 'the told directory';
  #gives: Omit<DirectorySnapshot, 'confirmedAt'> | string;

  constructor(gives: Omit<DirectorySnapshot, 'confirmedAt'> | string) {
    this.#gives = gives;
  }

  /** A snapshot, or the sentence of a reading that is not whole. */
  tell(gives: Omit<DirectorySnapshot, 'confirmedAt'> | string): void {
    this.#gives = gives;
  }

  async fingerprint(): Promise<null> {
    return null;
  }

  async read(now: number): Promise<DirectoryReading> {
    const gives = this.#gives;
    return typeof gives === 'string'
      ? { kind: 'incomplete', detail: gives }
      : { kind: 'complete', snapshot: { ...gives, confirmedAt: now }, warnings: [] };
  }
}

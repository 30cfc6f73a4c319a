import { parseSddl } from '../../acl/index.ts';
import { type SmbReader, type SmbReading, unreadable } from '../../acl/smb/reader.ts';

/** A file server of a few lists, in SDDL by path; the root is an empty text. Anything else it does not have. */
export class FakeSmbReader implements SmbReader {
  readonly lists: Map<string, string>;
  shareList: string | null = 'D:(A;;FA;;;WD)';
  /** Set: the server cannot be asked. */
  trouble: string | null = null;
  readonly asked: string[] = [];

  constructor(lists: Readonly<Record<string, string>>) {
    this.lists = new Map(Object.entries(lists));
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, SmbReading>> {
    this.asked.push(...paths);
    return new Map(paths.map((path) => [path, this.#reading(this.lists.get(path))]));
  }

  async readShare(): Promise<SmbReading> {
    return this.shareList === null ? unreadable('the server keeps it') : this.#reading(this.shareList);
  }

  #reading(sddl: string | undefined): SmbReading {
    if (this.trouble !== null) return unreadable(this.trouble);
    if (sddl === undefined) return { ok: false, reason: 'missing', error: 'the server has no such file' };
    const parsed = parseSddl(sddl);
    return parsed.ok ? parsed : unreadable(parsed.error);
  }
}

import { mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shareId } from '../../acl/index.ts';
import { type Core, openCore } from '../../src/compose/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { Crash } from '../support/crash.ts';
import { type House, openHouse } from '../support/house.ts';
import { passOver } from '../support/run-pass.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { listOf, markOf, type Photograph, photograph, type Town } from './town.ts';

export const SHARE = 'docs';

/** How permissions get from the town to the product. */
export type System = 'sidecar' | 'windows-export';

/** The town on a real disk, with a real index of it and all faces open. */
export class Street {
  readonly town: Town;
  /** What the index may hold: one photograph after a whole pass, more after passes that were cut off. */
  photos: Photograph[] = [new Map()];
  /** Every id a document ever had. */
  readonly ids = new Set<string>();
  /** The last version of each file by its number. */
  readonly latest = new Map<number, number>();
  steps = 0;
  readonly #system: System;
  readonly #folder: string;
  readonly #core: Core;
  readonly house: House;
  readonly #texts = new Map<string, { readonly text: string; readonly written: Date }>();
  readonly #sids = new Map<string, string>();

  private constructor(system: System, folder: string, town: Town, core: Core, house: House) {
    this.#system = system;
    this.#folder = folder;
    this.town = town;
    this.#core = core;
    this.house = house;
  }

  static async open(system: System, town: Town): Promise<Street> {
    const folder = tempFolder();
    const acl =
      system === 'sidecar' ? { source: 'sidecar' } : { source: 'windows-export', file: './acl.jsonl' };
    const config = join(folder, 'need-to-know.yaml');
    const text = {
      data: './data',
      shares: [{ name: SHARE, path: './share', acl }],
      directory: { source: 'file', path: './directory.yaml' },
      limits: { resultTokens: 50_000 },
    };
    writeFileSync(config, JSON.stringify(text));
    const core = await openCore(await loadConfig(config));
    const street = new Street(system, folder, town, core, await openHouse(core));
    for (const place of town.folders) mkdirSync(street.at(place), { recursive: true });
    for (const place of town.lists.keys()) street.postList(place);
    for (const [path, { number, version }] of town.files) {
      street.latest.set(number, version);
      street.writeFile(path);
    }
    street.postDirectory();
    await street.pass();
    return street;
  }

  async close(): Promise<void> {
    await this.house.close();
    await this.#core.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  at(path: string): string {
    return join(this.#folder, 'share', path);
  }

  /** Writes the text of the file's version; `anew` gives it another file number. */
  writeFile(path: string, { anew = false } = {}): void {
    const file = this.town.files.get(path);
    if (file === undefined) throw new Error(path);
    const mark = markOf(file);
    const known = this.#texts.get(mark);
    const text = known?.text ?? `# Title ${mark}\n\nThe zebra of ${mark} grazes here.\n`;
    mkdirSync(dirname(this.at(path)), { recursive: true });
    const to = anew ? `${this.at(path)}.tmp` : this.at(path);
    writeFileSync(to, text);
    // A copy from a backup comes with the time it had.
    if (known !== undefined) utimesSync(to, known.written, known.written);
    if (anew) renameSync(to, this.at(path));
    this.#texts.set(mark, { text, written: known?.written ?? statSync(this.at(path)).mtime });
  }

  /** Puts the list of a folder where the product reads it; an export is made just before a pass. */
  postList(folder: string): void {
    if (this.#system !== 'sidecar') return;
    const list = this.town.lists.get(folder);
    const file = this.at(folder === '' ? '.acl.yaml' : `${folder}/.acl.yaml`);
    if (list === undefined) rmSync(file, { force: true });
    else {
      const entries = list.entries.map(({ effect, whom }) => ({ [effect]: whom }));
      writeFileSync(file, list.sound ? JSON.stringify({ inherit: list.inherit, entries }) : 'entries: [');
    }
  }

  postDirectory(): void {
    const { people, groups } = this.town;
    const kind = (members: ReadonlySet<string>, of: string): string[] =>
      [...members].filter((member) => member.startsWith(of)).map((member) => member.slice(of.length));
    const text = {
      users: [...people].map(([id, { enabled }]) => ({ id, enabled, sid: this.#sid(`user:${id}`) })),
      groups: [...groups].map(([id, { name, members }]) => ({
        id,
        name,
        users: kind(members, 'user:'),
        groups: kind(members, 'group:'),
        sid: this.#sid(`group:${id}`),
      })),
    };
    writeFileSync(join(this.#folder, 'directory.yaml'), JSON.stringify(text));
  }

  /** A whole pass: from now on the index is what the town is. `within` is asked before files are read. */
  async pass(within: (coming: Photograph) => Promise<void> = async () => {}): Promise<void> {
    this.#export();
    const photo = photograph(this.town);
    await passOver(this.#core, { beforeReading: () => within(photo) });
    this.photos = [photo];
    await this.#noteIds();
  }

  /** A pass that ends in the middle; gives whether it did. */
  async passCutOff(writes: number): Promise<boolean> {
    this.#export();
    const photo = photograph(this.town);
    try {
      await passOver(this.#core, { crashAfter: writes });
      this.photos = [photo];
      return false;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.photos = [...this.photos, photo];
      return true;
    } finally {
      await this.#noteIds();
    }
  }

  async #noteIds(): Promise<void> {
    const query = { share: shareId(SHARE), under: '', after: '', limit: 1_000 };
    for (const { id } of await this.#core.catalog.listDocuments(query)) this.ids.add(id);
  }

  #export(): void {
    if (this.#system !== 'windows-export') return;
    const header = {
      needToKnowAcl: 1,
      exported: new Date().toISOString(),
      root: 'D:\\Docs',
      computer: 'FS1',
      domainSid: null,
      shareSddl: 'O:BAD:(A;;FA;;;WD)',
    };
    const entries = [...this.town.files.keys()].map((path) => {
      const list = listOf(this.town, path);
      const aces = list?.map(
        ({ effect, whom }) => `(${effect === 'allow' ? 'A' : 'D'};;FR;;;${this.#sid(whom)})`,
      );
      const at = { path: path.replaceAll('/', '\\') };
      return aces === undefined
        ? { ...at, error: 'access is denied' }
        : { ...at, sddl: `O:BAD:${aces.join('')}` };
    });
    const lines = [header, ...entries, { end: entries.length }];
    writeFileSync(join(this.#folder, 'acl.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** A SID that is never given to anybody else, whatever name comes again. */
  #sid(principal: string): string {
    if (principal === 'everyone') return 'S-1-1-0';
    const sid = this.#sids.get(principal) ?? `S-1-5-21-7-8-9-${1001 + this.#sids.size}`;
    this.#sids.set(principal, sid);
    return sid;
  }
}

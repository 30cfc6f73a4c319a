import { renameSync, rmSync } from 'node:fs';
import type { Deeds } from './step.ts';

/** Changes to files and folders. */
export const FILE_DEEDS = {
  edit: {
    weight: 2,
    deed: (street, pick) => {
      const [path, file] = pick(street.town.files) ?? [];
      if (path === undefined || file === undefined) return null;
      file.version = (street.latest.get(file.number) ?? 0) + 1;
      const anew = pick([false, true]) ?? false;
      street.latest.set(file.number, file.version);
      street.writeFile(path, { anew });
      return `${path}${anew ? ' by putting another file in its place' : ''}, now version ${file.version}`;
    },
  },
  restore: {
    weight: 2,
    deed: (street, pick) => {
      const [path, file] = pick([...street.town.files].filter(([, { version }]) => version > 1)) ?? [];
      if (path === undefined || file === undefined) return null;
      file.version = pick(Array.from({ length: file.version - 1 }, (_, at) => at + 1)) ?? 1;
      street.writeFile(path, { anew: pick([true, false]) ?? true });
      return `${path} from a backup, version ${file.version} with its old time`;
    },
  },
  create: {
    weight: 1,
    deed: (street, pick) => {
      const number = Math.max(0, ...street.latest.keys()) + 1;
      const folder = pick(street.town.folders) ?? '';
      const path = `${folder === '' ? '' : `${folder}/`}doc${number}.md`;
      street.town.files.set(path, { number, version: 1 });
      street.latest.set(number, 1);
      street.writeFile(path);
      return path;
    },
  },
  remove: {
    weight: 1,
    deed: (street, pick) => {
      const path = pick(street.town.files.keys());
      // An empty share is left as it is, for it may be one that is not mounted.
      if (path === undefined || street.town.files.size === 1) return null;
      street.town.files.delete(path);
      rmSync(street.at(path));
      return path;
    },
  },
  recreate: {
    weight: 1,
    deed: (street, pick) => {
      const path = pick(street.town.files.keys());
      if (path === undefined) return null;
      const number = Math.max(0, ...street.latest.keys()) + 1;
      rmSync(street.at(path));
      street.town.files.set(path, { number, version: 1 });
      street.latest.set(number, 1);
      street.writeFile(path);
      return `${path} as another file, number ${number}`;
    },
  },
  move: {
    weight: 2,
    deed: (street, pick) => {
      const [path, file] = pick(street.town.files) ?? [];
      const folder = pick(street.town.folders);
      if (path === undefined || file === undefined || folder === undefined) return null;
      const to = `${folder === '' ? '' : `${folder}/`}${path.slice(path.lastIndexOf('/') + 1)}`;
      if (street.town.files.has(to)) return null;
      street.town.files.delete(path);
      street.town.files.set(to, file);
      renameSync(street.at(path), street.at(to));
      return `${path} to ${to}`;
    },
  },
  rename: {
    weight: 1,
    deed: (street, pick) => {
      const [path, file] = pick(street.town.files) ?? [];
      if (path === undefined || file === undefined) return null;
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      const to = `${folder}doc${file.number}${path.endsWith('renamed.md') ? '' : 'renamed'}.md`;
      if (street.town.files.has(to)) return null;
      street.town.files.delete(path);
      street.town.files.set(to, file);
      renameSync(street.at(path), street.at(to));
      return `${path} to ${to}`;
    },
  },
  swap: {
    weight: 1,
    deed: (street, pick) => {
      const [[one, first] = [], [other, second] = []] = [pick(street.town.files), pick(street.town.files)];
      if (one === undefined || other === undefined || first === undefined || second === undefined)
        return null;
      if (one === other) return null;
      street.town.files.set(one, second);
      street.town.files.set(other, first);
      renameSync(street.at(one), street.at(`${one}.tmp`));
      renameSync(street.at(other), street.at(one));
      renameSync(street.at(`${one}.tmp`), street.at(other));
      return `${one} with ${other}`;
    },
  },
  renameFolder: {
    weight: 1,
    deed: (street, pick) => {
      const { folders, files, lists } = street.town;
      const from = pick([...folders].filter((folder) => folder !== ''));
      const name = pick(['a', 'b', 'c', 'd']);
      if (from === undefined || name === undefined) return null;
      const to = [...from.split('/').slice(0, -1), name].join('/');
      if (folders.has(to)) return null;
      const moved = (path: string): string => (path === from ? to : `${to}${path.slice(from.length)}`);
      const below = (path: string): boolean => path === from || path.startsWith(`${from}/`);
      for (const folder of [...folders].filter(below)) {
        folders.delete(folder);
        folders.add(moved(folder));
      }
      for (const [path, file] of [...files].filter(([path]) => below(path))) {
        files.delete(path);
        files.set(moved(path), file);
      }
      for (const [folder, list] of [...lists].filter(([folder]) => below(folder))) {
        lists.delete(folder);
        lists.set(moved(folder), list);
      }
      renameSync(street.at(from), street.at(to));
      return `/${from} to /${to}`;
    },
  },
} satisfies Deeds;

import { type Deed, type Deeds, principals } from './step.ts';

const put =
  (effect: 'allow' | 'deny'): Deed =>
  (street, pick) => {
    const folder = pick(street.town.folders) ?? '';
    const whom = pick(principals(street.town)) ?? 'everyone';
    const list = street.town.lists.get(folder) ?? { inherit: true, entries: [], sound: true };
    list.entries.unshift({ effect, whom });
    street.town.lists.set(folder, list);
    street.postList(folder);
    return `${effect} ${whom} on /${folder}`;
  };

/** Changes to the lists of folders. */
export const LIST_DEEDS = {
  grant: { weight: 3, deed: put('allow') },
  deny: { weight: 2, deed: put('deny') },
  revoke: {
    weight: 3,
    deed: (street, pick) => {
      const [folder, list] =
        pick([...street.town.lists].filter(([, { entries }]) => entries.length > 0)) ?? [];
      const whom = pick(list?.entries ?? [])?.whom;
      if (folder === undefined || list === undefined || whom === undefined) return null;
      list.entries = list.entries.filter((entry) => entry.whom !== whom);
      street.postList(folder);
      return `${whom} from /${folder}`;
    },
  },
  close: {
    weight: 1,
    deed: (street, pick) => {
      const folder = pick([...street.town.folders].filter((place) => place !== '')) ?? '';
      street.town.lists.set(folder, { inherit: false, entries: [], sound: true });
      street.postList(folder);
      return `/${folder} to everybody`;
    },
  },
  inherit: {
    weight: 1,
    deed: (street, pick) => {
      const [folder, list] = pick(street.town.lists) ?? [];
      if (folder === undefined || list === undefined) return null;
      list.inherit = !list.inherit;
      street.postList(folder);
      return `/${folder} ${list.inherit ? 'from above' : 'no more'}`;
    },
  },
  spoil: {
    weight: 1,
    deed: (street, pick) => {
      const [folder, list] = pick(street.town.lists) ?? [];
      if (folder === undefined || list === undefined) return null;
      list.sound = !list.sound;
      street.postList(folder);
      return list.sound ? `the list of /${folder} mended` : `the list of /${folder}`;
    },
  },
} satisfies Deeds;

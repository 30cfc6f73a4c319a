import { type Deeds, principals } from './step.ts';

/** Changes to the directory: they count at once. */
export const DIRECTORY_DEEDS = {
  join: {
    weight: 3,
    deed: (street, pick) => {
      const [group, { members } = { members: new Set<string>() }] = pick(street.town.groups) ?? [];
      const member = pick(principals(street.town).filter((whom) => whom !== 'everyone'));
      if (group === undefined || member === undefined || members.has(member)) return null;
      members.add(member);
      street.postDirectory();
      return `${member} into ${group}`;
    },
  },
  leave: {
    weight: 3,
    deed: (street, pick) => {
      const [group, held] = pick([...street.town.groups].filter(([, { members }]) => members.size > 0)) ?? [];
      const member = pick(held?.members ?? []);
      if (group === undefined || member === undefined) return null;
      held?.members.delete(member);
      street.postDirectory();
      return `${member} out of ${group}`;
    },
  },
  renameGroup: {
    weight: 1,
    deed: (street, pick) => {
      const [group, held] = pick(street.town.groups) ?? [];
      if (group === undefined || held === undefined) return null;
      held.name = `${held.name}+`;
      street.postDirectory();
      return `${group} is now called ${held.name}`;
    },
  },
  recreateGroup: {
    weight: 1,
    deed: (street, pick) => {
      const { groups } = street.town;
      const [group, held] = pick(groups) ?? [];
      if (group === undefined || held === undefined) return null;
      groups.delete(group);
      for (const { members } of groups.values()) members.delete(`group:${group}`);
      const again = `${group.split('-')[0]}-${street.steps + 1}`;
      groups.set(again, { name: held.name, members: new Set() });
      street.postDirectory();
      return `${group} under its name ${held.name}, as ${again}`;
    },
  },
  disable: {
    weight: 1,
    deed: (street, pick) => {
      const [login, person] = pick(street.town.people) ?? [];
      if (login === undefined || person === undefined) return null;
      person.enabled = !person.enabled;
      street.postDirectory();
      return person.enabled ? `${login} no more` : login;
    },
  },
} satisfies Deeds;

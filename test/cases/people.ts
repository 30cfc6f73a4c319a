/** The people of the cases, with their names in every world. */
export const PEOPLE = {
  anna: { uid: 4001, sid: 'S-1-5-21-7-8-9-1001' },
  bob: { uid: 4002, sid: 'S-1-5-21-7-8-9-1002' },
  carl: { uid: 4003, sid: 'S-1-5-21-7-8-9-1003' },
  /** In no group at all. */
  dora: { uid: 4004, sid: 'S-1-5-21-7-8-9-1004' },
  /** Administrator in every world: uid 0, the domain's Administrator, in BUILTIN\Administrators. */
  root: { uid: 0, sid: 'S-1-5-21-7-8-9-500' },
} as const;

export type Login = keyof typeof PEOPLE;
export const LOGINS = Object.keys(PEOPLE) as readonly Login[];

/** anna and bob are in staff, staff in company; north and south hold each other, and bob is in north. */
export const GROUPS = {
  staff: { gid: 5001, sid: 'S-1-5-21-7-8-9-2001', users: ['anna', 'bob'], groups: [] },
  company: { gid: 5002, sid: 'S-1-5-21-7-8-9-2002', users: [], groups: ['staff'] },
  hr: { gid: 5003, sid: 'S-1-5-21-7-8-9-2003', users: ['anna'], groups: [] },
  finance: { gid: 5004, sid: 'S-1-5-21-7-8-9-2004', users: ['carl'], groups: [] },
  north: { gid: 5005, sid: 'S-1-5-21-7-8-9-2005', users: ['bob'], groups: ['south'] },
  south: { gid: 5006, sid: 'S-1-5-21-7-8-9-2006', users: [], groups: ['north'] },
  empty: { gid: 5007, sid: 'S-1-5-21-7-8-9-2007', users: [], groups: [] },
  wheel: { gid: 0, sid: 'S-1-5-32-544', users: ['root'], groups: [] },
} as const;

/** The directory as its file says it; JSON is YAML. */
export function directoryText(): string {
  return JSON.stringify({
    users: Object.entries(PEOPLE).map(([id, names]) => ({ id, ...names })),
    groups: Object.entries(GROUPS).map(([id, group]) => ({ id, ...group })),
  });
}

const named: Readonly<Record<string, { readonly sid: string; readonly number: number }>> = Object.fromEntries(
  [
    ...Object.entries(PEOPLE).map(([id, { sid, uid }]) => [id, { sid, number: uid }]),
    ...Object.entries(GROUPS).map(([id, { sid, gid }]) => [id, { sid, number: gid }]),
  ],
);

/** `{bob}` becomes bob's SID in a Windows list, his uid in a POSIX one. */
export function filled(text: string, as: 'sid' | 'number'): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const found = named[name];
    if (found === undefined) throw new Error(`nobody is {${name}}`);
    return String(found[as]);
  });
}

import type { Door, Shown } from '../support/doors.ts';
import { SHARE, type Street } from './street.ts';
import { markOf, type Photograph, shownTo } from './town.ts';

const MARK = /zebra\d+text\d+/g;
const PATH = /"path\\?":\\?"([^"\\]*)/g;

/**
 * Asks one face, another at each step, as everybody, and gives what is wrong: shown though the reference denies it,
 * or, where the index is whole, missing though the reference grants it.
 */
export async function look(street: Street): Promise<string[]> {
  const { town, photos, house, steps } = street;
  return lookOver(street, house.doors[steps % house.doors.length] ?? house.doors[0], (login) => {
    const allowed = photos.map((photo) => shownTo(town, photo, login));
    const may = new Set(allowed.flatMap((facts) => [...facts]));
    return { may, must: allowed.length === 1 ? may : new Set() };
  });
}

/**
 * Asks in the middle of a pass, when removals and permission changes are done and nothing is read yet: old texts may
 * still be shown, but only to people whom the list of now lets read.
 */
export async function lookWithin(street: Street, coming: Photograph): Promise<string[]> {
  const { town, photos, house } = street;
  const wrong = await lookOver(street, house.doors[0], (login) => {
    const now = new Set([...shownTo(town, coming, login)].map((fact) => fact.split(' ')[0]));
    const placeOf = new Map([...town.files].map(([path, { number }]) => [number, path]));
    const known = [...photos, coming].flatMap((photo) =>
      [...photo].filter(([path, { number }]) => now.has(town.files.has(path) ? path : placeOf.get(number))),
    );
    const texts = new Set(known.map(([path, seen]) => `${path} ${markOf(seen)}`));
    const ever = [...photos, coming].flatMap((photo) => [...shownTo(town, photo, login)]);
    return { may: new Set(ever.filter((fact) => texts.has(fact))), must: new Set() };
  });
  return wrong.map((finding) => `within the pass, ${finding}`);
}

async function lookOver(street: Street, door: Door, factsOf: (login: string) => Facts): Promise<string[]> {
  const wrong: string[] = [];
  for (const login of street.town.people.keys()) {
    for (const finding of await lookAs(login, door, street, factsOf(login))) {
      wrong.push(`${login} over ${door.name}: ${finding}`);
    }
  }
  return wrong;
}

interface Facts {
  readonly may: ReadonlySet<string>;
  readonly must: ReadonlySet<string>;
}

async function lookAs(login: string, door: Door, { ids }: Street, { may, must }: Facts): Promise<string[]> {
  const wrong: string[] = [];
  const paths = (facts: ReadonlySet<string>): string[] => [...facts].map((fact) => fact.split(' ')[0] ?? '');
  const judge = (what: string, shown: readonly string[], granted: Facts): void => {
    const seen = new Set(shown);
    for (const fact of seen) if (!granted.may.has(fact)) wrong.push(`${what} shows ${fact}`);
    for (const fact of granted.must) if (!seen.has(fact)) wrong.push(`${what} lacks ${fact}`);
  };
  const places: Facts = { may: new Set(paths(may)), must: new Set(paths(must)) };

  const found = await door.search(login, 'zebra', SHARE);
  judge('search', found.paths, places);
  wrong.push(...strays('search', found, may));

  if (door.list !== null) {
    const listed = await door.list(login, SHARE);
    judge('list_folder', listed.paths, places);
    wrong.push(...strays('list_folder', listed, may));
  }

  const fetched: string[] = [];
  for (const id of ids) {
    const got = await door.fetch(login, id);
    if (got.paths[0] !== undefined) fetched.push(`${got.paths[0]} ${got.body.match(MARK)?.[0]}`);
    wrong.push(...strays('fetch', got, may));
  }
  judge('fetch', fetched, { may, must });
  return wrong;
}

/** Marks and paths anywhere in an answer that belong to nothing this person may be shown. */
function strays(what: string, { body }: Shown, may: ReadonlySet<string>): string[] {
  const marks = new Set([...may].map((fact) => fact.split(' ')[1]));
  const places = new Set([...may].flatMap((fact) => andAbove(fact.split(' ')[0] ?? '')));
  return [
    ...(body.match(MARK) ?? []).filter((mark) => !marks.has(mark)).map((mark) => `${what} tells of ${mark}`),
    ...[...body.matchAll(PATH)]
      .map(([, path = '']) => path)
      .filter((path) => !places.has(path))
      .map((path) => `${what} names ${path}`),
  ];
}

function andAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

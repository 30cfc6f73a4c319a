import type { Door } from '../../support/doors.ts';
import { type Fact, factsFor, LOGINS, type Login, MARKS, partsOf, SHARE, WORD } from './scene.ts';

/** What was wrong with the answers somebody was given. */
export interface Reading {
  /** Answers that showed something. */
  answers: number;
  /** Calls that were refused. */
  refused: number;
  readonly wrong: string[];
}

export const newReading = (): Reading => ({ answers: 0, refused: 0, wrong: [] });

/**
 * Asks as everybody, once, and notes what is wrong: a text that the person may read in none of the states, or part
 * of a text.
 */
export async function readOnce(
  door: Door,
  states: readonly (readonly Fact[])[],
  reading: Reading,
): Promise<void> {
  for (const login of LOGINS) {
    const may = factsFor(login, ...states);
    const found = await door.search(login, WORD, SHARE);
    note(found.body, reading);
    for (const result of resultsOf(found.body)) {
      const marks = marksIn(result.snippet);
      for (const mark of marks) judge('search', login, result.path, mark, may, reading);
    }
    for (const id of new Set(resultsOf(found.body).map(({ id: passage }) => passage.split('.')[0] ?? ''))) {
      const fetched = await door.fetch(login, id);
      note(fetched.body, reading);
      const [path] = fetched.paths;
      if (path === undefined) continue;
      for (const mark of marksIn(fetched.body)) {
        judge('fetch', login, path, mark, may, reading);
        const missing = partsOf(mark).filter((part) => !fetched.body.includes(part));
        if (missing.length > 0) reading.wrong.push(`${login} fetched ${path} without ${missing.join(', ')}`);
      }
      if (marksIn(fetched.body).size !== 1) reading.wrong.push(`${login} fetched ${path} in several states`);
    }
  }
}

/** What everybody is shown, in full; for states at rest. */
export async function shown(door: Door): Promise<Readonly<Record<Login, readonly string[]>>> {
  const all: Record<Login, readonly string[]> = { anna: [], bruno: [] };
  for (const login of LOGINS) {
    const { body } = await door.search(login, WORD, SHARE);
    const ids = new Set(resultsOf(body).map(({ id }) => id.split('.')[0] ?? ''));
    const facts: string[] = [];
    for (const id of ids) {
      const fetched = await door.fetch(login, id);
      for (const mark of marksIn(fetched.body)) facts.push(`${fetched.paths[0]} ${mark}`);
    }
    all[login] = facts.sort();
  }
  return all;
}

/** What everybody should be shown in a state of the share. */
export function expected(facts: readonly Fact[]): Readonly<Record<Login, readonly string[]>> {
  return { anna: [...factsFor('anna', facts)].sort(), bruno: [...factsFor('bruno', facts)].sort() };
}

function judge(
  what: string,
  login: Login,
  path: string,
  mark: string,
  may: ReadonlySet<string>,
  reading: Reading,
): void {
  if (!may.has(`${path} ${mark}`)) reading.wrong.push(`${what} showed ${login} ${mark} at ${path}`);
}

function note(body: string, reading: Reading): void {
  if (/"(path|text)":/.test(body)) reading.answers += 1;
  else if (!/"results":\[\]/.test(body)) reading.refused += 1;
}

function marksIn(text: string): Set<string> {
  return new Set([...text.matchAll(MARKS)].map(([, mark = '']) => mark));
}

interface Result {
  readonly id: string;
  readonly path: string;
  readonly snippet: string;
}

/** The results in the body of a face, be it bare or wrapped. */
function resultsOf(body: string): readonly Result[] {
  const given = JSON.parse(body) as { results?: Result[]; output?: { results?: Result[] } };
  return given.results ?? given.output?.results ?? [];
}

import { realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** What reads files and folders by absolute path. */
interface AbsoluteReader<Reading> {
  read(paths: readonly string[]): Promise<ReadonlyMap<string, Reading>>;
}

type Failed = { readonly ok: false; readonly error: string };

/** Reads by paths relative to the root of a share, and answers for every one. */
export async function readBelow<Reading>(
  root: string,
  paths: readonly string[],
  reader: AbsoluteReader<Reading>,
): Promise<ReadonlyMap<string, Reading | Failed>> {
  // The root may be reached by a link; below it a link is refused by the reader.
  const real = await realpath(root).catch(() => root);
  const readings = await reader.read(paths.map((path) => join(real, path)));
  return new Map(
    paths.map((path) => [
      path,
      readings.get(join(real, path)) ?? ({ ok: false, error: 'it was not answered' } as const),
    ]),
  );
}

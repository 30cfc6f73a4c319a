import { readFile, stat } from 'node:fs/promises';
import { type Dictionary, DictionaryError, parseDictionary } from '../../index/index.ts';
import { ConfigError } from '../config/index.ts';

/** A dictionary that follows its file. */
interface LiveDictionary {
  /** As the file says now; what it said last while it cannot be read. Never rejects. */
  current(): Promise<Dictionary>;
}

/** The file is looked at again after this many milliseconds. */
const LOOK_EVERY = 2_000;
const MAX_BYTES = 32 * 1_048_576;

/**
 * Reads the dictionary of `search.dictionary`; null where none is configured. A change of the file counts within two
 * seconds; a file that became unreadable is told once and the last readable one counts on.
 * @throws {ConfigError} when it cannot be read or a line is wrong, naming the line
 */
export async function openDictionary(
  file: string | undefined,
  {
    now,
    onTrouble = () => undefined,
  }: { readonly now: () => number; readonly onTrouble?: (message: string) => void },
): Promise<LiveDictionary | null> {
  if (file === undefined) return null;
  let known = await load(file);
  let looked = now();
  let told: string | null = null;
  const look = async (): Promise<void> => {
    try {
      if ((await stampOf(file)) === known.stamp) return;
      known = await load(file);
      told = null;
    } catch (error) {
      const { message } = error as Error;
      if (message !== told) onTrouble(`${message} (until then the dictionary read before counts)`);
      told = message;
    }
  };
  return {
    async current() {
      if (Math.abs(now() - looked) >= LOOK_EVERY) {
        looked = now();
        await look();
      }
      return known.dictionary;
    },
  };
}

async function load(file: string): Promise<{ readonly stamp: string; readonly dictionary: Dictionary }> {
  try {
    // The stamp first: a file that changes while it is read is read again.
    const stamp = await stampOf(file);
    return { stamp, dictionary: parseDictionary(file, await readFile(file, 'utf8')) };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof DictionaryError) throw new ConfigError(`search.dictionary: ${error.message}`);
    throw unreadable(file, error);
  }
}

/** What changes when a file does. */
async function stampOf(file: string): Promise<string> {
  const { size, mtimeMs, ctimeMs, ino } = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (size > MAX_BYTES) {
    throw new ConfigError(
      `search.dictionary: ${file} has more than ${MAX_BYTES / 1_048_576} MB: keep the common words`,
    );
  }
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}

function unreadable(file: string, cause: unknown): ConfigError {
  const { code = (cause as Error).message } = cause as NodeJS.ErrnoException;
  return new ConfigError(
    `search.dictionary: ${file} cannot be read (${code}): name a file of lines word<TAB>language<TAB>translation<TAB>language, or remove the key`,
    { cause },
  );
}

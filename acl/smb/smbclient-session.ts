import { parseDescriptorText } from './descriptor-text.ts';
import { type SmbReading, unreadable } from './reader.ts';

/** Bytes of a path in one command; smbclient reads lines of 8 KB. */
const MAX_PATH_BYTES = 4_000;

/** Statuses that mean: nothing is there. */
const MISSING =
  /^NT_STATUS_(NO_SUCH_FILE|OBJECT_NAME_NOT_FOUND|OBJECT_PATH_NOT_FOUND|NOT_A_DIRECTORY) listing /;

/**
 * Why a path cannot be asked for, or null. Control characters and quotes would leave the command; the others are
 * wildcards, streams and separators, or are cut off by Windows, and would ask for something else.
 */
export function askingTrouble(path: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x1f\x7f"*?<>|:\\]/.test(path) || !path.isWellFormed()) {
    return 'its path has characters that cannot be asked for over SMB: rename it';
  }
  const odd = path.split('/').find((part) => part === '' || /[. ]$/.test(part));
  if (odd !== undefined) return 'a name in its path is empty or ends with a dot or a space: rename it';
  return Buffer.byteLength(path) > MAX_PATH_BYTES ? 'its path is too long to be asked for' : null;
}

/**
 * Commands that make smbclient print the descriptor of each path, between marks that no file name can foresee:
 * smbclient answers a mark with `MARK-N: command not found`.
 */
export function showCommands(paths: readonly string[], mark: string): string {
  const asked = paths.map((path, at) => `ls "\\${path.replaceAll('/', '\\')}"\n${mark}-${at}\n`);
  return `showacls\n${mark}-start\n${asked.join('')}`;
}

/** What smbclient printed for the commands of `showCommands`, path by path. */
export function parseShown(
  output: string,
  paths: readonly string[],
  mark: string,
): ReadonlyMap<string, SmbReading> {
  const readings = new Map<string, SmbReading>();
  let at = endOf(output, `${mark}-start`, 0);
  for (const [index, path] of paths.entries()) {
    const end = at === null ? null : endOf(output, `${mark}-${index}`, at);
    readings.set(
      path,
      at === null || end === null
        ? unreadable('the connection to the server ended before it was answered')
        : readShown(output.slice(at, end - answerTo(`${mark}-${index}`).length), path),
    );
    at = end;
  }
  return readings;
}

const answerTo = (command: string): string => `${command}: command not found\n`;

function endOf(output: string, command: string, from: number): number | null {
  const at = output.indexOf(answerTo(command), from);
  return at < 0 ? null : at + answerTo(command).length;
}

function readShown(text: string, path: string): SmbReading {
  if (MISSING.test(text)) return { ok: false, reason: 'missing', error: 'the server has no such file' };
  const refusal = /^NT_STATUS_\w+/.exec(text)?.[0];
  if (refusal !== undefined) return unreadable(`the server answered ${refusal}`);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const head = `FILENAME:${name}\n`;
  if (!text.startsWith(head)) return unreadable('the server has it under another name');
  const body = /^MODE:[A-Z]*\nSIZE:\d+\nMTIME:[^\n]*\n/.exec(text.slice(head.length))?.[0];
  if (body === undefined) return unreadable('the answer of smbclient is not understood');
  const list = text
    .slice(head.length + body.length)
    .replace(/\n(?:\t\t\d+ blocks of size \d+\. \d+ blocks available|Error in dskattr: \w+)\n$/, '\n');
  if (list.trim() === '') {
    return unreadable('the server did not give its list to the account: let acl.user read permissions there');
  }
  const parsed = parseDescriptorText(list);
  if (!parsed.ok) return unreadable(parsed.error);
  // Every file has an owner; without that line, the answer was not whole.
  return parsed.descriptor.owner === null ? unreadable('its descriptor names no owner') : parsed;
}

import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where a command writes: answers to `out`, everything about the work to `err`. */
export interface Terminal {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
}

export const terminal: Terminal = { out: process.stdout, err: process.stderr };

export function print(text: string): void {
  terminal.out.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** A word about the work, not part of the answer. */
export function note(text: string): void {
  terminal.err.write(`${text}\n`);
}

/** Colours text where the stream is a terminal and colours are not switched off. */
export function style(format: Style, text: string, stream: NodeJS.WriteStream = terminal.out): string {
  return styleText(format, text, { stream });
}

/**
 * Text from a file, a name or a user, made harmless for a terminal: control characters, which could move the
 * cursor or change colours, become visible.
 */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}]/gu, (sign) =>
    sign === '\n' ? ' ' : '\ufffd',
  );
}

/** Columns of text, padded; the last is not. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) {
      widths[at] = Math.max(widths[at] ?? 0, stripVTControlCharacters(cell).length);
    }
  }
  return rows
    .map((row) =>
      row
        .map((cell, at) =>
          at === row.length - 1
            ? cell
            : cell + ' '.repeat((widths[at] ?? 0) - stripVTControlCharacters(cell).length),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Text broken at spaces to the width of the terminal, each line behind an indent. */
export function wrap(text: string, indent: string): string {
  const width = Math.min(terminal.out.columns ?? 100, 110) - indent.length;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((text) => indent + text).join('\n');
}

import type { Progress } from './progress-state.ts';
import { plain } from './terminal.ts';
import { lastColumns, textWidth } from './text-width.ts';

/** A piece of the line and the colour it has where colours are wanted. */
export interface Piece {
  readonly text: string;
  readonly colour: 'cyan' | 'yellow' | 'dim' | null;
}

/** Columns between two pieces. */
const GAP = 2;
const LONG_BAR = 24;
const SHORT_BAR = 10;
const LONG_BAR_FROM = 120;
/** What became of the files is shown in full where it leaves room for a path. */
const OUTCOMES_FROM = 140;
/** A path is shown where at least this much of it can be. */
const LEAST_PATH = 16;

/** One line that shows how far a pass is, at most `columns` wide. */
export function progressLine(progress: Progress, columns: number): readonly Piece[] {
  // The last column stays free: some terminals break the line when it is written to.
  const room = columns - 1;
  switch (progress.phase) {
    case 'opening':
      return fitting([piece('opening the index…')], room);
    case 'listing': {
      const { share, seen, toRead, quarantined } = progress;
      const place = share === null ? 'comparing' : `comparing ${share}`;
      const counts = [piece(`${count(seen)} files seen`), piece(`${count(toRead)} to read`)];
      return fitting([piece(place), ...counts, ...quarantine(quarantined)], room);
    }
    case 'asked':
      return fitting(
        [piece(`the server compares: ${progress.compared} of ${progress.shares} shares done`)],
        room,
      );
    case 'tidying':
      return fitting([piece('putting the index in order…')], room);
    case 'reading':
      return readingLine(progress, room);
  }
}

/** The same in words, for a log. */
export function progressText(progress: Progress): string {
  if (progress.phase !== 'reading') {
    return progressLine(progress, Number.POSITIVE_INFINITY)
      .map(({ text }) => text)
      .join(', ');
  }
  const { done, toRead, filesPerSecond } = progress;
  const left = timeLeft(progress);
  return [
    `${count(done)} of ${count(toRead)} files read (${percent(done, toRead)})`,
    rate(filesPerSecond),
    ...(left === null ? [] : [left]),
    ...outcomes(progress).map(({ text }) => text),
  ].join(', ');
}

type Reading = Extract<Progress, { phase: 'reading' }>;

function readingLine(progress: Reading, room: number): readonly Piece[] {
  const { done, toRead, filesPerSecond, path } = progress;
  if (toRead === 0) return fitting([piece('nothing to read')], room);
  const bar = drawBar(done / toRead, room < LONG_BAR_FROM ? SHORT_BAR : LONG_BAR);
  const left = timeLeft(progress);
  const pieces = fitting(
    [
      piece(bar, 'cyan'),
      piece(percent(done, toRead).padStart(4)),
      piece(`${count(done)} of ${count(toRead)} files`),
      ...(left === null ? [] : [piece(left)]),
      ...quarantine(progress.quarantined),
      piece(rate(filesPerSecond)),
      ...(room < OUTCOMES_FROM ? [] : outcomes(progress).filter(({ colour }) => colour === null)),
    ],
    room,
  );
  const rest = room - widthOf(pieces) - GAP;
  if (path === null || rest < LEAST_PATH) return pieces;
  return [...pieces, piece(lastColumns(plain(path), rest), 'dim')];
}

/** The pieces that fit, in order, and nothing behind the first that does not. */
function fitting(pieces: readonly Piece[], room: number): readonly Piece[] {
  const kept: Piece[] = [];
  for (const one of pieces) {
    if (kept.length > 0 && widthOf([...kept, one]) > room) break;
    kept.push(one);
  }
  const [only] = kept;
  if (kept.length === 1 && only !== undefined && textWidth(only.text) > room) {
    return [{ ...only, text: only.text.slice(0, Math.max(0, room)) }];
  }
  return kept;
}

function widthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + textWidth(text), GAP * Math.max(0, pieces.length - 1));
}

function outcomes({ indexed, noText, quarantined }: Reading): readonly Piece[] {
  return [
    ...(indexed > 0 ? [piece(`${count(indexed)} indexed`)] : []),
    ...(noText > 0 ? [piece(`${count(noText)} without text`)] : []),
    ...quarantine(quarantined),
  ];
}

const quarantine = (files: number): readonly Piece[] =>
  files > 0 ? [piece(`${count(files)} in quarantine`, 'yellow')] : [];

function drawBar(part: number, length: number): string {
  const full = Math.floor(Math.min(1, part) * length);
  return '█'.repeat(full) + '░'.repeat(length - full);
}

/** Seconds of reading after which the time that is left can be guessed. */
const GUESS_AFTER = 4;

/** Rounded down: what is not done is never shown as done. */
const percent = (done: number, of: number): string => `${of === 0 ? 100 : Math.floor((done / of) * 100)} %`;

const rate = (filesPerSecond: number): string =>
  `${filesPerSecond >= 10 || filesPerSecond === 0 ? filesPerSecond.toFixed(0) : filesPerSecond.toFixed(1)} files/s`;

/** Small files come first, so that what is left takes longer than what was read: it is no more than a guess. */
function timeLeft({ done, toRead, filesPerSecond, seconds: since }: Reading): string | null {
  if (since < GUESS_AFTER || filesPerSecond === 0 || done === 0 || done >= toRead) return null;
  const seconds = Math.ceil((toRead - done) / filesPerSecond);
  if (seconds < 60) return `about ${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} min left`;
  return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

const count = (value: number): string => value.toLocaleString('en-US');

const piece = (text: string, colour: Piece['colour'] = null): Piece => ({ text, colour });

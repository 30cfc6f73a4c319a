import { SingleBar } from 'cli-progress';
import type { PassEvent } from '../../index/index.ts';
import type { AskedPass } from '../compose/index.ts';
import { progressLine, progressText } from './progress-line.ts';
import { ProgressCount } from './progress-state.ts';
import { note, style, terminal } from './terminal.ts';

/** Milliseconds between two lines of progress where there is no terminal to draw a bar on. */
const LINE_EVERY = 10_000;

/** Shows a pass while it runs: a bar on a terminal, now and then a line elsewhere. */
export interface PassProgress {
  readonly onEvent: (event: PassEvent) => void;
  /** A server makes the pass, and tells how far it is. */
  readonly onAsked: (pass: AskedPass) => void;
  /** Says something without getting into the way of the bar. */
  readonly say: (text: string) => void;
  /** Takes the bar off the terminal. */
  stop(): void;
}

export function passProgress(options: { readonly quiet: boolean }): PassProgress {
  if (options.quiet) return { onEvent: () => {}, onAsked: () => {}, say: () => {}, stop: () => {} };
  const count = new ProgressCount(Date.now());
  const shown = terminal.err.isTTY ? bar(count) : lines(count);
  return {
    onEvent: (event) => count.note(event, Date.now()),
    onAsked: (pass) => count.asked(pass),
    ...shown,
  };
}

type Shown = Pick<PassProgress, 'say' | 'stop'>;

/** Drawn anew ten times a second, whatever happens meanwhile: a busy pass costs no drawing. */
function bar(count: ProgressCount): Shown {
  const format = (): string =>
    progressLine(count.progress(Date.now()), terminal.err.columns ?? 80)
      .map(({ text, colour }) => (colour === null ? text : style(colour, text, terminal.err)))
      .join('  ');
  const single = new SingleBar({ stream: terminal.err, format, hideCursor: true, clearOnComplete: true });
  single.start(1, 0);
  return {
    say: (text) => {
      single.stop();
      note(text);
      single.start(1, 0);
    },
    stop: () => single.stop(),
  };
}

function lines(count: ProgressCount): Shown {
  const timer = setInterval(() => note(progressText(count.progress(Date.now()))), LINE_EVERY);
  timer.unref();
  return { say: note, stop: () => clearInterval(timer) };
}

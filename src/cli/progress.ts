import { Presets, SingleBar } from 'cli-progress';
import type { PassEvent } from '../../index/index.ts';
import { note, plain, terminal } from './terminal.ts';

/** Milliseconds between two lines of progress where there is no terminal to draw a bar on. */
const LINE_EVERY = 10_000;

/** Shows a pass while it runs: a bar on a terminal, now and then a line elsewhere. */
export interface PassProgress {
  readonly onEvent: (event: PassEvent) => void;
  stop(): void;
}

export function passProgress(options: { readonly quiet: boolean }): PassProgress {
  if (options.quiet) return { onEvent: () => {}, stop: () => {} };
  return terminal.err.isTTY ? barProgress() : lineProgress();
}

function barProgress(): PassProgress {
  const bar = new SingleBar(
    {
      stream: terminal.err,
      format: ' {bar} {percentage}% | {value}/{total} files | {rate}/s | {eta_formatted} left | {path}',
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
      barsize: 24,
    },
    Presets.shades_classic,
  );
  const started = Date.now();
  let total = 0;
  let done = 0;
  let path = '';
  let active = false;
  const show = (): void => {
    const rate = (done / Math.max(0.001, (Date.now() - started) / 1000)).toFixed(0);
    const state = { path: shorten(plain(path)), rate };
    if (!active) {
      bar.start(total, done, state);
      active = true;
    } else {
      bar.setTotal(total);
      bar.update(done, state);
    }
  };
  return {
    onEvent: (event) => {
      if (event.kind === 'to-read') total += event.files;
      else if (event.kind === 'reading') path = event.path;
      else if (event.kind === 'document') done = Math.min(done + 1, total);
      else return;
      if (total > 0) show();
    },
    stop: () => {
      if (active) bar.stop();
    },
  };
}

function lineProgress(): PassProgress {
  let total = 0;
  let done = 0;
  let last = Date.now();
  return {
    onEvent: (event) => {
      if (event.kind === 'to-read') total += event.files;
      if (event.kind === 'document') done += 1;
      if (Date.now() - last < LINE_EVERY) return;
      last = Date.now();
      note(`${done} of ${total} files read`);
    },
    stop: () => {},
  };
}

function shorten(path: string): string {
  const room = Math.max(10, (terminal.err.columns ?? 80) - 74);
  return path.length <= room ? path : `…${path.slice(-(room - 1))}`;
}

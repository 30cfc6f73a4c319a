import { describe, expect, it } from 'vitest';
import { shareId } from '../../../acl/index.ts';
import type { PassEvent } from '../../../index/index.ts';
import { progressLine, progressText } from '../../../src/cli/progress-line.ts';
import { type Progress, ProgressCount } from '../../../src/cli/progress-state.ts';
import { lastColumns, textWidth } from '../../../src/cli/text-width.ts';

const reading = (more: Partial<Extract<Progress, { phase: 'reading' }>> = {}): Progress => ({
  phase: 'reading',
  toRead: 4_015,
  done: 1_808,
  indexed: 1_700,
  noText: 9,
  quarantined: 12,
  seconds: 30,
  filesPerSecond: 61,
  path: 'Handbook/Policies/Leave and absence.md',
  ...more,
});

const shown = (progress: Progress, columns: number): string =>
  progressLine(progress, columns)
    .map(({ text }) => text)
    .join('  ');

describe('the line of progress', () => {
  it.each([
    [40, '████░░░░░░  45 %  1,808 of 4,015 files'],
    [80, '████░░░░░░  45 %  1,808 of 4,015 files  about 37 s left  12 in quarantine'],
    [
      120,
      '████░░░░░░  45 %  1,808 of 4,015 files  about 37 s left  12 in quarantine  61 files/s  …k/Policies/Leave and absence.md',
    ],
  ])('in %i columns is %s', (columns, line) => {
    expect(shown(reading(), columns)).toBe(line);
  });

  it('is never wider than the terminal, whatever the name of the file', () => {
    const paths = ['日本語の名前'.repeat(40), '📁'.repeat(200), 'x'.repeat(4_000), 'e\u0301'.repeat(300), ''];
    for (const path of paths) {
      for (let columns = 1; columns <= 220; columns += 1) {
        const line = shown(reading({ path }), columns);
        expect(textWidth(line)).toBeLessThanOrEqual(Math.max(0, columns - 1));
      }
    }
  });

  it('shows control characters of a name as signs that do nothing', () => {
    const line = shown(reading({ path: 'a\x1b[31mred\x07\u202e\rb.txt' }), 200);
    expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(line).toContain('b.txt');
  });

  it('tells no part of a whole while that is not known', () => {
    const listing: Progress = { phase: 'listing', share: 'docs', seen: 12_345, toRead: 67, quarantined: 0 };
    expect(shown(listing, 80)).toBe('comparing docs  12,345 files seen  67 to read');
    expect(progressText(listing)).not.toContain('%');
  });

  it('guesses no time before it has seen some seconds of reading', () => {
    expect(shown(reading({ seconds: 1 }), 120)).not.toContain('left');
  });

  it('does not show as done what is not', () => {
    expect(shown(reading({ done: 4_014 }), 80)).toContain('99 %');
  });
});

describe('the count of a pass', () => {
  const document = (outcome: 'indexed' | 'quarantined'): PassEvent => ({
    kind: 'document',
    path: 'a',
    outcome,
    reason: null,
    chunks: 1,
  });

  it('does not count as read what a listing put into quarantine', () => {
    const count = new ProgressCount(0);
    count.note({ kind: 'phase', phase: 'list', share: shareId('docs') }, 0);
    count.note({ kind: 'listed', files: 5 }, 1);
    count.note({ kind: 'to-read', files: 2 }, 1);
    count.note(document('quarantined'), 2);
    count.note({ kind: 'phase', phase: 'list', share: shareId('more') }, 3);
    count.note({ kind: 'listed', files: 3 }, 4);
    expect(count.progress(5)).toMatchObject({ phase: 'listing', seen: 8, toRead: 2, quarantined: 1 });
    count.note({ kind: 'phase', phase: 'read', share: null }, 6);
    count.note(document('indexed'), 1_006);
    expect(count.progress(2_006)).toMatchObject({ done: 1, toRead: 2, indexed: 1, filesPerSecond: 0.5 });
  });

  it('takes the most that waited at a server for what it has to read', () => {
    const count = new ProgressCount(0);
    count.asked({ compared: 0, shares: 2, waiting: 3, filesPerSecond: 1 });
    expect(count.progress(1)).toEqual({ phase: 'asked', compared: 0, shares: 2 });
    count.asked({ compared: 2, shares: 2, waiting: 10, filesPerSecond: 1 });
    count.asked({ compared: 2, shares: 2, waiting: 4, filesPerSecond: 2 });
    expect(count.progress(2)).toMatchObject({ phase: 'reading', done: 6, toRead: 10, filesPerSecond: 2 });
  });
});

describe('columns of a text', () => {
  it.each([
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['部門', 4],
    ['📁', 2],
  ])('%s takes %i', (text, width) => expect(textWidth(text)).toBe(width));

  it('keeps the end, whole signs only', () => {
    expect(lastColumns('Handbook/部門.txt', 8)).toBe('…門.txt');
  });
});

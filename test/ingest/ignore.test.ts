import { describe, expect, it } from 'vitest';
import { ignoreRules } from '../../ingest/index.ts';

describe('ignoreRules', () => {
  it.each([
    ['~$report.docx', true],
    ['deep/~$report.docx', true],
    ['.~lock.report.odt#', true],
    ['THUMBS.DB', true],
    ['download.tmp', true],
    ['film.mkv.part', true],
    ['a/.DS_Store', true],
    ['report.docx', false],
    ['tmp.docx', false],
    ['thumbs.db.txt', false],
  ])('leaves out what programs leave behind: %s %s', (path, ignored) => {
    expect(ignoreRules([])(path, 'file')).toBe(ignored);
  });

  it.each([
    ['.git', true],
    ['project/.svn', true],
    ['#recycle', true],
    ['$RECYCLE.BIN', true],
    ['git', false],
  ])('leaves out folders of systems: %s %s', (path, ignored) => {
    expect(ignoreRules([])(path, 'folder')).toBe(ignored);
  });

  it.each([
    { patterns: ['/archive/'], path: 'archive', kind: 'folder', ignored: true },
    { patterns: ['/archive/'], path: 'hr/archive', kind: 'folder', ignored: false },
    { patterns: ['*.bak'], path: 'a/b/old.BAK', kind: 'file', ignored: true },
    { patterns: ['drafts/**/*.md', '!drafts/final.md'], path: 'drafts/x/a.md', kind: 'file', ignored: true },
    {
      patterns: ['drafts/**/*.md', '!drafts/final.md'],
      path: 'drafts/final.md',
      kind: 'file',
      ignored: false,
    },
    { patterns: ['!*.tmp'], path: 'a.tmp', kind: 'file', ignored: false },
  ] as const)('takes $patterns in gitignore syntax: $path', ({ patterns, path, kind, ignored }) => {
    expect(ignoreRules(patterns)(path, kind)).toBe(ignored);
  });
});

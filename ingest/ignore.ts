import ignore from 'ignore';

/** What programs and systems leave behind and nobody means to share, in gitignore syntax. */
const DEFAULT_IGNORES: readonly string[] = [
  '~$*',
  '.~lock.*#',
  '*.tmp',
  '*.part',
  '*.crdownload',
  'Thumbs.db',
  'desktop.ini',
  '.DS_Store',
  '._*',
  '.git/',
  '.svn/',
  '@eaDir/',
  '#recycle/',
  '$RECYCLE.BIN/',
  'System Volume Information/',
  '.Trash-*/',
  '.snapshot/',
  '~snapshot/',
];

/** Whether a path relative to the root of the share, folders included, is left out of the index. */
export type IgnoreRules = (path: string, kind: 'file' | 'folder') => boolean;

/**
 * Rules in gitignore syntax, without regard to case, after the usual ones: `!*.tmp` takes one of those back.
 * A folder that is left out takes everything below it along.
 */
export function ignoreRules(patterns: readonly string[]): IgnoreRules {
  const rules = ignore({ ignorecase: true }).add([...DEFAULT_IGNORES.map(escapeHash), ...patterns]);
  return (path, kind) => rules.ignores(kind === 'folder' ? `${path}/` : path);
}

/** A leading `#` begins a comment in gitignore syntax. */
function escapeHash(pattern: string): string {
  return pattern.startsWith('#') ? `\\${pattern}` : pattern;
}

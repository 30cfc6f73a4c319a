/**
 * What a share lets be read, by what a file is and never by what it is called.
 *
 * The same policy holds for files inside files: attachments of mails and members of archives.
 */
export interface FilePolicy {
  /** Types that are read, and nothing else; null for every type. */
  readonly allow: readonly string[] | null;
  /** Types that are not read; goes before `allow`. */
  readonly deny: readonly string[];
  /** Documents with macros: their text is read, or nothing of them. Macros themselves are never read. */
  readonly macros: 'text' | 'block';
  /** Programs and scripts: a script is text like any other, or both are blocked by that name. */
  readonly executables: 'text' | 'block';
  /** Archives: their members are read, or only named. */
  readonly archives: 'open' | 'list';
  /** Bytes a file may have on this share; null for the limit of all shares. */
  readonly maxBytes: number | null;
  /** Whether a file must have been found clean by a scanner before anything reads it. */
  readonly scan: 'none' | 'required';
}

/** The policy of a share that says nothing: everything that can be read is. */
export const READ_ALL: FilePolicy = {
  allow: null,
  deny: [],
  macros: 'text',
  executables: 'text',
  archives: 'open',
  maxBytes: null,
  scan: 'none',
};

/** What detection found of one file, as far as a policy asks for it. */
export interface FileTraits {
  readonly type: string;
  readonly hasMacros: boolean;
  readonly isProgram: boolean;
}

/** Why the policy keeps a file from being read, as a sentence that names the key; null when it does not. */
export function blockedBy(policy: FilePolicy, { type, hasMacros, isProgram }: FileTraits): string | null {
  if (policy.deny.includes(type)) return `files of type ${type} are not read on this share (files.deny)`;
  if (policy.allow !== null && !policy.allow.includes(type)) {
    return `files of type ${type} are not among those read on this share (files.allow)`;
  }
  if (policy.executables === 'block' && isProgram) {
    return 'programs and scripts are not read on this share (files.executables)';
  }
  if (policy.macros === 'block' && hasMacros) {
    return 'documents with macros are not read on this share (files.macros)';
  }
  return null;
}

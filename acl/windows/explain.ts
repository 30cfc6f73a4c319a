import type { WindowsDecision } from './access.ts';
import { aceKind } from './ace-types.ts';

/** One sentence for a reader of `acl explain` and `acl evaluate`. */
export function explainWindowsDecision({ read, because }: WindowsDecision): string {
  const where = because.part === 'share' ? 'the share’s list' : 'the file’s list';
  const verdict = read ? 'allowed' : 'denied';
  switch (because.kind) {
    case 'ace': {
      const { ace, index } = because;
      return `${verdict}: entry ${index + 1} of ${where} (${aceKind(ace.type).name}) for ${ace.sid}`;
    }
    case 'null-dacl':
      return `${verdict}: ${where} is null, which lets everyone in`;
    case 'empty-dacl':
      return `${verdict}: ${where} is empty`;
    case 'absent-dacl':
      return `${verdict}: there is no list (${where} is absent)`;
    case 'no-ace-matched':
      return `${verdict}: no entry of ${where} gives read to the token`;
  }
}

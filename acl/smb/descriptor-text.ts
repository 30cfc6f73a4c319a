import type { PrincipalId } from '../ids.ts';
import { aceKind } from '../windows/ace-types.ts';
import type { Dacl, SecurityDescriptorResult, WindowsAce } from '../windows/security-descriptor.ts';
import { parseSid } from '../windows/sid.ts';

/** Control bits of [MS-DTYP] 2.4.6 that the first lines carry. */
const DACL_PRESENT = 0x0004;
const AUTO_INHERIT_REQUIRED = 0x0100;
const AUTO_INHERITED = 0x0400;
const PROTECTED = 0x1000;

/**
 * Reads a descriptor as smbclient (`showacls`) and rpcclient print it (Samba, source3/lib/display_sec.c). Types, flags
 * and masks stand there as numbers, so that nothing is lost that decides; conditions are left out, but not the type
 * that says there is one.
 *
 * INVARIANT: lines that are not understood, and a number of entries other than announced, are errors.
 */
export function parseDescriptorText(text: string): SecurityDescriptorResult {
  const lines = new Lines(text.split('\n').filter((line) => line.trim() !== ''));
  try {
    lines.take(/^revision: 1$/);
    const control = Number.parseInt(lines.take(/^type: 0x([0-9a-f]{1,4}):(?: \w+)* *$/), 16);
    const dacl = daclOf(lines, (control & DACL_PRESENT) !== 0);
    const owner = lines.next(/^\tOwner SID:\t(\S+)$/);
    const group = lines.next(/^\tGroup SID:\t(\S+)$/);
    lines.end();
    const present = dacl.kind !== 'absent';
    return {
      ok: true,
      descriptor: {
        owner: owner === null ? null : sid(owner),
        group: group === null ? null : sid(group),
        dacl,
        protected: present && (control & PROTECTED) !== 0,
        autoInherited: present && (control & AUTO_INHERITED) !== 0,
        autoInheritRequired: present && (control & AUTO_INHERIT_REQUIRED) !== 0,
      },
    };
  } catch (error) {
    if (error instanceof NotUnderstood) return { ok: false, error: error.message };
    throw error;
  }
}

class NotUnderstood extends Error {}

class Lines {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  /** What the group of the pattern caught in the next line, which is passed; null when it is another line. */
  next(pattern: RegExp): string | null {
    const match = pattern.exec(this.#lines[this.#at] ?? '');
    if (match === null) return null;
    this.#at += 1;
    return match[1] ?? '';
  }

  take(pattern: RegExp): string {
    const caught = this.next(pattern);
    if (caught === null) this.fail();
    return caught;
  }

  end(): void {
    if (this.#at < this.#lines.length) this.fail();
  }

  fail(): never {
    const line = this.#lines[this.#at];
    throw new NotUnderstood(
      line === undefined
        ? 'the descriptor breaks off'
        : `not understood: ${JSON.stringify(line.slice(0, 80))}`,
    );
  }
}

function daclOf(lines: Lines, present: boolean): Dacl {
  if (lines.next(/^DACL$/) === null) return { kind: present ? 'null' : 'absent' };
  if (!present) lines.fail();
  const count = Number(lines.take(/^\tACL\tNum ACEs:\t(\d+)\trevision:\t\d+$/));
  lines.take(/^\t---$/);
  return { kind: 'list', aces: Array.from({ length: count }, () => readAce(lines)) };
}

function readAce(lines: Lines): WindowsAce {
  lines.take(/^\tACE$/);
  const [type = '', flags = ''] = lines
    .take(/^\t\ttype: [^()\t]*(\(\d{1,3}\) flags: 0x[0-9a-f]{2}) /)
    .slice(1)
    .split(') flags: 0x');
  lines.next(/^\t\tSpecific bits: 0x[0-9a-f]+$/);
  const mask = Number.parseInt(lines.take(/^\t\tPermissions: 0x([0-9a-f]{1,8}):/), 16);
  const trustee = sid(lines.take(/^\t\tSID: (\S+)$/));
  const kind = aceKind(Number(type));
  // smbclient cannot have read them: entries with GUIDs go on after the SID, and others have no SID at all.
  if (kind.layout !== 'basic') throw new NotUnderstood(`an entry of type ${type} (${kind.name})`);
  return {
    type: Number(type),
    flags: Number.parseInt(flags, 16),
    mask,
    sid: trustee,
    conditional: kind.callback,
  };
}

function sid(text: string): PrincipalId {
  const parsed = parseSid(text);
  if (parsed === null) throw new NotUnderstood(`no SID: ${JSON.stringify(text.slice(0, 80))}`);
  return parsed;
}

import { mkdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One call in the audit: who did what with which outcome. Never a question, never content. */
export interface AuditRecord {
  /** ISO time of the end of the call. */
  readonly at: string;
  readonly user: string;
  readonly via: string;
  readonly tool: string;
  readonly outcome: 'ok' | string;
  /** Ids of what was shown. */
  readonly cited: readonly string[];
  readonly milliseconds: number;
}

/**
 * Where audit records go.
 * Obligations: `write` resolves only when the record is stored; a call whose record cannot be written fails.
 */
export interface AuditLog {
  write(record: AuditRecord): Promise<void>;
}

/** The audit of one domain: JSON lines in one file, append only. */
export class FileAudit implements AuditLog {
  readonly #path: string;
  #ready = false;

  constructor(path: string) {
    this.#path = path;
  }

  async write(record: AuditRecord): Promise<void> {
    if (!this.#ready) {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      this.#ready = true;
    }
    await appendFile(this.#path, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  }
}

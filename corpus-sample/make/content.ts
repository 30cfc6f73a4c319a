import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What stands above the text of a file under `content/`. */
export interface Front {
  /** Path inside the share, or `attachment:NAME` for a file that only travels inside a mail. */
  readonly target: string;
  readonly lang: 'en' | 'it';
  readonly title: string;
  readonly author: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly pdf?: {
    readonly columns?: 1 | 2;
    readonly outline?: boolean;
    readonly header?: string;
    readonly footer?: string;
  };
  readonly mail?: {
    readonly from: string;
    readonly to: string;
    readonly cc?: string;
    /** RFC 5322 date. */
    readonly sent: string;
    readonly id: string;
    readonly html?: boolean;
    readonly attachments?: readonly string[];
  };
}

export interface Content {
  readonly front: Front;
  readonly body: string;
}

/** All texts under a folder, in the order of their names. */
export function readContent(folder: string): Content[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => toContent(readFileSync(join(folder, name), 'utf8'), name));
}

function toContent(text: string, name: string): Content {
  const match = /^---\n(.*?)\n---\n(.*)$/s.exec(text);
  if (match === null) throw new Error(`${name}: no front matter`);
  const front = parse(match[1] ?? '') as Front;
  for (const key of ['target', 'lang', 'title', 'author', 'date'] as const) {
    if (typeof front[key] !== 'string') throw new Error(`${name}: ${key} is missing`);
  }
  return { front, body: (match[2] ?? '').trim() };
}

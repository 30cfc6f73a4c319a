/** Markup that is safe to send: made only by `html`, which escapes every text put into it. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  static of(strings: TemplateStringsArray, values: readonly Fragment[]): Html {
    return new Html(strings.reduce((done, string, at) => done + markupOf(values[at - 1]) + string));
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template: text is escaped, markup and lists of it are taken as they are. */
export type Fragment = Html | string | number | null | undefined | readonly Fragment[];

/**
 * A template of HTML. Texts are escaped so that they stay text between tags and inside quoted attributes;
 * templates quote every attribute.
 */
export function html(strings: TemplateStringsArray, ...values: Fragment[]): Html {
  return Html.of(strings, values);
}

function markupOf(value: Fragment): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return value.map(markupOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Characters that HTML does not allow, even written as references. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be left out
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

function escaped(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"'`]/g, (sign) => ENTITIES[sign] ?? '');
}

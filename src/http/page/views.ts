import type { z } from 'zod';
import type { DocumentTools } from '../../tools/index.ts';
import { type Fragment, type Html, html } from './html.ts';
import { page, type View } from './layout.ts';
import type { Words } from './words.ts';

type Shown = z.output<DocumentTools['showPassage']['output']>;
type Part = Shown['parts'][number];

const SEPARATOR = ' › ';

/** The passage in its place: where it stands, the section around it, the way on. */
export function passagePage(view: View, shown: Shown): string {
  const { words, base } = view;
  const { title, share, path, parts, document, next, fromStart, changed } = shown;
  const at = parts.findIndex((part) => part.cited);
  const cited = parts[at];
  const section = (cited?.section ?? []).filter((name, depth) => depth > 0 || name !== title).join(SEPARATOR);
  const links = [
    ...(fromStart ? [] : [html`<a href="${base}/d/${document}">${words.fromStart}</a>`]),
    ...(next === null ? [] : [html`<a rel="next" href="${base}/d/${next}">${words.readOn}</a>`]),
  ];
  return page(view, {
    title,
    signedIn: true,
    body: html`<article>
<h1 dir="auto">${title}</h1>
<dl>
<dt>${words.path}</dt><dd dir="auto">${share}/${path}</dd>
${section === '' ? null : html`<dt>${words.section}</dt><dd dir="auto">${section}</dd>`}
${cited?.page == null ? null : html`<dt>${pageWord(words, shown.type)}</dt><dd>${cited.page}</dd>`}
<dt>${words.changed}</dt><dd><time datetime="${shown.modified}">${day(words, shown.modified)}</time></dd>
</dl>
${at > 0 ? html`<p><a href="#cited">${words.toCited}</a></p>` : null}
${changed ? html`<p class="note">${words.newer}</p>` : null}
${parts.map((part, place) => partOf(view, shown, part, parts[place - 1]))}
</article>
${links.length === 0 ? null : html`<nav>${links}</nav>`}`,
  });
}

function partOf({ words, tongue }: View, shown: Shown, part: Part, before: Part | undefined): Fragment {
  const text = html`<div class="text" dir="auto"${languageOf(part, tongue)}>${part.text}</div>`;
  return [
    heading(words, shown, part, before),
    part.cited ? html`<mark id="cited" title="${words.cited}">${text}</mark>` : text,
  ];
}

function languageOf({ language }: Part, tongue: string): Fragment {
  return language === 'und' || language === tongue ? null : html` lang="${language}"`;
}

/** A heading where the section or the page changes, without repeating the title. */
function heading(words: Words, { title, type }: Shown, part: Part, before: Part | undefined): Fragment {
  const section = part.section.join(SEPARATOR);
  const same = before !== undefined && before.section.join(SEPARATOR) === section;
  if (same && before.page === part.page) return null;
  const name = part.section.at(-1) ?? '';
  const place = part.page === null ? null : html`<small>${pageWord(words, type)} ${part.page}</small>`;
  const shownName = same || name === title ? '' : name;
  return shownName === '' && place === null ? null : html`<h2 dir="auto">${shownName}${place}</h2>`;
}

/** What a numbered place is called in a file of this type. */
function pageWord(words: Words, type: string | null): string {
  switch (type) {
    case 'pptx':
    case 'odp':
      return words.slide;
    case 'xlsx':
    case 'xlsm':
    case 'xlsb':
    case 'xls':
    case 'ods':
      return words.sheet;
    case 'eml':
    case 'msg':
      return words.part;
    default:
      return words.page;
  }
}

function day({ language }: Words, iso: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(new Date(iso));
}

/** The form to sign in. `to` is the path of ours to go on to. */
export function signInPage(
  view: View,
  { to, wrong }: { readonly to: string | null; readonly wrong: boolean },
) {
  const { words, base } = view;
  return card(view, to === null ? words.signInOnly : words.signIn, false, [
    html`<p>${to === null ? words.signedInWhy : words.signInWhy}</p>`,
    wrong ? html`<p class="wrong" role="alert">${words.tokenWrong}</p>` : null,
    html`<form method="post" action="${base}/session">
<label for="token">${words.token}</label>
<input id="token" name="token" type="password" autocomplete="off" spellcheck="false" required autofocus>
${to === null ? null : html`<input type="hidden" name="to" value="${to}">`}
<p><button>${words.open}</button></p>
</form>
<p class="hint">${words.tokenHelp}</p>
<p><code>ntk token create --as USER --scope documents:read</code></p>`,
  ]);
}

/** Where somebody lands who signed in without a document to open. */
export function signedInPage(view: View): string {
  return card(view, view.words.signedIn, true, html`<p>${view.words.signedInWhy}</p>`);
}

/** The one page for what is absent, hidden and no id at all. */
export function notFoundPage(view: View): string {
  const { notFound, notFoundWhy, notFoundHelp } = view.words;
  return card(view, notFound, true, html`<p>${notFoundWhy}</p><p class="hint">${notFoundHelp}</p>`);
}

export function forbiddenPage(view: View): string {
  return card(view, view.words.forbidden, true, html`<p>${view.words.forbiddenWhy}</p>`);
}

export function unavailablePage(view: View): string {
  return card(view, view.words.unavailable, true, html`<p>${view.words.unavailableWhy}</p>`);
}

export function refusedPage(view: View): string {
  return card(view, view.words.refused, false, html`<p>${view.words.refusedWhy}</p>`);
}

function card(view: View, title: string, signedIn: boolean, content: Html | readonly Fragment[]): string {
  return page(view, { title, signedIn, body: html`<div class="card"><h1>${title}</h1>${content}</div>` });
}

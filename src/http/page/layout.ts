import { createHash } from 'node:crypto';
import { type Html, html } from './html.ts';
import { STYLE } from './style.ts';
import { type Tongue, WORDS, type Words } from './words.ts';

/** What every page of one request shares. */
export interface View {
  readonly tongue: Tongue;
  readonly words: Words;
  /** Path of the public address, put before every link. */
  readonly base: string;
}

export function view(tongue: Tongue, base: string): View {
  return { tongue, words: WORDS[tongue], base };
}

const STYLE_HASH = createHash('sha256').update(STYLE.toString()).digest('base64');

/** No script, nothing from elsewhere, forms only to ourselves. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

/** A whole page. `signedIn` offers the way out. */
export function page(
  { tongue, words, base }: View,
  content: { readonly title: string; readonly signedIn: boolean; readonly body: Html },
): string {
  const out = html`<form method="post" action="${base}/session/end"><button class="quiet">${words.signOut}</button></form>`;
  return html`<!doctype html>
<html lang="${tongue}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${content.title}</title>
<style>${STYLE}</style>
</head>
<body>
<header class="bar"><div><span class="name">need-to-know</span>${content.signedIn ? out : null}</div></header>
<main>
${content.body}
</main>
</body>
</html>
`.toString();
}

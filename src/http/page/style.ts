import { html } from './html.ts';

/** The look of the pages. Sent inside each page, allowed by its hash: one answer is the whole page. */
export const STYLE = html`
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #fff; --ink: #1d2126; --soft: #5c6670; --line: #e3e0da;
  --accent: #1f5f8b; --accent-ink: #fff; --mark: #fff3bf; --mark-edge: #e0a800; --wrong: #a4262c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1b1f23; --ink: #e4e6e8; --soft: #9aa4ad; --line: #2d3339;
    --accent: #7db7e0; --accent-ink: #10222f; --mark: #3d3413; --mark-edge: #c79a1c; --wrong: #ff8f8a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.65 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%;
}
a { color: var(--accent); text-underline-offset: .15em; }
.bar { border-bottom: 1px solid var(--line); background: var(--card); }
.bar > div, main { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
.bar > div { display: flex; justify-content: space-between; align-items: center; min-height: 3.25rem; }
.bar .name { font-weight: 600; letter-spacing: .01em; }
.bar form { margin: 0; }
main { padding-top: 2rem; padding-bottom: 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .75rem; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 1.0625rem; line-height: 1.4; margin: 2rem 0 .5rem; font-weight: 650; overflow-wrap: anywhere; }
h2 small { display: block; font-size: .875rem; font-weight: 400; color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1.5rem; font-size: .9375rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 .75rem; }
mark { display: block; background: var(--mark); color: inherit; border-left: .25rem solid var(--mark-edge); border-radius: .25rem; padding: .6rem .9rem; margin: .75rem -.9rem .75rem -1.15rem; scroll-margin-top: 1.5rem; }
mark .text { margin: 0; }
.note { border-left: .25rem solid var(--line); padding: .25rem 0 .25rem .9rem; color: var(--soft); }
.wrong { color: var(--wrong); font-weight: 600; }
nav { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.75rem; max-width: 32rem; margin: 8vh auto 0; }
.card p { margin: 0 0 1rem; }
.card > p:last-child { margin-bottom: 0; }
.card code { display: block; padding: .5rem .7rem; }
label { display: block; font-weight: 600; margin-bottom: .35rem; }
input { width: 100%; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .4rem; padding: .6rem .75rem; margin-bottom: 1rem; }
button { font: inherit; font-weight: 600; color: var(--accent-ink); background: var(--accent); border: 0; border-radius: .4rem; padding: .6rem 1.2rem; cursor: pointer; }
button.quiet { color: var(--accent); background: none; font-weight: 400; padding: .25rem 0; text-decoration: underline; text-underline-offset: .15em; }
:focus-visible { outline: .15rem solid var(--accent); outline-offset: .15rem; }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--paper); border: 1px solid var(--line); border-radius: .3rem; padding: .1rem .35rem; overflow-wrap: anywhere; }
.hint { color: var(--soft); font-size: .9375rem; }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
  .card { padding: 1.25rem; margin-top: 2rem; }
  mark { margin-left: -.6rem; margin-right: -.6rem; padding: .5rem .6rem; }
}
@media print { .bar, nav { display: none; } body { background: #fff; } }
`;

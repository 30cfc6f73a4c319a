import { describe, expect, it } from 'vitest';
import { html } from '../../../../src/http/page/html.ts';
import { tongueOf } from '../../../../src/http/page/words.ts';

describe('a template', () => {
  it('keeps every text put into it text', () => {
    const text = `</p><script>"'\`&`;
    expect(html`<p title="${text}">${text}</p>`.toString()).toBe(
      '<p title="&lt;/p&gt;&lt;script&gt;&quot;&#39;&#96;&amp;">&lt;/p&gt;&lt;script&gt;&quot;&#39;&#96;&amp;</p>',
    );
  });

  it('takes templates and lists of them as they are', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}${null}${undefined}</ul>`.toString()).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>',
    );
  });

  it('does not take an object that only looks like markup', () => {
    const forged = { toString: () => '<script>' };
    expect(() => html`${JSON.parse(JSON.stringify(forged))}`.toString()).toThrow();
  });

  it('leaves out control characters', () => {
    expect(html`${'a\u0000b\u001bc\n'}`.toString()).toBe('abc\n');
  });
});

describe('the language of the pages', () => {
  it.each([
    [undefined, 'en'],
    ['it', 'it'],
    ['it-IT,it;q=0.9,en;q=0.8', 'it'],
    ['en-US,it;q=0.9', 'en'],
    ['de,it;q=0.5,en;q=0.4', 'it'],
    ['fr', 'en'],
    ['it;q=x', 'en'],
  ])('for %s is %s', (header, tongue) => {
    expect(tongueOf(header)).toBe(tongue);
  });
});

import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { read, short } from './make-files.ts';

describe('Markdown', () => {
  it('keeps headings, lists, tables and code, and strips inline markup', async () => {
    const source = [
      '# Leave *policy*',
      '',
      'See [the **form**](http://x.example/) &amp; `code <b>`, ![a picture of it](p.png).',
      '',
      '- one',
      '  - two',
      '- [x] done',
      '',
      '| Year | Days |',
      '|---|---|',
      '| 1 | **22** |',
      '',
      '```sh',
      'ntk ingest',
      '  --json',
      '```',
    ].join('\n');
    expect(short((await read(source, 'a.md')).blocks)).toEqual([
      'h1 Leave policy',
      'p See the form & code <b>, a picture of it.',
      '- one',
      '- two',
      '- done',
      't Year|Days / 1|22',
      'c ntk ingest\n  --json',
    ]);
  });

  it('takes the title from front matter', async () => {
    const document = await read('---\ntitle: "Travel guide"\ntags: [a]\n---\nGo by train.', 'a.md');
    expect(document.title).toBe('Travel guide');
    expect(short(document.blocks)).toEqual(['p Go by train.']);
  });

  it('keeps a rule at the top that opens no front matter', async () => {
    const document = await read('---\nJust words between rules.\n---\n\nMore.', 'a.md');
    expect(short(document.blocks).join(' ')).toContain('Just words between rules.');
  });

  it('reads HTML inside Markdown, across blank lines', async () => {
    const source =
      'Before\n\n<table><tr><th>A</th><th>B</th></tr>\n\n<tr><td>1</td><td>2</td></tr></table>\n\nAfter';
    expect(short((await read(source, 'a.md')).blocks)).toEqual(['p Before', 't A|B / 1|2', 'p After']);
  });

  it('leaves the lines of a site generator out, but not in code', async () => {
    const source =
      '{% include nav.html %}\n\nText in [Tock]({% page "/tock" %}).\n{: .note }\n\n```\n{% raw %}\n```';
    expect(short((await read(source, 'a.md')).blocks)).toEqual(['p Text in Tock.', 'c {% raw %}']);
  });

  it('reads quotes nested beyond the stack as plain text', async () => {
    const document = await read(`${'>'.repeat(20_000)} deep`, 'a.md');
    expect(document.warnings).toMatchObject([{ code: 'repaired' }]);
  });
});

describe('HTML', () => {
  it('keeps headings, paragraphs, lists, tables and the title', async () => {
    const html =
      '<!doctype html><html><head><title>Leave &amp; time</title></head><body><h1>Leave</h1><p>Two <b>weeks</b>.<ul><li>one<ul><li>two</ul></ul>' +
      '<table><caption>Days</caption><thead><tr><th>Year<th>Days</thead><tr><td>1<td>22</table></body></html>';
    const document = await read(html, 'a.html');
    expect(document.title).toBe('Leave & time');
    expect(short(document.blocks)).toEqual([
      'h1 Leave',
      'p Two weeks.',
      '- one',
      '- two',
      'p Days',
      't Year|Days / 1|22',
    ]);
  });

  it('leaves out what a reader does not see', async () => {
    const html =
      '<body><script>s()</script><style>p{}</style><noscript>no</noscript><nav>menu</nav><template>t</template>' +
      '<div hidden>h</div><p style="color:red; display : none">d</p><span aria-hidden="true">a</span><p>Seen</p></body>';
    expect(short((await read(html, 'a.html')).blocks)).toEqual(['p Seen']);
  });

  it('reads the charset a page names', async () => {
    const html = iconv.encode(
      '<html><head><meta charset="koi8-r"></head><body>Привет</body></html>',
      'koi8-r',
    );
    const document = await read(html, 'a.html');
    expect(short(document.blocks)).toEqual(['p Привет']);
    expect(document.warnings).toEqual([]);
  });

  it('reads a table that only lays out a page in its order', async () => {
    const html = '<table><tr><td><h2>News</h2><p>First</p></td><td><p>Second</p></td></tr></table>';
    expect(short((await read(html, 'a.html')).blocks)).toEqual(['h2 News', 'p First', 'p Second']);
  });

  it('repeats a tall cell on each row and fills a wide one', async () => {
    const html =
      '<table><tr><th>A<th>B<th>C</tr><tr><td rowspan=2>x<td colspan=2>y</tr><tr><td>1<td>2</tr></table>';
    expect((await read(html, 'a.html')).blocks).toMatchObject([
      {
        header: ['A', 'B', 'C'],
        rows: [
          ['x', 'y', ''],
          ['x', '1', '2'],
        ],
      },
    ]);
  });

  it('takes two line breaks as the end of a paragraph', async () => {
    expect(short((await read('<body>one<br>line<br><br>two</body>', 'a.html')).blocks)).toEqual([
      'p one line',
      'p two',
    ]);
  });

  it('survives a hundred thousand open tags', async () => {
    expect(short((await read(`<body>${'<b>'.repeat(100_000)}x`, 'a.html')).blocks)).toEqual(['p x']);
  });
});

import { describe, expect, it } from 'vitest';
import { placeWords, readWords } from '../../../ingest/parse/pdf/poppler/words.ts';
import { isBold, readOutline, readPage, unescapeXml } from '../../../ingest/parse/pdf/poppler/xml.ts';

const FONT = '<fontspec id="0" size="30" family="ABCDEF+Times-Roman" color="#000000"/>';
const BOLD_FONT = '<fontspec id="0" size="30" family="ABCDEF+Times-Bold" color="#000000"/>';

/** One page of the XML; a text of `width` points on one line. */
function page(content: string, { width = 200, font = FONT } = {}): string {
  return `<page number="3" position="absolute" top="0" left="0" height="2526" width="1786">\n\t${font}\n<text top="300.0" left="90.0" width="${width * 3}.0" height="33.0" font="0">${content}</text>\n`;
}

const read = (content: string, options = {}) => readPage(page(content, options), new Map());
const spans = (content: string, options = {}) => (read(content, options)?.runs ?? []).map(({ span }) => span);

describe('a page of pdftohtml', () => {
  it('has its number, and its runs in points with the name of their font', () => {
    expect(read('Leave is asked for early.')).toMatchObject({ number: 3, crowded: false, turned: false });
    expect(spans('Leave is asked for early.')).toEqual([
      {
        text: 'Leave is asked for early.',
        x: 30,
        y: expect.closeTo(108.7, 1),
        width: expect.closeTo(200, 5),
        size: 10,
        font: 'Times-Roman',
        rightToLeft: false,
      },
    ]);
  });

  it('gives the text that the XML escapes', () => {
    expect(spans('R&amp;D &lt;2&gt; &#8364;&#x20AC; &nosuch;')[0]?.text).toBe('R&D <2> €€ &nosuch;');
  });

  it('keeps the words of links and slanted text', () => {
    expect(spans('see <a href="out.html#4">page <i>four</i></a>')[0]?.text).toBe('see page four');
  });

  it('parts a run where it becomes bold, by its characters', () => {
    const [plain, bold] = spans('aaaa <b>bbbbb</b>');
    expect([plain?.text, bold?.text]).toEqual(['aaaa ', 'bbbbb']);
    expect(bold?.x).toBeCloseTo(130, 5);
    expect([plain, bold].map((span) => isBold(span?.font ?? ''))).toEqual([false, true]);
  });

  it('takes what is not marked for regular though the run begins in a bold font', () => {
    const fonts = spans('<b>Option</b> means the right to buy.', { font: BOLD_FONT }).map(({ font }) =>
      isBold(font),
    );
    expect(fonts).toEqual([true, false]);
  });

  it('believes the name of a font that is bold without a mark', () => {
    expect(
      spans('A heading', { font: FONT.replace('Times-Roman', 'CMBX10') }).map(({ font }) => isBold(font)),
    ).toEqual([true]);
  });

  it('gives no ink to the space at the end of a run', () => {
    const [span] = spans('12 ', { width: 12 });
    expect(span?.width).toBeCloseTo(9.5, 5);
  });

  it.each(['شهادة', 'שלום'])('tells that %s reads from the right', (text) => {
    expect(spans(text)[0]?.rightToLeft).toBe(true);
  });

  it.each([
    ['5,810 20,979 (72%)', true],
    ['$406 $', true],
    ['$  12,760', true],
    ['Net income (9) $ 494 $ 536', true],
    ['ChecktheappropriateboxbelowiftheFormfilingis', true],
    ['P A P A P H I L I P P O U', true],
    ['on 3 May 2021 12 of them left', false],
    ['It grew by 5 % in 2022.', false],
    ['2022', false],
  ])('of which a run reads %j is crowded: %s', (text, crowded) => {
    expect(read(text)?.crowded).toBe(crowded);
  });

  it('with text that has no width is turned', () => {
    expect(read('upwards', { width: 0 })?.turned).toBe(true);
    expect(read('upside down', { width: -90 })?.turned).toBe(true);
    expect(read('i', { width: 0 })?.turned).toBe(false);
  });

  it('is none where there is no page', () => {
    expect(readPage('<outline>\n</outline>', new Map())).toBeNull();
  });
});

describe('the outline of pdftohtml', () => {
  it('has levels by how lists are nested', () => {
    const xml =
      '<outline>\n<item page="1">One</item>\n<outline>\n<item page="2">One &amp; a half</item>\n</outline>\n<item page="3">Two</item>\n</outline>';
    expect(readOutline(xml)).toEqual([
      { title: 'One', level: 1, page: 1 },
      { title: 'One & a half', level: 2, page: 2 },
      { title: 'Two', level: 1, page: 3 },
    ]);
  });

  it('is cut where a machine wrote too much of it', () => {
    expect(readOutline(`<outline>${'<item page="1">x</item>'.repeat(6_000)}`)).toHaveLength(5_000);
  });
});

describe('words with their boxes', () => {
  const box = (text: string, left: number, right: number): string =>
    `<word xMin="${left}" yMin="100.0" xMax="${right}" yMax="111.0">${text}</word>`;
  const placed = (words: readonly string[], content: string, width: number) => {
    const [own = []] = readWords(`<page width="595" height="842">${words.join('\n')}</page>`);
    return placeWords(own, read(content, { width })?.runs ?? []).map(({ span }) => span);
  };

  it('part the columns that a run had joined', () => {
    const words = [box('5,810', 30, 55), box('20,979', 65, 95)];
    expect(placed(words, '5,810 20,979', 65).map(({ text, x, width }) => [text, x, width])).toEqual([
      ['5,810', 30, 25],
      ['20,979', 65, 30],
    ]);
  });

  it('part the words that a run had run together', () => {
    const words = [box('Check', 30, 55), box('the', 57, 70), box('box', 72, 88)];
    expect(placed(words, 'Checkthebox', 58).map(({ text }) => text)).toEqual(['Check the box']);
  });

  it('stay one where only the font changes', () => {
    expect(placed([box('H', 30, 37), box('2O', 37, 47)], 'H2O', 17).map(({ text }) => text)).toEqual(['H2O']);
  });

  it('have size and font of the run they stand in', () => {
    expect(placed([box('word', 30, 50)], 'word', 20)[0]).toMatchObject({ size: 10, font: 'Times-Roman' });
  });

  it('give the letter for a sign of a symbol font', () => {
    expect(placed([box('\uf078', 30, 40)], 'x', 10)[0]?.text).toBe('x');
  });

  it('that stand in no run are left out', () => {
    expect(placed([box('far', 400, 420)], 'word', 20)).toEqual([]);
  });
});

describe('unescapeXml', () => {
  it('leaves a number beyond Unicode as it is', () => {
    expect(unescapeXml('&#x110000; &#9999999;')).toBe('&#x110000; &#9999999;');
  });
});

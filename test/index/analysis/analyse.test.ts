import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, rawTokens } from '../../../index/analysis/tokens.ts';
import { passageTerms, queryTerms } from '../../../index/index.ts';

const words = (query: string, languages = ['en', 'it'] as const): string[] =>
  queryTerms(query, languages).map(({ word }) => word);

describe('fold', () => {
  it.each([
    { text: 'Città', folded: 'citta' },
    { text: 'CITTA\u0300', folded: 'citta' },
    { text: 'Straße', folded: 'straße' },
    { text: 'ﬁne ２０２４', folded: 'fine 2024' },
  ])('$text is $folded', ({ text, folded }) => {
    expect(fold(text)).toBe(folded);
  });
});

describe('rawTokens', () => {
  it.each([
    { text: 'INV-2024-0113', tokens: ['inv2024-0113', 'inv', '2024', '0113'] },
    { text: "dell'anno", tokens: ['dell', 'anno'] },
    { text: 'dell’anno', tokens: ['dell', 'anno'] },
    { text: 'MX450', tokens: ['mx450', 'mx', '450'] },
    { text: '1.250.000', tokens: ['1250000'] },
    { text: '!?…', tokens: [] },
  ])('$text', ({ text, tokens }) => {
    expect(rawTokens(text).map((token) => token.text)).toEqual(tokens);
  });

  it.each([
    { text: "l'C++", tokens: 'l c' },
    { text: 'in C#, C++ and .NET', tokens: 'in c# c++ and .net net' },
    { text: "o'.NET", tokens: 'o .net net' },
    { text: "nell'2024", tokens: 'nell 2024' },
    { text: "dell'IT60 X054 2811 1010 0000", tokens: 'dell it60 it 60 x054 x 054 2811 1010 0000' },
    { text: 'tel +39 055 1234567', tokens: 'tel 390551234567 0551234567 39 055 1234567' },
    { text: "rock'n'roll, L' L’ dell’Anno", tokens: 'rock n roll l l dell anno' },
    { text: 'Ends. Begins ends.Begins', tokens: 'ends begins endsbegins ends begins' },
    { text: 'HTMLParser ABc AbC', tokens: 'htmlparser abc abc ab c' },
    { text: 'ab2 R&D at@home a_b mail+tag', tokens: 'ab2 ab 2 r&d r d at@home at home ab a b mail tag' },
    { text: 'ca\u0301f\u00e9 na\u00efve so\u00adft x\u2010ray', tokens: 'cafe naive soft xray x ray' },
    { text: 'a漢字b Straße “d”', tokens: 'a漢字b straße d' },
  ])('reads plain words and what only looks like them in $text', ({ text, tokens }) => {
    expect(rawTokens(text).map((token) => token.text)).toEqual(tokens.split(' '));
  });

  it('takes digits alone for a code', () => {
    expect(rawTokens('007 of 2024')).toEqual([
      { text: '007', kind: 'code', part: false },
      { text: 'of', kind: 'word', part: false },
      { text: '2024', kind: 'code', part: false },
    ]);
  });

  it('leaves out runs that are no words', () => {
    expect(rawTokens('x'.repeat(65))).toEqual([]);
    expect(rawTokens('ß'.repeat(65))).toEqual([]);
  });
});

describe('passageTerms', () => {
  it.each([
    { language: 'en', a: 'approved approvals', b: 'approve approval' },
    { language: 'it', a: 'i permessi richiesti', b: 'permesso richiesta' },
    { language: 'de', a: 'die Verträge', b: 'Vertrag' },
    { language: 'fr', a: 'les congés', b: 'congé' },
    { language: 'es', a: 'las vacaciones', b: 'vacación' },
  ] as const)('brings inflected words of $language together', ({ language, a, b }) => {
    expect(passageTerms(a, language)[0]).toBe(passageTerms(b, language)[0]);
  });

  it('leaves words of an unknown language as they are', () => {
    expect(passageTerms('the approved', 'und')).toEqual(['the', 'approved']);
  });

  it('gives terms without white space, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('en', 'it', 'de', 'fr', 'es', 'und'),
        (text, language) => {
          for (const term of passageTerms(text, language)) expect(term).toMatch(/^\S+$/u);
        },
      ),
    );
  });

  it('finds a query term for every word of a passage that is asked in its language', () => {
    const word = fc.stringMatching(/^[a-zàèéìòù]{3,12}$/);
    fc.assert(
      fc.property(word, fc.constantFrom('en', 'it', 'de', 'fr', 'es'), (text, language) => {
        const indexed = passageTerms(text, language);
        const asked = queryTerms(text, [language]).flatMap(({ forms }) => forms);
        for (const term of indexed) expect(asked).toContain(term);
      }),
    );
  });
});

describe('queryTerms', () => {
  it('leaves function words out', () => {
    expect(words('what is the notice period')).toEqual(['notice', 'period']);
    expect(words('quale è il periodo di preavviso')).toEqual(['periodo', 'preavviso']);
  });

  it('keeps a question of nothing but function words', () => {
    expect(words('to be or not to be').length).toBe(6);
  });

  it('keeps codes exact', () => {
    const code = queryTerms('INV-2024-0113', ['en']).find(({ word }) => word === 'inv2024-0113');
    expect(code).toMatchObject({ exact: true, forms: ['inv2024-0113'] });
  });

  it('gives a word one form for each way the index may hold it', () => {
    const [term] = queryTerms('permessi', ['it', 'en']);
    expect(term?.forms).toContain(passageTerms('permessi', 'it')[0]);
    expect(term?.forms).toContain('permessi');
  });

  it('tells the forms of other languages from those of the language it is asked in', () => {
    const term = queryTerms('what are the processes', ['en', 'it']).at(-1);
    expect(term?.foreign.length).toBeGreaterThan(0);
    expect(term?.foreign).not.toContain(passageTerms('processes', 'en')[0]);
    expect(term?.forms).toEqual(expect.arrayContaining([...(term?.foreign ?? [])]));
  });

  it('takes every language of the index for its own where the words do not tell', () => {
    const [term] = queryTerms('permessi', ['it', 'en']);
    for (const language of ['it', 'en'] as const)
      expect(term?.foreign).not.toContain(passageTerms('permessi', language)[0]);
  });

  it('has no foreign form of a code, nor where no language is known', () => {
    expect(queryTerms('what is INV-2024-0113', ['en', 'it']).at(-1)?.foreign).toEqual([]);
    expect(queryTerms('processes', []).map(({ foreign }) => foreign)).toEqual([[]]);
  });

  it('asks nothing for nothing', () => {
    expect(queryTerms(' ?! ', ['en'])).toEqual([]);
  });
});

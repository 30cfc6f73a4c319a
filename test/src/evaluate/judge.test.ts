import { describe, expect, it } from 'vitest';
import { average, judge, type Passage, pageKey, type Question } from '../../../src/evaluate/judge.ts';

const passage = (document: string, more: Partial<Passage> = {}): Passage => ({
  document,
  page: null,
  snippet: 'four',
  text: null,
  ...more,
});
const question = (more: Partial<Question> = {}): Question => ({
  id: 'q',
  text: 'what?',
  documents: new Map([['a', 1]]),
  pages: new Map(),
  spans: [],
  ...more,
});
const SPAN = 'the notice period is three months';

describe('the figures of a question', () => {
  it('take nDCG and recall from the deeper ranking, hits from what was shown', () => {
    const scores = judge(question(), { shown: [passage('x')], ranking: ['x', 'y', 'a'] });
    expect(scores).toEqual({
      'ndcg@10': 0.5,
      'recall@5': 1,
      'recall@10': 1,
      'recall@20': 1,
      'doc@1': 0,
      'doc@10': 0,
      tokens: 1,
    });
  });

  it('say a page only when file and number both agree', () => {
    const pages = new Map([[pageKey('a', 7), 1]]);
    const scores = (shown: Passage[]) => judge(question({ pages }), { shown, ranking: [] });
    expect(scores([passage('a', { page: 7 })])).toMatchObject({ 'page@1': 1, 'page@10': 1 });
    expect(scores([passage('a', { page: 8 })])).toMatchObject({ 'page@1': 0, 'page@10': 0 });
    expect(scores([passage('b', { page: 7 })])).toMatchObject({ 'page@1': 0, 'page@10': 0 });
  });

  it('let a page that repeats take a place each time', () => {
    const pages = new Map([[pageKey('a', 7), 1]]);
    const shown = [...Array(10).fill(passage('a', { page: 1 })), passage('a', { page: 7 })];
    expect(judge(question({ pages }), { shown, ranking: [] })['page@10']).toBe(0);
  });

  it('say what of a judged text is in the passages, in the snippets, and kept', () => {
    const text = `Anna wrote that ${SPAN} for all. And more.`;
    const shown = [
      passage('a', { text, snippet: 'the notice period is three' }),
      passage('a', { text: 'other', snippet: '' }),
    ];
    const spans = [
      { document: 'a', text: SPAN },
      { document: 'a', text: 'a wholly different text of words' },
    ];
    const scores = judge(question({ spans }), { shown, ranking: [] });
    // 28 letters of the first span, 27 of the second; 22 of the first are in the snippet.
    expect(scores.spansInChunks).toBeCloseTo(28 / 55, 5);
    expect(scores.spansInSnippets).toBeCloseTo(22 / 55, 5);
    expect(scores.spanCoverage).toBeCloseTo(22 / 28, 5);
    expect(scores.tokenShare).toBeCloseTo(26 / (text.length + 5), 5);
  });

  it('count a judged text only in passages of its document', () => {
    const spans = [{ document: 'a', text: SPAN }];
    const scores = judge(question({ spans }), { shown: [passage('b', { text: SPAN })], ranking: [] });
    expect(scores).toMatchObject({ spansInChunks: 0, spansInSnippets: 0 });
  });

  it('say nothing of what snippets keep where no passage holds judged text', () => {
    const spans = [{ document: 'a', text: SPAN }];
    const scores = judge(question({ spans }), { shown: [], ranking: [] });
    expect(scores).not.toHaveProperty('spanCoverage');
    expect(scores).not.toHaveProperty('tokenShare');
  });
});

describe('the average', () => {
  it('of a figure is over the questions that have it', () =>
    expect(average([{ 'doc@1': 1, 'page@1': 1 }, { 'doc@1': 0 }])).toEqual({ 'doc@1': 0.5, 'page@1': 1 }));
  it('leaves out what no question has', () => expect(average([{}])).toEqual({}));
});

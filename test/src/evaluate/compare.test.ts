import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compare, type Judged, perQueryText, readPerQuery } from '../../../src/evaluate/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const run = (values: Readonly<Record<string, number>>): Judged[] =>
  Object.entries(values).map(([query, value]) => ({ query, scores: { 'ndcg@10': value } }));

describe('two runs', () => {
  it('are compared query by query, whatever their order', () => {
    const { measures } = compare(run({ a: 0, b: 0.5 }), run({ b: 0.75, a: 0.25 }));
    expect(measures).toEqual([
      { measure: 'ndcg@10', queries: 2, a: 0.25, b: 0.5, difference: 0.25, low: 0.25, high: 0.25 },
    ]);
  });

  it('give the same interval every time', () => {
    const [a, b] = [run({ a: 0, b: 1, c: 0.3 }), run({ a: 1, b: 0.2, c: 0.3 })];
    expect(compare(a, b)).toEqual(compare(a, b));
  });

  it('count only the queries that both asked, and say how many are left out', () => {
    const comparison = compare(run({ a: 0, b: 1, d: 1 }), run({ a: 0.5, c: 1 }));
    expect(comparison.unpaired).toBe(3);
    expect(comparison.measures[0]).toMatchObject({ queries: 1, a: 0, b: 0.5 });
  });

  it('count a figure only for the queries that have it in both', () => {
    const b: Judged[] = [
      { query: 'a', scores: { 'ndcg@10': 1, 'page@1': 1 } },
      { query: 'b', scores: { 'ndcg@10': 1 } },
    ];
    const { measures } = compare(b, b);
    expect(measures.map(({ measure, queries }) => [measure, queries])).toEqual([
      ['ndcg@10', 2],
      ['page@1', 1],
    ]);
  });

  it('without a query in common are refused', () =>
    expect(() => compare(run({ a: 1 }), run({ b: 1 }))).toThrow('compare runs of one set'));
});

describe('the file of figures', () => {
  const file = (text: string): string => {
    const path = join(tempFolder(), 'run.jsonl');
    writeFileSync(path, text);
    return path;
  };

  it('is read as it was written', async () => {
    const judged = run({ a: 0.1234567, b: 1 });
    expect(await readPerQuery(file(perQueryText(judged)))).toEqual(judged);
  });

  it.each([
    ['is empty', '', /is empty: write it with `ntk eval … --per-query FILE`/],
    ['has a line that is no JSON', '{"query":"a"}\nnone', /run\.jsonl:2: this line is no JSON/],
    [
      'has a line without a query',
      '{"ndcg@10":1}',
      /run\.jsonl:1: query: write the id of a query as "query"/,
    ],
    ['has a figure that is no number', '{"query":"a","ndcg@10":"1"}', /run\.jsonl:1: ndcg@10 is no number/],
    [
      'has a query twice',
      '{"query":"a"}\n{"query":"a"}',
      /run\.jsonl:2: the query a stands further above already/,
    ],
  ])('that %s is refused', async (_, text, message) =>
    expect(readPerQuery(file(text))).rejects.toThrow(message),
  );
});

import { expect, it } from 'vitest';
import { toConfig } from '../../../src/config/index.ts';

const config = (search: string) =>
  toConfig(
    '/etc/ntk/need-to-know.yaml',
    `shares: [{ name: docs, path: share, acl: { source: sidecar } }]
directory: { source: file, path: directory.yaml }
${search}`,
  ).search;

it('there is no reranker unless one is named', () => {
  expect(config('')).toEqual({ reranker: { model: 'none', budgetMs: 300, candidates: 30 } });
});

it('the folder of a reranker is found from the configuration file', () => {
  expect(config('search: { reranker: { model: acme/own, path: models/own } }').reranker.path).toBe(
    '/etc/ntk/models/own',
  );
});

it.each([
  ['budgetMs: 0', 'search.reranker.budgetMs'],
  ['candidates: 1', 'search.reranker.candidates'],
  ['budgetMS: 5', 'search.reranker.budgetMS: no such key'],
])('%s is refused with its key and line', (text, message) => {
  expect(() => config(`search:\n  reranker:\n    ${text}`)).toThrow(message);
  expect(() => config(`search:\n  reranker:\n    ${text}`)).toThrow(/need-to-know\.yaml:5/);
});

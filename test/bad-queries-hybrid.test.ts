import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answering } from '../src/compose/index.ts';
import { BAD_QUESTIONS } from './support/bad-questions.ts';
import { type Company, makeCompany, TWO_PEOPLE } from './support/company.ts';

const MODEL = join(import.meta.dirname, 'models', 'tiny-embedder');

let company: Company;
let answering: Answering;

beforeAll(async () => {
  const embedding = { model: 'tiny', path: MODEL, dimensions: 48, pooling: 'mean', download: false };
  company = await makeCompany({ ...TWO_PEOPLE, settings: { embedding } });
  answering = await company.answering('http://documents.example');
});

afterAll(() => company.close());

describe('a search by words and meaning asked', () => {
  it.each(BAD_QUESTIONS)(
    '%s answers with the model or refuses, and shows nothing of others',
    async (_name, query, how) => {
      const user = await company.core.userOf('bruno');
      if (user === null) throw new Error('bruno is gone');
      const caller = { user, scopes: new Set(['documents:read']), via: 'cli' } as const;
      const result = await answering.gate.call(answering.tools.searchDocuments, caller, { query });
      expect(result.ok).toBe(how === undefined);
      expect(JSON.stringify(result)).not.toMatch(/81,450|quetzalcoatl|salaries\.md/);
      // A question without a single word has nothing to ask the model either.
      if (result.ok && result.output.results.length > 0) expect(result.output.mode).toBe('hybrid');
      expect(company.faults).toEqual([]);
    },
  );
});

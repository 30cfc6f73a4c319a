import { expect, it } from 'vitest';
import { cosine, embedderContract } from '../../contracts/embedder.ts';
import { createFakeEmbedder } from '../../fakes/fake-embedder.ts';

embedderContract('the fake embedder', async () => createFakeEmbedder());

it('the fake embedder puts texts with the same words closer than texts with other words', async () => {
  const texts = ['annual leave of employees', 'employees: annual leave', 'invoice from a supplier'];
  const [a, b, c] = await createFakeEmbedder().embed(texts, 'passage');
  expect(cosine(a, b)).toBeGreaterThan(cosine(a, c) + 0.3);
});

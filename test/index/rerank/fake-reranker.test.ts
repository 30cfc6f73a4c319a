import { rerankerContract } from '../../contracts/reranker.ts';
import { createFakeReranker } from '../../fakes/fake-reranker.ts';

rerankerContract('the fake reranker', async () => createFakeReranker());

import { expect, it } from 'vitest';
import { onnxFileOf } from '../../../index/embed/profiles.ts';
import { RERANKERS, rerankProfileOf } from '../../../index/rerank/profiles.ts';

it.each([
  ['mmarco-mMiniLMv2-L12-H384-v1', 'cross-encoder/mmarco-mMiniLMv2-L12-H384-v1'],
  ['bge-reranker-v2-m3', 'onnx-community/bge-reranker-v2-m3-ONNX'],
])('%s is known by its short name', (short, model) => {
  expect(rerankProfileOf({ model: short })).toEqual(RERANKERS.find((profile) => profile.model === model));
});

it('any other cross-encoder has 512 tokens and 8-bit weights unless the configuration says otherwise', () => {
  expect(rerankProfileOf({ model: 'acme/own' })).toEqual({ model: 'acme/own', maxTokens: 512, dtype: 'q8' });
  expect(rerankProfileOf({ model: 'acme/own', maxTokens: 256, dtype: 'fp32', file: 'own' })).toEqual({
    model: 'acme/own',
    maxTokens: 256,
    dtype: 'fp32',
    file: 'own',
  });
});

it('a known model with another weight type is looked for under the usual file name', () => {
  const [first] = RERANKERS;
  const profile = rerankProfileOf({ model: first?.model ?? '', dtype: 'fp32' });
  expect(onnxFileOf(profile)).toBe('onnx/model.onnx');
});

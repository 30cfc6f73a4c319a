import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL, onnxFileOf, PROFILES, profileId, profileOf } from '../../../index/embed/profiles.ts';

describe('profileOf', () => {
  it('gives the default model its published rules', () => {
    expect(profileOf({ model: DEFAULT_MODEL })).toMatchObject({
      dimensions: 384,
      maxTokens: 512,
      pooling: 'cls',
      prefixes: { query: '', passage: '' },
      dtype: 'q8',
    });
  });

  it('lets configuration change one rule of a known model', () => {
    const profile = profileOf({ model: 'Xenova/multilingual-e5-small', prefixes: { query: 'find: ' } });
    expect(profile).toMatchObject({ pooling: 'mean', prefixes: { query: 'find: ', passage: 'passage: ' } });
  });

  it('takes a whole profile for any other model', () => {
    expect(profileOf({ model: 'acme/our-own', dimensions: 128, pooling: 'mean' })).toEqual({
      model: 'acme/our-own',
      dimensions: 128,
      maxTokens: 512,
      pooling: 'mean',
      normalize: true,
      prefixes: { query: '', passage: '' },
      dtype: 'q8',
    });
  });

  it('names the keys that an unknown model lacks', () => {
    expect(() => profileOf({ model: 'acme/our-own', dimensions: 128 })).toThrow(
      /also set embedding\.pooling\.$/,
    );
  });
});

describe('onnxFileOf', () => {
  it('follows the naming of transformers.js', () => {
    expect(onnxFileOf(profileOf({ model: 'Xenova/all-MiniLM-L6-v2' }))).toBe('onnx/model_quantized.onnx');
  });

  it('knows that the publisher of the default model names its file otherwise', () => {
    expect(onnxFileOf(profileOf({ model: DEFAULT_MODEL }))).toBe('onnx/model_quint8_avx2.onnx');
  });

  it('drops that name for another dtype', () => {
    expect(onnxFileOf(profileOf({ model: DEFAULT_MODEL, dtype: 'fp32' }))).toBe('onnx/model.onnx');
  });
});

describe('profileId', () => {
  it('is different for everything that changes the numbers', () => {
    const base = profileOf({ model: 'Xenova/multilingual-e5-small' });
    const variants = [
      base,
      { ...base, model: 'acme/other' },
      { ...base, dtype: 'fp32' as const },
      { ...base, file: 'model_other' },
      { ...base, pooling: 'cls' as const },
      { ...base, normalize: false },
      { ...base, maxTokens: 256 },
      { ...base, prefixes: { query: '', passage: 'passage: ' } },
    ];
    expect(new Set(variants.map(profileId)).size).toBe(variants.length);
  });

  it('is different for each known model', () => {
    expect(new Set(PROFILES.map(profileId)).size).toBe(PROFILES.length);
  });
});

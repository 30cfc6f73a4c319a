import { z } from 'zod';

/** A cross-encoder that brings the best candidates in order. It shares cache, mirror and download of `embedding`. */
export const reranker = z.strictObject({
  model: z.string().min(1).default('none'),
  /** Folder with the model's files; given, cache and hub are not looked at. */
  path: z.string().min(1).optional(),
  /** Milliseconds after which an answer keeps the order of retrieval, and says so. */
  budgetMs: z.int().min(1).max(60_000).default(300),
  /** How many passages are read together with the question. */
  candidates: z.int().min(2).max(200).default(30),
  threads: z.int().positive().max(64).optional(),
  maxTokens: z.int().min(16).max(8_192).optional(),
  dtype: z.enum(['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16']).optional(),
  file: z.string().min(1).optional(),
});

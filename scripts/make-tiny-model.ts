/**
 * Writes the tiny embedding model that tests load: real ONNX, real tokenizer, random weights.
 *
 *   node scripts/make-tiny-model.ts [FOLDER]
 *
 * The vector of a piece is random but fixed by a seed, so the mean over a text is a bag of words: texts that
 * share words are close, others are not, and synonyms mean nothing. Running it again gives the same bytes.
 * Input is `words.txt` in the same folder; everything else there is written by this script.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FLOAT, INT8, INT64, model, node, part, tensor, value } from './tiny-model/onnx.ts';
import {
  bertConfig,
  DIMENSIONS,
  jsonOf,
  TOKENIZER_CONFIG,
  tokenizerOf,
  vocabularyOf,
  weightsOf,
} from './tiny-model/words.ts';

const FOLDER = resolve(process.argv[2] ?? join(import.meta.dirname, '../test/models/tiny-embedder'));

/** Looking up each token is the whole model; the caller's mean over tokens makes it a bag of words. */
function modelOf(rows: number, lookup: readonly Buffer[]): Buffer {
  const input = (name: string) => value(11, name, INT64, ['batch', 'sequence']);
  const graph = [
    ...lookup,
    part(2, `tiny-embedder-${rows}`),
    input('input_ids'),
    input('attention_mask'),
    input('token_type_ids'),
    value(12, 'last_hidden_state', FLOAT, ['batch', 'sequence', DIMENSIONS]),
  ];
  return model(graph);
}

function fullModel(weights: Int8Array): Buffer {
  const rows = weights.length / DIMENSIONS;
  const raw = Buffer.from(Float32Array.from(weights, (step) => step / 127).buffer);
  return modelOf(rows, [
    node('Gather', ['table', 'input_ids'], 'last_hidden_state'),
    tensor('table', FLOAT, [rows, DIMENSIONS], raw),
  ]);
}

function quantizedModel(weights: Int8Array): Buffer {
  const rows = weights.length / DIMENSIONS;
  return modelOf(rows, [
    node('Gather', ['table', 'input_ids'], 'steps'),
    node('DequantizeLinear', ['steps', 'scale', 'zero'], 'last_hidden_state'),
    tensor('table', INT8, [rows, DIMENSIONS], Buffer.from(weights.buffer)),
    tensor('scale', FLOAT, [], Buffer.from(Float32Array.of(1 / 127).buffer)),
    tensor('zero', INT8, [], Buffer.from([0])),
  ]);
}

const words = readFileSync(join(FOLDER, 'words.txt'), 'utf8').split(/\s+/).filter(Boolean);
const vocabulary = vocabularyOf(words);
const weights = weightsOf(vocabulary);
mkdirSync(join(FOLDER, 'onnx'), { recursive: true });
const write = (name: string, content: string | Buffer) => writeFileSync(join(FOLDER, name), content);
write('config.json', jsonOf(bertConfig('BertModel', vocabulary.length)));
write('tokenizer.json', jsonOf(tokenizerOf(vocabulary)));
write('tokenizer_config.json', jsonOf(TOKENIZER_CONFIG));
write('onnx/model.onnx', fullModel(weights));
write('onnx/model_quantized.onnx', quantizedModel(weights));
console.log(`${vocabulary.length} pieces, ${DIMENSIONS} dimensions: ${FOLDER}`);

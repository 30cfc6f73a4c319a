/**
 * Writes the tiny cross-encoder that tests load: real ONNX, real tokenizer, random weights.
 *
 *   node scripts/make-tiny-reranker.ts [FOLDER]
 *
 * The score of a pair is the sum of the question's word vectors times the mean of the passage's: passages that are
 * made of words of the question score high, others near nothing. It reads the two apart by the token types, as real
 * cross-encoders of the BERT family do. Running it again gives the same bytes. Words are those of the tiny embedder.
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

const MODELS = join(import.meta.dirname, '../test/models');
const FOLDER = resolve(process.argv[2] ?? join(MODELS, 'tiny-reranker'));

const floats = (...numbers: number[]): Buffer => Buffer.from(Float32Array.from(numbers).buffer);
const axes = (name: string, axis: number): Buffer =>
  tensor(name, INT64, [1], Buffer.from(BigInt64Array.of(BigInt(axis)).buffer));

function graphOf(weights: Int8Array): readonly Buffer[] {
  const rows = weights.length / DIMENSIONS;
  const input = (name: string) => value(11, name, INT64, ['batch', 'sequence']);
  return [
    node('Gather', ['table', 'input_ids'], 'steps'),
    node('DequantizeLinear', ['steps', 'scale', 'zero'], 'vectors'),
    node('Cast', ['attention_mask'], 'mask', { to: FLOAT }),
    node('Cast', ['token_type_ids'], 'types', { to: FLOAT }),
    node('Mul', ['mask', 'types'], 'of_passage'),
    node('Sub', ['mask', 'of_passage'], 'of_question'),
    ...['question', 'passage'].flatMap((side) => [
      node('Unsqueeze', [`of_${side}`, 'last'], `wide_${side}`),
      node('Mul', ['vectors', `wide_${side}`], `words_${side}`),
      node('ReduceSum', [`words_${side}`, 'middle'], `sum_${side}`, { keepdims: 0 }),
    ]),
    node('ReduceSum', ['of_passage', 'middle'], 'counted', { keepdims: 1 }),
    node('Max', ['counted', 'one'], 'count'),
    node('Div', ['sum_passage', 'count'], 'mean_passage'),
    node('Mul', ['sum_question', 'mean_passage'], 'product'),
    node('ReduceSum', ['product', 'middle'], 'logits', { keepdims: 1 }),
    tensor('table', INT8, [rows, DIMENSIONS], Buffer.from(weights.buffer)),
    tensor('scale', FLOAT, [], floats(1 / 127)),
    tensor('zero', INT8, [], Buffer.from([0])),
    tensor('one', FLOAT, [], floats(1)),
    axes('last', 2),
    axes('middle', 1),
    part(2, `tiny-reranker-${rows}`),
    input('input_ids'),
    input('attention_mask'),
    input('token_type_ids'),
    value(12, 'logits', FLOAT, ['batch', 1]),
  ];
}

function configOf(rows: number): object {
  return {
    ...bertConfig('BertForSequenceClassification', rows),
    id2label: { 0: 'LABEL_0' },
    label2id: { LABEL_0: 0 },
  };
}

const text = readFileSync(join(MODELS, 'tiny-embedder/words.txt'), 'utf8');
const vocabulary = vocabularyOf(text.split(/\s+/).filter(Boolean));
mkdirSync(join(FOLDER, 'onnx'), { recursive: true });
const write = (name: string, content: string | Buffer) => writeFileSync(join(FOLDER, name), content);
write('config.json', jsonOf(configOf(vocabulary.length)));
write('tokenizer.json', jsonOf(tokenizerOf(vocabulary)));
write('tokenizer_config.json', jsonOf(TOKENIZER_CONFIG));
write('onnx/model_quantized.onnx', model(graphOf(weightsOf(vocabulary))));
console.log(`${vocabulary.length} pieces, ${DIMENSIONS} dimensions: ${FOLDER}`);

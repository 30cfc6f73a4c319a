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

const FOLDER = resolve(process.argv[2] ?? join(import.meta.dirname, '../test/models/tiny-embedder'));
/** Enough for unrelated words to be nearly orthogonal (cosine about ±0.14), few enough to ship. */
const DIMENSIONS = 48;
const SEED = 20_261_120;
const SPECIALS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;
/** Function words of both languages say little about a text; a real model learns that, here it is told. */
const FUNCTION_WORDS = new Set(
  (
    'a about after all also an and any are as at be been before between but by can could did do does each for from ' +
    'had has have he her him his how i if in into is it its may me might more most must my no not of off on or our ' +
    'out over per she should so some such than that the their them then there these they this those through to ' +
    'under until up us very via was we were what when where which while who why will with within without would you ' +
    'your abbiamo alla alle anche che chi come con cui da dal dalla dei del della delle di dopo dove due durante e ' +
    'entro erano fra gli ha hanno ho il la le lo loro ma nel negli nella non o ogni per però più poi prima quale ' +
    'quando quanti quanto quello questa questo qui se senza si sono su sua sul sulla suo tra tutti tutto un una uno'
  ).split(' '),
);
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const ACCENTED = 'àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžðþłćčęąśźżńőűğışţțșřďťňěů';
const GREEK_CYRILLIC = 'αβγδεζηθικλμνξοπρστυφχψωςабвгдежзийклмнопрстуфхцчшщъыьэюя';
const DIGITS = '0123456789';
const MARKS = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~€£§°«»‘’“”–—…•·×±½¼¾²³µ¿¡©®™';

// --- vocabulary -------------------------------------------------------------------------------------------

/** Pieces in id order. Every letter, digit and pair of letters is a piece, so no word of Latin script is unknown. */
function vocabularyOf(words: readonly string[]): string[] {
  const single = [...LETTERS, ...DIGITS, ...ACCENTED, ...GREEK_CYRILLIC];
  const pairs = [...LETTERS].flatMap((first) => [...LETTERS].map((second) => first + second));
  const continued = [...single, ...pairs].map((piece) => `##${piece}`);
  return [...new Set([...SPECIALS, ...MARKS, ...single, ...continued, ...words])];
}

/** How much a piece counts in the mean. Never quite nothing: the empty text needs a vector of length 1 too. */
function weightOf(piece: string): number {
  if ((SPECIALS as readonly string[]).includes(piece) || MARKS.includes(piece)) return 0.02;
  if (FUNCTION_WORDS.has(piece)) return 0.08;
  if (piece.startsWith('##') || piece.length === 1) return 0.5;
  return 1;
}

// --- weights ----------------------------------------------------------------------------------------------

/** mulberry32: 32 bits of state, the same sequence on every machine. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Weights as int8 steps of 1/127, so that the full and the quantized model give the very same numbers. */
function weightsOf(vocabulary: readonly string[]): Int8Array {
  const random = randomOf(SEED);
  return Int8Array.from(
    vocabulary.flatMap((piece) => {
      const weight = weightOf(piece);
      return Array.from({ length: DIMENSIONS }, () => Math.round((random() * 2 - 1) * 127 * weight));
    }),
  );
}

// --- ONNX, as protobuf (field numbers from onnx.proto3) ------------------------------------------------------

const FLOAT = 1;
const INT8 = 3;
const INT64 = 7;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

const int = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);

/** A length-delimited field: string, bytes or message. */
function part(field: number, content: string | Buffer | readonly Buffer[]): Buffer {
  const body =
    typeof content === 'string' || Buffer.isBuffer(content) ? Buffer.from(content) : Buffer.concat(content);
  return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
}

const tensor = (name: string, type: number, dims: readonly number[], raw: Buffer): Buffer =>
  part(5, [...dims.map((dim) => int(1, dim)), int(2, type), part(8, name), part(9, raw)]);

const node = (op: string, inputs: readonly string[], output: string): Buffer =>
  part(1, [...inputs.map((input) => part(1, input)), part(2, output), part(3, output), part(4, op)]);

/** A graph input (field 11) or output (field 12). Named sizes stay free. */
function value(field: 11 | 12, name: string, type: number, dims: readonly (string | number)[]): Buffer {
  const shape = dims.map((dim) => part(1, typeof dim === 'number' ? int(1, dim) : part(2, dim)));
  return part(field, [part(1, name), part(2, part(1, [int(1, type), part(2, shape)]))]);
}

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
  return Buffer.concat([
    int(1, 8),
    part(2, 'need-to-know'),
    part(7, graph),
    part(8, [part(1, ''), int(2, 13)]),
  ]);
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

// --- tokenizer and configuration -----------------------------------------------------------------------------

function tokenizerOf(vocabulary: readonly string[]): object {
  const special = (content: string, id: number) => ({
    ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
  });
  const marker = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
  const text = (id: string, type: number) => ({ Sequence: { id, type_id: type } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIALS.map(special),
    normalizer: {
      ...{ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true },
      ...{ strip_accents: false, lowercase: true },
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [marker('[CLS]', 0), text('A', 0), marker('[SEP]', 0)],
      pair: [marker('[CLS]', 0), text('A', 0), marker('[SEP]', 0), text('B', 1), marker('[SEP]', 1)],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      ...{ type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##' },
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])),
    },
  };
}

const TOKENIZER_CONFIG = {
  tokenizer_class: 'BertTokenizer',
  do_lower_case: true,
  model_max_length: 512,
  ...{ unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]', mask_token: '[MASK]' },
};

function configOf(rows: number): object {
  return {
    architectures: ['BertModel'],
    model_type: 'bert',
    hidden_size: DIMENSIONS,
    num_attention_heads: 1,
    num_hidden_layers: 1,
    intermediate_size: DIMENSIONS,
    vocab_size: rows,
    max_position_embeddings: 512,
    type_vocab_size: 2,
    pad_token_id: 0,
  };
}

/** JSON as the formatter of this repository wants it: short lists of plain values on one line. */
function jsonOf(content: object): string {
  const shortLists = /\[\n\s+((?:"[^"\n]*"|\d+)(?:,\n\s+(?:"[^"\n]*"|\d+))*)\n\s+\]/g;
  const spread = JSON.stringify(content, null, 2);
  return `${spread.replaceAll(shortLists, (_, items: string) => `[${items.replaceAll(/,\n\s+/g, ', ')}]`)}\n`;
}

const words = readFileSync(join(FOLDER, 'words.txt'), 'utf8').split(/\s+/).filter(Boolean);
const vocabulary = vocabularyOf(words);
const weights = weightsOf(vocabulary);
mkdirSync(join(FOLDER, 'onnx'), { recursive: true });
const write = (name: string, content: string | Buffer) => writeFileSync(join(FOLDER, name), content);
write('config.json', jsonOf(configOf(vocabulary.length)));
write('tokenizer.json', jsonOf(tokenizerOf(vocabulary)));
write('tokenizer_config.json', jsonOf(TOKENIZER_CONFIG));
write('onnx/model.onnx', fullModel(weights));
write('onnx/model_quantized.onnx', quantizedModel(weights));
console.log(`${vocabulary.length} pieces, ${DIMENSIONS} dimensions: ${FOLDER}`);

/** Words, weights and tokenizer of the tiny models: random but fixed, the same bytes on every machine. */

/** Enough for unrelated words to be nearly orthogonal (cosine about ±0.14), few enough to ship. */
export const DIMENSIONS = 48;
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

/** Pieces in id order. Every letter, digit and pair of letters is a piece, so no word of Latin script is unknown. */
export function vocabularyOf(words: readonly string[]): string[] {
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
export function weightsOf(vocabulary: readonly string[]): Int8Array {
  const random = randomOf(SEED);
  return Int8Array.from(
    vocabulary.flatMap((piece) => {
      const weight = weightOf(piece);
      return Array.from({ length: DIMENSIONS }, () => Math.round((random() * 2 - 1) * 127 * weight));
    }),
  );
}

export function tokenizerOf(vocabulary: readonly string[]): object {
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

export const TOKENIZER_CONFIG = {
  tokenizer_class: 'BertTokenizer',
  do_lower_case: true,
  model_max_length: 512,
  ...{ unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]', mask_token: '[MASK]' },
};

/** JSON as the formatter of this repository wants it: short lists of plain values on one line. */
export function jsonOf(content: object): string {
  const shortLists = /\[\n\s+((?:"[^"\n]*"|\d+)(?:,\n\s+(?:"[^"\n]*"|\d+))*)\n\s+\]/g;
  const spread = JSON.stringify(content, null, 2);
  return `${spread.replaceAll(shortLists, (_, items: string) => `[${items.replaceAll(/,\n\s+/g, ', ')}]`)}\n`;
}

/** What `config.json` says of a BERT model of so many words, with the shape all of ours have. */
export function bertConfig(architecture: string, rows: number): object {
  return {
    architectures: [architecture],
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

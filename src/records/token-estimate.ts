import { isEmbeddingFamily } from '../catalog/embedding-families';
import { findModel, findProfile } from '../catalog/model-catalog';
import type { ModelFamily } from '../catalog/model-entry';
import type { BodyKind } from './body-format';
import { findImageTokens } from './image-tokens';
import { toPromptParts } from './prompt-parts';
import { countTokens, RARE_SCRIPT_ERROR, tokenWeights } from './token-weights';

/** Tokens of a whole job. */
export interface TokenRange {
  readonly expected: number;
  /** Absent where nothing bounds it. */
  readonly atMost?: number;
}

/** Relative errors of the expected input: 0.25 is ± 25 %. */
export interface TokenError {
  /** Of counting by characters instead of with the model's tokenizer; see token-weights.ts for what it was measured on. */
  readonly counting: number;
  /** Of looking at a sample: 1.96 standard errors of its mean. Absent where one record stands for several. */
  readonly sampling?: number;
}

export interface TokenEstimate {
  readonly records: number;
  /** Records whose tokens were counted. */
  readonly sampledRecords: number;
  /** At most: with both errors, unless media that nobody knows how to count is in it. */
  readonly input: TokenRange;
  /** At most: every answer as long as its body allows. */
  readonly output: TokenRange;
  readonly error: TokenError;
  /** Images, videos and documents that are in the job and not in the estimate. */
  readonly uncountedMedia: number;
  /** What was taken for granted, in sentences for a person to read. */
  readonly notes: readonly string[];
}

export interface TokenSampleOptions {
  /** Model or profile id: tells the family of a Converse body, how images are counted, and the longest answer. */
  readonly modelId?: string;
  /**
   * How much of the length that a body allows its answer is expected to use, above 0 to 1. Nobody knows before the job has run.
   *
   * @default 0.5
   */
  readonly outputShare?: number;
}

const OUTPUT_SHARE = 0.5;
/** Sample records at most; the standard error of a mean of so many is at most 3 % of their deviation. */
const MAX_RECORDS = 1000;
/** Characters counted before the sample is thinned out, if it has records enough: a bound on time where records are long. */
const MAX_CHARACTERS = 32_000_000;
const ENOUGH_RECORDS = 64;
/** Role and separators of a message. "hello, world" is 10 tokens to Claude by https://pypi.org/project/ctok/1.1.0/, 3 of them text. */
const MESSAGE_TOKENS = 7;
/** What Llama answers with where the body does not say; other families do not document theirs. @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html */
const LLAMA_MAX_TOKENS = 512;
const Z_95 = 1.96;

interface Measured {
  readonly index: number;
  readonly input: number;
  readonly rareScript: number;
  readonly expectedOutput: number;
  /** NaN where nothing bounds the answer. */
  readonly maxOutput: number;
  readonly hasNoMaximum: boolean;
  readonly uncountedMedia: number;
}

/**
 * Counts the tokens of every n-th record, n doubling as the file grows, so that at most 1,000 records spread evenly over it are
 * counted, whatever its length, and the same ones each time.
 *
 * ```ts
 * for (const line of lines) if (sample.next()) sample.add(JSON.parse(line).modelInput);
 * const tokens = sample.total();
 * ```
 */
export class TokenSample {
  private readonly family: ModelFamily | undefined;
  private readonly modelId: string | undefined;
  private readonly outputShare: number;
  private readonly longestAnswer: number | undefined;
  private measured: Measured[] = [];
  private stride = 1;
  private seen = 0;
  private characters = 0;
  private isOffered = false;

  constructor(kind?: BodyKind, { modelId, outputShare = OUTPUT_SHARE }: TokenSampleOptions = {}) {
    const foundationModelId = modelId && (findProfile(modelId)?.modelId ?? modelId);
    const entry = foundationModelId === undefined ? undefined : findModel(foundationModelId);
    this.family = kind === undefined || kind === 'converse' ? entry?.family : kind;
    this.modelId = modelId;
    this.outputShare = outputShare;
    this.longestAnswer = entry?.body?.maxOutputTokens;
  }

  /** To be asked once for each record: whether it belongs to the sample. If not there is no need to parse it. */
  public next(): boolean {
    this.isOffered = this.seen % this.stride === 0;
    this.seen += 1;
    return this.isOffered;
  }

  /** Counts the record that `next` was asked about; without `next`, the next record, which is passed over if it is not wanted. */
  public add(modelInput: object): void {
    if (!this.isOffered && !this.next()) return;
    this.isOffered = false;
    this.measured.push(this.measure(modelInput));
    const isLong = this.characters >= MAX_CHARACTERS && this.measured.length >= ENOUGH_RECORDS;
    if (isLong || this.measured.length >= MAX_RECORDS) this.thin();
  }

  /** The estimate for a job. @param records how many it has, if not those that were seen */
  public total(records: number = this.seen): TokenEstimate {
    const { measured } = this;
    const scale = measured.length === 0 ? 0 : records / measured.length;
    const counting = this.countingError();
    const input = estimateTotal(measured, records, (one) => one.input);
    const maxOutput = estimateTotal(measured, records, (one) => one.maxOutput);
    const uncountedMedia = Math.round(scale * sum(measured, (one) => one.uncountedMedia));
    const withoutMaximum = Math.round(scale * sum(measured, (one) => Number(one.hasNoMaximum)));
    const isBounded = input.sampling !== undefined && uncountedMedia === 0;
    const inputAtMost = input.total * (1 + counting + (input.sampling ?? 0));
    const outputAtMost = maxOutput.total * (1 + (maxOutput.sampling ?? Number.NaN));
    return {
      records,
      sampledRecords: measured.length,
      input: { expected: Math.round(input.total), ...(isBounded && { atMost: Math.ceil(inputAtMost) }) },
      output: {
        expected: Math.round(scale * sum(measured, (one) => one.expectedOutput)),
        ...(!Number.isNaN(outputAtMost) && { atMost: Math.ceil(outputAtMost) }),
      },
      error: { counting, ...(input.sampling !== undefined && { sampling: input.sampling }) },
      uncountedMedia,
      notes: this.notes(counting, uncountedMedia, withoutMaximum),
    };
  }

  private measure(modelInput: object): Measured {
    const { texts, images, otherMedia, messages, maxTokens } = toPromptParts(modelInput);
    const weights = tokenWeights(this.family, this.modelId);
    let input = messages * MESSAGE_TOKENS;
    let rareScript = 0;
    for (const text of texts) {
      const count = countTokens(text, weights);
      input += count.tokens;
      rareScript += count.rareScript;
      this.characters += text.length;
    }
    let uncountedMedia = otherMedia;
    for (const { base64 } of images) {
      const tokens = findImageTokens(this.family, this.modelId, base64);
      if (tokens === undefined) uncountedMedia += 1;
      else input += tokens;
    }
    return { index: this.seen - 1, input, rareScript, uncountedMedia, ...this.measureOutput(maxTokens) };
  }

  private measureOutput(given: number | undefined): Pick<Measured, 'expectedOutput' | 'maxOutput' | 'hasNoMaximum'> {
    if (isEmbeddingFamily(this.family)) return { expectedOutput: 0, maxOutput: 0, hasNoMaximum: false };
    const { longestAnswer = Number.POSITIVE_INFINITY, outputShare } = this;
    const stated = given ?? (this.family === 'meta-llama' ? LLAMA_MAX_TOKENS : undefined);
    const bound = Math.min(stated ?? Number.POSITIVE_INFINITY, longestAnswer);
    return {
      // A model's longest answer says nothing about its usual one.
      expectedOutput: outputShare * Math.min(stated ?? LLAMA_MAX_TOKENS, longestAnswer),
      maxOutput: Number.isFinite(bound) ? bound : Number.NaN,
      hasNoMaximum: given === undefined,
    };
  }

  private countingError(): number {
    const { error } = tokenWeights(this.family, this.modelId);
    const input = sum(this.measured, (one) => one.input);
    const rareShare = input === 0 ? 0 : sum(this.measured, (one) => one.rareScript) / input;
    return error + rareShare * (RARE_SCRIPT_ERROR - error);
  }

  /** Keeps every second record of the sample, which are just those that twice the stride would have taken. */
  private thin(): void {
    this.stride *= 2;
    this.characters = 0;
    this.measured = this.measured.filter(({ index }) => index % this.stride === 0);
  }

  private notes(counting: number, uncountedMedia: number, withoutMaximum: number): string[] {
    const notes = [`tokens are counted by kinds of characters, which is right to about ${percent(counting)}`];
    if (!isEmbeddingFamily(this.family)) {
      notes.push(`answers are taken to use ${percent(this.outputShare)} of the length that their records allow`);
    }
    if (withoutMaximum > 0) {
      notes.push(`records that do not limit their answer: ${withoutMaximum}; ${LLAMA_MAX_TOKENS} tokens are assumed`);
    }
    if (uncountedMedia > 0) {
      const why = 'no source says what they cost, or their size is not known';
      notes.push(`images and other media that are not counted: ${uncountedMedia}; ${why}`);
    }
    return notes;
  }
}

interface Total {
  readonly total: number;
  readonly sampling?: number;
}

/**
 * Mean of the sample times the records, and the standard error of that, smaller as the sample comes near the whole (finite
 * population correction). Every n-th record is treated as drawn at random: right unless the file itself has a rhythm.
 */
function estimateTotal(measured: readonly Measured[], records: number, value: (one: Measured) => number): Total {
  const count = measured.length;
  if (count === 0) return records === 0 ? { total: 0, sampling: 0 } : { total: 0 };
  const mean = sum(measured, value) / count;
  if (count >= records) return { total: mean * records, sampling: 0 };
  if (count === 1) return { total: mean * records };
  const variance = sum(measured, (one) => (value(one) - mean) ** 2) / (count - 1);
  const standardError = Math.sqrt((variance / count) * (1 - count / records));
  return { total: mean * records, sampling: mean === 0 ? 0 : (Z_95 * standardError) / mean };
}

function sum(measured: readonly Measured[], value: (one: Measured) => number): number {
  let total = 0;
  for (const one of measured) total += value(one);
  return total;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

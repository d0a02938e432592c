import { BatchInferenceError } from '../../core/batch-inference-error';
import type { Issue } from '../../core/issue';
import type { BodyModel, BodyRequest, ImageSource, InferenceParameters } from '../body-format';
import { isLongestAnswerDisputed } from './parameters';
import { excerpt, type Range } from './shape';

/** What a family takes of a request. What is left out it does not take. */
export interface Takes {
  /** The format in messages: "Titan Text Embeddings". */
  readonly name: string;
  readonly systemPrompt?: boolean;
  readonly images?: 'base64' | 'base64 or S3';
  readonly maxImages?: number;
  readonly maxTokens?: Range;
  readonly temperature?: Range;
  readonly topP?: Range;
  /** How many there may be. */
  readonly stopSequences?: Range;
}

type Parameter = Exclude<keyof InferenceParameters, 'additionalFields'>;

const PARAMETERS: readonly Parameter[] = ['maxTokens', 'temperature', 'topP', 'stopSequences'];

/**
 * Says in one error everything of a request that the family or the model does not take.
 *
 * @throws BatchInferenceError
 */
export function requireTaken(request: BodyRequest, model: BodyModel, takes: Takes): void {
  const issues = [
    ...checkSystemPrompt(request, takes),
    ...checkImages(request.images ?? [], model, takes),
    ...checkParameters(request.parameters ?? {}, model, takes),
  ];
  if (issues.length > 0) throw new BatchInferenceError(issues);
}

/** Stops a build where one thing is wrong. */
export function refuse(code: string, input: string, message: string): never {
  throw new BatchInferenceError([{ code, input, message }]);
}

/** Text of the system prompt, unless it says nothing: no family takes an empty one. */
export function findSystemPrompt({ systemPrompt }: BodyRequest): string | undefined {
  return systemPrompt === '' ? undefined : systemPrompt;
}

function checkSystemPrompt(request: BodyRequest, { name, systemPrompt = false }: Takes): Issue[] {
  if (systemPrompt || findSystemPrompt(request) === undefined) return [];
  const message = `must not be given: ${name} takes none; put what it says into the prompt`;
  return [{ code: 'SystemPromptNotSupported', input: 'systemPrompt', message }];
}

function checkImages(given: readonly ImageSource[], model: BodyModel, takes: Takes): Issue[] {
  const { name, images, maxImages = Number.POSITIVE_INFINITY } = takes;
  if (given.length === 0) return [];
  if (images === undefined || model.limits?.images === false) {
    const who = images === undefined ? name : (model.modelId ?? 'the model');
    return [{ code: 'ImagesNotSupported', input: 'images', message: `must not be given: ${who} takes text only` }];
  }
  if (given.length > maxImages) {
    const message = `must be at most ${maxImages} for ${name}, got ${given.length}`;
    return [{ code: 'TooManyImages', input: 'images', message }];
  }
  return given.flatMap((image, index) => checkImage(image, `images[${index}]`, takes));
}

function checkImage({ base64, s3Uri }: ImageSource, input: string, { name, images }: Takes): Issue[] {
  if ((base64 === undefined) === (s3Uri === undefined)) {
    const got = base64 === undefined ? 'neither' : 'both';
    return [{ code: 'ImageWithoutSource', input, message: `must give either base64 or s3Uri, got ${got}` }];
  }
  if (s3Uri !== undefined && images === 'base64') {
    const message = `must give the image as base64: ${name} takes none from S3`;
    return [{ code: 'ImagesFromS3NotSupported', input, message }];
  }
  return [];
}

function checkParameters(
  given: InferenceParameters,
  { modelId = 'the model', limits }: BodyModel,
  takes: Takes,
): Issue[] {
  const issues: Issue[] = [];
  const add = (code: string, name: string, message: string) =>
    issues.push({ code, input: `parameters.${name}`, message });

  for (const name of Object.keys(given)) {
    if (name === 'additionalFields' || PARAMETERS.includes(name as Parameter)) continue;
    const message = `is not a parameter; known are ${PARAMETERS.join(', ')}, and other members of the body go to additionalFields`;
    add('UnknownParameter', name, message);
  }
  const set = PARAMETERS.filter((name) => given[name] !== undefined);
  for (const name of set) {
    const range = takes[name];
    const value = given[name];
    if (range === undefined) {
      add('ParameterNotSupported', name, `must not be given: ${takes.name} takes none`);
    } else if (limits?.refusedParameters?.includes(name)) {
      add('ParameterNotSupported', name, `must not be given: ${modelId} refuses it`);
    } else {
      const message = name === 'stopSequences' ? checkTexts(value, range) : checkNumber(value, range, name);
      if (message !== undefined) add('ParameterOutOfRange', name, message);
    }
  }
  const { maxTokens } = given;
  const longest = isLongestAnswerDisputed(modelId) ? undefined : limits?.maxOutputTokens;
  if (longest !== undefined && maxTokens !== undefined && maxTokens > longest) {
    const message = `must be at most ${longest}, the most that ${modelId} answers, got ${maxTokens}`;
    add('ParameterOutOfRange', 'maxTokens', message);
  }
  for (const group of limits?.exclusiveParameters ?? []) {
    const [first, ...others] = set.filter((name) => group.includes(name));
    for (const name of others) {
      add('ParametersExclusive', name, `must not be given together with ${first}: ${modelId} takes one of them`);
    }
  }
  return issues;
}

function checkNumber(value: unknown, { min, max }: Range, name: Parameter): string | undefined {
  const whole = name === 'maxTokens';
  const allowed = `a ${whole ? 'whole ' : ''}number from ${min}${max === undefined ? '' : ` to ${max}`}`;
  const fits = typeof value === 'number' && value >= min && value <= (max ?? Number.MAX_SAFE_INTEGER);
  return fits && (!whole || Number.isInteger(value)) ? undefined : `must be ${allowed}, got ${excerpt(value)}`;
}

function checkTexts(value: unknown, { max = Number.POSITIVE_INFINITY }: Range): string | undefined {
  if (!Array.isArray(value)) return `must be a list of texts, got ${excerpt(value)}`;
  const odd = value.find((item) => typeof item !== 'string' || item === '');
  if (odd !== undefined) return `must be texts that are not empty, got ${excerpt(odd)}`;
  return value.length > max ? `must be at most ${max}, got ${value.length}` : undefined;
}

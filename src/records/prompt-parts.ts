import { isObject } from './record';

/** What a body of any family holds that is paid for as input, and how long its answer may be. */
export interface PromptParts {
  readonly texts: readonly string[];
  readonly images: readonly PromptImage[];
  /** Videos, sounds and documents. */
  readonly otherMedia: number;
  readonly messages: number;
  /** Most tokens of the answer; undefined where the body does not say. */
  readonly maxTokens?: number;
}

export interface PromptImage {
  /** Absent where the image is in S3. */
  readonly base64?: string;
}

interface Found {
  readonly texts: string[];
  readonly images: PromptImage[];
  otherMedia: number;
}

/** Members of the bodies of all families that hold text, or blocks of it. */
const SAID = ['prompt', 'inputText', 'system'];
/** Text as well, as JSON: batch inference refuses them, but they would be paid for. */
const DESCRIBED = ['tools', 'toolConfig', 'tool_config'];
const MOVING = ['video', 'audio', 'document', 'input_audio', 'audio_url', 'video_url', 'file'];

/** Takes a body apart. Bodies are told by their members, not by their family. Never throws, whatever the object holds. */
export function toPromptParts(modelInput: object): PromptParts {
  const body = modelInput as Readonly<Record<string, unknown>>;
  const found: Found = { texts: [], images: [], otherMedia: 0 };
  for (const member of SAID) addContent(body[member], found);
  for (const member of DESCRIBED) addStrings(body[member], found);
  const messages = Array.isArray(body.messages) ? body.messages : [];
  for (const message of messages) addContent(isObject(message) ? message.content : message, found);
  if (typeof body.inputImage === 'string') found.images.push({ base64: body.inputImage });
  if (Array.isArray(body.images)) {
    for (const image of body.images) found.images.push(typeof image === 'string' ? { base64: image } : {});
  }
  addEmbedded(body.singleEmbeddingParams, found);
  return { ...found, messages: messages.length, maxTokens: findMaxTokens(body) };
}

function addContent(content: unknown, found: Found): void {
  if (typeof content === 'string') found.texts.push(content);
  else if (Array.isArray(content)) for (const block of content) addBlock(block, found);
  else if (isObject(content)) addBlock(content, found);
}

function addBlock(block: unknown, found: Found): void {
  if (typeof block === 'string') found.texts.push(block);
  if (!isObject(block)) return;
  const { type, text } = block;
  if (typeof text === 'string') found.texts.push(text);
  else if (type === 'image' || isObject(block.image) || block.image_url !== undefined) addImage(block, found);
  else if (MOVING.some((kind) => type === kind || block[kind] !== undefined)) found.otherMedia += 1;
  else addStrings(block, found);
}

/** Of Anthropic (`source.data`), Nova and Converse (`image.source.bytes`), chat completions (`image_url.url`). */
function addImage(block: Readonly<Record<string, unknown>>, found: Found): void {
  const source = member(isObject(block.image) ? block.image : block, 'source');
  const address = typeof block.image_url === 'string' ? block.image_url : member(block.image_url, 'url');
  const base64 = [member(source, 'data'), member(source, 'bytes'), address].find((value) => typeof value === 'string');
  found.images.push(typeof base64 === 'string' ? { base64 } : {});
}

/** Nova Multimodal Embeddings. */
function addEmbedded(params: unknown, found: Found): void {
  const value = member(member(params, 'text'), 'value');
  if (typeof value === 'string') found.texts.push(value);
  if (isObject(member(params, 'image'))) addImage(params as Readonly<Record<string, unknown>>, found);
  found.otherMedia += MOVING.filter((kind) => isObject(member(params, kind))).length;
}

/** Every text in a value, names of members too. A loop and not a recursion: a record may be nested deeper than the stack is. */
function addStrings(value: unknown, found: Found): void {
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === 'string') found.texts.push(next);
    else if (typeof next === 'number' || typeof next === 'boolean') found.texts.push(String(next));
    else if (Array.isArray(next)) for (const item of next) left.push(item);
    else if (isObject(next)) for (const [name, item] of Object.entries(next)) left.push(name, item);
  }
}

function findMaxTokens(body: Readonly<Record<string, unknown>>): number | undefined {
  const { inferenceConfig } = body;
  const given = [
    body.max_tokens,
    body.max_completion_tokens,
    body.max_gen_len,
    member(inferenceConfig, 'maxTokens'),
    member(inferenceConfig, 'max_new_tokens'),
  ];
  return given.find((value): value is number => typeof value === 'number' && value > 0);
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

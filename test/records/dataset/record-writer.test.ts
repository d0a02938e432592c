import fc from 'fast-check';
import { bodyFormat } from '../../../src/records/bodies';
import type { BodyFormat, BodyKind, BodyModel } from '../../../src/records/body-format';
import { toByteText } from '../../../src/records/dataset/byte-text';
import { JsonSink } from '../../../src/records/dataset/json-sink';
import { buildBody, fillTemplate, type RecordShape, toRecordWriter } from '../../../src/records/dataset/record-writer';
import { TextValues } from '../../../src/records/dataset/row-values';
import { parseTemplate } from '../../../src/records/dataset/template';
import { fakeFormat } from './fake-format';
import { anyText } from './tables';

const shapeOf = (template: string, rest: Omit<RecordShape, 'template'> = {}): RecordShape => ({
  template: parseTemplate(template).template,
  ...rest,
});

/** The line that a writer makes, and how often it built a body for it. */
function writeLine(
  format: BodyFormat,
  shape: RecordShape,
  id: string,
  texts: readonly string[],
  model: BodyModel = {},
) {
  const build = jest.spyOn(format, 'build');
  const slots = shape.template.columns.map((_, index) => index);
  const writer = toRecordWriter(format, model, shape, slots);
  const before = build.mock.calls.length;
  const values = new TextValues();
  values.texts = texts.map(toByteText);
  const sink = new JsonSink();
  writer.write(sink, toByteText(id), values);
  const built = build.mock.calls.length - before;
  build.mockRestore();
  return { line: Buffer.from(sink.take()).toString('utf8'), built };
}

describe('the record of a row', () => {
  test('is its id and the body of its prompt, in a line', () => {
    const shape = shapeOf('{{a}} is {{b}}', { systemPrompt: 'Be brief', parameters: { maxTokens: 5 } });
    expect(writeLine(fakeFormat(), shape, 'r"1', ['é\n', '😀']).line).toBe(
      '{"recordId":"r\\"1","modelInput":{"system":"Be brief","text":"é\\n is 😀","parameters":{"maxTokens":5}}}\n',
    );
  });

  test('is put together from pieces, without building a body', () => {
    expect(writeLine(fakeFormat(), shapeOf('<{{a}}>'), 'id', ['x']).built).toBe(0);
  });

  test.each<[string, (prompt: string) => string]>([
    ['trims prompts', (prompt) => prompt.trim()],
    ['takes tags out of prompts', (prompt) => prompt.replaceAll('<|eot_id|>', '')],
    ['escapes prompts once more', (prompt) => JSON.stringify({ prompt })],
    ['reads prompts in upper case', (prompt) => prompt.toUpperCase()],
    ['cuts prompts', (prompt) => prompt.slice(0, 10)],
  ])('is built whole by a format that %s', (_, change) => {
    const shape = shapeOf('{{a}}{{b}}{{c}}');
    const texts = [' <|eot_id|>', '"\n', 'é '];
    const { line, built } = writeLine(fakeFormat(change), shape, 'id', texts);
    expect(built).toBe(1);
    expect(JSON.parse(line)).toEqual({ recordId: 'id', modelInput: { text: change(texts.join('')) } });
  });

  test('can have its prompt twice, and a column twice', () => {
    const format = fakeFormat();
    const twice: BodyFormat = { ...format, build: ({ prompt }) => ({ one: prompt, two: [prompt] }) };
    const { line, built } = writeLine(twice, shapeOf('{{a}} {{a}}'), 'id', ['x', 'x']);
    expect(JSON.parse(line).modelInput).toEqual({ one: 'x x', two: ['x x'] });
    expect(built).toBe(0);
  });

  test('may hold the text that marks its gaps', () => {
    const shape = shapeOf('cdkBedrockBatchMark0. {{a}}', { systemPrompt: 'cdkBedrockBatchMarkX-1.' });
    const { line } = writeLine(fakeFormat(), shape, 'cdkBedrockBatchMark', ['cdkBedrockBatchMark1.']);
    expect(JSON.parse(line)).toEqual({
      recordId: 'cdkBedrockBatchMark',
      modelInput: { system: 'cdkBedrockBatchMarkX-1.', text: 'cdkBedrockBatchMark0. cdkBedrockBatchMark1.' },
    });
  });

  test('can do without columns', () => {
    expect(JSON.parse(writeLine(fakeFormat(), shapeOf('Hello'), 'id', []).line).modelInput.text).toBe('Hello');
  });
});

describe.each<[BodyKind, BodyModel]>([
  ['anthropic-messages', {}],
  ['amazon-nova', {}],
  ['amazon-nova-embeddings', {}],
  ['amazon-titan-embed-text', {}],
  ['amazon-titan-embed-image', {}],
  ['meta-llama', { modelId: 'meta.llama3-1-8b-instruct-v1:0' }],
  ['meta-llama', { modelId: 'meta.llama4-scout-17b-instruct-v1:0' }],
  ['mistral-text', {}],
  ['chat-completions', {}],
  ['converse', {}],
])('the record for %s %o', (kind, model) => {
  test('is what JSON.stringify makes of the body that the format builds', () => {
    const format = bodyFormat(kind);
    fc.assert(
      fc.property(anyText, anyText, anyText, (a, b, recordId) => {
        const shape = shapeOf('{{a}} and {{b}}');
        const modelInput = buildBody(format, model, shape, fillTemplate(shape.template, [a, b]));
        expect(writeLine(format, shape, recordId, [a, b], model).line).toBe(
          `${JSON.stringify({ recordId, modelInput })}\n`,
        );
      }),
      { numRuns: 30 },
    );
  });

  test('is put together from pieces', () => {
    expect(writeLine(bodyFormat(kind), shapeOf('{{a}}'), 'id', ['x'], model).built).toBe(0);
  });
});

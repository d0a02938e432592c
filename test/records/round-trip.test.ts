import { CreateModelInvocationJobCommand } from '@aws-sdk/client-bedrock';
import * as fc from 'fast-check';
import {
  type BodyKind,
  bodyFormat,
  checkRecords,
  findAnswer,
  type InputRecord,
  joinResults,
  readRecord,
  readResult,
} from '../../src/records';
import { EmulatedAccount, jobRequest } from '../emulator/emulated-account';

/** A model of each body, and Converse. */
const MODELS: readonly [BodyKind, string][] = [
  ['anthropic-messages', 'us.anthropic.claude-sonnet-4-6'],
  ['amazon-nova', 'amazon.nova-lite-v1:0'],
  ['amazon-nova-embeddings', 'amazon.nova-2-multimodal-embeddings-v1:0'],
  ['amazon-titan-embed-text', 'amazon.titan-embed-text-v2:0'],
  ['amazon-titan-embed-image', 'amazon.titan-embed-image-v1'],
  ['meta-llama', 'us.meta.llama3-3-70b-instruct-v1:0'],
  ['mistral-text', 'mistral.mistral-small-2402-v1:0'],
  ['chat-completions', 'openai.gpt-oss-120b-1:0'],
  ['converse', 'us.anthropic.claude-sonnet-4-6'],
];

const RUNS = 25;

/** Any text that a file can hold, and none that a body refuses for being empty. */
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((one) => one.trim() !== '');
const records = fc.uniqueArray(fc.record({ recordId: text, prompt: text }), {
  selector: ({ recordId }) => recordId,
  minLength: 1,
  maxLength: 30,
});

let account: EmulatedAccount;
beforeAll(async () => {
  account = await EmulatedAccount.start({ models: undefined, minRecords: 1 });
});
afterAll(() => account.stop());

/** Sends lines through a job, and gives back the lines of its results. */
async function runJob(lines: readonly string[], kind: BodyKind, modelId: string): Promise<string[]> {
  const { emulator, bedrock } = account;
  emulator.s3.put('input-bucket', 'in/records.jsonl', lines.join('\n'));
  const request = jobRequest({
    modelId,
    jobName: `round-trip-${emulator.listJobs().length}`,
    clientRequestToken: undefined,
    modelInvocationType: kind === 'converse' ? 'Converse' : 'InvokeModel',
    inputDataConfig: { s3InputDataConfig: { s3Uri: 's3://input-bucket/in/records.jsonl' } },
    outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://output-bucket/out/' } },
  });
  const { jobArn } = await bedrock.send(new CreateModelInvocationJobCommand(request));
  const job = await emulator.finish(jobArn as string);
  expect(job.status).toBe('Completed');
  const key = `out/${job.arn.split('/')[1]}/records.jsonl.out`;
  return emulator.s3.get('output-bucket', key).toString().trimEnd().split('\n');
}

describe.each(MODELS)('records for %s', (kind, modelId) => {
  test('are built, written, checked, answered, read and joined: every id comes back once, with an answer', async () => {
    const format = bodyFormat(kind);
    const property = fc.asyncProperty(records, async (wanted) => {
      const input: InputRecord[] = wanted.map(({ recordId, prompt }) => ({
        recordId,
        modelInput: format.build({ prompt }, { modelId }),
      }));
      const lines = input.map((record) => JSON.stringify(record));
      expect(checkRecords(lines, { minRecords: 1 }, { format, model: { modelId } })).toEqual([]);
      expect(lines.map((line) => readRecord(line).record)).toEqual(input);
      const results = (await runJob(lines, kind, modelId)).flatMap((line) => readResult(line).result ?? []);
      const outcomes = [...joinResults(input, results, kind)];
      expect(outcomes.map(({ recordId }) => recordId)).toEqual(wanted.map(({ recordId }) => recordId));
      for (const outcome of outcomes) {
        if (outcome.status !== 'succeeded') throw new Error(`${outcome.recordId} is ${outcome.status}`);
        const { text: answer, embeddings } = findAnswer(outcome.modelOutput, kind) ?? {};
        expect(answer ?? embeddings).toBeDefined();
      }
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});

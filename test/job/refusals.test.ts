import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, App, Aws, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Annotations as Found, Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { BatchModel, InvocationType, JobInput, ModelRouting } from '../../src';
import { BatchInferenceError } from '../../src/core/batch-inference-error';
import { makeJob, makeRecords, makeStack, refusalOf, US_EAST_1 } from './synth-job';

const folder = mkdtempSync(join(tmpdir(), 'refusals-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('a wrong prop is refused before the first resource', () => {
  test.each([23, 169])('timeout of %p hours', (hours) => {
    expect(refusalOf({ timeout: Duration.hours(hours) })).toMatchObject([
      { code: 'TimeoutOutOfRange', input: 'timeout' },
    ]);
  });

  test('timeout of 24.5 hours', () => {
    expect(refusalOf({ timeout: Duration.hours(24.5) })).toMatchObject([{ code: 'TimeoutNotWholeHours' }]);
  });

  test('illegal job name', () => {
    expect(refusalOf({ jobName: 'my job' })).toMatchObject([{ code: 'IllegalJobName', input: 'jobName' }]);
  });

  test('output prefix without trailing slash', () => {
    expect(refusalOf({ outputPrefix: 'results' })).toMatchObject([
      { code: 'PrefixWithoutSlash', input: 'outputPrefix' },
    ]);
  });

  test('timeout whose amount is a token in another unit than hours', () => {
    const timeout = Duration.minutes(Token.asNumber({ Ref: 'Minutes' }));
    expect(refusalOf({ timeout })).toMatchObject([{ code: 'TimeoutNotInHours', input: 'timeout' }]);
  });

  test('several mistakes are told at once', () => {
    const issues = refusalOf({ timeout: Duration.hours(23), jobName: 'my job', runKey: '' });
    expect(issues.map(({ code }) => code)).toEqual(['TimeoutOutOfRange', 'IllegalJobName', 'EmptyRunKey']);
  });

  test('Converse for a model that makes embeddings', () => {
    const props = { model: BatchModel.AMAZON_TITAN_TEXT_EMBEDDINGS_V2, invocationType: InvocationType.CONVERSE };
    expect(refusalOf(props)).toMatchObject([{ code: 'ConverseNotSupported' }]);
  });

  test('the message says where, what is allowed, what came, and the code', () => {
    expect(() => makeJob(makeStack(), { timeout: Duration.hours(23) })).toThrow(
      'Books/Chapters: timeout must be 24 to 168 whole hours, got 23 hours [TimeoutOutOfRange]',
    );
  });

  test('the error is known across two copies of the package', () => {
    let caught: unknown;
    try {
      makeJob(makeStack(), { timeout: Duration.hours(23) });
    } catch (error) {
      caught = error;
    }
    expect(BatchInferenceError.is(caught)).toBe(true);
    expect(BatchInferenceError.is(new Error('other'))).toBe(false);
  });

  test('what is known only at deployment is not judged', () => {
    const stack = makeStack();
    makeJob(stack, {
      timeout: Duration.hours(Token.asNumber({ Ref: 'Hours' })),
      jobName: Lazy.string({ produce: () => 'not legal' }),
      runKey: Lazy.string({ produce: () => '' }),
      outputPrefix: Lazy.string({ produce: () => 'no-slash' }),
    });
    Template.fromStack(stack).resourceCountIs('Custom::BedrockBatchInferenceJob', 1);
  });
});

describe('wrong input is refused before the first resource', () => {
  const bucketInput = (make: (bucket: ReturnType<typeof Bucket.fromBucketName>) => JobInput) => {
    const stack = makeStack();
    return refusalOf({ input: make(Bucket.fromBucketName(stack, 'Mine', 'my-bucket')) }, stack);
  };

  test('missing file', () => {
    const [issue] = refusalOf({ input: JobInput.fromFile(join(folder, 'nowhere.jsonl')) });
    expect(issue).toMatchObject({ code: 'FileNotFound', input: 'input' });
    expect(issue.message).toContain('nowhere.jsonl');
  });

  test('a directory', () => {
    expect(refusalOf({ input: JobInput.fromFile(folder) })).toMatchObject([{ code: 'NotAFile' }]);
  });

  test('empty file', () => {
    expect(refusalOf({ input: JobInput.fromFile(file('empty.jsonl', '')) })).toMatchObject([{ code: 'EmptyInput' }]);
  });

  test('a file that is not JSON Lines', () => {
    expect(refusalOf({ input: JobInput.fromFile(file('table.csv', 'a,b')) })).toMatchObject([{ code: 'NotJsonLines' }]);
  });

  test('99 records', () => {
    const [issue] = refusalOf({ input: JobInput.fromRecords(makeRecords(99)) });
    expect(issue.code).toBe('TooFewRecords');
    expect(issue.message).toContain('at least 100');
    expect(issue.message).toContain('got 99');
  });

  test('no records at all', () => {
    expect(refusalOf({ input: JobInput.fromRecords([]) })).toMatchObject([{ code: 'EmptyInput' }]);
  });

  test('more records than the quota of the model', () => {
    const line = `${JSON.stringify({ ...makeRecords()[0], recordId: undefined })}\n`;
    const input = JobInput.fromFile(file('many.jsonl', line.repeat(100_001)));
    expect(refusalOf({ input })).toMatchObject([{ code: 'TooManyRecords' }]);
  });

  test('a line that is no record', () => {
    const input = JobInput.fromRecords([...makeRecords(100), { prompt: 'no body' }]);
    expect(refusalOf({ input })).toMatchObject([
      { code: 'MalformedRecord', message: expect.stringContaining('line 101') },
    ]);
  });

  test('records that cannot be written as JSON at synth', () => {
    const circular: Record<string, unknown> = { modelInput: {} };
    circular.self = circular;
    const records = [
      ...makeRecords(100),
      circular,
      { modelInput: { big: 1n } },
      { modelInput: { uri: Aws.STACK_NAME } },
      undefined,
    ];
    const [issue] = refusalOf({ input: JobInput.fromRecords(records) });
    expect(issue.code).toBe('MalformedRecord');
    for (const problem of ['record 101 is no JSON', 'record 102 is no JSON', 'record 103 holds a token']) {
      expect(issue.message).toContain(problem);
    }
  });

  test('an input of the user that does not say where its records are', () => {
    class Nowhere extends JobInput {
      public bind() {
        return {};
      }
    }
    expect(refusalOf({ input: new Nowhere() })).toMatchObject([{ code: 'InputWithoutPlace' }]);
  });

  test('prefix without trailing slash', () => {
    expect(bucketInput((bucket) => JobInput.fromBucketPrefix(bucket, 'records'))).toMatchObject([
      { code: 'PrefixWithoutSlash', input: 'input' },
    ]);
  });

  test('key with characters that the service refuses', () => {
    expect(bucketInput((bucket) => JobInput.fromBucket(bucket, 'my records.jsonl'))).toMatchObject([
      { code: 'IllegalKey' },
    ]);
  });

  test('input and output that overlap', () => {
    const stack = makeStack();
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'my-bucket');
    const props = {
      input: JobInput.fromBucketPrefix(bucket, 'data/'),
      outputBucket: bucket,
      outputPrefix: 'data/results/',
    };
    expect(refusalOf(props, stack)).toMatchObject([{ code: 'InputOutputOverlap', input: 'outputPrefix' }]);
  });

  test('staged records below the output prefix of the same bucket', () => {
    const stack = makeStack();
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'my-bucket');
    expect(refusalOf({ inputBucket: bucket, outputBucket: bucket }, stack)).toMatchObject([
      { code: 'InputOutputOverlap' },
    ]);
  });

  test('a bucket for staging that nothing is staged to', () => {
    const stack = makeStack();
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'my-bucket');
    const props = { input: JobInput.fromBucket(bucket, 'a.jsonl'), inputBucket: bucket };
    expect(refusalOf(props, stack)).toMatchObject([{ code: 'UnusedInputBucket', input: 'inputBucket' }]);
  });
});

describe('a wrong model is refused before the first resource', () => {
  const inRegion = (region: string) => makeStack({ env: { account: '111122223333', region } });

  test('a pair that batch does not serve, naming the Regions and the profile that would work', () => {
    const [issue] = refusalOf({ routing: ModelRouting.IN_REGION });
    expect(issue).toMatchObject({ code: 'ModelNotInRegion', input: 'model' });
    expect(issue.message).toContain('in-Region in eu-west-2');
    expect(issue.message).toContain('us.anthropic.claude-sonnet-4-6');
  });

  test('a Region that batch does not serve at all', () => {
    const [issue] = refusalOf({ model: BatchModel.META_LLAMA_3_3_70B_INSTRUCT }, inRegion('eu-central-1'));
    expect(issue.code).toBe('ModelNotInRegion');
    expect(issue.message).toContain('us-east-2');
    expect(issue.message).toContain("{ regions: ['eu-central-1'] }");
  });

  test('a model past its end of life, with the date and a successor', () => {
    const [issue] = refusalOf({ model: BatchModel.ANTHROPIC_CLAUDE_3_HAIKU });
    expect(issue).toMatchObject({ code: 'ModelEndOfLife', input: 'model' });
    expect(issue.message).toContain('2026-09-10');
    expect(issue.message).toContain('Claude Haiku 4.5');
  });

  test('a typing error, with the name that was meant', () => {
    expect(() => BatchModel.of('anthropic.claude-sonet-4-6')).toThrow(
      /did you mean "anthropic\.claude-sonnet-4-6".*\[UnknownModel\]/,
    );
  });

  test.each([
    ['nonsense', 'MalformedModelId'],
    ['us.anthropic.claude-sonnet-4-6', 'ProfileNotModel'],
    ['arn:aws:bedrock:us-east-1:111122223333:custom-model/a.b/c', 'MalformedModelId'],
  ])('%s', (modelId, code) => {
    expect(() => BatchModel.of(modelId)).toThrow(code);
  });

  test('a model or profile id, or a Region, that is a token', () => {
    expect(() => BatchModel.of(Aws.STACK_NAME)).toThrow('UnresolvedModelId');
    expect(() => BatchModel.fromInferenceProfile(Aws.STACK_NAME)).toThrow('UnresolvedModelId');
    expect(() => BatchModel.of('acme.new-model', { regions: [Aws.REGION] })).toThrow('UnresolvedModelId');
  });

  test('no Region in `regions`', () => {
    expect(() => BatchModel.of('acme.new-model', { regions: [] })).toThrow('MalformedRegion');
    expect(() => BatchModel.of('acme.new-model', { regions: ['Virginia'] })).toThrow('"Virginia"');
  });
});

describe('what cannot be known is warned of, and goes on', () => {
  const warnings = (stack: Stack) => Found.fromStack(stack).findWarning('*', Match.anyValue());

  test('for a model that the catalog has never heard of', () => {
    const stack = makeStack();
    makeJob(stack, { model: BatchModel.of('acme.brand-new-model-v1:0') });
    expect(warnings(stack)).toHaveLength(1);
    expect(JSON.stringify(warnings(stack))).toContain('cdk-bedrock-batch:UnknownModel');
    Template.fromStack(stack).resourceCountIs('Custom::BedrockBatchInferenceJob', 1);
  });

  test('for a newer version of a known model', () => {
    const stack = makeStack();
    makeJob(stack, { model: BatchModel.of('anthropic.claude-sonnet-4-7') });
    expect(JSON.stringify(warnings(stack))).toContain('UnknownModel');
  });

  test('for a legacy model, judged by the day of the synth', () => {
    const stack = makeStack(US_EAST_1, { 'cdk-bedrock-batch:today': '2026-06-01' });
    makeJob(stack, { model: BatchModel.ANTHROPIC_CLAUDE_SONNET_4 });
    expect(JSON.stringify(warnings(stack))).toContain('cdk-bedrock-batch:LegacyModel');
  });

  test('and the warning can be acknowledged', () => {
    const stack = makeStack();
    const job = makeJob(stack, { model: BatchModel.of('acme.brand-new-model-v1:0') });
    Annotations.of(job).acknowledgeWarning('cdk-bedrock-batch:UnknownModel', 'checked by hand');
    expect(warnings(stack)).toEqual([]);
  });

  test('for a bucket in another Region than the stack', () => {
    const stack = makeStack();
    const bucket = Bucket.fromBucketAttributes(stack, 'Mine', { bucketName: 'my-bucket', region: 'eu-west-1' });
    makeJob(stack, { input: JobInput.fromBucket(bucket, 'a.jsonl') });
    expect(JSON.stringify(warnings(stack))).toContain('cdk-bedrock-batch:BucketInOtherRegion');
  });

  test('not for a live model', () => {
    const stack = makeStack();
    makeJob(stack);
    expect(warnings(stack)).toEqual([]);
  });

  test('a model past its end of life goes on where the user says that it is served', () => {
    const stack = makeStack();
    makeJob(stack, { model: BatchModel.of('anthropic.claude-3-haiku-20240307-v1:0', { regions: ['us-east-1'] }) });
    expect(JSON.stringify(warnings(stack))).toContain('cdk-bedrock-batch:ModelEndOfLife');
  });
});

describe('the day of the synth', () => {
  test('is refused when it is no day', () => {
    const stack = makeStack(US_EAST_1, { 'cdk-bedrock-batch:today': 'yesterday' });
    expect(refusalOf({}, stack)).toMatchObject([{ code: 'MalformedDay' }]);
  });

  test('is today when it is not given', () => {
    const stack = new Stack(new App(), 'Books', US_EAST_1);
    expect(() => makeJob(stack, { model: BatchModel.ANTHROPIC_CLAUDE_3_HAIKU })).toThrow('ModelEndOfLife');
  });
});

import { serviceError } from './fake-services';
import { ASSET, create, records, STAGED, Starter } from './starter';

let starter: Starter;
beforeEach(() => {
  starter = new Starter();
});

async function reasonFor(changes: Record<string, unknown> = {}): Promise<string> {
  const answer = await starter.send(create(changes));
  expect(starter.services.count('create')).toBe(0);
  expect(answer.Status).toBe('FAILED');
  return answer.Reason ?? '';
}

async function expectStarted(changes: Record<string, unknown> = {}): Promise<void> {
  expect((await starter.send(create(changes))).Status).toBe('SUCCESS');
  expect(starter.services.stored).toHaveLength(1);
}

const foundation = { modelId: 'amazon.nova-lite-v1:0' };
const custom = {
  modelId: 'arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan-embed-image-v1/abcdefabcdef',
};
const application = { modelId: 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefabcdef' };

describe('the model, before it costs anything', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['a foundation model', foundation, ['foundationModel', 'availability']],
    [
      'a foundation model by ARN',
      { modelId: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0' },
      ['foundationModel', 'availability'],
    ],
    ['an inference profile', {}, ['inferenceProfile', 'availability']],
    ['an application inference profile', application, ['inferenceProfile', 'availability']],
    ['a custom model', custom, ['customModel']],
  ])('is looked at as %s', async (_, changes, calls) => {
    await expectStarted(changes);
    expect(starter.services.calls.filter((call) => /model|availability|profile/i.test(call))).toEqual(calls);
  });

  test('is left alone, with a warning, where its kind is not known', async () => {
    await expectStarted({ modelId: 'my-model' });
    expect(starter.warnings).toEqual([expect.stringContaining('kind of model is not known')]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['foundationModel', foundation],
    ['inferenceProfile', {}],
    ['inferenceProfile', application],
    ['customModel', custom],
  ])('is refused where %s finds none (%j)', async (method, changes) => {
    starter.services.fail(method, serviceError('ResourceNotFoundException', 'no such thing', 404));
    expect(await reasonFor(changes)).toContain('[ModelNotInRegion]');
  });

  test('is refused where its identifier is invalid', async () => {
    starter.services.fail(
      'foundationModel',
      serviceError('ValidationException', 'The provided model identifier is invalid.'),
    );
    expect(await reasonFor(foundation)).toContain('[ModelNotInRegion]');
  });

  test.each(['AccessDeniedException', 'UnknownOperationException', 'InternalServerException', 'ValidationException'])(
    'is not looked at, with a warning, where that fails by %s',
    async (name) => {
      starter.services.fail('foundationModel', serviceError(name, 'no'));
      await expectStarted(foundation);
      expect(starter.warnings).toEqual([expect.stringContaining('could not be made')]);
    },
  );

  test('is not refused for an availability that is not known', async () => {
    starter.services.fail('availability', serviceError('ResourceNotFoundException', 'no such thing', 404));
    await expectStarted(foundation);
    expect(starter.warnings).toHaveLength(1);
  });

  test('warns, and goes on, for a legacy one', async () => {
    starter.services.model = { lifecycle: 'LEGACY', endOfLife: new Date('2026-12-24T00:00:00Z') };
    await expectStarted(foundation);
    expect(starter.warnings).toEqual([
      'model amazon.nova-lite-v1:0 is legacy, and ends on 2026-12-24; plan for its successor',
    ]);
  });

  test.each<[string, object]>([
    ['agreement', { agreement: 'NOT_AVAILABLE' }],
    ['entitlement', { entitlement: 'NOT_AVAILABLE' }],
  ])('is refused without %s, behind a profile too', async (_, gap) => {
    starter.services.access = { ...starter.services.access, ...gap };
    expect(await reasonFor(foundation)).toContain('[ModelAccessDenied]');
    expect(await reasonFor()).toContain('[ModelAccessDenied]');
  });

  test.each(['PENDING', 'ERROR'])('warns, and goes on, for an agreement in state %s', async (agreement) => {
    starter.services.access = { ...starter.services.access, agreement };
    await expectStarted();
    expect(starter.warnings).toHaveLength(1);
  });

  test('is not refused because the starter itself may not invoke it', async () => {
    starter.services.access = { ...starter.services.access, authorization: 'NOT_AUTHORIZED' };
    await expectStarted();
    expect(starter.warnings).toEqual([]);
  });

  test('is refused where it is not in this Region', async () => {
    starter.services.access = { ...starter.services.access, region: 'NOT_AVAILABLE' };
    expect(await reasonFor(foundation)).toContain('[ModelNotInRegion]');
  });

  test('may be in other Regions only, behind a profile', async () => {
    starter.services.access = { ...starter.services.access, region: 'NOT_AVAILABLE' };
    await expectStarted();
  });

  test('is refused as a profile that is not active', async () => {
    starter.services.profile = { status: 'CREATING', modelArns: [] };
    expect(await reasonFor()).toContain('is CREATING [ProfileNotActive]');
  });

  test('is refused as a custom model that is not active', async () => {
    starter.services.custom = { status: 'Failed' };
    expect(await reasonFor(custom)).toContain('is Failed [CustomModelNotActive]');
  });
});

describe('the input, before it costs anything', () => {
  const inPlace = { stagedFrom: undefined };
  const prefix = { stagedFrom: undefined, input: { bucket: 'in', prefix: 'day/' } };

  test('is enough with the minimum of records', async () => {
    starter.services.put(ASSET, records(100));
    await expectStarted();
  });

  test('is refused with one record too few, found and needed named', async () => {
    starter.services.put(ASSET, records(99));
    expect(await reasonFor()).toContain(
      `must hold at least 100 records (the service's minimum for a job), found 99 at ${STAGED}`,
    );
  });

  test('does not count blank lines', async () => {
    starter.services.put(ASSET, `${records(99)}\n   \r\n\t\n`);
    expect(await reasonFor()).toContain('found 99');
  });

  test('counts a last line without a line feed', async () => {
    starter.services.put(ASSET, records(100).trimEnd());
    await expectStarted();
  });

  test('is refused where there is none', async () => {
    expect(await reasonFor(inPlace)).toContain('[InputMissing]');
  });

  test('is refused where only a longer key is there', async () => {
    starter.services.put(`${STAGED}.bak`, records(100));
    expect(await reasonFor(inPlace)).toContain('[InputMissing]');
  });

  test('is refused where the staged file is empty', async () => {
    starter.services.put(ASSET, '');
    expect(await reasonFor()).toContain('[EmptyInput]');
  });

  test('is staged again where an empty file lies in its place', async () => {
    starter.services.put(STAGED, '');
    await expectStarted();
  });

  test('is refused, with the asset named, where CDK did not upload it', async () => {
    starter.services.files.clear();
    expect(await reasonFor()).toContain('[StagedFileMissing]');
  });

  test('is counted over the .jsonl files of a prefix', async () => {
    starter.services.put('s3://in/day/a.jsonl', records(60));
    starter.services.put('s3://in/day/b.jsonl', records(40));
    await expectStarted(prefix);
  });

  test('is refused where the .jsonl files of a prefix hold too few together', async () => {
    starter.services.put('s3://in/day/a.jsonl', records(60));
    starter.services.put('s3://in/day/b.jsonl', records(39));
    starter.services.put('s3://in/day/readme.txt', records(100));
    expect(await reasonFor(prefix)).toContain('found 99 at s3://in/day/');
  });

  test('is refused where a prefix holds other files only', async () => {
    starter.services.put('s3://in/day/readme.txt', records(100));
    expect(await reasonFor(prefix)).toContain('must be at least one .jsonl file');
  });

  test('is read no further than the records that are needed', async () => {
    starter.services.put('s3://in/day/a.jsonl', records(100));
    starter.services.put('s3://in/day/b.jsonl', records(100));
    await expectStarted(prefix);
    expect(starter.services.count('open')).toBe(1);
  });

  test('is taken at the version that was asked for', async () => {
    starter.services.put('s3://in/a.jsonl', records(100), 'v1');
    await expectStarted({ ...inPlace, input: { bucket: 'in', key: 'a.jsonl', objectVersion: 'v1' } });
  });

  test('is refused at another version, which a job could not read', async () => {
    starter.services.put('s3://in/a.jsonl', records(100), 'v2');
    expect(await reasonFor({ ...inPlace, input: { bucket: 'in', key: 'a.jsonl', objectVersion: 'v1' } })).toContain(
      'must be at object version v1, found v2',
    );
  });

  test.each(['list', 'open'])('is not looked at, with a warning, where the starter may not %s it', async (method) => {
    starter.services.put(STAGED, records(1));
    starter.services.fail(method, serviceError('AccessDenied', 'Access Denied', 403), { times: 9 });
    await expectStarted(inPlace);
    expect(starter.warnings).toEqual([expect.stringContaining('input could not be looked at')]);
  });

  test('is staged, to be safe, where the starter may not see whether it is there', async () => {
    starter.services.fail('list', serviceError('AccessDenied', 'Access Denied', 403), { times: 9 });
    await expectStarted();
    expect(starter.services.count('copy')).toBe(1);
  });

  test('fails in words where S3 does not say whether the staged file is there', async () => {
    starter.services.fail('list', serviceError('SlowDown', 'Please reduce your request rate.', 503));
    expect(await reasonFor()).toContain('[Throttled] while staging the input');
  });

  test.each<[string, string]>([
    ['NoSuchBucket', 'BucketMissing'],
    ['PermanentRedirect', 'BucketElsewhere'],
  ])('is refused by %s in words', async (name, code) => {
    starter.services.fail('list', serviceError(name, 'no', 404));
    expect(await reasonFor(inPlace)).toContain(`[${code}] while looking at the input`);
  });

  test('is refused in words where it may not be staged', async () => {
    starter.services.fail('copy', serviceError('AccessDenied', 'Access Denied', 403));
    expect(await reasonFor()).toContain('[StagingDenied] while staging the input');
  });
});

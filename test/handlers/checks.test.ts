import { networkError, serviceError } from './fake-services';
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
    ['an inference profile', {}, ['inferenceProfile', 'foundationModel', 'availability']],
    ['an application inference profile', application, ['inferenceProfile', 'foundationModel', 'availability']],
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

  test('warns, and goes on, for a legacy one behind a profile', async () => {
    starter.services.model = { lifecycle: 'LEGACY', endOfLife: new Date('2026-12-24T00:00:00Z') };
    await expectStarted();
    expect(starter.warnings).toEqual([
      'model us.anthropic.claude-sonnet-4-6 routes to a model that is legacy, and ends on 2026-12-24; plan for its successor',
    ]);
  });

  test('is asked for in this Region, by the id of the first model behind a profile', async () => {
    const asked: string[] = [];
    starter.services.models.foundationModel = async (id) => {
      asked.push(id);
      return {};
    };
    await expectStarted();
    expect(asked).toEqual(['anthropic.claude-sonnet-4-6']);
  });

  test('need not be in this Region behind a profile', async () => {
    starter.services.fail('foundationModel', serviceError('ResourceNotFoundException', 'no such thing', 404));
    await expectStarted();
    expect(starter.warnings).toEqual([]);
  });

  test('behind a profile is told of where it could not be asked for', async () => {
    starter.services.fail('foundationModel', serviceError('AccessDeniedException', 'no', 403));
    await expectStarted();
    expect(starter.warnings).toEqual([expect.stringContaining('could not be made')]);
  });

  test('is not asked for where a profile tells of no model behind it', async () => {
    starter.services.profile = { status: 'ACTIVE', modelArns: [] };
    await expectStarted();
    expect(starter.services.calls).not.toContain('foundationModel');
    expect(starter.services.calls).not.toContain('availability');
  });

  test('is refused without entitlement, behind a profile too', async () => {
    starter.services.access = { ...starter.services.access, entitlement: 'NOT_AVAILABLE' };
    expect(await reasonFor(foundation)).toContain('[ModelAccessDenied]');
    expect(await reasonFor()).toContain('[ModelAccessDenied]');
  });

  test('warns, and goes on, for one that nobody has used yet', async () => {
    starter.services.access = { ...starter.services.access, agreement: 'NOT_AVAILABLE' };
    await expectStarted();
    expect(starter.warnings).toEqual([expect.stringContaining('has no agreement yet')]);
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
    starter.services.access = { region: 'NOT_AVAILABLE', entitlement: 'NOT_AVAILABLE', agreement: 'NOT_AVAILABLE' };
    await expectStarted();
    expect(starter.warnings).toEqual([]);
  });

  test('is refused as a profile that is not active', async () => {
    starter.services.profile = { status: 'CREATING', modelArns: [] };
    expect(await reasonFor()).toContain('is CREATING [ProfileNotActive]');
  });

  test.each<[string, string, Record<string, unknown>]>([
    ['GetFoundationModel', 'foundationModel', foundation],
    ['GetFoundationModel', 'foundationModel', {}],
    ['GetFoundationModelAvailability', 'availability', foundation],
    ['GetFoundationModelAvailability', 'availability', {}],
    ['GetInferenceProfile', 'inferenceProfile', {}],
    ['GetInferenceProfile', 'inferenceProfile', application],
    ['GetCustomModel', 'customModel', custom],
  ])(
    'is not held up where a partition has no %s or the starter may not call it (%s of %j)',
    async (check, method, changes) => {
      for (const name of ['UnknownOperationException', 'AccessDeniedException']) {
        starter = new Starter();
        starter.services.fail(method, serviceError(name, 'no', 403));
        await expectStarted(changes);
        expect(starter.lines).toContainEqual(
          expect.objectContaining({
            level: 'warn',
            text: 'a check of the model could not be made, going on without it',
            check,
            error: `${name}: no (request request-1)`,
          }),
        );
      }
    },
  );

  test('is refused with the code and the request id of the service', async () => {
    starter.services.fail('inferenceProfile', serviceError('ResourceNotFoundException', 'no such profile', 404));
    expect(await reasonFor()).toContain(
      '(ResourceNotFoundException: no such profile (request request-1)) [ModelNotInRegion]',
    );
  });

  test('is refused as a custom model that is not active', async () => {
    starter.services.custom = { status: 'Failed' };
    expect(await reasonFor(custom)).toContain('is Failed [CustomModelNotActive]');
  });
});

describe('where a profile routes to, before it costs anything', () => {
  const arn = (region: string, model = 'anthropic.claude-sonnet-4-6') =>
    `arn:aws:bedrock:${region}::foundation-model/${model}`;
  const routesTo = (...modelArns: string[]) => {
    starter.services.profile = { status: 'ACTIVE', modelArns };
  };

  test('may be all that the job’s role may use', async () => {
    routesTo(arn('us-east-1'), arn('us-east-2'), arn('us-west-2'));
    await expectStarted();
  });

  test('may be less than the job’s role may use', async () => {
    routesTo(arn('us-west-2'));
    await expectStarted();
  });

  test('is refused where the role may not use the model, with what is missing and both fixes', async () => {
    routesTo(arn('us-east-1'), arn('us-west-1'), arn('ca-central-1'));
    const reason = await reasonFor();
    expect(reason).toContain('[ProfileRoutesElsewhere]');
    expect(reason).toContain(
      `us.anthropic.claude-sonnet-4-6 routes to ${arn('us-west-1')}, ${arn('ca-central-1')} as well; update cdk-bedrock-batch, or`,
    );
    expect(reason).toContain(
      "BatchModel.fromInferenceProfile('us.anthropic.claude-sonnet-4-6', { destinationRegions: ['us-east-1', 'us-west-1', 'ca-central-1'] })",
    );
  });

  test('is refused where it is another model, or one whose id only begins like it', async () => {
    routesTo(arn('us-east-1', 'anthropic.claude-sonnet-4-6-v2'));
    expect(await reasonFor()).toContain('[ProfileRoutesElsewhere]');
    routesTo(arn('us-east-1', 'anthropicXclaude-sonnet-4-6'));
    expect(await reasonFor()).toContain('[ProfileRoutesElsewhere]');
  });

  test('of a global one is covered by the model without a Region', async () => {
    routesTo(arn(''), arn('us-east-1'), arn('eu-west-1'));
    await expectStarted({ modelArns: [arn('us-east-1'), arn('')] });
  });

  test('of a global one is refused where only Regions were granted', async () => {
    routesTo(arn(''), arn('us-east-1'));
    expect(await reasonFor({ modelArns: [arn('us-east-1')] })).toContain(`routes to ${arn('')} as well`);
  });

  test('of an application profile may be anything where anything was granted', async () => {
    routesTo(arn('eu-west-1'), arn(''));
    await expectStarted({ ...application, modelArns: ['arn:aws:bedrock:*::foundation-model/*'] });
  });

  test('of an application profile is refused with a fix of its own', async () => {
    routesTo(arn('eu-west-1'));
    expect(await reasonFor(application)).toContain('or leave copiedFrom out');
  });

  test('is not judged for a stack of an older version, which does not tell what was granted', async () => {
    routesTo(arn('eu-west-1'));
    await expectStarted({ modelArns: undefined });
    expect(starter.warnings).toEqual([]);
  });

  test('is not judged, with a warning, where the profile may not be looked at', async () => {
    starter.services.fail('inferenceProfile', serviceError('AccessDeniedException', 'no', 403));
    await expectStarted({ modelArns: [arn('eu-west-1')] });
    expect(starter.warnings).toHaveLength(1);
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

  test('is refused where a version is asked for of a bucket that keeps none', async () => {
    starter.services.put('s3://in/a.jsonl', records(101));
    const of = (objectVersion: string) => ({ ...inPlace, input: { bucket: 'in', key: 'a.jsonl', objectVersion } });
    expect(await reasonFor(of('v1'))).toContain('must be at object version v1, found null');
    await expectStarted(of('null'));
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
    starter.services.fail('list', serviceError('SlowDown', 'Please reduce your request rate.', 503), { times: 99 });
    expect(await reasonFor()).toContain('[Throttled] while staging the input');
  });

  test('is looked at again where a file breaks off in the middle, and not counted twice', async () => {
    const { open } = starter.services.objects;
    let opened = 0;
    starter.services.put(STAGED, records(60));
    starter.services.objects.open = async (place) => {
      opened += 1;
      if (opened > 1) return open(place);
      return {
        body: (async function* () {
          yield Buffer.from(records(60));
          throw networkError();
        })(),
      };
    };
    expect(await reasonFor(inPlace)).toContain('found 60');
    expect(opened).toBe(2);
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

describe('the size of the input, before it costs anything', () => {
  const inPlace = { stagedFrom: undefined };
  const prefix = { stagedFrom: undefined, input: { bucket: 'in', prefix: 'day/' } };

  function putSized(name: string, bytes: number): void {
    starter.services.put(`s3://in/day/${name}`, records(100));
    starter.services.listedAs.set(`s3://in/day/${name}`, { bytes });
  }

  const GIB = 2 ** 30;

  test('may be the quota of a file', async () => {
    putSized('a.jsonl', 1_000_000_000);
    await expectStarted(prefix);
    expect(starter.warnings).toEqual([]);
  });

  test.each([1_000_000_001, GIB])('warns, and goes on, for a file of %d bytes, which may be 1 GB', async (bytes) => {
    putSized('a.jsonl', bytes);
    await expectStarted(prefix);
    expect(starter.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        code: 'FileTooLarge',
        text: `input should be at most 1000 MB in a file, got ${Math.ceil(bytes / 1e6)} MB at s3://in/day/a.jsonl; if the service refuses it, split it over several files below a prefix`,
      }),
    );
  });

  test('is refused for a file over the quota, in whatever sense of GB', async () => {
    putSized('a.jsonl', 10);
    putSized('b.jsonl', GIB + 1_000_000);
    putSized('c.jsonl', 10);
    expect(await reasonFor(prefix)).toBe(
      "input must be at most 1000 MB in a file (the service's quota for this model), got 1075 MB at s3://in/day/b.jsonl; split it over several files below a prefix [FileTooLarge]",
    );
  });

  test('is judged for a single file too', async () => {
    starter.services.put(STAGED, records(100));
    starter.services.listedAs.set(STAGED, { bytes: 2_000_000_000 });
    expect(await reasonFor(inPlace)).toContain('[FileTooLarge]');
  });

  test('may be the quota of a job', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) putSized(`${name}.jsonl`, 1_000_000_000);
    await expectStarted(prefix);
    expect(starter.warnings).toEqual([]);
  });

  test('is refused where all files together are over the quota of a job', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) putSized(`${name}.jsonl`, 1_000_000_000);
    expect(await reasonFor(prefix)).toContain('5000 MB in a job');
    expect(await reasonFor(prefix)).toContain('got 6000 MB at s3://in/day/; split it over several jobs [JobTooLarge]');
  });

  test('counts .jsonl files only', async () => {
    putSized('a.jsonl', 1_000);
    putSized('film.mp4', 9_000_000_000);
    await expectStarted(prefix);
  });

  test('is judged even where the records may not be read', async () => {
    putSized('a.jsonl', 2_000_000_000);
    starter.services.fail('open', serviceError('AccessDenied', 'Access Denied', 403));
    expect(await reasonFor(prefix)).toContain('[FileTooLarge]');
  });

  test('is not judged for a model of which no quotas are known', async () => {
    putSized('a.jsonl', 90_000_000_000);
    await expectStarted({ ...prefix, maxFileMegabytes: undefined, maxJobMegabytes: undefined });
  });

  test('is known without reading on: records are counted up to the minimum only', async () => {
    for (const name of ['a', 'b', 'c']) putSized(`${name}.jsonl`, 1_000);
    await expectStarted(prefix);
    expect(starter.services.count('open')).toBe(1);
  });

  test('is looked at in the first 20,000 files below a prefix, and the log says so', async () => {
    let yielded = 0;
    starter.services.objects.list = async function* () {
      for (;;) {
        yielded += 1;
        yield { key: `day/${yielded}.jsonl`, bytes: 1 };
      }
    };
    starter.services.put('s3://in/day/1.jsonl', records(100));
    await expectStarted(prefix);
    expect(yielded).toBe(20_001);
    expect(starter.warnings).toEqual([expect.stringContaining('more below the prefix than is looked at')]);
  });

  test('is that of the records, however many images lie before them', async () => {
    starter.services.objects.list = async function* () {
      for (let index = 0; index < 20_000; index += 1) yield { key: `day/img-${index}.jpg`, bytes: 1 };
      yield { key: 'day/records.jsonl', bytes: 1 };
    };
    starter.services.put('s3://in/day/records.jsonl', records(100));
    await expectStarted(prefix);
    expect(starter.warnings).toEqual([]);
  });
});

describe('an archived input, before it costs anything', () => {
  const prefix = { stagedFrom: undefined, input: { bucket: 'in', prefix: 'day/' } };
  const notRestored = serviceError(
    'InvalidObjectState',
    "The operation is not valid for the object's storage class",
    403,
  );

  beforeEach(() => {
    starter.services.put('s3://in/day/a.jsonl', records(100));
    starter.services.put('s3://in/day/b.jsonl', records(100));
  });

  test.each(['GLACIER', 'DEEP_ARCHIVE'])(
    'is refused in %s, wherever it stands among the files',
    async (storageClass) => {
      starter.services.listedAs.set('s3://in/day/b.jsonl', { storageClass });
      starter.services.fail('open', notRestored);
      expect(await reasonFor(prefix)).toContain(
        "input must be readable, s3://in/day/b.jsonl is archived; restore it or copy it to another storage class (InvalidObjectState: The operation is not valid for the object's storage class (request request-1)) [ArchivedInput]",
      );
    },
  );

  test('is taken where it has been restored', async () => {
    starter.services.listedAs.set('s3://in/day/b.jsonl', { storageClass: 'GLACIER' });
    await expectStarted(prefix);
    expect(starter.services.count('open')).toBe(1);
  });

  test('is no other class than these', async () => {
    starter.services.listedAs.set('s3://in/day/b.jsonl', { storageClass: 'GLACIER_IR' });
    starter.services.onCall = (method) => {
      if (method === 'open') starter.services.files.delete('s3://in/day/b.jsonl');
    };
    await expectStarted(prefix);
  });
});

describe('the props, now that tokens have become values', () => {
  const bucket = 'books-chaptersinput-abcdef';

  test('are judged by the rules of the synth: results may not lie among the records', async () => {
    const reason = await reasonFor({ outputBucket: bucket, outputPrefix: 'staged/' });
    expect(reason).toContain('[InputOutputOverlap]');
    expect(starter.services.calls).toEqual(['find']);
  });

  test('may name one bucket for both, apart from each other', async () => {
    await expectStarted({ outputBucket: bucket, outputPrefix: 'results/' });
  });

  test('may name the same prefix in two buckets', async () => {
    await expectStarted({ outputPrefix: 'staged/' });
  });
});

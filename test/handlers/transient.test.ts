import { networkError, serviceError } from './fake-services';
import { create, records, Starter } from './starter';

/** What passes by itself while the input is staged and looked at. */

let starter: Starter;
beforeEach(() => {
  starter = new Starter();
});

const inPlace = { stagedFrom: undefined, input: { bucket: 'in', key: 'records.jsonl' } };

const NOT_YET = serviceError(
  'AccessDenied',
  'User: arn:aws:sts::123456789012:assumed-role/starter is not authorized to perform: s3:PutObject on resource: x',
  403,
);
const BUSY = serviceError('SlowDown', 'Please reduce your request rate.', 503);

describe('staging the input', () => {
  test.each<[string, string, Error]>([
    ['a copy whose rights are seconds old', 'copy', NOT_YET],
    ['a copy that S3 slows down', 'copy', BUSY],
    ['a copy without an answer', 'copy', networkError()],
    ['a list that S3 slows down', 'list', BUSY],
  ])('makes %s again', async (_, method, error) => {
    starter.services.fail(method, error, { times: 2 });
    expect((await starter.send(create())).Status).toBe('SUCCESS');
    expect(starter.clock.sleeps).toHaveLength(2);
  });

  test.each<[string, Error, string]>([
    ['in the words of what went wrong', BUSY, '[Throttled] while staging the input: SlowDown'],
    ['in the words of the right that is missing', NOT_YET, '[StagingDenied] while staging the input: AccessDenied'],
  ])('gives up after half a minute, %s', async (_, error, words) => {
    const start = starter.clock.now();
    starter.services.fail('copy', error, { times: 100 });
    expect((await starter.send(create())).Reason).toContain(words);
    expect(starter.clock.now() - start).toBeLessThanOrEqual(30_000);
    expect(starter.services.count('copy')).toBeGreaterThan(3);
  });

  test('is not tried again where it cannot succeed', async () => {
    starter.services.fail('copy', serviceError('NoSuchKey', 'gone', 404));
    expect((await starter.send(create())).Status).toBe('FAILED');
    expect(starter.clock.sleeps).toEqual([]);
  });

  test('of many files ends with the first that fails: nothing is copied after the answer', async () => {
    const bucket = 'assets';
    const stagedFiles = Array.from({ length: 200 }, (_, i) => ({ bucket, key: `${i}.jsonl`, name: `${i}.jsonl` }));
    for (const { key } of stagedFiles) starter.services.put(`s3://${bucket}/${key}`, records(1));
    starter.services.fail('copy', serviceError('NoSuchKey', 'gone', 404));
    const answer = await starter.send(
      create({ stagedFrom: undefined, stagedFiles, input: { bucket: 'in', prefix: 'staged/' } }),
    );
    const copied = starter.services.count('copy');
    expect(answer.Status).toBe('FAILED');
    await new Promise(setImmediate);
    expect(starter.services.count('copy')).toBe(copied);
    expect(copied).toBeLessThan(20);
  });
});

describe('looking at the input', () => {
  beforeEach(() => {
    starter.services.put('s3://in/records.jsonl', records(101));
  });

  test.each<[string, string, Error]>([
    ['a list that S3 slows down', 'list', BUSY],
    ['a list without an answer', 'list', networkError()],
    ['a file that S3 slows down', 'open', BUSY],
  ])('makes %s again', async (_, method, error) => {
    starter.services.fail(method, error, { times: 2 });
    expect((await starter.send(create(inPlace))).Status).toBe('SUCCESS');
    expect(starter.clock.sleeps).toHaveLength(2);
  });

  test('reads a file again whose connection breaks in the middle: the SDK does not', async () => {
    const { open } = starter.services.objects;
    let opened = 0;
    Object.assign(starter.services.objects, {
      open: async (place: Parameters<typeof open>[0]) => {
        opened += 1;
        if (opened > 1) return open(place);
        return {
          body: (async function* () {
            yield Buffer.from(records(3));
            throw networkError();
          })(),
        };
      },
    });
    expect((await starter.send(create(inPlace))).Status).toBe('SUCCESS');
    expect(opened).toBe(2);
  });

  test('gives up after half a minute, before the job costs anything', async () => {
    starter.services.fail('open', BUSY, { times: 100 });
    expect((await starter.send(create(inPlace))).Reason).toContain('[Throttled] while looking at the input: SlowDown');
    expect(starter.services.count('create')).toBe(0);
  });

  test('does not wait where the starter may not look', async () => {
    starter.services.fail('list', NOT_YET);
    expect((await starter.send(create(inPlace))).Status).toBe('SUCCESS');
    expect(starter.clock.sleeps).toEqual([]);
  });
});

describe('a quota that is full', () => {
  test('is told even if there is no time to count the jobs that fill it', async () => {
    starter.services.fail('create', serviceError('ServiceQuotaExceededException', 'too many jobs'));
    starter.services.wait = async (method) => {
      if (method !== 'inStatus') return;
      starter.clock.pass(170_000);
      await new Promise(() => undefined);
    };
    expect((await starter.send(create())).Reason).toContain('ServiceQuotaExceededException: too many jobs');
  });
});

import { serviceError } from './fake-services';
import { create, Starter } from './starter';

let starter: Starter;
beforeEach(() => {
  starter = new Starter();
});

const full = () => serviceError('ServiceQuotaExceededException', 'You have reached the limit');
const profileArn = (id: string) => `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${id}`;
const SONNET = 'anthropic.claude-sonnet-4-6';

function addJob(status: string, modelId: string | undefined): void {
  starter.services.addJob({ jobName: `Other-${starter.services.stored.length}`, status, modelId });
}

async function reasonWhenFull(changes: Record<string, unknown> = {}): Promise<string> {
  starter.services.fail('create', full());
  const answer = await starter.send(create(changes));
  expect(answer.Status).toBe('FAILED');
  return answer.Reason ?? '';
}

describe('a full quota on jobs', () => {
  test('is told with the number of jobs of this model that wait or run', async () => {
    for (const status of ['Submitted', 'Validating', 'Scheduled', 'InProgress'])
      addJob(status, profileArn(`us.${SONNET}`));
    const reason = await reasonWhenFull();
    expect(reason).toContain('cannot take another job, 4 of this model wait or run');
    expect(reason).toMatch(
      /\[TooManyJobs] while starting the job: ServiceQuotaExceededException: You have reached the limit \(request request-1\)$/,
    );
  });

  test('is not filled by jobs that have ended or are stopping', async () => {
    for (const status of ['Completed', 'PartiallyCompleted', 'Failed', 'Stopping', 'Stopped', 'Expired']) {
      addJob(status, profileArn(`us.${SONNET}`));
    }
    expect(await reasonWhenFull()).toContain(', 0 of this model');
  });

  test('is filled by jobs of the model by whatever way', async () => {
    addJob('InProgress', profileArn(`us.${SONNET}`));
    addJob('InProgress', profileArn(`global.${SONNET}`));
    addJob('InProgress', `arn:aws:bedrock:us-east-1::foundation-model/${SONNET}`);
    addJob('InProgress', SONNET);
    expect(await reasonWhenFull()).toContain(', 4 of this model');
  });

  test('is not filled by jobs of other models', async () => {
    addJob('InProgress', profileArn('us.amazon.nova-lite-v1:0'));
    addJob('InProgress', `arn:aws:bedrock:us-east-1::foundation-model/${SONNET}-v2`);
    addJob('InProgress', undefined);
    expect(await reasonWhenFull()).toContain(', 0 of this model');
  });

  test('is counted for a custom model and an application profile by their own ARNs', async () => {
    const custom = 'arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan-embed-image-v1/abcdefabcdef';
    addJob('InProgress', custom);
    expect(await reasonWhenFull({ modelId: custom })).toContain(', 1 of this model');
    const application = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefabcdef';
    addJob('InProgress', application);
    expect(await reasonWhenFull({ modelId: application })).toContain(', 1 of this model');
  });

  test('is told without a number, and the log says why, where the jobs may not be listed by status', async () => {
    starter.services.fail('inStatus', serviceError('AccessDeniedException', 'no', 403), { times: 4 });
    expect(await reasonWhenFull()).toContain('cannot take another job: the quota');
    expect(starter.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        text: 'the jobs that fill the quota could not be counted',
        error: 'AccessDeniedException: no (request request-1)',
      }),
    );
  });
});

test('no jobs are counted when one starts, or when another error comes', async () => {
  starter.services.fail('create', serviceError('ValidationException', 'Batch inference is not supported'));
  expect((await starter.send(create())).Status).toBe('FAILED');
  expect((await starter.send(create())).Status).toBe('SUCCESS');
  expect(starter.services.count('inStatus')).toBe(0);
});

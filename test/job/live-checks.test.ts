import type { Stack } from 'aws-cdk-lib';
import { type BatchInferenceJob, JobInput } from '../../src';
import { catalogModels } from '../emulator/catalog-models';
import { Account } from './deploy-job';
import { makeJob, makeRecords } from './synth-job';

const SONNET = 'anthropic.claude-sonnet-4-6';

let account: Account | undefined;
afterEach(() => account?.stop());

const twoJobs = (stack: Stack): BatchInferenceJob => {
  makeJob(stack, { input: JobInput.fromRecords(makeRecords(101)) }, 'Second');
  return makeJob(stack);
};

describe('what the packaged function finds out before a job is paid for', () => {
  test('a profile that routes to where the role has no rights', async () => {
    const { models, profiles = [] } = catalogModels();
    const widened = profiles.map((profile) =>
      profile.id === `us.${SONNET}`
        ? { ...profile, destinations: { 'us-east-1': ['us-east-1', 'us-east-2', 'us-west-2', 'ca-central-1'] } }
        : profile,
    );
    account = await Account.start({ models: { models, profiles: widened } });
    await expect(account.deploy((stack) => makeJob(stack))).rejects.toThrow(
      `us.${SONNET} routes to arn:aws:bedrock:ca-central-1::foundation-model/${SONNET} as well`,
    );
    expect(account.emulator.listJobs()).toEqual([]);
  });
});

describe('what the packaged function says when the quota on jobs is full', () => {
  test('counts the jobs that fill it, with the rights that it has anyway', async () => {
    const { models, profiles } = catalogModels();
    const scarce = models.map((model) =>
      model.id === SONNET ? { ...model, quotas: { minRecordsPerJob: 100, maxActiveJobs: 1 } } : model,
    );
    account = await Account.start({ models: { models: scarce, profiles } });
    const deployment = await account.deploy((stack) => makeJob(stack));
    await expect(deployment.update(account.synth(twoJobs))).rejects.toThrow(
      /cannot take another job, 1 of this model wait or run: .* is 100 for this model unless it was changed for you.*\[TooManyJobs\].*ServiceQuotaExceededException: .*\(request /,
    );
    expect(account.emulator.iam.deniedCalls()).toEqual([]);
    expect(account.emulator.listJobs()).toHaveLength(1);
  });
});

import { BedrockClient } from '@aws-sdk/client-bedrock';
import { S3Client } from '@aws-sdk/client-s3';
import { realClock } from './clock';
import { putAnswer } from './cloudformation-response';
import { jsonLog } from './log';
import { SdkBatchJobs } from './sdk-batch-jobs';
import { SdkModels } from './sdk-models';
import { SdkObjects } from './sdk-objects';
import { makeStartJob } from './start-job';

const settings = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};
const bedrock = new BedrockClient(settings);
const s3 = new S3Client({ ...settings, responseChecksumValidation: 'WHEN_REQUIRED' });

export const handler = makeStartJob({
  connect: (signal) => ({
    jobs: new SdkBatchJobs(bedrock, signal),
    models: new SdkModels(bedrock, signal),
    objects: new SdkObjects(s3, signal),
  }),
  putAnswer,
  clock: realClock,
  log: jsonLog((line) => void process.stdout.write(line)),
});

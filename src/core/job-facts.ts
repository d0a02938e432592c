import type { JobFacts } from './check-job';
import type { JobProperties } from './event';

/** What a deployment knows of a job: tokens have become values by then, and are judged by the same rules. */
export function factsOf(properties: JobProperties): JobFacts {
  const { input, namePrefix, outputBucket, outputPrefix, runKey, timeoutHours, subnetIds, securityGroupIds } =
    properties;
  return {
    timeoutHours,
    jobName: namePrefix,
    runKey,
    inputKey: input.key,
    inputPrefix: input.prefix,
    outputPrefix,
    inputBucketOwner: properties.inputBucketOwner,
    outputBucketOwner: properties.outputBucketOwner,
    sharedBucket: input.bucket === outputBucket,
    subnets: subnetIds?.length,
    securityGroups: securityGroupIds?.length,
  };
}

import type { Issue } from './issue';
import { isLegalNamePrefix, MAX_NAME_PREFIX_LENGTH } from './job-name';

/** Hours that Bedrock accepts as `timeoutDurationInHours`. @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html */
export const MIN_TIMEOUT_HOURS = 24;
export const MAX_TIMEOUT_HOURS = 168;

/**
 * Characters that the S3 URI pattern of the API takes in a key: no spaces, no `=`, no `+`, no empty segment. The pattern
 * takes `*` as well, which is left out here: in the rights of a role it would stand for anything.
 */
const KEY = /^[A-Za-z0-9\-!_'().]+(\/[A-Za-z0-9\-!_'().]+)*\/?$/;
const MAX_KEY_LENGTH = 900;

/** Whether Bedrock takes a key, or a file's name as the end of one. */
export function isLegalKey(key: string): boolean {
  return KEY.test(key) && key.length <= MAX_KEY_LENGTH;
}

/** What the API takes in `vpcConfig`. @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_VpcConfig.html */
export const MAX_SUBNETS = 16;
export const MAX_SECURITY_GROUPS = 5;

const ACCOUNT = /^[0-9]{12}$/;

/** What is known of a job before it exists. A fact that is not known yet (a token) is left out and not judged. */
export interface JobFacts {
  readonly timeoutHours?: number;
  /** Unit of a timeout whose amount is not known yet, which cannot be converted then. */
  readonly timeoutUnit?: string;
  /** The readable part of the name, only if the user gave one. */
  readonly jobName?: string;
  readonly runKey?: string;
  readonly inputKey?: string;
  readonly inputPrefix?: string;
  /** Empty for the whole bucket. */
  readonly outputPrefix?: string;
  /** Whether records and results live in one bucket. */
  readonly sharedBucket?: boolean;
  /** How many places name an input bucket: the input itself, and the prop for staged files. */
  readonly givenInputBuckets?: number;
  /** Region of the stack, and of each bucket that is not there for the job alone. */
  readonly region?: string;
  readonly inputBucketRegion?: string;
  readonly outputBucketRegion?: string;
  readonly converse?: boolean;
  /** Whether the model makes embeddings; absent where the catalog does not know the model. */
  readonly embeddings?: boolean;
  /** How many subnets and security groups the job runs in; absent where it runs in no network of the user. */
  readonly subnets?: number;
  readonly securityGroups?: number;
  /** Props that choose within a network, given where there is none. */
  readonly propsWithoutVpc?: readonly string[];
  readonly vpcRegion?: string;
  /** Availability Zones in which more than one of the subnets lies. */
  readonly sharedZones?: readonly string[];
  /** Name of an alias that stands for a key of which no more is known. */
  readonly keyAlias?: string;
  readonly keyRegion?: string;
  readonly inputBucketOwner?: string;
  readonly outputBucketOwner?: string;
  /** Props about a bucket of the user's, given where the construct makes that bucket. */
  readonly ownersOfNewBuckets?: readonly string[];
  /** Props about buckets that the construct makes, given where it makes none. */
  readonly propsOfNoBucket?: readonly string[];
  readonly retentionDays?: number;
  /** Unit of a retention whose amount is not known yet. */
  readonly retentionUnit?: string;
}

/** The rules on a job as a whole: on the props at synth, and on what the tokens have become at deployment. */
export function checkJob(facts: JobFacts): Issue[] {
  return [
    ...checkTimeout(facts),
    ...checkName(facts),
    ...checkRunKey(facts),
    ...checkInput(facts),
    ...checkOutputPrefix(facts),
    ...checkOverlap(facts),
    ...checkInputBuckets(facts),
    ...checkBucketRegion('input', facts.inputBucketRegion, facts),
    ...checkBucketRegion('outputBucket', facts.outputBucketRegion, facts),
    ...checkInvocationType(facts),
    ...checkNetwork(facts),
    ...checkEncryptionKey(facts),
    ...checkOwner('inputBucketOwner', facts.inputBucketOwner),
    ...checkOwner('outputBucketOwner', facts.outputBucketOwner),
    ...checkNewBuckets(facts),
    ...checkRetention(facts),
  ];
}

function checkTimeout({ timeoutHours, timeoutUnit }: JobFacts): Issue[] {
  if (timeoutUnit !== undefined && timeoutUnit !== 'hours') {
    const message = `must be given as Duration.hours where its amount is a token, got ${timeoutUnit}`;
    return [{ code: 'TimeoutNotInHours', input: 'timeout', message }];
  }
  if (timeoutHours === undefined) return [];
  const inRange = timeoutHours >= MIN_TIMEOUT_HOURS && timeoutHours <= MAX_TIMEOUT_HOURS;
  if (inRange && Number.isInteger(timeoutHours)) return [];
  const message = `must be ${MIN_TIMEOUT_HOURS} to ${MAX_TIMEOUT_HOURS} whole hours, got ${timeoutHours} hours`;
  return [{ code: inRange ? 'TimeoutNotWholeHours' : 'TimeoutOutOfRange', input: 'timeout', message }];
}

function checkName({ jobName }: JobFacts): Issue[] {
  if (jobName === undefined || isLegalNamePrefix(jobName)) return [];
  const message = `must be 1 to ${MAX_NAME_PREFIX_LENGTH} letters, digits, "-", "+" and ".", starting with a letter or digit, got ${JSON.stringify(jobName)}; the library adds the identity and the attempt behind it`;
  return [{ code: 'IllegalJobName', input: 'jobName', message }];
}

function checkRunKey({ runKey }: JobFacts): Issue[] {
  if (runKey !== '') return [];
  return [
    {
      code: 'EmptyRunKey',
      input: 'runKey',
      message: 'must be any text with at least one character, got ""; leave it out to run once',
    },
  ];
}

function checkInput({ inputKey, inputPrefix }: JobFacts): Issue[] {
  const issues: Issue[] = [];
  if (inputKey !== undefined) {
    issues.push(...checkKey('input', inputKey));
    if (!inputKey.endsWith('.jsonl')) {
      const fix = inputKey.endsWith('/') ? '; for every file below it use JobInput.fromBucketPrefix' : '';
      issues.push({
        code: 'NotJsonLines',
        input: 'input',
        message: `must be a key that ends in .jsonl, got "${inputKey}"${fix}`,
      });
    }
  }
  if (inputPrefix !== undefined) issues.push(...checkPrefix('input', inputPrefix));
  return issues;
}

function checkOutputPrefix({ outputPrefix }: JobFacts): Issue[] {
  return outputPrefix === undefined || outputPrefix === '' ? [] : checkPrefix('outputPrefix', outputPrefix);
}

function checkPrefix(input: string, prefix: string): Issue[] {
  if (prefix === '') {
    return [
      {
        code: 'EmptyPrefix',
        input,
        message: 'must be a prefix such as "records/", got ""; a job cannot read a whole bucket',
      },
    ];
  }
  const issues = checkKey(input, prefix);
  if (!prefix.endsWith('/')) {
    const message = `must end in "/" so that it names a folder, got "${prefix}"; write "${prefix}/"`;
    issues.push({ code: 'PrefixWithoutSlash', input, message });
  }
  return issues;
}

function checkKey(input: string, key: string): Issue[] {
  if (isLegalKey(key)) return [];
  const message = `must be at most ${MAX_KEY_LENGTH} letters, digits and - ! _ ' ( ) . in segments parted by single "/" (Bedrock refuses spaces, "=" and "+"), got "${key}"`;
  return [{ code: 'IllegalKey', input, message }];
}

/** Results below the input prefix become records of the next run; a role that may write its own input is no least right. */
function checkOverlap({ sharedBucket, inputKey, inputPrefix, outputPrefix }: JobFacts): Issue[] {
  const input = inputPrefix ?? inputKey;
  if (sharedBucket !== true || input === undefined || outputPrefix === undefined) return [];
  if (!input.startsWith(outputPrefix) && !outputPrefix.startsWith(input)) return [];
  const output = outputPrefix === '' ? 'the whole bucket' : `"${outputPrefix}"`;
  const message = `must not overlap with the input in the same bucket, got ${output} for input "${input}"; choose a prefix of its own such as "results/"`;
  return [{ code: 'InputOutputOverlap', input: 'outputPrefix', message }];
}

function checkInputBuckets({ givenInputBuckets }: JobFacts): Issue[] {
  if (givenInputBuckets === undefined || givenInputBuckets < 2) return [];
  const message =
    'must be left out when the input is in a bucket already; it is for records that the deployment stages';
  return [{ code: 'UnusedInputBucket', input: 'inputBucket', message }];
}

/** AWS asks for buckets in the job's Region in its guides; that batch inference refuses others is not confirmed. */
function checkBucketRegion(input: string, bucketRegion: string | undefined, { region }: JobFacts): Issue[] {
  if (bucketRegion === undefined || region === undefined || bucketRegion === region) return [];
  const message = `should be in a bucket of the stack's Region (${region}), got ${bucketRegion}; Bedrock may refuse the job`;
  return [{ code: 'BucketInOtherRegion', input, severity: 'warning', message }];
}

function checkInvocationType({ converse, embeddings }: JobFacts): Issue[] {
  if (converse !== true || embeddings !== true) return [];
  const message = 'must be InvocationType.INVOKE_MODEL for a model that makes embeddings, got InvocationType.CONVERSE';
  return [{ code: 'ConverseNotSupported', input: 'invocationType', message }];
}

function checkNetwork(facts: JobFacts): Issue[] {
  const { subnets, securityGroups, propsWithoutVpc = [], vpcRegion, region, sharedZones = [] } = facts;
  const issues: Issue[] = propsWithoutVpc.map((input) => {
    return { code: 'NetworkWithoutVpc', input, message: 'must be given together with vpc, got no vpc' };
  });
  if (vpcRegion !== undefined && region !== undefined && vpcRegion !== region) {
    const message = `must be in the stack's Region (${region}), got ${vpcRegion}`;
    issues.push({ code: 'VpcInOtherRegion', input: 'vpc', message });
  }
  const count = (input: string, got: number | undefined, max: number, what: string, [none, many]: [string, string]) => {
    if (got === undefined || (got >= 1 && got <= max)) return;
    issues.push({ code: got < 1 ? none : many, input, message: `must be 1 to ${max} ${what}, got ${got}` });
  };
  count('vpcSubnets', subnets, MAX_SUBNETS, 'subnets', ['NoSubnets', 'TooManySubnets']);
  count('securityGroups', securityGroups, MAX_SECURITY_GROUPS, 'security groups', [
    'NoSecurityGroups',
    'TooManySecurityGroups',
  ]);
  if (sharedZones.length > 0) {
    const message = `should be one for each Availability Zone, as AWS asks for, got several in ${sharedZones.join(', ')}; choose one of each zone, for example with onePerAz: true`;
    issues.push({ code: 'SubnetsShareZone', input: 'vpcSubnets', severity: 'warning', message });
  }
  return issues;
}

/** S3 takes keys of the bucket's own Region only. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
function checkEncryptionKey({ keyAlias, keyRegion, region }: JobFacts): Issue[] {
  const input = 'encryptionKey';
  if (keyAlias !== undefined) {
    const message = `must be a key, on which rights can be given, got the alias "${keyAlias}"; use Key.fromKeyArn or Key.fromLookup`;
    return [{ code: 'KeyIsAlias', input, message }];
  }
  if (keyRegion === undefined || region === undefined || keyRegion === region) return [];
  return [{ code: 'KeyInOtherRegion', input, message: `must be in the stack's Region (${region}), got ${keyRegion}` }];
}

function checkOwner(input: string, account: string | undefined): Issue[] {
  if (account === undefined || ACCOUNT.test(account)) return [];
  return [{ code: 'MalformedAccount', input, message: `must be the 12 digits of an account, got "${account}"` }];
}

function checkNewBuckets({ ownersOfNewBuckets = [], propsOfNoBucket = [] }: JobFacts): Issue[] {
  return [
    ...ownersOfNewBuckets.map((input) => {
      const bucket = input === 'inputBucketOwner' ? 'inputBucket' : 'outputBucket';
      const message = `must be given together with a bucket of that account, got none; name it as ${bucket}`;
      return { code: 'UnusedBucketOwner', input, message };
    }),
    ...propsOfNoBucket.map((input) => {
      const message = 'must be left out where this construct creates no bucket; set it on your own buckets';
      return { code: 'UnusedBucketOption', input, message };
    }),
  ];
}

function checkRetention({ retentionDays, retentionUnit, timeoutHours }: JobFacts): Issue[] {
  const input = 'dataRetention';
  if (retentionUnit !== undefined && retentionUnit !== 'days') {
    const message = `must be given as Duration.days where its amount is a token, got ${retentionUnit}`;
    return [{ code: 'RetentionNotInDays', input, message }];
  }
  if (retentionDays === undefined) return [];
  if (retentionDays < 1 || !Number.isInteger(retentionDays)) {
    const code = retentionDays < 1 ? 'RetentionTooShort' : 'RetentionNotWholeDays';
    return [{ code, input, message: `must be at least 1 whole day, got ${retentionDays} days` }];
  }
  if (timeoutHours === undefined || retentionDays * 24 >= timeoutHours) return [];
  const message = `must not be shorter than timeout (${timeoutHours} hours), got ${retentionDays} days; the records would be gone before the job has read them`;
  return [{ code: 'RetentionShorterThanTimeout', input, message }];
}

import { BatchInferenceError } from './batch-inference-error';
import { isLegalNamePrefix, MAX_NAME_PREFIX_LENGTH } from './job-name';

/**
 * The contract between the template and the starter function: the only thing that both the synth tier and the run tier
 * know. Treat it as a wire format: stacks deployed with an older version of the library send older properties when they
 * are updated or deleted, and CloudFormation turns every scalar into text.
 */

/** CloudFormation type of the custom resource. */
export const RESOURCE_TYPE = 'Custom::BedrockBatchInferenceJob';

/** Where the records are. */
export interface InputLocation {
  readonly bucket: string;
  /** Exactly one of `key` (one file) and `prefix` (every file below it, ends in `/`) is given. */
  readonly key?: string;
  readonly prefix?: string;
  /** S3 object version of `key`, part of the job's identity when given. */
  readonly objectVersion?: string;
}

/** A local file waits in CDK's asset bucket; the starter copies it to `InputLocation`. */
export interface StagedFrom {
  readonly bucket: string;
  readonly key: string;
}

/** One of several local files; the starter copies it to `InputLocation.prefix` and its name. */
export interface StagedFile extends StagedFrom {
  readonly name: string;
}

/** `ResourceProperties` of the custom resource, as the construct writes them. */
export interface JobProperties {
  /** Readable part of the job's name; the starter appends identity and attempt. */
  readonly namePrefix: string;
  /** What `CreateModelInvocationJob` is given: a model id, an inference profile id, or an ARN. */
  readonly modelId: string;
  readonly invocationType: 'InvokeModel' | 'Converse';
  readonly roleArn: string;
  readonly input: InputLocation;
  /** Absent when the input is already where the job reads it. */
  readonly stagedFrom?: StagedFrom;
  /** The same for a directory: what is copied below `input.prefix`. Absent for one file. */
  readonly stagedFiles?: readonly StagedFile[];
  readonly outputBucket: string;
  /** Empty, or ends in `/`. */
  readonly outputPrefix: string;
  /** KMS key for the results; absent: the bucket's own encryption. */
  readonly outputKeyArn?: string;
  /** Account that owns the bucket, where it is another one. Absent: the account of the job. */
  readonly inputBucketOwner?: string;
  readonly outputBucketOwner?: string;
  /** Where Bedrock puts the network interfaces of the job; both or neither. Absent: outside of any network of the user. */
  readonly subnetIds?: readonly string[];
  readonly securityGroupIds?: readonly string[];
  /** Absent: Bedrock's default of 24 hours. */
  readonly timeoutHours?: number;
  /** Fewest records that the service takes in one job of this model. */
  readonly minRecords: number;
  /**
   * Most that the service takes in one file, and in all files of a job, in millions of bytes: CloudFormation makes text of
   * numbers, and of longer ones possibly `1.0E9`. Absent: not known, not judged; older stacks do not send them.
   */
  readonly maxFileMegabytes?: number;
  readonly maxJobMegabytes?: number;
  /** Default quota on jobs of this model that wait or run, told when the service says that it is full. */
  readonly maxActiveJobs?: number;
  /** ARNs of the models that the job's role may use behind a profile; `*` stands for anything. Absent: not known. */
  readonly modelArns?: readonly string[];
  /** Changes when the user wants the same work done again. */
  readonly runKey?: string;
  /** `LeaveRunning`: deleting the resource leaves a live job alone. */
  readonly stopPolicy: 'Stop' | 'LeaveRunning';
  readonly tags: { readonly [key: string]: string };
}

/** `Data` of the answer: what `Fn::GetAtt` finds on the custom resource. */
export interface JobAttributes {
  readonly JobArn: string;
  readonly JobId: string;
  readonly JobName: string;
  /** `s3://bucket/prefix/<job id>/` */
  readonly OutputS3Uri: string;
}

/**
 * Reads `ResourceProperties` as CloudFormation sends them, fails on the first bad property. What it does not know (the
 * service token, properties of a newer version) it passes over.
 */
export function readJobProperties(value: unknown): JobProperties {
  const properties = readObject('ResourceProperties', value);
  const input = readObject('input', properties.input);
  const key = findText('input.key', input.key);
  const prefix = findText('input.prefix', input.prefix);
  if ((key === undefined) === (prefix === undefined)) {
    refuse('input', `must have one of key and prefix, got ${key === undefined ? 'neither' : 'both'}`);
  }
  if (prefix !== undefined && !prefix.endsWith('/')) {
    refuse('input.prefix', `must end in "/", got ${quote(prefix)}`);
  }
  const namePrefix = readText('namePrefix', properties.namePrefix);
  if (!isLegalNamePrefix(namePrefix)) {
    refuse(
      'namePrefix',
      `must be 1 to ${MAX_NAME_PREFIX_LENGTH} letters, digits, "-", "+" and ".", beginning with a letter or digit, got ${quote(namePrefix)}`,
    );
  }
  return {
    namePrefix,
    modelId: readText('modelId', properties.modelId),
    invocationType: readChoice('invocationType', properties.invocationType, ['InvokeModel', 'Converse']),
    roleArn: readText('roleArn', properties.roleArn),
    input: {
      bucket: readText('input.bucket', input.bucket),
      key,
      prefix,
      objectVersion: findText('input.objectVersion', input.objectVersion),
    },
    stagedFrom: findStagedFrom(properties.stagedFrom),
    stagedFiles: findStagedFiles(properties.stagedFiles),
    outputBucket: readText('outputBucket', properties.outputBucket),
    outputPrefix: readOutputPrefix(properties.outputPrefix),
    outputKeyArn: findText('outputKeyArn', properties.outputKeyArn),
    inputBucketOwner: findText('inputBucketOwner', properties.inputBucketOwner),
    outputBucketOwner: findText('outputBucketOwner', properties.outputBucketOwner),
    ...readNetwork(properties),
    timeoutHours: findWhole('timeoutHours', properties.timeoutHours),
    minRecords: readWhole('minRecords', properties.minRecords),
    maxFileMegabytes: findWhole('maxFileMegabytes', properties.maxFileMegabytes),
    maxJobMegabytes: findWhole('maxJobMegabytes', properties.maxJobMegabytes),
    maxActiveJobs: findWhole('maxActiveJobs', properties.maxActiveJobs),
    modelArns: findTexts('modelArns', properties.modelArns),
    runKey: findText('runKey', properties.runKey),
    stopPolicy: readStopPolicy(properties.stopPolicy),
    tags: readTags(properties.tags),
  };
}

/** The same, undefined where the properties are such that this version cannot read them. */
export function findJobProperties(value: unknown): JobProperties | undefined {
  try {
    return readJobProperties(value);
  } catch {
    return undefined;
  }
}

/** The tags alone; none where even they cannot be read. */
export function findTags(properties: unknown): JobProperties['tags'] {
  try {
    return readTags(readObject('properties', properties).tags);
  } catch {
    return {};
  }
}

function readNetwork(properties: Record<string, unknown>): Pick<JobProperties, 'subnetIds' | 'securityGroupIds'> {
  const subnetIds = findTexts('subnetIds', properties.subnetIds);
  const securityGroupIds = findTexts('securityGroupIds', properties.securityGroupIds);
  if ((subnetIds === undefined) !== (securityGroupIds === undefined)) {
    const [absent, given] =
      subnetIds === undefined ? ['subnetIds', 'securityGroupIds'] : ['securityGroupIds', 'subnetIds'];
    refuse(absent, `must be given together with ${given}, got nothing`);
  }
  return { subnetIds, securityGroupIds };
}

function readStopPolicy(value: unknown): JobProperties['stopPolicy'] {
  return readChoice('stopPolicy', value, ['Stop', 'LeaveRunning']);
}

function findStagedFrom(value: unknown): StagedFrom | undefined {
  if (isAbsent(value)) {
    return undefined;
  }
  return readStagedFrom('stagedFrom', readObject('stagedFrom', value));
}

function findStagedFiles(value: unknown): StagedFile[] | undefined {
  if (isAbsent(value)) {
    return undefined;
  }
  return readList('stagedFiles', value).map((item, index) => {
    const path = `stagedFiles[${index}]`;
    const file = readObject(path, item);
    return { ...readStagedFrom(path, file), name: readText(`${path}.name`, file.name) };
  });
}

function readStagedFrom(path: string, from: Record<string, unknown>): StagedFrom {
  return { bucket: readText(`${path}.bucket`, from.bucket), key: readText(`${path}.key`, from.key) };
}

function readOutputPrefix(value: unknown): string {
  const prefix = findText('outputPrefix', value) ?? '';
  if (prefix !== '' && !prefix.endsWith('/')) {
    refuse('outputPrefix', `must be empty or end in "/", got ${quote(prefix)}`);
  }
  return prefix;
}

function readTags(value: unknown): JobProperties['tags'] {
  if (isAbsent(value)) {
    return {};
  }
  const tags = Object.entries(readObject('tags', value));
  // A tag may be empty, and CloudFormation may have made text of a number or not.
  return Object.fromEntries(tags.map(([key, tag]) => [key, tag === '' ? '' : readText(`tags.${abridge(key)}`, tag)]));
}

function readObject(input: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse(input, `must be an object, got ${quote(value)}`);
  }
  return value as Record<string, unknown>;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function findText(input: string, value: unknown): string | undefined {
  return isAbsent(value) ? undefined : readText(input, value);
}

function readText(input: string, value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  if (typeof value !== 'string' || value === '') {
    refuse(input, `must be a text that is not empty, got ${quote(value)}`);
  }
  return value as string;
}

function readWhole(input: string, value: unknown): number {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^[0-9]{1,9}$/.test(text)) {
    refuse(input, `must be a whole number, got ${quote(value)}`);
  }
  return Number(text);
}

function findWhole(input: string, value: unknown): number | undefined {
  return isAbsent(value) ? undefined : readWhole(input, value);
}

function findTexts(input: string, value: unknown): string[] | undefined {
  if (isAbsent(value)) {
    return undefined;
  }
  return readList(input, value).map((text, index) => readText(`${input}[${index}]`, text));
}

function readList(input: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) {
    refuse(input, `must be a list, got ${quote(value)}`);
  }
  return value as unknown[];
}

function readChoice<T extends string>(input: string, value: unknown, choices: readonly T[]): T {
  if (!choices.includes(value as T)) {
    refuse(input, `must be ${choices.map(quote).join(' or ')}, got ${quote(value)}`);
  }
  return value as T;
}

function refuse(input: string, message: string): never {
  throw new BatchInferenceError([{ code: 'MalformedProperty', input, message }]);
}

/** Shows what came, but never so much of it that it hides the message. */
function quote(value: unknown): string {
  return abridge(value === undefined ? 'nothing' : JSON.stringify(value));
}

function abridge(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

import { type Duration, Stack, Token } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { isEmbeddingFamily } from '../catalog/embedding-families';
import type { JobFacts } from '../core/check-job';
import type { Place } from '../core/check-place';
import type { Issue } from '../core/issue';
import { entryOf } from '../core/model-source';
import type { BatchModel } from '../model/batch-model';
import type { RecordLimits } from '../records/check-records';
import type { BatchInferenceJobProps } from './batch-inference-job';
import { InvocationType } from './invocation-type';
import type { JobInputConfig } from './job-input';
import { factsOfKey, keyOf } from './job-key';
import type { NetworkChoice } from './job-network';

/** What the service takes in a job of a model that the catalog does not know. */
const DEFAULT_MIN_RECORDS = 100;

/** The facts of the props that are known at synth; what is still a token is left out. */
export function factsOf(
  props: BatchInferenceJobProps,
  { input, network, region }: { input: JobInputConfig; network: NetworkChoice; region: string },
): JobFacts {
  const entry = entryOf(props.model._source);
  const inputBucket = input.bucket ?? props.inputBucket;
  return {
    timeoutUnit: props.timeout?.isUnresolved() ? props.timeout.unitLabel() : undefined,
    timeoutHours: props.timeout?.isUnresolved() ? undefined : props.timeout?.toHours({ integral: false }),
    jobName: known(props.jobName),
    runKey: known(props.runKey),
    inputKey: known(input.key),
    inputPrefix: known(input.prefix),
    outputPrefix: known(props.outputPrefix ?? ''),
    sharedBucket: inputBucket !== undefined && inputBucket.bucketName === props.outputBucket?.bucketName,
    givenInputBuckets: [input.bucket, props.inputBucket].filter((bucket) => bucket !== undefined).length,
    region: known(region),
    inputBucketRegion: known(inputBucket?.env.region),
    outputBucketRegion: known(props.outputBucket?.env.region),
    converse: props.invocationType === InvocationType.CONVERSE,
    embeddings: entry && isEmbeddingFamily(entry.family),
    ...network.facts(),
    ...factsOfKey(keyOf(props.encryptionKey)),
    inputBucketOwner: known(props.inputBucketOwner),
    outputBucketOwner: known(props.outputBucketOwner),
    ...newBuckets(props, inputBucket),
    ...retention(props.dataRetention),
  };
}

/** What is said of buckets that the job does not have. */
function newBuckets(
  { accessLogsBucket, dataRetention, inputBucketOwner, outputBucketOwner, outputBucket }: BatchInferenceJobProps,
  inputBucket: IBucket | undefined,
): Pick<JobFacts, 'ownersOfNewBuckets' | 'propsOfNoBucket'> {
  const given = (props: Record<string, unknown>) => Object.keys(props).filter((name) => props[name] !== undefined);
  return {
    ownersOfNewBuckets: [
      ...(inputBucket === undefined ? given({ inputBucketOwner }) : []),
      ...(outputBucket === undefined ? given({ outputBucketOwner }) : []),
    ],
    propsOfNoBucket:
      inputBucket === undefined || outputBucket === undefined ? [] : given({ accessLogsBucket, dataRetention }),
  };
}

function retention(time: Duration | undefined): Pick<JobFacts, 'retentionDays' | 'retentionUnit'> {
  if (time === undefined) return {};
  return time.isUnresolved()
    ? { retentionUnit: time.unitLabel() }
    : { retentionDays: time.toDays({ integral: false }) };
}

/** An input of the user's own making may forget to say where its records are. */
export function checkPlace({ key, prefix }: JobInputConfig): Issue[] {
  if ((key === undefined) !== (prefix === undefined)) return [];
  const got = key === undefined ? 'neither' : 'both';
  return [{ code: 'InputWithoutPlace', input: 'input', message: `must give either a key or a prefix, got ${got}` }];
}

/** What one job of the model may hold. */
export function limitsOf(model: BatchModel): RecordLimits {
  const quotas = entryOf(model._source)?.quotas;
  return {
    minRecords: quotas?.minRecordsPerJob ?? DEFAULT_MIN_RECORDS,
    maxRecordsPerFile: quotas?.maxRecordsPerFile,
    maxRecords: quotas?.maxRecordsPerJob,
    maxFileBytes: quotas?.maxFileBytes,
    maxJobBytes: quotas?.maxJobBytes,
  };
}

/** Where the stack of a construct lands, as far as that is known. */
export function placeOf(construct: IConstruct): Place {
  return knownPlace(Stack.of(construct));
}

export function knownPlace({ account, region }: { account: string; region: string }): Place {
  return { account: known(account), region: known(region) };
}

function known(value: string | undefined): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}

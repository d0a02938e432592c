import type { AwsReply, AwsRequest, AwsService, Operation } from './aws-request';
import { type BatchJob, type BatchJobs, isTerminal, type JobRequest } from './batch-jobs';
import type { BedrockModels } from './bedrock-models';
import { checkTags, JOB_STATUSES, ShapeCheck } from './bedrock-shapes';
import type { Iam } from './iam';
import { invokeContext } from './job-life';
import type { ModelTable, ModelTarget, Place } from './model-table';
import { type ErrorCode, ServiceError } from './service-error';

/** Names that the emulator's other parts use for what Bedrock calls otherwise. */
const BEDROCK_CODES: { readonly [code in ErrorCode]?: ErrorCode } = { AccessDenied: 'AccessDeniedException' };

/** Jobs on a page of a list where the caller does not say. Small, so that a caller who forgets the pages is found out. */
const DEFAULT_PAGE = 10;

/** Bedrock's control plane for batch inference jobs, REST-JSON. */
export class BedrockService implements AwsService {
  public readonly name = 'bedrock';

  constructor(
    private readonly jobs: BatchJobs,
    private readonly models: BedrockModels,
    private readonly table: ModelTable,
    private readonly iam: Iam,
    private readonly place: () => Place,
  ) {}

  public route(request: AwsRequest): Operation {
    if (request.region !== this.place().region) {
      throw new ServiceError('InvalidSignatureException', 'Credential should be scoped to a valid region.');
    }
    const [, resource, rawId, verb] = request.path.split('/');
    const id = decodeURIComponent(rawId ?? '');
    const is = (name: string, run: () => AwsReply): Operation => ({ name, run });

    switch ([request.method, resource, rawId === undefined ? '' : '{id}', verb].filter(Boolean).join(' ')) {
      case 'POST model-invocation-job':
        return is('CreateModelInvocationJob', () => this.create(request));
      case 'GET model-invocation-job {id}':
        return is('GetModelInvocationJob', () => this.get(request, id));
      case 'GET model-invocation-jobs':
        return is('ListModelInvocationJobs', () => this.list(request));
      case 'POST model-invocation-job {id} stop':
        return is('StopModelInvocationJob', () => this.stop(request, id));
      case 'POST tagResource':
        return is('TagResource', () => this.tag(request));
      case 'POST untagResource':
        return is('UntagResource', () => this.untag(request));
      case 'POST listTagsForResource':
        return is('ListTagsForResource', () => this.listTags(request));
      case 'GET foundation-models {id}':
        return is('GetFoundationModel', () => this.models.getFoundationModel(request, id));
      case 'GET foundation-model-availability {id}':
        return is('GetFoundationModelAvailability', () => this.models.getFoundationModelAvailability(request, id));
      case 'GET inference-profiles {id}':
        return is('GetInferenceProfile', () => this.models.getInferenceProfile(request, id));
      case 'GET custom-models {id}':
        return is('GetCustomModel', () => this.models.getCustomModel(request, id));
    }
    const message = `the emulator has no Bedrock operation for ${request.method} ${request.path}`;
    throw new ServiceError('UnknownOperationException', message);
  }

  public renderError(error: ServiceError): AwsReply {
    return {
      status: error.status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': BEDROCK_CODES[error.code] ?? error.code },
      body: JSON.stringify({ message: error.message }),
    };
  }

  /**
   * In the order in which the service was seen to look: the request's shape, a role of another account, the caller's rights,
   * the model, the role.
   */
  private create(request: AwsRequest): AwsReply {
    const body = readBody(request) as unknown as JobRequest;
    checkJobRequest(body);
    const place = this.place();
    if (body.roleArn.split(':')[4] !== place.account) {
      throw new ServiceError('AccessDenied', 'Cross-account pass role is not allowed.');
    }
    const target = this.table.target(body.modelId, place);
    this.authorizeCreate(request, body, target);

    const known = this.jobs.findByToken(body.clientRequestToken);
    if (known !== undefined) return { status: 200, body: JSON.stringify({ jobArn: known.arn }) };

    if (!this.table.isAccessGranted(target.model)) {
      throw new ServiceError('AccessDenied', "You don't have access to the model with the specified model ID.");
    }
    if (!target.batch) {
      throw new ServiceError('ValidationException', 'Batch inference is not supported for the requested model');
    }
    const limit = this.table.maxActiveJobs(target);
    if (this.jobs.active(target.arn).length >= limit) {
      const message = `You have reached the limit of ${limit} submitted and in-progress batch inference jobs for this model.`;
      throw new ServiceError('ServiceQuotaExceededException', message);
    }
    const jobArn = this.jobs.nextArn();
    const bedrock = { service: 'bedrock.amazonaws.com', sourceAccount: place.account, sourceArn: jobArn };
    if (this.iam.assumeRole(body.roleArn, bedrock) === undefined) {
      throw new ServiceError('ValidationException', 'Could not assume provided IAM role');
    }
    this.jobs.add(jobArn, body, target);
    return { status: 200, body: JSON.stringify({ jobArn }) };
  }

  private authorizeCreate({ principal }: AwsRequest, { tags = [], roleArn }: JobRequest, target: ModelTarget): void {
    const { partition, region, account } = this.place();
    // The job has no ARN yet, so a policy must cover any.
    const anyJob = `arn:${partition}:bedrock:${region}:${account}:model-invocation-job/*`;
    const tagContext: { [key: string]: string | string[] } = {};
    if (tags.length > 0) tagContext['aws:TagKeys'] = tags.map(({ key }) => key);
    for (const { key, value } of tags) tagContext[`aws:RequestTag/${key}`] = value;

    const action = 'bedrock:CreateModelInvocationJob';
    const profileArn = target.kind === 'profile' ? target.arn : undefined;
    for (const resource of [target.arn, ...target.destinations]) {
      this.iam.authorize(principal, action, resource, { ...tagContext, ...invokeContext(resource, profileArn) });
    }
    this.iam.authorize(principal, action, anyJob, tagContext);
    if (tags.length > 0) this.iam.authorize(principal, 'bedrock:TagResource', anyJob, tagContext);
    this.iam.authorize(principal, 'iam:PassRole', roleArn, { 'iam:PassedToService': 'bedrock.amazonaws.com' });
  }

  private get(request: AwsRequest, identifier: string): AwsReply {
    const job = this.authorizedJob(request, 'bedrock:GetModelInvocationJob', identifier);
    return { status: 200, body: JSON.stringify(describe(job)) };
  }

  private list(request: AwsRequest): AwsReply {
    this.iam.authorize(request.principal, 'bedrock:ListModelInvocationJobs', '*');
    const parameter = (name: string) => request.query.get(name) ?? undefined;
    const maxResults = parameter('maxResults');
    const pageSize = maxResults === undefined ? DEFAULT_PAGE : Number(maxResults);
    const check = new ShapeCheck();
    check.text(parameter('nameContains'), 'nameContains', 'jobName');
    check.oneOf(parameter('statusEquals'), 'statusEquals', JOB_STATUSES);
    check.oneOf(parameter('sortBy'), 'sortBy', ['CreationTime']);
    check.oneOf(parameter('sortOrder'), 'sortOrder', ['Ascending', 'Descending']);
    check.integer(pageSize, 'maxResults', 1, 1000);
    check.throwIfAny();

    const after = Date.parse(parameter('submitTimeAfter') ?? '');
    const before = Date.parse(parameter('submitTimeBefore') ?? '');
    const matching = this.jobs
      .all()
      .filter(
        (job) =>
          job.request.jobName.includes(parameter('nameContains') ?? '') &&
          (parameter('statusEquals') ?? job.status) === job.status &&
          !(job.submitTime.getTime() <= after) &&
          !(job.submitTime.getTime() >= before),
      );
    if (parameter('sortOrder') !== 'Ascending') matching.reverse();
    const from = pageStart(matching, parameter('nextToken'));
    const page = matching.slice(from, from + pageSize);
    const last = page.at(-1);
    const nextToken = last !== undefined && from + pageSize < matching.length ? `after-${last.id}` : undefined;
    return { status: 200, body: JSON.stringify({ invocationJobSummaries: page.map(describe), nextToken }) };
  }

  private stop(request: AwsRequest, identifier: string): AwsReply {
    const job = this.authorizedJob(request, 'bedrock:StopModelInvocationJob', identifier);
    if (isTerminal(job.status)) {
      const message = `The job ${job.arn} cannot be stopped because it is in the ${job.status} state.`;
      throw new ServiceError('ConflictException', message);
    }
    this.jobs.move(job, 'Stopping');
    return { status: 200, body: '{}' };
  }

  private tag(request: AwsRequest): AwsReply {
    const { resourceARN, tags } = readBody(request) as { resourceARN?: unknown; tags?: JobRequest['tags'] };
    const check = new ShapeCheck();
    check.required(resourceARN, 'resourceARN');
    check.required(tags, 'tags');
    checkTags(check, tags);
    check.throwIfAny();
    const context: { [key: string]: string | string[] } = { 'aws:TagKeys': (tags ?? []).map(({ key }) => key) };
    for (const { key, value } of tags ?? []) context[`aws:RequestTag/${key}`] = value;
    const job = this.authorizedJob(request, 'bedrock:TagResource', String(resourceARN), context);
    const changed = new Map([...job.tags, ...(tags ?? []).map(({ key, value }) => [key, value] as const)]);
    if (changed.size > 200) throw new ServiceError('TooManyTagsException', 'The resource has more than 200 tags.');
    for (const [key, value] of changed) job.tags.set(key, value);
    return { status: 200, body: '{}' };
  }

  private untag(request: AwsRequest): AwsReply {
    const { resourceARN, tagKeys } = readBody(request) as { resourceARN?: unknown; tagKeys?: string[] };
    const check = new ShapeCheck();
    check.required(resourceARN, 'resourceARN');
    check.required(tagKeys, 'tagKeys');
    check.list(tagKeys, 'tagKeys', 0, 200).forEach((key, index) => {
      check.text(key, `tagKeys.${index + 1}.member`, 'tagKey');
    });
    check.throwIfAny();
    const context = { 'aws:TagKeys': tagKeys ?? [] };
    const job = this.authorizedJob(request, 'bedrock:UntagResource', String(resourceARN), context);
    for (const key of tagKeys ?? []) job.tags.delete(key);
    return { status: 200, body: '{}' };
  }

  private listTags(request: AwsRequest): AwsReply {
    const { resourceARN } = readBody(request);
    const check = new ShapeCheck();
    check.required(resourceARN, 'resourceARN');
    check.throwIfAny();
    const job = this.authorizedJob(request, 'bedrock:ListTagsForResource', String(resourceARN));
    const tags = [...job.tags].map(([key, value]) => ({ key, value }));
    return { status: 200, body: JSON.stringify({ tags }) };
  }

  /** Rights come before existence: who may not ask is not told whether the job is there. */
  private authorizedJob(
    { principal }: AwsRequest,
    action: string,
    identifier: string,
    extra: { [key: string]: string | string[] } = {},
  ): BatchJob {
    const check = new ShapeCheck();
    check.text(identifier, 'jobIdentifier', 'jobIdentifier');
    check.throwIfAny();
    const { partition, region, account } = this.place();
    const job = this.jobs.find(identifier);
    const named = identifier.startsWith('arn:')
      ? identifier
      : `arn:${partition}:bedrock:${region}:${account}:model-invocation-job/${identifier}`;
    const context = { ...extra };
    for (const [key, value] of job?.tags ?? []) context[`aws:ResourceTag/${key}`] = value;
    this.iam.authorize(principal, action, named, context);
    if (job === undefined) {
      throw new ServiceError('ResourceNotFoundException', `The model invocation job ${identifier} was not found.`);
    }
    return job;
  }
}

function checkJobRequest(body: JobRequest): void {
  const check = new ShapeCheck();
  for (const name of ['jobName', 'roleArn', 'modelId', 'inputDataConfig', 'outputDataConfig'] as const) {
    check.required(body[name], name);
  }
  check.text(body.jobName, 'jobName', 'jobName');
  check.text(body.roleArn, 'roleArn', 'roleArn');
  check.text(body.modelId, 'modelId', 'modelId');
  check.text(body.clientRequestToken, 'clientRequestToken', 'clientRequestToken');
  check.integer(body.timeoutDurationInHours, 'timeoutDurationInHours', 24, 168);
  check.oneOf(body.modelInvocationType, 'modelInvocationType', ['InvokeModel', 'Converse']);
  checkTags(check, body.tags);

  const input = 'inputDataConfig.s3InputDataConfig';
  const output = 'outputDataConfig.s3OutputDataConfig';
  const from = body.inputDataConfig?.s3InputDataConfig;
  const to = body.outputDataConfig?.s3OutputDataConfig;
  for (const [path, location] of [
    [input, from],
    [output, to],
  ] as const) {
    check.required(location?.s3Uri, `${path}.s3Uri`);
    check.text(location?.s3Uri, `${path}.s3Uri`, 's3Uri');
    check.text(location?.s3BucketOwner, `${path}.s3BucketOwner`, 'accountId');
  }
  check.oneOf(from?.s3InputFormat, `${input}.s3InputFormat`, ['JSONL']);
  check.text(to?.s3EncryptionKeyId, `${output}.s3EncryptionKeyId`, 'kmsKeyId');

  if (body.vpcConfig !== undefined) {
    for (const [name, max] of [
      ['subnetIds', 16],
      ['securityGroupIds', 5],
    ] as const) {
      check.required(body.vpcConfig[name], `vpcConfig.${name}`);
      check.list(body.vpcConfig[name], `vpcConfig.${name}`, 1, max).forEach((id, index) => {
        check.text(id, `vpcConfig.${name}.${index + 1}.member`, 'vpcId');
      });
    }
  }
  check.throwIfAny();
}

/** A job as Get and List give it; both have the same members. */
function describe(job: BatchJob): { [name: string]: unknown } {
  const { request, counts } = job;
  const hours = request.timeoutDurationInHours ?? 24;
  return {
    jobArn: job.arn,
    jobName: request.jobName,
    modelId: job.target.reportedId,
    clientRequestToken: request.clientRequestToken,
    roleArn: request.roleArn,
    status: job.status,
    message: job.message,
    submitTime: job.submitTime.toISOString(),
    lastModifiedTime: job.lastModifiedTime.toISOString(),
    endTime: job.endTime?.toISOString(),
    inputDataConfig: request.inputDataConfig,
    outputDataConfig: request.outputDataConfig,
    vpcConfig: request.vpcConfig,
    timeoutDurationInHours: hours,
    jobExpirationTime: new Date(job.submitTime.getTime() + hours * 3_600_000).toISOString(),
    modelInvocationType: job.invocationType,
    totalRecordCount: counts.total,
    processedRecordCount: counts.processed,
    successRecordCount: counts.success,
    errorRecordCount: counts.error,
  };
}

/** Pages go on after a job, not after a count: jobs that are added meanwhile do not shift them. */
function pageStart(jobs: readonly BatchJob[], nextToken: string | undefined): number {
  if (nextToken === undefined) return 0;
  const index = jobs.findIndex((job) => `after-${job.id}` === nextToken);
  if (index === -1) throw new ServiceError('ValidationException', 'The provided nextToken is invalid.');
  return index + 1;
}

function readBody(request: AwsRequest): { [name: string]: unknown } {
  try {
    return JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new ServiceError('ValidationException', 'The request body is not JSON.');
  }
}

import { Readable } from 'node:stream';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import { S3Client } from '@aws-sdk/client-s3';
import { SdkBatchJobs } from '../../../src/handlers/sdk-batch-jobs';
import { SdkModels } from '../../../src/handlers/sdk-models';
import { SdkObjects } from '../../../src/handlers/sdk-objects';
import type { Services } from '../../../src/handlers/workbench';
import { answerRecord } from '../../emulator/answers';
import type { AwsReply, AwsRequest, AwsService } from '../../emulator/aws-request';
import { AwsServer } from '../../emulator/aws-server';
import { type BatchJob, BatchJobs, type JobStatus } from '../../emulator/batch-jobs';
import { BedrockService } from '../../emulator/bedrock';
import { BedrockModels } from '../../emulator/bedrock-models';
import { ACCOUNT, MODELS, REGION, ROLE_ARN } from '../../emulator/emulated-account';
import { DroppedConnection, type Fault, Faults, type Moment } from '../../emulator/faults';
import { Iam } from '../../emulator/iam';
import { JobLife } from '../../emulator/job-life';
import { ModelTable } from '../../emulator/model-table';
import { S3Service } from '../../emulator/s3';
import { S3Access } from '../../emulator/s3-access';
import { S3Store } from '../../emulator/s3-store';
import { ServiceError } from '../../emulator/service-error';
import type { FakeClock } from '../fake-clock';

export const INPUT_BUCKET = 'input-bucket';
export const ASSET_BUCKET = 'asset-bucket';
export const OUTPUT_BUCKET = 'output-bucket';
export const STAGED_KEYS = ['staged/a.jsonl', 'staged/b.jsonl'];

/** As in start-job.lambda.ts. */
const SDK_ATTEMPTS = 5;
/** In place of the SDK's own delay, which is random. */
const SDK_DELAY_MS = 100;
const S3_OPERATIONS = { ListObjectsV2: true, GetObject: true, CopyObject: true };
const LIST_PARAMETERS = ['nameContains', 'statusEquals', 'nextToken', 'maxResults'];

/** What is not documented of the service, and therefore different from one sequence to the next. */
export interface Temper {
  /** A new job shows in the list after this long. */
  readonly listLagMs: number;
  /** What a token that comes again with another body gives: the first job, or a ConflictException. */
  readonly tokenMismatch: 'first-job' | 'conflict';
  /** Whether two jobs may have one name. */
  readonly uniqueNames: boolean;
  /** Whether stopping a job that is stopping is refused. */
  readonly stopTwice: 'silent' | 'conflict';
}

/** One call as it reaches the services. */
export interface Call extends Moment {
  /** Of the run that calls. */
  readonly signal?: AbortSignal;
  /** Has the effect without the caller hearing of it, once `land` is called. */
  readonly later: () => void;
}

export type CallHook = (call: Call) => Fault | undefined | Promise<Fault | undefined>;

/** The jobs, and a list of them that lags behind. */
class LaggingJobs extends BatchJobs {
  public listing = false;
  private readonly visibleAt = new Map<string, number>();

  constructor(
    private readonly clock: FakeClock,
    private readonly lagMs: number,
  ) {
    super(`arn:aws:bedrock:${REGION}:${ACCOUNT}`, () => new Date(clock.now()));
  }

  public override add(...[arn, ...rest]: Parameters<BatchJobs['add']>): BatchJob {
    this.visibleAt.set(arn, this.clock.now() + this.lagMs);
    return super.add(arn, ...rest);
  }

  public override all(): BatchJob[] {
    const jobs = super.all();
    return this.listing ? jobs.filter(({ arn }) => (this.visibleAt.get(arn) ?? 0) <= this.clock.now()) : jobs;
  }
}

/** The emulator's Bedrock, in the temper of this sequence. */
class TemperedBedrock implements AwsService {
  public readonly name = 'bedrock';

  constructor(
    private readonly inner: BedrockService,
    private readonly jobs: LaggingJobs,
    private readonly temper: Temper,
    private readonly tell: (request: AwsRequest) => void,
  ) {}

  public route(request: AwsRequest) {
    const { name, run } = this.inner.route(request);
    return {
      name,
      run: () => {
        if (name === 'CreateModelInvocationJob') this.judgeCreate(request);
        if (name === 'StopModelInvocationJob') this.judgeStop(request);
        this.jobs.listing = name === 'ListModelInvocationJobs';
        try {
          return run();
        } finally {
          this.jobs.listing = false;
          this.tell(request);
        }
      },
    };
  }

  public renderError(error: ServiceError): AwsReply {
    return this.inner.renderError(error);
  }

  private judgeCreate(request: AwsRequest): void {
    const body = JSON.parse(request.body.toString()) as BatchJob['request'];
    const known = this.jobs.findByToken(body.clientRequestToken);
    if (known !== undefined) {
      if (this.temper.tokenMismatch === 'conflict' && known.request.jobName !== body.jobName) {
        throw new ServiceError('ConflictException', 'The client request token was used with other parameters.');
      }
    } else if (this.temper.uniqueNames && this.jobs.all().some((job) => job.request.jobName === body.jobName)) {
      throw new ServiceError('ConflictException', 'A job of this name exists.');
    }
  }

  private judgeStop(request: AwsRequest): void {
    const job = this.jobs.find(decodeURIComponent(request.path.split('/')[2] ?? ''));
    if (this.temper.stopTwice === 'conflict' && job?.status === 'Stopping') {
      throw new ServiceError('ConflictException', 'The job is being stopped.');
    }
  }
}

/**
 * The emulator's services behind the handler's own adapters, in three ways: with the real SDK over loopback HTTP; with the real
 * SDK and a function call for a transport (the same bytes and retries, no socket); and directly, with the SDK played.
 */
export class EmulatedServices {
  public readonly jobs: BatchJobs;
  /** Asked before and after the effect of each call. */
  public hook: CallHook = () => undefined;
  /**
   * Told of each call to Bedrock as soon as it has had its effect, and whose it was: a moment later another run's call may have
   * had its own.
   */
  public onEffect: (signal: AbortSignal | undefined) => void = () => undefined;
  /** Whether the process of a run has ended: it sends nothing any more, and nothing comes back to it. */
  public hasEnded: (signal: AbortSignal) => boolean = () => false;
  /** What is under way and has lost its caller. */
  private late: (() => void)[] = [];

  private readonly life: JobLife;
  private readonly services: readonly AwsService[];
  private readonly faults = new Faults();
  private readonly iam = new Iam(false);
  private readonly server: AwsServer;
  private readonly clients: (BedrockClient | S3Client)[] = [];
  private connectTo: (signal: AbortSignal) => Services = () => {
    throw new Error('the services have not been started');
  };
  /** Of the run that sent a request, where requests do not come over HTTP. */
  private readonly signalOfRequest = new WeakMap<AwsRequest, AbortSignal | undefined>();
  /** The signal of the run, by that of one of its calls, which may have another. */
  private readonly runOfSignal = new WeakMap<AbortSignal, AbortSignal>();
  /** Of the run that has an access key, where they do. */
  private readonly signalOfKey = new Map<string, AbortSignal>();

  constructor(
    private readonly clock: FakeClock,
    temper: Temper,
  ) {
    const now = () => new Date(clock.now());
    const place = () => ({ partition: 'aws', region: REGION, account: ACCOUNT, day: '2026-11-21' });
    const store = new S3Store({ region: REGION, owner: ACCOUNT }, now);
    for (const bucket of [INPUT_BUCKET, ASSET_BUCKET, OUTPUT_BUCKET]) store.createBucket(bucket);
    for (const key of STAGED_KEYS) {
      const line = JSON.stringify({ recordId: '1', modelInput: { messages: [] } });
      store.put(ASSET_BUCKET, key, `${line}\n${line.replace('1', '2')}\n`);
    }
    this.iam.putRole({ arn: ROLE_ARN, trust: { Statement: [] } });
    const access = new S3Access(store, this.iam, 'aws');
    const jobs = new LaggingJobs(clock, temper.listLagMs);
    this.jobs = jobs;
    this.life = new JobLife(jobs, this.iam, access, {
      account: ACCOUNT,
      minRecords: 1,
      progressSteps: 1,
      answer: answerRecord,
    });
    const table = new ModelTable(MODELS);
    const models = new BedrockModels(table, this.iam, place);
    const bedrock = new BedrockService(jobs, models, table, this.iam, place);
    const tempered = new TemperedBedrock(bedrock, jobs, temper, (request) => this.onEffect(this.signalOf(request)));
    this.services = [tempered, new S3Service(store, access)];
    this.server = new AwsServer(this.services, this.iam, this.faults);
  }

  /** Real requests over a loopback socket. Each run has an access key of its own, by which its requests are known. */
  public async overHttp(): Promise<void> {
    const endpoint = await this.server.listen();
    this.faults.hook = (moment) =>
      this.hook({ ...moment, signal: this.signalOfPrincipal(moment.principal), later: () => undefined });
    this.connectTo = (signal) => {
      const accessKeyId = `AKIARUN${this.signalOfKey.size}`;
      this.signalOfKey.set(accessKeyId, signal);
      return this.connectClients(signal, this.makeClients({ endpoint, accessKeyId }));
    };
  }

  public async inMemory(): Promise<void> {
    const requestHandler = {
      handle: (request: SdkRequest, options: { abortSignal?: AbortSignal }) =>
        this.handle(request, options?.abortSignal),
      metadata: { handlerProtocol: 'http/1.1' },
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
    };
    const clients = this.makeClients({ endpoint: 'http://127.0.0.1', accessKeyId: 'AKIAEMULATOR', requestHandler });
    this.connectTo = (signal) => this.connectClients(signal, clients);
  }

  /** For one run of the function. */
  public connect(signal: AbortSignal): Services {
    return this.connectTo(signal);
  }

  public async advance(job: BatchJob): Promise<void> {
    await this.life.advance(job);
  }

  public end(job: BatchJob, status: JobStatus): void {
    this.jobs.move(job, status, status === 'Failed' ? 'ended by the test' : undefined);
  }

  /** Calls whose callers are gone have their effects now. */
  public land(): void {
    const late = this.late;
    this.late = [];
    for (const effect of late) effect();
  }

  public async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    if (this.faults.hook !== undefined) await this.server.close();
    if (this.server.defects.length > 0) throw new AggregateError(this.server.defects, 'the emulator has defects');
  }

  /** Commands go to the services as they are: no bytes, and the SDK's retries played. What is quick enough for thousands of runs. */
  public async direct(): Promise<void> {
    const client = { send: (command: SdkCommand, options?: SendOptions) => this.send(command, options?.abortSignal) };
    const clients = { bedrock: client as unknown as BedrockClient, s3: client as unknown as S3Client };
    this.connectTo = (signal) => this.connectClients(signal, clients);
  }

  private async send(command: SdkCommand, signal: AbortSignal | undefined): Promise<unknown> {
    const operation = command.constructor.name.replace(/Command$/, '');
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await this.unlessAborted(this.sendOnce(operation, command.input, signal), signal);
      } catch (error) {
        const { name, $metadata = {} } = error as SdkError;
        const status = $metadata.httpStatusCode;
        const isPassing = status === undefined || status >= 500 || status === 429;
        if (name === 'AbortError') throw error;
        if (!isPassing || attempts === SDK_ATTEMPTS)
          throw Object.assign(error as Error, { $metadata: { ...$metadata, attempts } });
        this.clock.pass(SDK_DELAY_MS);
      }
    }
  }

  private async sendOnce(operation: string, input: SdkCommand['input'], signal?: AbortSignal): Promise<unknown> {
    const service = this.services.find(({ name }) => name === (operation in S3_OPERATIONS ? 's3' : 'bedrock'));
    if (service === undefined) throw new Error(`no service has ${operation}`);
    const request = this.toRequest(operation, input);
    const run = this.runOf(signal);
    this.signalOfRequest.set(request, run);
    const call = { service: service.name, operation, principal: 'starter', signal: run };
    const take = () => service.route(request).run();
    try {
      await this.strike({ ...call, phase: 'before', later: this.laterOf(take) });
      const reply = await take();
      await this.strike({ ...call, phase: 'after', later: () => undefined });
      if (service.name === 'bedrock') return JSON.parse(String(reply.body));
      if (operation === 'GetObject') return { Body: Readable.from([Buffer.from(reply.body ?? '')]) };
      if (operation !== 'ListObjectsV2') return {};
      const sizes = String(reply.body).matchAll(/<Key>([^<]*)<\/Key>.*?<Size>(\d+)<\/Size>/gs);
      return { Contents: [...sizes].map(([, Key, Size]) => ({ Key, Size: Number(Size) })) };
    } catch (error) {
      if (error instanceof DroppedConnection) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      if (!(error instanceof ServiceError)) throw error;
      const name = service.renderError(error, '').headers?.['x-amzn-errortype'] ?? error.code;
      const $metadata = { httpStatusCode: error.status, requestId: 'emulated-request' };
      throw Object.assign(new Error(error.message), { name, $metadata });
    }
  }

  private toRequest(operation: string, input: SdkCommand['input']): AwsRequest {
    const id = encodeURIComponent(String(input.jobIdentifier ?? input.modelIdentifier ?? input.modelId));
    const object = `/${String(input.Bucket)}/${String(input.Key ?? '')}`;
    const routes: { readonly [operation: string]: readonly [method: string, path: string] } = {
      CreateModelInvocationJob: ['POST', '/model-invocation-job'],
      GetModelInvocationJob: ['GET', `/model-invocation-job/${id}`],
      ListModelInvocationJobs: ['GET', '/model-invocation-jobs'],
      StopModelInvocationJob: ['POST', `/model-invocation-job/${id}/stop`],
      TagResource: ['POST', '/tagResource'],
      UntagResource: ['POST', '/untagResource'],
      GetFoundationModel: ['GET', `/foundation-models/${id}`],
      GetFoundationModelAvailability: ['GET', `/foundation-model-availability/${id}`],
      ListObjectsV2: ['GET', `/${String(input.Bucket)}`],
      GetObject: ['GET', object],
      CopyObject: ['PUT', object],
    };
    const [method, path] = routes[operation] ?? [];
    if (method === undefined || path === undefined) throw new Error(`no route for ${operation}`);
    const query = new URLSearchParams();
    if (operation === 'ListObjectsV2') {
      query.set('list-type', '2');
      query.set('prefix', String(input.Prefix));
    }
    for (const name of LIST_PARAMETERS) if (input[name] !== undefined) query.set(name, String(input[name]));
    return {
      method,
      path,
      query,
      headers: input.CopySource === undefined ? {} : { 'x-amz-copy-source': String(input.CopySource) },
      body: Buffer.from(method === 'POST' ? JSON.stringify(input) : ''),
      principal: this.iam.principalByAccessKey('AKIAEMULATOR'),
      region: REGION,
      requestId: 'emulated-request',
    };
  }

  private runOf(signal: AbortSignal | undefined): AbortSignal | undefined {
    return signal === undefined ? undefined : this.runOfSignal.get(signal);
  }

  private signalOf(request: AwsRequest): AbortSignal | undefined {
    return this.signalOfRequest.get(request) ?? this.signalOfPrincipal(request.principal.arn);
  }

  private signalOfPrincipal(arn: string): AbortSignal | undefined {
    return this.signalOfKey.get(arn.split('/').at(-1) ?? '');
  }

  private laterOf(run: () => unknown): () => void {
    return () => {
      this.late.push(() => {
        try {
          run();
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
        }
      });
    };
  }

  private makeClients({ endpoint, accessKeyId, requestHandler }: ClientOptions): Clients {
    const settings = {
      endpoint,
      region: REGION,
      credentials: { accessKeyId, secretAccessKey: 'emulated' },
      maxAttempts: SDK_ATTEMPTS,
      ...(requestHandler === undefined ? {} : { requestHandler: requestHandler as never }),
    };
    const bedrock = new BedrockClient(settings);
    const s3 = new S3Client({ ...settings, responseChecksumValidation: 'WHEN_REQUIRED' });
    this.clients.push(bedrock, s3);
    for (const client of [bedrock, s3]) retryWithoutWaiting(client, this.clock);
    return { bedrock, s3 };
  }

  private connectClients(signal: AbortSignal, clients: Clients): Services {
    const bedrock = this.whileAlive(clients.bedrock, signal);
    return {
      jobs: new SdkBatchJobs(bedrock, signal),
      models: new SdkModels(bedrock, signal),
      objects: new SdkObjects(this.whileAlive(clients.s3, signal), signal),
    };
  }

  private whileAlive<T extends BedrockClient | S3Client>(client: T, signal: AbortSignal): T {
    const { send } = client as unknown as SdkClient;
    const ofRun = (options?: SendOptions) => {
      if (options?.abortSignal !== undefined) this.runOfSignal.set(options.abortSignal, signal);
    };
    const ifAlive =
      <V>(deliver: (value: V) => void) =>
      (value: V) => {
        if (!this.hasEnded(signal)) deliver(value);
      };
    const sendIfAlive: SdkClient['send'] = (...args) =>
      new Promise((resolve, reject) => {
        ofRun(args[1]);
        if (!this.hasEnded(signal)) send.apply(client, args).then(ifAlive(resolve), ifAlive(reject));
      });
    return { send: sendIfAlive } as unknown as T;
  }

  /** `AwsServer.serve` without the sockets. */
  private async handle(request: SdkRequest, signal: AbortSignal | undefined): Promise<{ response: SdkResponse }> {
    return { response: await this.unlessAborted(this.serve(request, signal), signal) };
  }

  private async unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    let abort = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    });
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  private async serve(request: SdkRequest, signal: AbortSignal | undefined): Promise<SdkResponse> {
    const service = this.services.find(({ name }) => request.headers.authorization?.includes(`/${name}/aws4_request`));
    if (service === undefined) throw new Error('a request without the signature of an emulated service');
    const awsRequest: AwsRequest = {
      method: request.method,
      path: request.path,
      query: new URLSearchParams(
        Object.entries(request.query ?? {}).map(([name, value]) => [name, String(value ?? '')] as [string, string]),
      ),
      headers: request.headers,
      body: toBuffer(request.body),
      principal: this.iam.principalByAccessKey('AKIAEMULATOR'),
      region: REGION,
      requestId: 'emulated-request',
    };
    const run = this.runOf(signal);
    this.signalOfRequest.set(awsRequest, run);
    let reply: AwsReply;
    try {
      const operation = service.route(awsRequest);
      const moment = { service: service.name, operation: operation.name, principal: 'starter', signal: run };
      const later = this.laterOf(() => operation.run());
      await this.strike({ ...moment, phase: 'before', later });
      reply = await operation.run();
      await this.strike({ ...moment, phase: 'after', later: () => undefined });
    } catch (error) {
      if (error instanceof DroppedConnection) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      if (!(error instanceof ServiceError)) throw error;
      reply = service.renderError(error, awsRequest.requestId);
    }
    const body = Buffer.from(reply.body ?? '');
    return {
      statusCode: reply.status,
      headers: { 'content-length': String(body.length), 'x-amzn-requestid': awsRequest.requestId, ...reply.headers },
      body: Readable.from([body]),
    };
  }

  private async strike(call: Call): Promise<void> {
    const fault = await this.hook(call);
    if (fault === undefined) return;
    const striking = new Faults();
    striking.inject({ phase: call.phase, fault });
    await striking.at(call);
  }
}

interface Clients {
  readonly bedrock: BedrockClient;
  readonly s3: S3Client;
}

interface ClientOptions {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly requestHandler?: object;
}

interface SdkClient {
  send(command: unknown, options?: SendOptions): Promise<unknown>;
}

interface SdkCommand {
  readonly input: { readonly [name: string]: unknown };
}

interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: { readonly [name: string]: unknown };
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
}

interface SdkResponse {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Readable;
}

function toBuffer(body: SdkRequest['body'] = ''): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : Buffer.concat([body]);
}

/** The SDK's own retries; only its delays, which are random, pass on the test's clock instead. */
function retryWithoutWaiting(client: BedrockClient | S3Client, clock: FakeClock): void {
  const config = client.config as unknown as { retryStrategy: () => Promise<StandardRetryStrategy> };
  const make = config.retryStrategy;
  let strategy: Promise<StandardRetryStrategy> | undefined;
  config.retryStrategy = () => {
    strategy ??= make().then((standard) => {
      standard.retryBackoffStrategy.computeNextBackoffDelay = () => {
        clock.pass(SDK_DELAY_MS);
        return 0;
      };
      return standard;
    });
    return strategy;
  };
}

/** The part of the SDK's standard strategy that says how long to wait. */
interface StandardRetryStrategy {
  readonly retryBackoffStrategy: { computeNextBackoffDelay(attempt: number): number };
}

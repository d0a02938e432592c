import type { BatchJob, BatchJobs, JobRequest } from '../../src/handlers/batch-jobs';
import type { Models } from '../../src/handlers/models';
import type { ObjectPlace, Objects, OpenObject, StoredObject } from '../../src/handlers/objects';
import type { Services } from '../../src/handlers/workbench';

/** An error as the SDK throws it. */
export function serviceError(name: string, message = '', httpStatus: number | undefined = 400, attempts = 1): Error {
  return Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: httpStatus, requestId: 'request-1', attempts },
  });
}

/** An error without an answer: the call may have had its effect. */
export function networkError(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

export interface StoredJob extends BatchJob {
  status: string;
  tags: Record<string, string>;
  request?: JobRequest;
}

/** What a fake was asked to do, in order. */
export type Calls = string[];

type Fault = { method: string; error: Error; after?: boolean };

/** Faults that wait for a call, each for one. */
class Faults {
  private faults: Fault[] = [];

  public add(fault: Fault, times: number): void {
    for (let i = 0; i < times; i += 1) this.faults.push(fault);
  }

  public take(method: string, after: boolean): void {
    const index = this.faults.findIndex((fault) => fault.method === method && (fault.after ?? false) === after);
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault !== undefined) throw fault.error;
  }
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListModelInvocationJobs.html (`nameContains`) */
const NAME_CONTAINS = /^[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9+\-.]){0,63}$/;

/** Bedrock and S3 in memory: enough of them to answer the starter. */
export class FakeServices implements Services {
  public readonly calls: Calls = [];
  public readonly stored: StoredJob[] = [];
  public readonly files = new Map<string, { text: string; versionId?: string }>();
  /** What a list shows of a file in place of its facts, by URI: nobody keeps a gigabyte in memory for a test. */
  public readonly listedAs = new Map<string, Partial<StoredObject>>();
  /** Called before each service call, by its name. */
  public onCall: (method: string) => void = () => undefined;
  /** What each service call waits for before it has an effect. */
  public wait: (method: string) => Promise<void> = async () => undefined;
  /** Whether the list shows jobs yet. */
  public listIsStale = false;

  public model: Awaited<ReturnType<Models['foundationModel']>> = { lifecycle: 'ACTIVE' };
  public access: Awaited<ReturnType<Models['availability']>> = {
    authorization: 'AUTHORIZED',
    agreement: 'AVAILABLE',
    entitlement: 'AVAILABLE',
    region: 'AVAILABLE',
  };
  public profile: Awaited<ReturnType<Models['inferenceProfile']>> = {
    status: 'ACTIVE',
    modelArns: ['arn:aws:bedrock:us-east-2::foundation-model/anthropic.claude-sonnet-4-6'],
  };
  public custom: Awaited<ReturnType<Models['customModel']>> = { status: 'Active' };

  private readonly faults = new Faults();
  private readonly tokens = new Map<string, string>();

  /** Has the next calls of a method fail, before their effect, or after it if so said. */
  public fail(method: string, error: Error, { times = 1, after = false } = {}): void {
    this.faults.add({ method, error, after }, times);
  }

  public put(uri: string, text: string, versionId?: string): void {
    this.files.set(uri, { text, versionId });
  }

  public addJob(job: Partial<StoredJob> & Pick<StoredJob, 'jobName'>): StoredJob {
    const id = `${'0'.repeat(12)}${this.stored.length + 1}`.slice(-12);
    const stored: StoredJob = {
      jobArn: `arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/${id}`,
      status: 'InProgress',
      tags: {},
      ...job,
    };
    this.stored.push(stored);
    return stored;
  }

  /** How often a method was called. */
  public count(method: string): number {
    return this.calls.filter((call) => call === method).length;
  }

  private async call<T>(method: string, effect: () => T): Promise<T> {
    this.calls.push(method);
    this.onCall(method);
    await this.wait(method);
    this.faults.take(method, false);
    const result = effect();
    this.faults.take(method, true);
    return result;
  }

  private named(jobArn: string): StoredJob {
    const job = this.stored.find((other) => other.jobArn === jobArn);
    if (job === undefined) throw serviceError('ResourceNotFoundException', 'no such job', 404);
    return job;
  }

  public readonly jobs: BatchJobs = {
    create: (request, signal) =>
      this.call('create', () => {
        if (signal.aborted) throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
        const known = this.tokens.get(request.clientRequestToken);
        if (known !== undefined) return known;
        if (this.stored.some(({ jobName }) => jobName === request.jobName)) {
          throw serviceError('ConflictException', 'a job of this name exists', 409);
        }
        const job = this.addJob({
          jobName: request.jobName,
          status: 'Submitted',
          tags: { ...request.tags },
          request,
          clientRequestToken: request.clientRequestToken,
        });
        this.tokens.set(request.clientRequestToken, job.jobArn);
        return job.jobArn;
      }),
    find: (text) =>
      this.call('find', () => {
        if (!NAME_CONTAINS.test(text)) throw serviceError('ValidationException', 'nameContains is malformed');
        return this.listIsStale
          ? []
          : this.stored.filter(({ jobName }) => jobName.includes(text)).map((job) => ({ ...job }));
      }),
    inStatus: (status) =>
      this.call('inStatus', () => this.stored.filter((job) => job.status === status).map((job) => ({ ...job }))),
    get: (jobArn) => this.call('get', () => ({ ...this.named(jobArn) })),
    stop: (jobArn) =>
      this.call('stop', () => {
        const job = this.named(jobArn);
        if (!['Submitted', 'Validating', 'Scheduled', 'InProgress'].includes(job.status)) {
          throw serviceError('ConflictException', 'the job has ended', 409);
        }
        job.status = 'Stopping';
      }),
    tag: (jobArn, tags) => this.call('tag', () => void Object.assign(this.named(jobArn).tags, tags)),
    untag: (jobArn, keys) =>
      this.call('untag', () => {
        const { tags } = this.named(jobArn);
        for (const key of keys) delete tags[key];
      }),
  };

  public readonly models: Models = {
    foundationModel: () => this.call('foundationModel', () => this.model),
    availability: () => this.call('availability', () => this.access),
    inferenceProfile: () => this.call('inferenceProfile', () => this.profile),
    customModel: () => this.call('customModel', () => this.custom),
  };

  public readonly objects: Objects = {
    list: (bucket, prefix) => this.list(bucket, prefix),
    open: (place) => this.open(place),
    copy: (from, to) =>
      this.call('copy', () => {
        this.files.set(toUri(to), { ...this.file(from) });
      }),
  };

  private async *list(bucket: string, prefix: string): AsyncIterable<StoredObject> {
    const found = await this.call('list', () =>
      [...this.files].filter(([uri]) => uri.startsWith(`s3://${bucket}/${prefix}`)),
    );
    for (const [uri, { text }] of found) {
      yield { key: uri.slice(`s3://${bucket}/`.length), bytes: Buffer.byteLength(text), ...this.listedAs.get(uri) };
    }
  }

  private open(place: ObjectPlace): Promise<OpenObject> {
    return this.call('open', () => {
      const { text, versionId } = this.file(place);
      async function* body(): AsyncIterable<Uint8Array> {
        yield Buffer.from(text);
      }
      return { versionId, body: body() };
    });
  }

  private file(place: ObjectPlace) {
    const file = this.files.get(toUri(place));
    if (file === undefined) throw serviceError('NoSuchKey', 'The specified key does not exist.', 404);
    return file;
  }
}

function toUri({ bucket, key }: ObjectPlace): string {
  return `s3://${bucket}/${key}`;
}

import { readJobProperties } from '../../src/core/event';
import { jobIdentity } from '../../src/core/job-identity';
import { clientRequestToken } from '../../src/core/job-name';
import { hashIdentity } from '../../src/handlers/hash-identity';
import type { LogFacts } from '../../src/handlers/log';
import { makeStartJob } from '../../src/handlers/start-job';
import createEvent from '../events/create.json';
import deleteEvent from '../events/delete.json';
import updateEvent from '../events/update.json';
import { FakeClock } from './fake-clock';
import { FakeServices } from './fake-services';

type Properties = Record<string, unknown>;

/** `ResourceProperties` of the real create event, with changes. */
export function properties(changes: Properties = {}): Properties {
  return { ...createEvent.ResourceProperties, ...changes };
}

export function create(changes: Properties = {}, event: Properties = {}) {
  return { ...createEvent, ResourceProperties: properties(changes), ...event };
}

export function update(physicalId: string, changes: Properties, oldChanges: Properties = {}, event: Properties = {}) {
  return {
    ...updateEvent,
    PhysicalResourceId: physicalId,
    ResourceProperties: properties(changes),
    OldResourceProperties: properties(oldChanges),
    ...event,
  };
}

export function remove(physicalId: string, changes: Properties = {}, event: Properties = {}) {
  return { ...deleteEvent, PhysicalResourceId: physicalId, ResourceProperties: properties(changes), ...event };
}

/** The identity hash of the job that the properties declare. */
export function hashOf(changes: Properties = {}): string {
  const resource = { stackId: createEvent.StackId, logicalId: createEvent.LogicalResourceId };
  return hashIdentity(jobIdentity(resource, readJobProperties(properties(changes))));
}

/** Physical id of a create that failed once it knew which job it declares. */
export function unconfirmed(changes: Properties = {}, requestId: string = createEvent.RequestId): string {
  return `unconfirmed-${clientRequestToken(hashOf(changes), hashIdentity(requestId))}`;
}

export const STAGED = 's3://books-chaptersinput-abcdef/staged/3f0c1d7e9a4b.jsonl';
export const ASSET = 's3://cdk-hnb659fds-assets-123456789012-us-east-1/3f0c1d7e9a4b.jsonl';

export function records(count: number): string {
  return Array.from({ length: count }, (_, i) => `${JSON.stringify({ recordId: `r${i}`, modelInput: {} })}\n`).join('');
}

export interface SentAnswer {
  readonly Status: string;
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: Record<string, string>;
}

export interface LogLine extends LogFacts {
  readonly level: string;
  readonly text: string;
}

/** The handler with everything around it in memory, and 101 records uploaded by CDK. */
export class Starter {
  public readonly services = new FakeServices();
  public readonly clock = new FakeClock();
  public readonly answers: SentAnswer[] = [];
  public readonly lines: LogLine[] = [];
  /** Milliseconds that the function has. */
  public remaining = 180_000;
  private readonly handler = makeStartJob({
    connect: () => this.services,
    putAnswer: async (_url, body) => void this.answers.push(JSON.parse(body)),
    clock: this.clock,
    log: {
      info: (text, facts) => void this.lines.push({ level: 'info', text, ...facts }),
      warn: (text, facts) => void this.lines.push({ level: 'warn', text, ...facts }),
    },
  });

  constructor() {
    this.services.put(ASSET, records(101));
  }

  public async send(event: unknown): Promise<SentAnswer> {
    const before = this.answers.length;
    await this.handler(event, { getRemainingTimeInMillis: () => this.remaining });
    const sent = this.answers.slice(before);
    if (sent.length !== 1 || sent[0] === undefined) throw new Error(`${sent.length} answers in place of one`);
    return sent[0];
  }

  /** As Lambda calls it, whether it answers or not. */
  public invoke(event: unknown, awsRequestId?: string): Promise<void> {
    return this.handler(event, { getRemainingTimeInMillis: () => this.remaining, awsRequestId });
  }

  public get warnings(): string[] {
    return this.lines.filter(({ level }) => level === 'warn').map(({ text }) => text);
  }
}

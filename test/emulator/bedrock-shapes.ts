import { ServiceError } from './service-error';

/**
 * Shapes of the API, as its service model gives them (botocore, `bedrock/2023-04-20`).
 *
 * The patterns of job names and tokens are written so that they match the same texts as the service's without its nested
 * repetition, which takes a regular expression engine for ever on `---------------!`.
 */
const SHAPES = {
  jobName: { min: 1, max: 63, pattern: /^[a-zA-Z0-9][a-zA-Z0-9+.-]*$/ },
  clientRequestToken: { min: 1, max: 256, pattern: /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/ },
  roleArn: { min: 0, max: 2048, pattern: /^arn:aws(-[^:]+)?:iam::([0-9]{12})?:role\/.+$/ },
  modelId: {
    min: 1,
    max: 2048,
    pattern:
      /^(?:arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(?:[0-9]{12}:custom-model\/[a-z0-9-]{1,63}\.[a-z0-9-:]{1,63}\/[a-z0-9]{12}|:foundation-model\/[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}(?:\.?[a-z0-9-]{1,63})(?::[a-z0-9-]{1,63}){0,2}|[0-9]{12}:(?:inference-profile|application-inference-profile)\/[a-zA-Z0-9-:.]+)|[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}(?:\.?[a-z0-9-]{1,63})(?::[a-z0-9-]{1,63}){0,2}|(?:[0-9a-zA-Z][_-]?)+)$/,
  },
  s3Uri: {
    min: 1,
    max: 1024,
    pattern: /^s3:\/\/[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:\/[-!_*'().a-z0-9A-Z]+(?:\/[-!_*'().a-z0-9A-Z]+)*)?\/?$/,
  },
  kmsKeyId: {
    min: 1,
    max: 2048,
    pattern:
      /^(?:arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:(?:key\/[a-zA-Z0-9-]{36}|alias\/[a-zA-Z0-9-_/]+)|[a-zA-Z0-9-]{36}|alias\/[a-zA-Z0-9-_/]+)$/,
  },
  accountId: { min: 12, max: 12, pattern: /^[0-9]{12}$/ },
  vpcId: { min: 0, max: 32, pattern: /^[-0-9a-zA-Z]+$/ },
  tagKey: { min: 1, max: 128, pattern: /^[a-zA-Z0-9\s._:/=+@-]*$/ },
  tagValue: { min: 0, max: 256, pattern: /^[a-zA-Z0-9\s._:/=+@-]*$/ },
  jobIdentifier: {
    min: 0,
    max: 1011,
    pattern: /^(?:arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:model-invocation-job\/)?[a-z0-9]{12}$/,
  },
} as const;

export type ShapeName = keyof typeof SHAPES;

export const JOB_STATUSES = [
  'Submitted',
  'Validating',
  'Scheduled',
  'InProgress',
  'Completed',
  'PartiallyCompleted',
  'Failed',
  'Stopping',
  'Stopped',
  'Expired',
] as const;

/** Collects what is wrong with a request, and says it all at once as the service does. */
export class ShapeCheck {
  private readonly problems: string[] = [];

  public required(value: unknown, path: string): void {
    if (value === undefined || value === null) this.fail(path, value, 'Member must not be null');
  }

  public text(value: unknown, path: string, shapeName: ShapeName): void {
    if (value === undefined || value === null) return;
    const { min, max, pattern } = SHAPES[shapeName];
    if (typeof value !== 'string') {
      this.fail(path, value, 'Member must be a string');
      return;
    }
    if (value.length < min) this.fail(path, value, `Member must have length greater than or equal to ${min}`);
    if (value.length > max) this.fail(path, value, `Member must have length less than or equal to ${max}`);
    else if (!pattern.test(value)) {
      this.fail(path, value, `Member must satisfy regular expression pattern: ${pattern.source}`);
    }
  }

  public integer(value: unknown, path: string, min: number, max: number): void {
    if (value === undefined || value === null) return;
    if (!Number.isInteger(value)) this.fail(path, value, 'Member must be an integer');
    else if ((value as number) < min) this.fail(path, value, `Member must have value greater than or equal to ${min}`);
    else if ((value as number) > max) this.fail(path, value, `Member must have value less than or equal to ${max}`);
  }

  public oneOf(value: unknown, path: string, allowed: readonly string[]): void {
    if (value === undefined || value === null || allowed.includes(String(value))) return;
    this.fail(path, value, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
  }

  /** The list itself, or an empty one where it is absent or no list. */
  public list(value: unknown, path: string, min: number, max: number): readonly unknown[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.fail(path, value, 'Member must be a list');
      return [];
    }
    if (value.length < min) this.fail(path, value, `Member must have length greater than or equal to ${min}`);
    if (value.length > max) this.fail(path, value, `Member must have length less than or equal to ${max}`);
    return value;
  }

  public throwIfAny(): void {
    const { length } = this.problems;
    if (length === 0) return;
    const heading = `${length} validation error${length === 1 ? '' : 's'} detected`;
    throw new ServiceError('ValidationException', `${heading}: ${this.problems.join('; ')}`);
  }

  private fail(path: string, value: unknown, constraint: string): void {
    this.problems.push(`Value '${String(value)}' at '${path}' failed to satisfy constraint: ${constraint}`);
  }
}

export function checkTags(check: ShapeCheck, tags: unknown): void {
  check.list(tags, 'tags', 0, 200).forEach((tag, index) => {
    const { key, value } = (tag ?? {}) as { key?: unknown; value?: unknown };
    check.required(key, `tags.${index + 1}.member.key`);
    check.text(key, `tags.${index + 1}.member.key`, 'tagKey');
    check.required(value, `tags.${index + 1}.member.value`);
    check.text(value, `tags.${index + 1}.member.value`, 'tagValue');
  });
}

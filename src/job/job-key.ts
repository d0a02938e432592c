import { Lazy, Resource, Stack, Token } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IAlias, IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import type { JobFacts } from '../core/check-job';
import type { Issue } from '../core/issue';
import { environmentOf } from '../private/environment';
import type { JobData } from './data-access';
import { policyText, readable } from './policy-text';

/** The key behind an alias, which is what rights are given on; an alias of which no more is known is left as it is. */
export function keyOf<T extends IKey | undefined>(key: T): T | IKey {
  if (key === undefined || !isAlias(key)) return key;
  try {
    return key.aliasTargetKey;
  } catch {
    return key;
  }
}

/** What the rules judge of the key. */
export function factsOfKey(key: IKey | undefined): Pick<JobFacts, 'keyAlias' | 'keyRegion'> {
  if (key === undefined) return {};
  return {
    keyAlias: findAlias(key),
    keyRegion: Token.isUnresolved(key.env.region) ? undefined : key.env.region,
  };
}

interface JobBuckets {
  readonly inputBucket?: IBucket;
  readonly outputBucket?: IBucket;
  /** What the results are encrypted with, whatever their bucket has. */
  readonly encryptionKey?: IKey;
}

/**
 * A bucket may come with an alias for its key: IAM takes none as a resource.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
 */
export function checkAliases({ inputBucket, outputBucket, encryptionKey }: JobBuckets): Issue[] {
  const check = (input: string, key: IKey | undefined): Issue[] => {
    const alias = key && findAlias(keyOf(key));
    if (alias === undefined) return [];
    const message = `must be encrypted with a key, on which rights can be given, got the alias "${alias}"; import the bucket with Key.fromKeyArn or Key.fromLookup`;
    return [{ code: 'KeyIsAlias', input, message }];
  };
  return [
    ...check('inputBucket', inputBucket?.encryptionKey),
    ...check('outputBucket', encryptionKey === undefined ? outputBucket?.encryptionKey : undefined),
  ];
}

/** What a job does with a key, and the prop by which it came. */
interface KeyUse {
  readonly input: 'encryptionKey' | 'inputBucket' | 'outputBucket';
  readonly writes: boolean;
}

/** What a job reads and writes; records of the app are written before they are read. */
interface KeyedData {
  readonly input: JobData;
  readonly output: JobData;
  readonly isStaged: boolean;
}

/** Lets the account of the job use the keys of other accounts, or tells what their policies must say. */
export function admitJob(scope: IConstruct, given: IKey | undefined, { input, output, isStaged }: KeyedData): Issue[] {
  const cameWith = (data: JobData) => (data.key === given ? undefined : data.key);
  return [
    ...admitAccount(scope, given, { input: 'encryptionKey', writes: true }),
    ...admitAccount(scope, cameWith(input), { input: 'inputBucket', writes: isStaged }),
    ...admitAccount(scope, cameWith(output), { input: 'outputBucket', writes: true }),
  ];
}

/** Whether the key is known to belong to another account than the stack. */
export function isOfOtherAccount(key: IKey, scope: IConstruct): boolean {
  return !Token.isUnresolved(Stack.of(scope).account) && mayBeOfOtherAccount(key, scope);
}

/** As before, or the account of the stack is decided at deployment. */
function mayBeOfOtherAccount(key: IKey, scope: IConstruct): boolean {
  return !Token.isUnresolved(key.env.account) && key.env.account !== Stack.of(scope).account;
}

/** The account of a key decides by its policy, whatever the roles of another account are allowed there. */
function admitAccount(scope: IConstruct, key: IKey | undefined, use: KeyUse): Issue[] {
  if (key === undefined || !mayBeOfOtherAccount(key, scope)) return [];
  const { account, region } = environmentOf(scope);
  const statement = new PolicyStatement({
    principals: [new AccountPrincipal(account)],
    actions: use.writes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'],
    resources: ['*'],
    conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
  });
  // In the template of the key, a token of the job's stack would be the account of the key, or a circle of stacks.
  const isPlain = !Token.isUnresolved(account) && !Token.isUnresolved(region);
  if (isPlain && key.addToResourcePolicy(statement).statementAdded) {
    // CDK has no order for stacks of two accounts, whatever the one reads of the other's outputs.
    Stack.of(scope).node.addDependency(Stack.of(key));
    return [];
  }
  const unless = Token.isUnresolved(account) ? `, unless the stack is deployed to ${key.env.account}` : '';
  return [notChecked(scope, key, use.input, `its policy must let this account use it through S3${unless}`, statement)];
}

/**
 * Lets CloudWatch Logs use the key for one log group, or tells what the policy of the key must say.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function admitLogs(key: IKey, logGroup: CfnLogGroup): Issue[] {
  const { account, partition, region } = environmentOf(logGroup);
  const name = Lazy.string({ produce: () => nameFor(key, logGroup) });
  const statement = new PolicyStatement({
    principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    // In the policy of a key, the key itself.
    resources: ['*'],
    conditions: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:${name}` },
    },
  });
  if (key.addToResourcePolicy(statement).statementAdded) return [];
  // That CloudWatch Logs takes keys of other accounts is not documented.
  const owner = mayBeOfOtherAccount(key, logGroup)
    ? `; the key must be of the account of the stack${sayIn(account, key)}`
    : '';
  return [
    notChecked(
      logGroup,
      key,
      'encryptionKey',
      `its policy must let CloudWatch Logs use it for the log group ${logGroup.node.path}, here by the name that it has so far${owner}`,
      statement,
    ),
  ];
}

/**
 * The name of a log group for the policy of its key: the one that the app has given it by then, in an aspect say, or the
 * beginning of the one that CloudFormation makes up of the stack's name and the logical id. A reference to the log group would
 * be a circle, since it waits for the key.
 */
function nameFor(key: IKey, { logGroupName, logicalId, stack }: CfnLogGroup): string {
  const given: unknown = stack.resolve(logGroupName);
  // The name of a nested stack is a reference to it, and it may wait for the key.
  if (given === undefined) return `${stack.nested ? '*' : stack.stackName}-${logicalId}-*`;
  if (typeof given === 'string') return given;
  // What only another stack can tell may wait for the key too.
  return Stack.of(key) === stack ? String(logGroupName) : '*';
}

function sayIn(account: string, key: IKey): string {
  return Token.isUnresolved(account) ? `, which says so in env where that is not ${key.env.account}` : '';
}

function notChecked(scope: IConstruct, key: IKey, input: string, must: string, statement: PolicyStatement): Issue {
  const why = Resource.isOwnedResource(key)
    ? 'is a key of this app whose policy is not changed from here'
    : 'is not a key of this app, so that its policy cannot be seen from here';
  const message = `${why}, got ${key.node.path}; ${must}: ${policyText(scope, [statement])}`;
  return { code: 'KeyPolicyNotChecked', input, severity: 'warning', message };
}

function findAlias(key: IKey): string | undefined {
  return isAlias(key) ? readable(key, key.aliasName) : undefined;
}

function isAlias(key: IKey): key is IAlias {
  return 'aliasName' in key;
}

import { Stack, Token } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IAlias, IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import type { JobFacts } from '../core/check-job';
import type { Issue } from '../core/issue';
import { environmentOf } from '../private/environment';
import { policyText } from './policy-text';

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
    keyAlias: isAlias(key) ? key.aliasName : undefined,
    keyRegion: Token.isUnresolved(key.env.region) ? undefined : key.env.region,
  };
}

/** What a job does with a key, and the prop by which it came. */
export interface KeyUse {
  readonly input: 'encryptionKey' | 'inputBucket' | 'outputBucket';
  readonly writes: boolean;
}

/** Whether the key is known to belong to another account than the stack. */
export function isOfOtherAccount(key: IKey, scope: IConstruct): boolean {
  const { account } = Stack.of(scope);
  return !Token.isUnresolved(account) && !Token.isUnresolved(key.env.account) && key.env.account !== account;
}

/** What the policy of a key in another account must say: that account decides by it, whatever the roles of this one allow. */
export function checkKeyOfOtherAccount(key: IKey, scope: IConstruct, use: KeyUse): Issue[] {
  const { account, region } = environmentOf(scope);
  const statement = new PolicyStatement({
    principals: [new AccountPrincipal(account)],
    actions: use.writes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'],
    resources: ['*'],
    conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
  });
  const because = 'its policy must let this account use it through S3';
  const logs = use.input === 'encryptionKey' ? ", and the starter's logs are not encrypted with it" : '';
  return [notChecked(scope, key, use.input, `${because}${logs}`, statement)];
}

/** Of a key that came with a bucket: the bucket's policy is another matter. */
export function checkKeyOfBucket(scope: IConstruct, key: IKey | undefined, use: KeyUse): Issue[] {
  return key === undefined || !isOfOtherAccount(key, scope) ? [] : checkKeyOfOtherAccount(key, scope, use);
}

/**
 * Lets CloudWatch Logs use the key for one log group, or tells what the policy of the key must say.
 *
 * The log group is named by the beginning of its name, which CloudFormation makes up of the stack's name and the logical id:
 * the name itself is not known before the key is, since the log group waits for the key.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function admitLogs(key: IKey, logGroup: CfnLogGroup): Issue[] {
  const { account, partition, region } = environmentOf(logGroup);
  const { nested, stackName } = logGroup.stack;
  // The name of a nested stack is a reference to it, and it may wait for the key.
  const name = `${nested ? '*' : stackName}-${logGroup.logicalId}-*`;
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
  return [
    notChecked(
      logGroup,
      key,
      'encryptionKey',
      `its policy must let CloudWatch Logs use it for the log group ${logGroup.node.path}`,
      statement,
    ),
  ];
}

function notChecked(scope: IConstruct, key: IKey, input: string, must: string, statement: PolicyStatement): Issue {
  const message = `is not a key of this app, so that its policy cannot be seen from here, got ${key.node.path}; ${must}: ${policyText(scope, [statement])}`;
  return { code: 'KeyPolicyNotChecked', input, severity: 'warning', message };
}

function isAlias(key: IKey): key is IAlias {
  return 'aliasName' in key;
}

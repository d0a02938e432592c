import type { FileAsset } from './assembly';
import type { Emulator } from './emulator';
import type { FunctionInvoker, FunctionSpec } from './function-process';
import { PhysicalNames } from './physical-name';
import { type PolicyDocument, toList } from './policy';
import type { BucketOptions } from './s3-store';
import { StackFunction } from './stack-function';

export type Properties = { readonly [name: string]: unknown };

/** What a resource is once it has been made. */
export interface Made {
  /** What `Ref` gives. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Properties;
}

/** A change asked of one resource. `current` is what is there now; absent, it is to be made. */
export interface Change {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  readonly current?: Made;
}

/** The one AWS managed policy that CDK's own providers attach. */
const MANAGED_POLICIES: { readonly [name: string]: PolicyDocument } = {
  'service-role/AWSLambdaBasicExecutionRole': {
    Statement: {
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: '*',
    },
  },
};

/** What an id of EC2's begins with, and which attribute repeats it. */
const EC2_IDS = {
  'AWS::EC2::VPC': { prefix: 'vpc', attribute: 'VpcId' },
  'AWS::EC2::Subnet': { prefix: 'subnet', attribute: 'SubnetId' },
  'AWS::EC2::SecurityGroup': { prefix: 'sg', attribute: 'GroupId' },
};

/** Properties whose change gives a resource another physical id. */
const NAME_PROPERTIES: { readonly [type: string]: string } = {
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
};

/**
 * What a stack is made of, in the emulator: buckets and their policies, roles and policies, keys, log groups and functions have an effect;
 * of everything else there is a physical id and no more.
 */
export class Infrastructure {
  private readonly names: PhysicalNames;
  private readonly account: string;
  /** Functions by ARN. */
  private readonly functions = new Map<string, StackFunction>();
  /** Every function that was ever made. */
  private readonly invokers: FunctionInvoker[] = [];
  /** Role ARNs by name, which is how policies speak of roles. */
  private readonly roleArns = new Map<string, string>();
  private readonly managedPolicies = new Map<string, PolicyDocument>();
  private assets: readonly FileAsset[] = [];

  constructor(
    private readonly emulator: Emulator,
    { stackName, account }: { readonly stackName: string; readonly account: string },
    private readonly makeFunction: (spec: FunctionSpec) => FunctionInvoker,
  ) {
    this.names = new PhysicalNames(stackName);
    this.account = account;
  }

  /** Does what `cdk deploy` does before it calls CloudFormation. A directory stays where it is: functions run from there. */
  public publish(assets: readonly FileAsset[], readAsset: (asset: FileAsset) => Buffer): void {
    this.assets = assets.map((asset) => ({ ...asset, bucketName: this.fillIn(asset.bucketName) }));
    for (const asset of this.assets) {
      const { s3 } = this.emulator;
      if (!s3.hasBucket(asset.bucketName)) s3.createBucket(asset.bucketName, { versioned: true, owner: this.account });
      const key = this.fillIn(asset.objectKey);
      if (s3.find(asset.bucketName, key) === undefined) s3.put(asset.bucketName, key, readAsset(asset));
    }
  }

  public findFunction(arn: string): StackFunction | undefined {
    return this.functions.get(arn);
  }

  public async apply(change: Change): Promise<Made> {
    const name = NAME_PROPERTIES[change.type];
    const wanted = name === undefined ? undefined : (change.properties[name] as string | undefined);
    const isRenamed = wanted !== undefined && change.current !== undefined && change.current.attributes.Name !== wanted;
    return this.make(isRenamed ? { ...change, current: undefined } : change, wanted);
  }

  public async remove({ type, properties, current }: Change & { readonly current: Made }): Promise<void> {
    const { s3, iam } = this.emulator;
    const { physicalId, attributes } = current;
    switch (type) {
      case 'AWS::S3::Bucket':
        return s3.deleteBucket(physicalId);
      case 'AWS::S3::BucketPolicy': {
        const bucket = String(properties.Bucket);
        return s3.hasBucket(bucket) ? s3.configureBucket(bucket, { policy: undefined }) : undefined;
      }
      // CDK's own provider would empty the bucket; its packaged function counts on the SDK of Lambda's runtime.
      case 'Custom::S3AutoDeleteObjects':
        return s3.hasBucket(String(properties.BucketName)) ? s3.empty(String(properties.BucketName)) : undefined;
      case 'AWS::IAM::Role':
        this.roleArns.delete(physicalId);
        return iam.deleteRole(String(attributes.Arn));
      case 'AWS::IAM::Policy':
      case 'AWS::IAM::ManagedPolicy':
        return this.detach(physicalId, properties);
      case 'AWS::Lambda::Function':
        await this.functions.get(String(attributes.Arn))?.invoker.stop();
        this.functions.delete(String(attributes.Arn));
    }
  }

  public get logs(): readonly string[] {
    return this.invokers.flatMap((invoker) => invoker.logs);
  }

  public async stopFunctions(): Promise<void> {
    for (const invoker of this.invokers) await invoker.stop();
  }

  private async make(change: Change, wantedName?: string): Promise<Made> {
    switch (change.type) {
      case 'AWS::S3::Bucket':
        return this.bucket(change, wantedName);
      case 'AWS::S3::BucketPolicy': {
        const policy = change.properties.PolicyDocument as PolicyDocument;
        this.emulator.s3.configureBucket(String(change.properties.Bucket), { policy });
        // Made as everything that has no effect here is: only its physical id is left to tell.
        break;
      }
      case 'AWS::IAM::Role':
        return this.role(change, wantedName);
      case 'AWS::IAM::Policy':
        return this.policy(change);
      case 'AWS::IAM::ManagedPolicy':
        return this.managedPolicy(change, wantedName);
      case 'AWS::Lambda::Function':
        return this.lambda(change, wantedName);
      case 'AWS::Logs::LogGroup': {
        const name = change.current?.physicalId ?? wantedName ?? this.names.next(change.logicalId);
        return { physicalId: name, attributes: { Name: name, Arn: `${this.arn('logs')}:log-group:${name}:*` } };
      }
      case 'AWS::EC2::VPC':
      case 'AWS::EC2::Subnet':
      case 'AWS::EC2::SecurityGroup': {
        const kind = EC2_IDS[change.type];
        const id = change.current?.physicalId ?? this.names.nextEc2Id(kind.prefix, change.logicalId);
        return { physicalId: id, attributes: { [kind.attribute]: id } };
      }
      case 'AWS::KMS::Key': {
        const id = change.current?.physicalId ?? this.names.nextUuid(change.logicalId);
        return { physicalId: id, attributes: { KeyId: id, Arn: `${this.arn('kms')}:key/${id}` } };
      }
    }
    if (change.current !== undefined) {
      // Not the object itself: what stands in its place holds the properties from before, too.
      return { physicalId: change.current.physicalId, attributes: change.current.attributes };
    }
    if (change.type === 'AWS::SNS::Topic') {
      const topicArn = `${this.arn('sns')}:${this.names.next(change.logicalId)}`;
      return { physicalId: topicArn, attributes: { TopicArn: topicArn } };
    }
    const physicalId = this.names.next(change.logicalId);
    // Made up, and only good for being handed on: nothing here answers to it.
    const service = change.type.split('::')[1]?.toLowerCase() ?? 'unknown';
    return { physicalId, attributes: { Arn: `${this.arn(service)}:${physicalId}` } };
  }

  private bucket({ logicalId, properties, current }: Change, wantedName?: string): Made {
    const name = current?.physicalId ?? wantedName ?? this.names.nextBucket(logicalId);
    const options = bucketOptions(properties);
    if (current === undefined) this.emulator.s3.createBucket(name, { ...options, owner: this.account });
    else this.emulator.s3.configureBucket(name, options);
    const { partition, region } = this.emulator;
    return {
      physicalId: name,
      attributes: {
        Name: name,
        Arn: `arn:${partition}:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
    };
  }

  private role({ logicalId, properties, current }: Change, wantedName?: string): Made {
    const { iam, partition } = this.emulator;
    const name = current?.physicalId ?? wantedName ?? this.names.next(logicalId, 64);
    const path = (properties.Path as string | undefined) ?? '/';
    const arn = `arn:${partition}:iam::${this.account}:role${path}${name}`;
    iam.putRole({ arn, trust: properties.AssumeRolePolicyDocument as PolicyDocument });
    this.roleArns.set(name, arn);
    for (const { PolicyName, PolicyDocument } of (properties.Policies ?? []) as InlinePolicy[]) {
      iam.putPolicy(arn, PolicyName, PolicyDocument);
    }
    for (const managed of toList(properties.ManagedPolicyArns))
      iam.putPolicy(arn, managed, this.managedDocument(managed));
    return { physicalId: name, attributes: { Name: name, Arn: arn, RoleId: `AROA${name.slice(-12)}` } };
  }

  private policy({ logicalId, properties, current }: Change): Made {
    const name = current?.physicalId ?? this.names.next(logicalId);
    this.attach(name, properties);
    return { physicalId: name, attributes: {} };
  }

  private managedPolicy({ logicalId, properties, current }: Change, wantedName?: string): Made {
    const { partition } = this.emulator;
    const name = (current?.attributes.Name as string | undefined) ?? wantedName ?? this.names.next(logicalId);
    const arn = `arn:${partition}:iam::${this.account}:policy/${name}`;
    this.managedPolicies.set(arn, properties.PolicyDocument as PolicyDocument);
    this.attach(arn, properties);
    return { physicalId: arn, attributes: { Name: name, PolicyArn: arn } };
  }

  private attach(policyName: string, properties: Properties): void {
    this.detachAll(policyName);
    for (const role of toList(properties.Roles)) {
      const arn = this.roleArns.get(role);
      if (arn === undefined) throw new Error(`The role with name ${role} cannot be found.`);
      this.emulator.iam.putPolicy(arn, policyName, properties.PolicyDocument as PolicyDocument);
    }
  }

  private detach(policyName: string, properties: Properties): void {
    this.managedPolicies.delete(policyName);
    for (const role of toList(properties.Roles)) {
      const arn = this.roleArns.get(role);
      if (arn !== undefined) this.emulator.iam.deletePolicy(arn, policyName);
    }
  }

  private detachAll(policyName: string): void {
    for (const arn of this.roleArns.values()) this.emulator.iam.deletePolicy(arn, policyName);
  }

  private managedDocument(arn: string): PolicyDocument {
    const document = this.managedPolicies.get(arn) ?? MANAGED_POLICIES[arn.split(':policy/')[1]];
    if (document === undefined) throw new Error(`the player does not know the managed policy ${arn}`);
    return document;
  }

  private async lambda({ logicalId, properties, current }: Change, wantedName?: string): Promise<Made> {
    const { iam, region } = this.emulator;
    const name = current?.physicalId ?? wantedName ?? this.names.next(logicalId, 64);
    const functionArn = `${this.arn('lambda')}:function:${name}`;
    const role = iam.assumeRole(String(properties.Role), { service: 'lambda.amazonaws.com' });
    if (role === undefined) throw new Error('The role defined for the function cannot be assumed by Lambda.');

    const isTraced = (properties.TracingConfig as { Mode?: string } | undefined)?.Mode === 'Active';
    // https://github.com/serverless/serverless/issues/6931: the check comes before there is a function.
    if (isTraced && !iam.allows(role, 'xray:PutTraceSegments', '*')) {
      throw new Error('The provided execution role does not have permissions to call PutTraceSegments on XRAY');
    }

    const logGroup = (properties.LoggingConfig as { LogGroup?: string } | undefined)?.LogGroup ?? `/aws/lambda/${name}`;
    const logStream = '2026/01/01/[$LATEST]emulated';
    const code = properties.Code as { S3Bucket?: string; S3Key?: string };
    const asset = this.assets.find((candidate) => this.fillIn(candidate.objectKey) === code.S3Key);
    const timeoutSeconds = Number(properties.Timeout ?? 3);
    const memoryMegabytes = Number(properties.MemorySize ?? 128);
    const variables = (properties.Environment as { Variables?: Properties } | undefined)?.Variables ?? {};

    await this.functions.get(functionArn)?.invoker.stop();
    const invoker = this.makeFunction({
      functionName: name,
      functionArn,
      directory: asset?.path ?? '',
      handler: String(properties.Handler),
      timeoutSeconds,
      memoryMegabytes,
      environment: {
        ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: role.accessKeyId,
        AWS_SECRET_ACCESS_KEY: 'emulated',
        AWS_SESSION_TOKEN: 'emulated',
        AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
        AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
        AWS_LAMBDA_LOG_STREAM_NAME: logStream,
        AWS_ENDPOINT_URL_BEDROCK: this.emulator.endpoint,
        AWS_ENDPOINT_URL_S3: this.emulator.endpoint,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    });
    this.invokers.push(invoker);
    const logStreamArn = `${this.arn('logs')}:log-group:${logGroup}:log-stream:${logStream}`;
    this.functions.set(functionArn, new StackFunction(invoker, iam, { role, logStreamArn }, isTraced));
    return { physicalId: name, attributes: { Name: name, Arn: functionArn } };
  }

  private arn(service: string): string {
    const { partition, region } = this.emulator;
    return `arn:${partition}:${service}:${region}:${this.account}`;
  }

  private fillIn(text: string): string {
    const { partition, region } = this.emulator;
    return text
      .replaceAll('$' + '{AWS::AccountId}', this.account)
      .replaceAll('$' + '{AWS::Region}', region)
      .replaceAll('$' + '{AWS::Partition}', partition);
  }
}

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: PolicyDocument;
}

interface EncryptionRule {
  readonly ServerSideEncryptionByDefault?: { readonly KMSMasterKeyID?: string };
}

function bucketOptions(properties: Properties): Partial<BucketOptions> {
  const versioning = properties.VersioningConfiguration as { Status?: string } | undefined;
  const encryption = properties.BucketEncryption as
    | { ServerSideEncryptionConfiguration?: readonly EncryptionRule[] }
    | undefined;
  return {
    versioned: versioning?.Status === 'Enabled',
    keyArn: encryption?.ServerSideEncryptionConfiguration?.[0]?.ServerSideEncryptionByDefault?.KMSMasterKeyID,
  };
}

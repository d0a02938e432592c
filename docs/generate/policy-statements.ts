import { CfnElement, type Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BatchInferenceJob } from '../../src';
import { type Names, toReadable, withPlaceholders } from './readable';

/** One statement, resolved so that it can be read. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: string | { readonly [kind: string]: string | readonly string[] };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: unknown } };
}

/** Who may assume a role; what a role may do; whom a resource lets in. */
export type PolicyKind = 'trust' | 'rights' | 'resource';

/** One statement of a stack, with the place that it stands in. */
export interface PlacedStatement {
  /** The role or resource whose policy it is: `ServiceRole`, `OutputBucket`. */
  readonly holder: string;
  readonly kind: PolicyKind;
  readonly statement: Statement;
  /** Why its resources hold wildcards, in the words of the library's acknowledgements; by resource. */
  readonly acknowledged: ReadonlyMap<string, readonly string[]>;
}

/** What a stack turns out to be. */
export interface SynthesisedStack {
  readonly statements: readonly PlacedStatement[];
  /** What its warnings say that policies of others must hold. */
  readonly theirs: readonly PlacedStatement[];
  /** Types of its resources, each once. */
  readonly types: readonly string[];
  /** Properties of the resource of a name, as they can be read. */
  readonly propertiesOf: (name: string) => Record<string, unknown>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}

/**
 * Synthesises a stack and reads every policy of it.
 *
 * @param others - what resources of the user's are called here, by the names that they have in the stack
 */
export function readStack(stack: Stack, others: { readonly [name: string]: string } = {}): SynthesisedStack {
  const resources = (Template.fromStack(stack).toJSON().Resources ?? {}) as Record<string, Resource>;
  const paths = pathsOf(stack);
  const names = namesOf(resources, paths, { others, jobs: jobsIn(stack) });
  const acknowledgements = acknowledgementsOf(stack, names);
  const statements = Object.entries(resources).flatMap(([logicalId, resource]) =>
    readPolicies(logicalId, resource, names).map((each) => ({
      ...each,
      acknowledged: acknowledgedIn(each.statement, paths.get(logicalId) ?? '', acknowledgements),
    })),
  );
  return {
    statements,
    theirs: theirStatements(stack, names),
    types: [...new Set(Object.values(resources).map(({ Type }) => Type))].sort(),
    propertiesOf: (name) => {
      const [, resource] = Object.entries(resources).find(([logicalId]) => names.get(logicalId) === name) ?? [];
      if (resource === undefined) throw new Error(`the stack has no ${name}`);
      return toReadable(resource.Properties ?? {}, names) as Record<string, unknown>;
    },
  };
}

/** Where a statement stands and what it says, as text that is the same for the same statement. */
export function keyOfStatement({ holder, kind, statement }: Omit<PlacedStatement, 'acknowledged'>): string {
  return JSON.stringify([holder, kind, statement]);
}

/** Whose policy a warning is about, by the prop that it names and the service of the actions. */
const THEIRS: { readonly [prop: string]: { readonly [service: string]: string } } = {
  inputBucketOwner: { s3: 'TheirInputBucket' },
  outputBucketOwner: { s3: 'TheirOutputBucket' },
  encryptionKey: { kms: 'ImportedKey' },
  topic: { sns: 'ImportedTopic', kms: 'ImportedKey' },
};

/** The JSON for pasting that warnings have: of policies that are not the app's, and of a role that has no rights in it. */
function theirStatements(stack: Stack, names: Names): PlacedStatement[] {
  const warnings = stack.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data)),
    );
  return warnings.flatMap((warning) => {
    const [, prop, json] =
      /^(\w+): .*?(\[\{.*\}\]) \[ack: .*(?:PolicyNotChecked|RoleNotGranted)\]$/.exec(warning) ?? [];
    if (json === undefined) return [];
    const statements = JSON.parse(withoutVariables(json, names)) as Record<string, unknown>[];
    return statements.map((raw) => {
      const statement = toStatement(raw, names);
      const [service] = listOf(statement.Action)[0].split(':');
      const holder = prop === 'role' ? 'ServiceRole' : THEIRS[prop]?.[service];
      if (holder === undefined) throw new Error(`the docs do not know whose policy is meant: ${warning}`);
      const kind = prop === 'role' ? ('rights' as const) : ('resource' as const);
      return { holder, kind, statement, acknowledged: new Map() };
    });
  });
}

/** In a warning, what is known only at deployment stands as `${LogicalId.Arn}`. */
function withoutVariables(json: string, names: Names): string {
  return json.replace(/\$\{(\w+)(?:\.Arn)?\}/g, (whole, id: string) => {
    const name = names.get(id);
    return name === undefined ? whole : `<${name}>`;
  });
}

export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}

/** The keys that the conditions of a statement ask for. */
export function conditionKeysOf({ Condition = {} }: Statement): string[] {
  return Object.values(Condition).flatMap((keys) => Object.keys(keys));
}

/** Whom a statement names: services, accounts, roles, or `*`. */
export function principalsOf({ Principal = {} }: Statement): string[] {
  if (typeof Principal === 'string') return [Principal];
  return Object.values(Principal).flatMap((each) => listOf(each));
}

/** A statement as the page shows it, its members in the order in which they are read. */
export function toStatement(raw: Record<string, unknown>, names: Names): Statement {
  const {
    Sid: _,
    Effect,
    Principal,
    Action,
    Resource,
    Condition,
    ...others
  } = toReadable(raw, names) as Record<string, unknown>;
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw new Error(`the docs do not know how to show ${unknown.join(', ')} of a statement`);
  const members = Object.entries({ Effect, Principal, Action, Resource, Condition });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as unknown as Statement;
}

type Placed = Omit<PlacedStatement, 'acknowledged'>;

/** The policies of one resource. One of a kind that is not known here throws: no policy may be passed over. */
export function readPolicies(logicalId: string, { Type, Properties = {} }: Resource, names: Names): Placed[] {
  const place = (holders: unknown, kind: PolicyKind, document: unknown): Placed[] =>
    listOf(holders as unknown[]).flatMap((holder) =>
      statementsIn(document).map((raw) => ({
        holder: bareName(holder, names),
        kind,
        statement: toStatement(raw, names),
      })),
    );
  switch (Type) {
    case 'AWS::IAM::Role': {
      const own = { Ref: logicalId };
      const { AssumeRolePolicyDocument, ManagedPolicyArns, ...others } = Properties;
      refuseDocuments(Type, others);
      return [
        ...place([own], 'trust', AssumeRolePolicyDocument),
        ...listOf(ManagedPolicyArns as unknown[]).map((arn) => ({
          holder: bareName(own, names),
          kind: 'rights' as const,
          statement: statementOfManagedPolicy(String(toReadable(arn, names))),
        })),
      ];
    }
    case 'AWS::IAM::Policy':
    case 'AWS::IAM::ManagedPolicy':
      return place(Properties.Roles, 'rights', Properties.PolicyDocument);
    case 'AWS::S3::BucketPolicy':
      return place([Properties.Bucket], 'resource', Properties.PolicyDocument);
    case 'AWS::SNS::TopicPolicy':
      return place(Properties.Topics, 'resource', Properties.PolicyDocument);
    case 'AWS::SQS::QueuePolicy':
      return place(Properties.Queues, 'resource', Properties.PolicyDocument);
    case 'AWS::EC2::VPCEndpoint':
      return Properties.PolicyDocument === undefined
        ? []
        : place([{ Ref: logicalId }], 'resource', Properties.PolicyDocument);
    case 'AWS::KMS::Key':
      return place([{ Ref: logicalId }], 'resource', Properties.KeyPolicy);
    case 'AWS::Logs::ResourcePolicy':
      // A policy of the Region, which the library names after the one log group that it is about.
      return place(
        [Properties.PolicyName],
        'resource',
        JSON.parse(String(toReadable(Properties.PolicyDocument, names))),
      );
    case 'AWS::Lambda::Permission': {
      const { Action, Principal, FunctionName, SourceArn, ...others } = Properties;
      refuseDocuments(Type, others);
      // As Lambda writes it into the function's policy: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
      const Condition = SourceArn === undefined ? undefined : { ArnLike: { 'AWS:SourceArn': SourceArn } };
      const raw = { Effect: 'Allow', Principal: { Service: Principal }, Action, Resource: FunctionName, Condition };
      return place([FunctionName], 'resource', { Statement: [raw] });
    }
    default:
      refuseDocuments(Type, Properties);
      return [];
  }
}

function statementsIn(document: unknown): Record<string, unknown>[] {
  return [...listOf((document as { Statement: Record<string, unknown>[] }).Statement)];
}

const DOCUMENT = /"Statement\\*"|"ManagedPolicyArns"|"PermissionsBoundary"|"PolicyDocument"/;

function refuseDocuments(type: string, properties: object): void {
  if (DOCUMENT.test(JSON.stringify(properties)))
    throw new Error(`the docs do not know how to read the policies of ${type}`);
}

/** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html */
const MANAGED_POLICIES: { readonly [arn: string]: Statement } = {
  'arn:<partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': {
    Effect: 'Allow',
    Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: '*',
  },
};

function statementOfManagedPolicy(arn: string): Statement {
  const statement = MANAGED_POLICIES[arn];
  if (statement === undefined) throw new Error(`the docs do not know what the managed policy ${arn} says`);
  return statement;
}

function bareName(reference: unknown, names: Names): string {
  return String(toReadable(reference, names)).replace(/^<(.*)>$/, '$1');
}

function pathsOf(stack: Stack): ReadonlyMap<string, string> {
  const elements = stack.node.findAll().filter((construct) => CfnElement.isCfnElement(construct));
  return new Map(elements.map((element) => [stack.resolve(element.logicalId) as string, element.node.path]));
}

/** What the reader knows it as, where the construct's own id would not tell; the parts of a job whatever its id is. */
const KNOWN: { readonly [path: string]: string } = {
  '<Job>/Role': 'ServiceRole',
  'BatchInferenceJobStarter/Role': 'StarterRole',
  'BatchInferenceJobStarter/Logs': 'StarterLogs',
  'BatchInferenceJobStarter/Function': 'Starter',
  'Dashboard/Events/LogGroup': 'EventLog',
  'Dashboard/Events/Rule': 'EventLogRule',
  'Custom::S3AutoDeleteObjectsCustomResourceProvider/Role': 'EmptyingRole',
};

function jobsIn(stack: Stack): string[] {
  return stack.node
    .findAll()
    .filter((construct) => construct instanceof BatchInferenceJob)
    .map(({ node }) => node.path);
}

interface Naming {
  readonly others: { readonly [name: string]: string };
  /** Paths of the jobs. */
  readonly jobs: readonly string[];
}

function namesOf(
  resources: Record<string, Resource>,
  paths: ReadonlyMap<string, string>,
  { others, jobs }: Naming,
): Names {
  const names = Object.keys(resources).map((logicalId): [string, string] => {
    const whole = (paths.get(logicalId) ?? logicalId).replace(/(?:\/(?:Resource|Default|Subnet))+$/, '');
    const job = jobs.find((each) => whole.startsWith(`${each}/`));
    const path = job === undefined ? whole.replace(/^[^/]*\//, '') : whole.replace(job, '<Job>');
    const name = path.replace(/^.*\//, '');
    return [logicalId, KNOWN[path] ?? others[name] ?? name];
  });
  return new Map(names);
}

interface Acknowledgement {
  /** Path of the construct below which it holds. */
  readonly path: string;
  readonly resource: string;
  readonly reason: string;
}

/** What src/private/acknowledge-wildcard.ts has written, with the resources as the page shows them. */
function acknowledgementsOf(stack: Stack, names: Names): Acknowledgement[] {
  return stack.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .flatMap(([finding, reason]) => {
        const [, resource] = /^AwsSolutions-IAM5\[Resource::(.*)\]$/.exec(finding) ?? [];
        return resource === undefined ? [] : [{ path: node.path, resource: fromFinding(resource, names), reason }];
      }),
  );
}

/** cdk-nag writes a finding with logical ids: `<Bucket123.Arn>/*`. */
function fromFinding(resource: string, names: Names): string {
  const named = resource.replace(/<([A-Za-z0-9]+)(?:\.Arn)?>/g, (whole, id: string) => {
    const name = names.get(id);
    return name === undefined ? whole : `<${name}>`;
  });
  const pseudo = named.replaceAll('<AWS::AccountId>', '<account>').replaceAll('<AWS::Region>', '<region>');
  return withPlaceholders(pseudo.replaceAll('<AWS::Partition>', '<partition>'));
}

function acknowledgedIn(
  { Action, Resource }: Statement,
  path: string,
  acknowledgements: readonly Acknowledgement[],
): ReadonlyMap<string, readonly string[]> {
  const found = listOf(Resource).map((resource): [string, string[]] => {
    const reasons = acknowledgements
      .filter((each) => each.resource === resource && path.startsWith(`${each.path}/`))
      .map(({ reason }) => reason);
    return [resource, preferred([...new Set(reasons)], listOf(Action))];
  });
  return new Map(found.filter(([, reasons]) => reasons.length > 0));
}

/** Several may be said of one resource (`*`): those that name an action of the statement, if any does. */
function preferred(reasons: string[], actions: readonly string[]): string[] {
  const naming = reasons.filter((reason) => actions.some((action) => reason.includes(action)));
  return naming.length > 0 ? naming : reasons;
}

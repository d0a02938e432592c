import { Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { checkLifecycle } from '../core/check-lifecycle';
import type { Issue } from '../core/issue';
import { type ModelAccess, modelAccess } from '../core/model-access';
import type { ModelSource } from '../core/model-source';
import { isSameInEveryRegion, routeInEveryRegion } from '../core/route-by-region';
import { type ModelRoute, routeModel } from '../core/route-model';
import { environmentOf } from '../private/environment';
import { reportIssues } from '../private/report-issues';
import { today } from '../private/today';
import { ModelByRegion } from './model-by-region';
import type { ModelRouting } from './model-routing';

/** Options of `BatchModel.bind`. */
export interface BatchModelBindOptions {
  /** Which way to the model a job may take. */
  readonly routing: ModelRouting;
}

/** A model as one stack uses it. */
export interface BatchModelConfig {
  /** What `CreateModelInvocationJob` is given: a model id, an inference profile id or an ARN. */
  readonly modelId: string;

  /** ARN of what `modelId` names. */
  readonly modelArn: string;

  /** Every ARN on which a submitter needs `bedrock:CreateModelInvocationJob`, besides the jobs themselves. */
  readonly submitArns: string[];

  /** What the service role needs to use the model; foundation models behind a profile only through that profile. */
  readonly invokeStatements: PolicyStatement[];

  /** What the starter needs to look at the model before a job is paid for. */
  readonly lookStatements: PolicyStatement[];
}

/** Checks the model for the stack of `scope` and resolves it; throws before anything is created. */
export function bindModel(scope: Construct, source: ModelSource, { routing }: BatchModelBindOptions): BatchModelConfig {
  const { route, modelArn, kinds } = resolveRoute(scope, source, routing);
  const access = modelAccess(route, environmentOf(scope), modelArn);
  return {
    modelId: route.modelId,
    modelArn: access.modelArn,
    submitArns: [access.modelArn, ...access.behindProfile, ...(access.regionless ? [access.regionless] : [])],
    invokeStatements: invokeStatements(access),
    lookStatements: lookStatements(kinds, access),
  };
}

interface ResolvedRoute {
  readonly route: ModelRoute;
  /** Set where the form of the ARN is decided at deployment. */
  readonly modelArn?: string;
  /** What the route may turn out to be: more than one only where the Region is decided at deployment. */
  readonly kinds: ReadonlySet<ModelRoute['kind']>;
}

function resolveRoute(scope: Construct, source: ModelSource, routing: ModelRouting): ResolvedRoute {
  const lifecycle = checkLifecycle(source, today(scope));
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) && !isSameInEveryRegion(source)) {
    const table = routeInEveryRegion(source, routing);
    reportIssues(scope, [...lifecycle, ...table.issues]);
    return ModelByRegion.of(scope, source, routing, table);
  }
  const result = routeModel(source, region, routing);
  reportIssues(scope, [...lifecycle, ...result.issues, ...checkPartition(result.route, region)]);
  // Without a route there was an error among the issues, and it has been thrown.
  const route = result.route as ModelRoute;
  return { route, kinds: new Set([route.kind]) };
}

/** Where the user says to which Regions a profile routes. No profile leaves its partition, and no ARN of ours may. */
function checkPartition(route: ModelRoute | undefined, region: string): Issue[] {
  if (route === undefined || Token.isUnresolved(region)) return [];
  const partitionOf = (name: string) => RegionInfo.get(name).partition;
  const home = partitionOf(region);
  const outside = route.destinationRegions.filter((name) => (partitionOf(name) ?? home) !== home);
  if (home === undefined || outside.length === 0) return [];
  const message = `${route.modelId} must route to Regions of the partition of ${region} (${home}), got ${outside.join(', ')}`;
  return [{ code: 'DestinationInOtherPartition', input: 'model', message }];
}

function invokeStatements({ modelArn, behindProfile, regionless }: ModelAccess): PolicyStatement[] {
  const actions = ['bedrock:InvokeModel'];
  const throughProfile = { 'bedrock:InferenceProfileArn': modelArn };
  const statements = [new PolicyStatement({ actions, resources: [modelArn] })];
  if (behindProfile.length > 0) {
    statements.push(
      new PolicyStatement({ actions, resources: [...behindProfile], conditions: { StringEquals: throughProfile } }),
    );
  }
  if (regionless !== undefined) {
    // A global profile asks for its model in no Region, which IAM sees as a Region named "unspecified".
    const conditions = { StringEquals: { ...throughProfile, 'aws:RequestedRegion': 'unspecified' } };
    statements.push(new PolicyStatement({ actions, resources: [regionless], conditions }));
  }
  return statements;
}

/**
 * One look at what is sent, and two at the foundation model: until when it lives, and whether it is open to this account.
 * Both are asked in this Region, whose model is the first of those behind a profile; where those are not known, it is any.
 */
function lookStatements(kinds: ResolvedRoute['kinds'], { modelArn, behindProfile }: ModelAccess): PolicyStatement[] {
  const look = (action: string, resource: string) => new PolicyStatement({ actions: [action], resources: [resource] });
  if (kinds.has('custom')) return [look('bedrock:GetCustomModel', modelArn)];
  const isProfile = behindProfile.length > 0;
  return [
    ...(isProfile ? [look('bedrock:GetInferenceProfile', modelArn)] : []),
    look('bedrock:GetFoundationModel', isProfile ? behindProfile[0] : modelArn),
    // This action has no resource type.
    look('bedrock:GetFoundationModelAvailability', '*'),
  ];
}

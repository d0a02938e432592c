import { Aws, CfnCondition, CfnMapping, CfnRule, Fn, Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { arnOf } from '../core/model-access';
import type { ModelSource } from '../core/model-source';
import { describeServedRegions, type RegionTable } from '../core/route-by-region';
import type { ModelRoute } from '../core/route-model';
import { environmentOf } from '../private/environment';
import type { ModelRouting } from './model-routing';

/** Stands in the rows of Regions without a route. */
const NOT_SERVED = 'not-served';
/** The same in lists, which would be long of it. */
const NO_REGION = '-';

/**
 * A model in a stack whose Region is decided at deployment: a rule that refuses the Regions without a route, and a mapping
 * that gives the others what differs between them: model id, destination Regions.
 *
 * One per model and routing in a stack, however many jobs use it.
 */
export class ModelByRegion extends Construct {
  public static of(scope: Construct, source: ModelSource, routing: ModelRouting, table: RegionTable): ModelByRegion {
    const stack = Stack.of(scope);
    const name = Token.isUnresolved(source.modelId) ? 'arn' : source.modelId.replace(/[^A-Za-z0-9.-]/g, '-');
    const id = `BatchModel-${name}-${routing}`;
    const existing = stack.node.tryFindChild(id);
    if (existing === undefined) return new ModelByRegion(stack, id, source, routing, table);
    const isSame = existing instanceof ModelByRegion && existing.content === contentOf(table);
    // The same id was asked for before with other `regions`: that is another table, and this one belongs to the job.
    return isSame ? existing : new ModelByRegion(scope, id, source, routing, table);
  }

  /** The route, with tokens for what the Region decides. */
  public readonly route: ModelRoute;
  /** ARN of what the job names as its model, in the Region that the stack lands in. */
  public readonly modelArn: string;

  /** What the route may turn out to be. */
  public readonly kinds: ReadonlySet<ModelRoute['kind']>;

  private readonly content: string;
  private readonly regions: string[];
  private readonly routes: ModelRoute[];
  private readonly refused: readonly string[];
  private mapping?: CfnMapping;

  private constructor(scope: Construct, id: string, source: ModelSource, routing: ModelRouting, table: RegionTable) {
    super(scope, id);
    this.content = contentOf(table);
    this.regions = [...table.routes.keys()];
    this.routes = [...table.routes.values()];
    this.refused = refusedRegions(table);
    this.kinds = new Set(this.routes.map(({ kind }) => kind));

    this.refuseOtherRegions(describeServedRegions(source, routing, table));
    const modelId = this.mapModelId();
    const destinationRegions = this.mapDestinations();
    const profile = this.routes.find(({ kind }) => kind !== 'in-region');
    const inRegion = this.routes.find(({ kind }) => kind === 'in-region');
    this.route = { ...(profile ?? this.routes[0]), modelId, destinationRegions };
    this.modelArn =
      profile !== undefined && inRegion !== undefined
        ? this.mapModelArn({ ...profile, modelId }, { ...inRegion, modelId })
        : this.arnOf(this.route);
  }

  private refuseOtherRegions(assertDescription: string): void {
    const assert = Fn.conditionContains(this.regions, Aws.REGION);
    new CfnRule(this, 'Served', { assertions: [{ assert, assertDescription }] });
  }

  private mapModelId(): string {
    const modelIds = this.routes.map(({ modelId }) => modelId);
    return new Set(modelIds).size === 1 ? modelIds[0] : this.map('modelId', modelIds, NOT_SERVED);
  }

  /**
   * The Region itself, which is the first everywhere, and those beside it. Padded to one length, since a policy lists them by
   * position; a repeated ARN grants nothing more.
   */
  private mapDestinations(): string[] {
    const rows = this.routes.map(({ destinationRegions: [, ...others] }) => others);
    const width = Math.max(...rows.map((others) => others.length));
    if (width === 0) return [Aws.REGION];
    const padded = rows.map((others, index) => {
      const last = others.at(-1) ?? this.regions[index];
      return Array.from({ length: width }, (_, column) => others[column] ?? last);
    });
    const destinations = Token.asList(this.map('destinations', padded, new Array(width).fill(NO_REGION)));
    return [Aws.REGION, ...padded[0].map((_, index) => Fn.select(index, destinations))];
  }

  /** Where some Regions have the model and others a profile of it, the form of the ARN is decided at deployment too. */
  private mapModelArn(profile: ModelRoute, inRegion: ModelRoute): string {
    const kind = this.map(
      'kind',
      this.routes.map((route) => route.kind),
      NOT_SERVED,
    );
    const usesProfile = new CfnCondition(this, 'UsesProfile', { expression: Fn.conditionEquals(kind, profile.kind) });
    return Fn.conditionIf(usesProfile.logicalId, this.arnOf(profile), this.arnOf(inRegion)).toString();
  }

  private map(column: string, values: readonly unknown[], notServed: unknown): string {
    this.mapping ??= new CfnMapping(this, 'Regions', { lazy: true });
    for (const [index, region] of this.regions.entries()) this.mapping.setValue(region, column, values[index]);
    for (const region of this.refused) this.mapping.setValue(region, column, notServed);
    return this.mapping.findInMap(Aws.REGION, column);
  }

  private arnOf(route: ModelRoute): string {
    return arnOf(route, environmentOf(this));
  }
}

/**
 * Every other Region that there is, those included where nothing is served at all: without a row, CloudFormation could stop
 * at the mapping, and say nothing of the model. Whether it judges rules first is not documented.
 */
function refusedRegions({ routes, refused }: RegionTable): string[] {
  const known = RegionInfo.regions.map(({ name }) => name);
  return [...new Set([...refused, ...known])].filter((region) => !routes.has(region)).sort();
}

function contentOf({ routes }: RegionTable): string {
  return JSON.stringify([...routes]);
}

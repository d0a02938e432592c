import { batchRegions } from '../catalog/model-catalog';
import type { Issue } from './issue';
import { entryOf, type ModelSource, regionInArn } from './model-source';
import { type ModelRoute, type Routing, routeModel } from './route-model';

/** Routes of one model for a stack whose Region is decided only when it is deployed. */
export interface RegionTable {
  readonly routes: ReadonlyMap<string, ModelRoute>;
  /** Regions that the catalog knows and that have no route. */
  readonly refused: readonly string[];
  readonly issues: readonly Issue[];
}

/**
 * Whether the way to the model is the same wherever the stack lands, so that no table is needed: the catalog knows
 * nothing of it, or the user has said it all.
 */
export function isSameInEveryRegion(source: ModelSource): boolean {
  switch (source.kind) {
    case 'foundation-model':
      return source.entry === undefined && source.statedRegions === undefined;
    case 'inference-profile':
      return source.statedDestinations !== undefined;
    case 'application-inference-profile':
      return (
        regionInArn(source) === undefined && (source.copiedFrom === undefined || isSameInEveryRegion(source.copiedFrom))
      );
    case 'custom-model':
      return source.entry === undefined && regionInArn(source) === undefined;
  }
}

export function routeInEveryRegion(source: ModelSource, routing: Routing): RegionTable {
  const routes = new Map<string, ModelRoute>();
  const refused: string[] = [];
  const warnings = new Map<string, Issue>();
  const errors: Issue[] = [];
  for (const region of candidateRegions(source)) {
    const { route, issues } = routeModel(source, region, routing);
    if (route === undefined) {
      refused.push(region);
      errors.push(...issues);
      continue;
    }
    routes.set(region, route);
    for (const issue of issues) warnings.set(issue.message, issue);
  }
  return { routes, refused, issues: routes.size === 0 ? firstOfEachCode(errors) : [...warnings.values()] };
}

/** An ARN names its Region; anything else may land wherever the catalog or the user knows batch inference. */
function candidateRegions(source: ModelSource): string[] {
  const arnRegion = regionInArn(source);
  if (arnRegion !== undefined) return [arnRegion];
  const stated = source.kind === 'foundation-model' ? (source.statedRegions ?? []) : [];
  return [...new Set([...batchRegions(), ...stated])].sort();
}

function firstOfEachCode(issues: readonly Issue[]): Issue[] {
  return [...new Map([...issues].reverse().map((issue) => [issue.code, issue])).values()];
}

/** What the deployment says when it is asked to land in a Region that the table does not serve. */
export function describeServedRegions(source: ModelSource, routing: Routing, table: RegionTable): string {
  const name = entryOf(source)?.name ?? source.modelId;
  return `${name} is served by batch inference with ModelRouting.${routing} only in ${[...table.routes.keys()].join(', ')}. Deploy the stack to one of these Regions, or choose another model or routing.`;
}

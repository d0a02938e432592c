import { profilesOf } from '../catalog/model-catalog';
import type { ModelEntry, ProfileEntry } from '../catalog/model-entry';
import type { Issue } from './issue';
import {
  describeModel,
  type FoundationModelSource,
  type InferenceProfileSource,
  type ModelSource,
  regionInArn,
} from './model-source';

export type Routing = 'AUTO' | 'IN_REGION' | 'GEOGRAPHIC' | 'GLOBAL';

/** How a request of a job reaches its model: what is sent as `modelId`, and the foundation models that may answer. */
export interface ModelRoute {
  readonly kind: 'in-region' | 'geographic' | 'global' | 'application' | 'custom';
  /** What `CreateModelInvocationJob` is given. */
  readonly modelId: string;
  /** Absent where the user gave an ARN that does not tell. */
  readonly foundationModelId?: string;
  /** Every Region whose foundation model may answer; the source Region among them. Empty where nobody knows. */
  readonly destinationRegions: readonly string[];
  /** Set for a global profile, and for an application profile made from one: the model is also asked for in no Region. */
  readonly regionless?: boolean;
}

export type RouteResult =
  | { readonly route: ModelRoute; readonly issues: readonly Issue[] }
  | { readonly route?: undefined; readonly issues: readonly Issue[] };

/** Chooses how `source` is reached from `region`, or says why it is not and what would work. */
export function routeModel(source: ModelSource, region: string, routing: Routing): RouteResult {
  switch (source.kind) {
    case 'foundation-model':
      return routeFoundationModel(source, region, routing);
    case 'inference-profile':
      return notRerouted(source, routing) ?? routeProfile(source, region);
    case 'application-inference-profile':
      return notRerouted(source, routing) ?? regionOfArn(source, region) ?? routeApplicationProfile(source, region);
    case 'custom-model':
      return notRerouted(source, routing) ?? regionOfArn(source, region) ?? routeCustomModel(source, region);
  }
}

function routeFoundationModel(source: FoundationModelSource, region: string, routing: Routing): RouteResult {
  const { entry, statedRegions } = source;
  const inRegion = new Set([...(entry?.inRegion ?? []), ...(statedRegions ?? [])]);
  const inRegionRoute: ModelRoute = {
    kind: 'in-region',
    modelId: source.modelId,
    foundationModelId: source.modelId,
    destinationRegions: [region],
  };
  const mayBeInRegion = routing === 'AUTO' || routing === 'IN_REGION';

  if (mayBeInRegion && inRegion.has(region)) return { route: inRegionRoute, issues: [] };
  if (entry === undefined && statedRegions === undefined) {
    if (mayBeInRegion) return { route: inRegionRoute, issues: [unknownModel(source)] };
    return refuse(
      'UnknownModel',
      `${source.modelId} is not in the catalog, so no profile of it is known: name the profile with BatchModel.fromInferenceProfile`,
    );
  }

  const geography = routing === 'GLOBAL' ? 'global' : 'geographic';
  const profile = routing === 'IN_REGION' ? undefined : bestProfile(entry, region, geography);
  if (profile === undefined) return refuse('ModelNotInRegion', notServed(source, region, routing));
  return profileRoute(profile, region);
}

function routeProfile(source: InferenceProfileSource, region: string): RouteResult {
  const { profile, statedDestinations, foundationModelId, modelId } = source;
  if (statedDestinations !== undefined) {
    const destinationRegions = source.global ? [region] : [...new Set([region, ...statedDestinations])];
    const kind = source.global ? 'global' : 'geographic';
    return { route: { kind, modelId, foundationModelId, destinationRegions, regionless: source.global }, issues: [] };
  }
  if (profile === undefined) {
    return refuse(
      'UnknownProfile',
      `${modelId} is not in the catalog, so the Regions it routes to are not known: give them as destinationRegions (\`aws bedrock get-inference-profile\` lists them)`,
    );
  }
  const served = sourcesForBatch(profile, source.entry);
  if (!served.includes(region)) {
    return refuse(
      'ModelNotInRegion',
      `${modelId} must be used from one of its source Regions that batch inference serves (${list(served)}), got ${region}`,
    );
  }
  return profileRoute(profile, region);
}

function profileRoute(profile: ProfileEntry, region: string): RouteResult {
  const { id: modelId, modelId: foundationModelId } = profile;
  const issues: Issue[] = profile.unconfirmed ? [unconfirmedProfile(profile)] : [];
  if (profile.geography === 'global') {
    return {
      route: { kind: 'global', modelId, foundationModelId, destinationRegions: [region], regionless: true },
      issues,
    };
  }
  const destinations = profile.destinations?.[region];
  if (destinations === undefined) {
    return refuse(
      'DestinationsUnconfirmed',
      `${modelId} exists, but no source confirms the Regions it routes to from ${region}: name them with BatchModel.fromInferenceProfile('${modelId}', { destinationRegions: [...] }) (\`aws bedrock get-inference-profile\` lists them), or use ModelRouting.GLOBAL where there is a global profile`,
    );
  }
  const destinationRegions = [...new Set([region, ...destinations])];
  return { route: { kind: 'geographic', modelId, foundationModelId, destinationRegions }, issues };
}

function routeApplicationProfile(
  source: ModelSource & { kind: 'application-inference-profile' },
  region: string,
): RouteResult {
  const { copiedFrom, modelId } = source;
  if (copiedFrom === undefined) return { route: { kind: 'application', modelId, destinationRegions: [] }, issues: [] };
  const behind = routeModel(copiedFrom, region, 'AUTO');
  if (behind.route === undefined) return behind;
  const { foundationModelId, destinationRegions } = behind.route;
  const route: ModelRoute = { kind: 'application', modelId, foundationModelId, destinationRegions };
  return { route: behind.route.kind === 'global' ? { ...route, regionless: true } : route, issues: behind.issues };
}

function routeCustomModel(source: ModelSource & { kind: 'custom-model' }, region: string): RouteResult {
  const { entry, modelId } = source;
  if (entry !== undefined && !entry.custom.includes(region)) {
    const served =
      entry.custom.length === 0
        ? 'no custom model made from it'
        : `custom models made from it only in ${list(entry.custom)}`;
    return refuse(
      'CustomModelNotServed',
      `${modelId} is made from ${entry.name}, and batch inference serves ${served}, got ${region}`,
    );
  }
  const issues = entry === undefined ? [unknownModel(source)] : [];
  return { route: { kind: 'custom', modelId, destinationRegions: [region] }, issues };
}

/** The profile that keeps requests closest: confirmed before unconfirmed, then the fewest destinations. */
function bestProfile(
  entry: ModelEntry | undefined,
  region: string,
  want: 'global' | 'geographic',
): ProfileEntry | undefined {
  if (entry === undefined) return undefined;
  const reach = (profile: ProfileEntry) => profile.destinations?.[region]?.length ?? Number.MAX_SAFE_INTEGER;
  return profilesOf(entry.id)
    .filter((profile) => (profile.geography === 'global') === (want === 'global'))
    .filter((profile) => sourcesForBatch(profile, entry).includes(region))
    .sort((a, b) => Number(a.unconfirmed ?? false) - Number(b.unconfirmed ?? false) || reach(a) - reach(b))[0];
}

/** A profile may be used from more Regions than batch inference takes it in. */
function sourcesForBatch(profile: ProfileEntry, entry: ModelEntry | undefined): string[] {
  return profile.sources.filter((source) => entry === undefined || entry.byProfile.includes(source));
}

function notServed(source: FoundationModelSource, region: string, routing: Routing): string {
  const { entry, statedRegions } = source;
  const ways: string[] = [];
  const inRegion = [...new Set([...(entry?.inRegion ?? []), ...(statedRegions ?? [])])].sort();
  if (inRegion.length > 0) ways.push(`in-Region in ${list(inRegion)}`);
  for (const profile of entry === undefined ? [] : profilesOf(entry.id)) {
    const served = sourcesForBatch(profile, entry);
    if (served.length === 0) continue;
    const how = profile.geography === 'global' ? ' (ModelRouting.GLOBAL)' : '';
    const where =
      served.length > 8 && served.includes(region) ? `${region} and ${served.length - 1} more Regions` : list(served);
    ways.push(`by profile ${profile.id}${how} in ${where}`);
  }
  const asked = routing === 'AUTO' ? '' : ` with ModelRouting.${routing}`;
  const override = `if the service has moved on, say so with BatchModel.of('${source.modelId}', { regions: ['${region}'] })`;
  return `${describeModel(source)} is not served by batch inference in ${region}${asked}; it is served ${ways.join('; ') || 'nowhere that the catalog knows'}; ${override}`;
}

/** Routing chooses among the ways to a foundation model; a profile or an ARN has already chosen. */
function notRerouted(source: ModelSource, routing: Routing): RouteResult | undefined {
  if (routing === 'AUTO') return undefined;
  return {
    issues: [
      {
        code: 'RoutingNotApplicable',
        input: 'routing',
        message: `must be left out or ModelRouting.AUTO for ${source.modelId}, which already says how its model is reached, got ModelRouting.${routing}`,
      },
    ],
  };
}

function regionOfArn(source: ModelSource, region: string): RouteResult | undefined {
  const arnRegion = regionInArn(source);
  if (arnRegion === undefined || arnRegion === region) return undefined;
  return refuse('ModelNotInRegion', `${source.modelId} must be in the Region of the job (${region}), got ${arnRegion}`);
}

function unknownModel(source: ModelSource): Issue {
  return {
    code: 'UnknownModel',
    input: 'model',
    severity: 'warning',
    message: `${nameOf(source)} is not in this library's catalog, so nothing about it was checked at synth; the deployment checks it against the live service`,
  };
}

/** An ARN that is not known yet has no name that a reader could use. */
function nameOf({ kind, modelId }: ModelSource): string {
  return kind === 'custom-model' && !modelId.startsWith('arn:') ? 'the custom model' : modelId;
}

function unconfirmedProfile(profile: ProfileEntry): Issue {
  return {
    code: 'UnconfirmedProfile',
    input: 'model',
    severity: 'warning',
    message: `${profile.id} could not be confirmed in full from what AWS publishes; the deployment checks it against the live service`,
  };
}

function refuse(code: string, message: string): RouteResult {
  return { issues: [{ code, input: 'model', message }] };
}

function list(values: readonly string[]): string {
  return values.length === 0 ? 'none' : values.join(', ');
}

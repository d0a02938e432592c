import {
  allModels,
  batchRegions,
  CATALOG_CHECKED,
  findModel,
  nearestModelIds,
  profilesOf,
} from '../../catalog/model-catalog';
import type { ModelEntry } from '../../catalog/model-entry';
import { type LifecycleState, lifecycleOn } from '../../catalog/model-lifecycle';
import { type ModelRoute, type Routing, routeModel } from '../../core/route-model';
import { choice, flag, type Input, text, toCommand } from '../command';
import { toTable } from '../table';
import { UsageError } from '../usage-error';

const ROUTINGS = ['AUTO', 'IN_REGION', 'GEOGRAPHIC', 'GLOBAL'] as const satisfies readonly Routing[];

const OPTIONS = {
  region: text('region', 'only models that batch inference serves from this Region, and how they are reached there'),
  provider: text('name', 'only models of this provider'),
  routing: choice(
    ROUTINGS,
    'routing',
    'the way to choose with --region: AUTO (in-Region, else geographic), IN_REGION, GEOGRAPHIC or GLOBAL (default: AUTO, and GLOBAL where that is the only way)',
  ),
  all: flag('also models that have reached their end of life'),
  json: flag('print JSON'),
};

/** A model with what follows from the day and, where a Region is given, from that. */
interface Row {
  readonly model: ModelEntry;
  readonly state: LifecycleState;
  readonly way?: Way;
}

/** How a model is reached from a Region. */
interface Way {
  readonly routing: Routing;
  readonly route: ModelRoute;
  readonly unconfirmed: boolean;
}

export const models = toCommand({
  name: 'models',
  summary: 'list the models that batch inference serves, and how they are reached from a Region',
  description: `Facts are from the catalog of this package, compared with AWS's pages on ${CATALOG_CHECKED}; no service is asked.`,
  arguments: [{ name: 'text', description: 'only models with these words in id, name or provider', variadic: true }],
  options: OPTIONS,
  examples: [
    { line: 'models claude --region eu-west-1', says: 'Claude from Ireland: model id or profile, and until when' },
    { line: 'models --provider amazon --json', says: "everything that is known of Amazon's models, as JSON" },
    { line: 'models --region us-east-1 --routing GLOBAL', says: 'what a job could reach through a global profile' },
  ],
  run: async ({ args, options }: Input<typeof OPTIONS>, { print, tell, terminal, colours, clock }) => {
    const { region, provider, routing, all, json } = options;
    checkChoice('--region', region, batchRegions());
    const providers = [...new Set(allModels().map((model) => model.provider))].sort();
    checkChoice('--provider', provider, providers);
    if (routing !== undefined && region === undefined) {
      throw new UsageError({ code: 'RegionMissing', input: '--routing', message: 'must come with --region' });
    }

    const words = args.join(' ').toLowerCase().split(/\s+/);
    const today = new Date(clock.now()).toISOString().slice(0, 10);
    const matching = allModels()
      .filter(({ id, name, provider: by }) => words.every((word) => `${id} ${name} ${by}`.toLowerCase().includes(word)))
      .filter((model) => provider === undefined || model.provider.toLowerCase() === provider.toLowerCase())
      .map((model) => ({ model, state: lifecycleOn(model, today), way: findWay(model, region, routing) }));
    const served = matching.filter(({ way }) => region === undefined || way !== undefined);
    const rows = served.filter(({ state }) => all || state !== 'ended');

    if (json) print(JSON.stringify(rows.map(toJson), undefined, 2));
    else if (rows.length > 0) print(toTable(columns(region), rows.map(toCells(region)), terminal.stdout, colours));

    const ended = served.filter(({ state }) => state === 'ended').length;
    if (rows.length === 0) tell(describeNothing(args, matching, options));
    else if (!all && ended > 0 && !json)
      tell(`${ended} more reached end of life; --all shows ${ended === 1 ? 'it' : 'them'}`);
    return 0;
  },
});

/** Of several ways the one that keeps requests closest; GLOBAL only where it was asked for or nothing else is there. */
function findWay(model: ModelEntry, region: string | undefined, routing: Routing | undefined): Way | undefined {
  if (region === undefined) return undefined;
  const source = { kind: 'foundation-model', modelId: model.id, entry: model } as const;
  for (const tried of routing === undefined ? (['AUTO', 'GLOBAL'] as const) : [routing]) {
    const { route, issues } = routeModel(source, region, tried);
    if (route !== undefined) return { routing: tried, route, unconfirmed: issues.length > 0 };
  }
  return undefined;
}

function columns(region: string | undefined) {
  return [
    { title: 'MODEL ID', wraps: true },
    { title: 'NAME' },
    { title: 'PROVIDER' },
    { title: region === undefined ? 'WHERE' : `FROM ${region.toUpperCase()}`, wraps: true },
    { title: 'LIFECYCLE', wraps: true },
  ];
}

function toCells(region: string | undefined) {
  return ({ model, state, way }: Row): string[] => [
    model.id,
    model.name,
    model.provider,
    region === undefined ? describeRegions(model) : describeWay(way),
    describeLifecycle(model, state),
  ];
}

/** `in-Region in 3, by profile (eu, us, global) in 21` */
function describeRegions(model: ModelEntry): string {
  const ways: string[] = [];
  const { inRegion, byProfile, custom } = model;
  if (inRegion.length > 0) ways.push(`in-Region in ${few(inRegion)}`);
  if (byProfile.length > 0) {
    const geographies = profilesOf(model.id)
      .filter(({ sources }) => sources.some((source) => byProfile.includes(source)))
      .map(({ geography }) => geography);
    ways.push(`by profile (${geographies.join(', ')}) in ${few(byProfile)}`);
  }
  if (custom.length > 0) ways.push(`custom models of it in ${few(custom)}`);
  return ways.join('; ');
}

/** One or two Regions by name, more by their number: `--region` and `--json` tell the rest. */
function few(regions: readonly string[]): string {
  return regions.length <= 2 ? regions.join(' and ') : `${regions.length} Regions`;
}

function describeWay(way: Way | undefined): string {
  if (way === undefined) return '';
  const { route, routing, unconfirmed } = way;
  const how = {
    'in-region': 'in-Region',
    geographic: `profile ${route.modelId}`,
    global: `profile ${route.modelId}${routing === 'AUTO' ? '' : ' (ModelRouting.GLOBAL)'}`,
    application: '',
    custom: '',
  }[route.kind];
  return unconfirmed ? `${how} (unconfirmed)` : how;
}

function describeLifecycle({ lifecycle, successor }: ModelEntry, state: LifecycleState): string {
  const { legacyDate, endOfLifeDate } = lifecycle;
  const next = successor === undefined ? '' : `; then ${successor}`;
  switch (state) {
    case 'active':
      return endOfLifeDate === undefined ? 'active' : `active, ends ${endOfLifeDate}${next}`;
    case 'legacy':
      return `legacy since ${legacyDate}${endOfLifeDate === undefined ? '' : `, ends ${endOfLifeDate}`}${next}`;
    case 'ended':
      return `ended${endOfLifeDate === undefined ? '' : ` ${endOfLifeDate}`}${next}`;
  }
}

function toJson({ model, state, way }: Row): object {
  const { id, name, provider, family, inRegion, byProfile, custom, quotas, lifecycle, successor } = model;
  return {
    id,
    name,
    provider,
    family,
    regions: { inRegion, byProfile, custom },
    profiles: profilesOf(id).map(({ id: profileId, geography, sources, unconfirmed }) => ({
      id: profileId,
      geography,
      sources: sources.filter((source) => byProfile.includes(source)),
      ...(unconfirmed ? { unconfirmed } : {}),
    })),
    route: way && {
      routing: way.routing,
      kind: way.route.kind,
      modelId: way.route.modelId,
      destinationRegions: way.route.destinationRegions,
      ...(way.unconfirmed ? { unconfirmed: true } : {}),
    },
    quotas,
    lifecycle: { state, ...lifecycle },
    successor,
    prices: model.prices,
  };
}

/** Why nothing is left, from what was asked for. */
function describeNothing(
  args: readonly string[],
  matching: readonly Row[],
  { region, routing }: Input<typeof OPTIONS>['options'],
): string {
  const asked = args.join(' ');
  if (matching.length === 0) {
    const near = asked === '' ? [] : nearestModelIds(asked);
    return `no model matches${near.length === 0 ? '' : `; near are ${near.join(', ')}`}`;
  }
  const [only] = matching;
  if (region !== undefined && matching.every(({ way }) => way === undefined)) {
    const which = matching.length === 1 && only !== undefined ? only.model.id : `none of the ${matching.length} models`;
    const not = matching.length === 1 ? 'is not' : 'is';
    return `${which} ${not} served by batch inference from ${region}${routing === undefined ? '' : ` with ${routing}`}`;
  }
  const successors = new Set(matching.flatMap(({ model }) => model.successor ?? []));
  const next = [...successors].filter((id) => findModel(id) !== undefined);
  return `every model that matches has reached its end of life (--all shows them); their successors are ${next.join(', ')}`;
}

function checkChoice(input: string, given: string | undefined, allowed: readonly string[]): void {
  if (given === undefined || allowed.some((one) => one.toLowerCase() === given.toLowerCase())) return;
  const message = `must be one that the catalog knows (${allowed.join(', ')}), got ${given}`;
  throw new UsageError({ code: 'NotInCatalog', input, message });
}

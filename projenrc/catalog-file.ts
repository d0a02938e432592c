import type { BodyLimits, ModelFamily } from '../src/catalog/model-entry';
import { lifecycleOn } from '../src/catalog/model-lifecycle';
import {
  amount,
  type Check,
  count,
  flag,
  listOf,
  mapOf,
  members,
  oneOf,
  optional,
  orNull,
  pairOf,
  setOf,
  size,
  text,
  truth,
  words,
} from './json-shape';

/** Content of resources/model-catalog.json; resources/README.md says what each member means. */
export interface Catalog {
  readonly checked: string;
  readonly sources: readonly { readonly url: string; readonly copy: string; readonly gives: string }[];
  readonly priceSources: readonly CatalogPriceSource[];
  readonly regions: readonly string[];
  readonly models: readonly CatalogModel[];
  readonly profiles: readonly CatalogProfile[];
}

export interface CatalogModel {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly family: ModelFamily;
  readonly regions: RegionsByKind;
  readonly quotas: CatalogQuotas;
  readonly lifecycle: CatalogLifecycle;
  readonly body?: CatalogBody;
  readonly prices?: readonly CatalogPrice[];
  readonly successor?: string;
  readonly olderTable?: boolean;
  readonly droppedRegions?: Partial<RegionsByKind>;
  readonly unconfirmed?: readonly string[];
  readonly source: string;
  readonly checked: string;
  readonly note?: string;
}

export interface RegionsByKind {
  readonly inRegion: readonly string[];
  readonly byProfile: readonly string[];
  readonly custom: readonly string[];
}

export interface CatalogQuotas {
  readonly minRecordsPerJob: number;
  readonly maxRecordsPerJob: number | null;
  readonly maxRecordsPerFile: number | null;
  readonly maxFileGB: number | null;
  readonly maxJobGB: number | null;
  readonly maxActiveJobs: number;
  readonly maxActiveJobsCustomModel?: number;
  readonly codes: { readonly [quota: string]: string };
}

export interface CatalogLifecycle {
  readonly legacyDate?: string;
  readonly endOfLifeDate?: string;
  readonly ended?: boolean;
  readonly regions?: readonly string[];
  readonly note?: string;
  readonly source?: string;
}

/** What the table calls `BodyLimits`, each limit with the page it was read from. */
export type CatalogBody = {
  readonly [limit in keyof BodyLimits]?: { readonly value: NonNullable<BodyLimits[limit]>; readonly source: string };
} & { readonly note?: string };

/** US dollars for a million tokens: of input, of output. */
export type PricePair = readonly [input: number, output: number];

export interface CatalogPrice {
  readonly route?: string;
  readonly batch: PricePair;
  readonly onDemand?: PricePair;
  readonly derived?: boolean;
  /** `id` of a price source. */
  readonly source: string;
}

export interface CatalogPriceSource {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly date: string;
  readonly note?: string;
}

export interface CatalogProfile {
  readonly id: string;
  readonly modelId: string;
  readonly geography: string;
  readonly sources: readonly string[];
  readonly destinations?: { readonly [source: string]: readonly string[] };
  readonly unconfirmed?: readonly string[];
  readonly source: string;
  readonly checked: string;
  readonly note?: string;
}

/** Every family, kept complete by the compiler. */
const FAMILIES: { readonly [family in ModelFamily]: true } = {
  'anthropic-messages': true,
  'amazon-nova': true,
  'amazon-nova-embeddings': true,
  'amazon-titan-embed-text': true,
  'amazon-titan-embed-image': true,
  'meta-llama': true,
  'mistral-text': true,
  'chat-completions': true,
};

const GEOGRAPHIES = ['us', 'eu', 'apac', 'au', 'jp', 'ca', 'us-gov', 'global'];

const IN_REGION = 'in-region';

/** Families whose models answer with vectors: nothing is paid for output. */
const EMBEDDINGS: readonly ModelFamily[] = [
  'amazon-nova-embeddings',
  'amazon-titan-embed-text',
  'amazon-titan-embed-image',
];

/** Reads the catalog, or throws with everything that is wrong with it. */
export function readCatalog(json: string): Catalog {
  let catalog: unknown;
  try {
    catalog = JSON.parse(json);
  } catch (error) {
    throw refusal([`is not JSON: ${(error as Error).message}`]);
  }
  const misshapen: string[] = [];
  CATALOG(catalog, 'catalog', (path, problem) => misshapen.push(`${path} ${problem}`));
  // What belongs together is only looked at where every member is what it should be.
  const problems =
    misshapen.length > 0 ? misshapen : [...checkModels(catalog as Catalog), ...checkProfiles(catalog as Catalog)];
  if (problems.length > 0) throw refusal(problems);
  return catalog as Catalog;
}

function refusal(problems: readonly string[]): Error {
  return new Error(`resources/model-catalog.json is refused:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
}

const url = text('a URL', (value) => value.startsWith('https://'));
const quotaCode = text('a quota code (L-0123ABCD)', (value) => /^L-[0-9A-F]{8}$/.test(value));
const region = text('a Region name', (value) => /^[a-z]{2}(-gov)?-[a-z]+-\d$/.test(value));
const isoDay = text('a day (YYYY-MM-DD)', isDay);

function isDay(value: string): boolean {
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === value;
}

const KINDS = ['inRegion', 'byProfile', 'custom'] as const;
const QUOTAS = {
  minRecordsPerJob: count,
  maxRecordsPerJob: orNull(count),
  maxRecordsPerFile: orNull(count),
  maxFileGB: orNull(size),
  maxJobGB: orNull(size),
  maxActiveJobs: count,
  maxActiveJobsCustomModel: optional(count),
};
const MAY_BE_UNCONFIRMED = [
  'name',
  'family',
  ...KINDS.map((kind) => `regions.${kind}`),
  ...Object.keys(QUOTAS).map((quota) => `quotas.${quota}`),
  'lifecycle.legacyDate',
  'lifecycle.endOfLifeDate',
];

/** As `InferenceParameters` of src/records/body-format.ts names them. */
const parameter = oneOf(['maxTokens', 'temperature', 'topP', 'stopSequences']);
const limit = (value: Check) => optional(members({ value, source: url }));

const BODY = members({
  maxOutputTokens: limit(count),
  refusedParameters: limit(setOf(parameter)),
  exclusiveParameters: limit(listOf(setOf(parameter))),
  images: limit(flag),
  note: optional(words),
});

const PRICE = members({
  route: optional(oneOf([IN_REGION, ...GEOGRAPHIES])),
  batch: pairOf(amount),
  onDemand: optional(pairOf(amount)),
  derived: optional(truth),
  source: words,
});

const MODEL = members({
  id: words,
  name: words,
  provider: words,
  family: oneOf(Object.keys(FAMILIES)),
  regions: members(Object.fromEntries(KINDS.map((kind) => [kind, setOf(region)]))),
  quotas: members({ ...QUOTAS, codes: mapOf(oneOf(Object.keys(QUOTAS)), quotaCode) }),
  lifecycle: members({
    legacyDate: optional(isoDay),
    endOfLifeDate: optional(isoDay),
    ended: optional(truth),
    regions: optional(setOf(region)),
    note: optional(words),
    source: optional(url),
  }),
  body: optional(BODY),
  prices: optional(listOf(PRICE)),
  successor: optional(words),
  olderTable: optional(truth),
  droppedRegions: optional(members(Object.fromEntries(KINDS.map((kind) => [kind, optional(setOf(region))])))),
  unconfirmed: optional(listOf(oneOf(MAY_BE_UNCONFIRMED))),
  source: url,
  checked: isoDay,
  note: optional(words),
});

const PROFILE = members({
  id: words,
  modelId: words,
  geography: oneOf(GEOGRAPHIES),
  sources: setOf(region),
  destinations: optional(mapOf(region, setOf(region))),
  unconfirmed: optional(listOf(oneOf(['id', 'sources', 'destinations']))),
  source: url,
  checked: isoDay,
  note: optional(words),
});

const CATALOG = members({
  checked: isoDay,
  sources: listOf(members({ url, copy: words, gives: words, note: optional(words) })),
  priceSources: listOf(members({ id: words, name: words, url, date: isoDay, note: optional(words) })),
  regions: setOf(region),
  models: listOf(MODEL),
  profiles: listOf(PROFILE),
});

function checkModels(catalog: Catalog): string[] {
  const { models } = catalog;
  const ofEach = models.flatMap((model) =>
    [
      ...checkModelRegions(catalog, model),
      ...checkModelSources(catalog, model),
      ...checkRetirement(catalog, model),
      ...checkPrices(catalog, model),
    ].map((problem) => `model ${model.id} ${problem}`),
  );
  return [...repeats(models, 'model'), ...repeats(catalog.priceSources, 'price source'), ...ofEach];
}

function checkModelRegions(catalog: Catalog, { id, regions, lifecycle }: CatalogModel): string[] {
  const named = [...KINDS.flatMap((kind) => regions[kind]), ...(lifecycle.regions ?? [])];
  const sources = catalog.profiles.filter(({ modelId }) => modelId === id).flatMap((profile) => profile.sources);
  const unreached = regions.byProfile.filter((name) => !sources.includes(name));
  return [
    ...unlistedRegions(catalog, named),
    ...unreached.map((name) => `is served by profile in ${name}, but no profile of it has that source Region`),
  ];
}

function checkModelSources(catalog: Catalog, { source, lifecycle, body = {} }: CatalogModel): string[] {
  const problems = unlistedSource(catalog, source);
  for (const fact of Object.values(body)) {
    if (typeof fact !== 'string') problems.push(...unlistedSource(catalog, fact.source));
  }
  if (lifecycle.source !== undefined) problems.push(...unlistedSource(catalog, lifecycle.source));
  else if (Object.keys(lifecycle).length > 0) problems.push('names no source for its lifecycle');
  return problems;
}

function checkRetirement(catalog: Catalog, model: CatalogModel): string[] {
  const problems: string[] = [];
  const { legacyDate, endOfLifeDate, ended } = model.lifecycle;
  if (legacyDate !== undefined && endOfLifeDate !== undefined && legacyDate > endOfLifeDate) {
    problems.push(`is legacy from ${legacyDate}, after its end of life on ${endOfLifeDate}`);
  }
  if (ended && endOfLifeDate !== undefined) {
    problems.push('has both "ended" and an end of life date; "ended" is for a day nobody names');
  }
  if (ended && !model.unconfirmed?.includes('lifecycle.endOfLifeDate')) {
    problems.push('is ended on no known day, and does not mark lifecycle.endOfLifeDate as unconfirmed');
  }
  return [...problems, ...checkSuccessor(catalog, model)];
}

function checkSuccessor({ models, checked }: Catalog, model: CatalogModel): string[] {
  const { successor } = model;
  if (successor === undefined) {
    return lifecycleOn(model, checked) === 'active' ? [] : ['is legacy or ended, and has no successor'];
  }
  const heir = models.find(({ id }) => id === successor);
  if (heir === undefined) return [`has the successor ${successor}, which is not a model of the catalog`];
  const state = lifecycleOn(heir, checked);
  return state === 'active' ? [] : [`has the successor ${successor}, which is ${state} on ${checked}`];
}

function checkPrices(catalog: Catalog, model: CatalogModel): string[] {
  const { prices = [] } = model;
  return prices.flatMap((price, index) => {
    const { route, batch, onDemand, source } = price;
    const problems: string[] = [];
    const way = route ?? 'every way';
    if (!catalog.priceSources.some(({ id }) => id === source)) {
      problems.push(`has a price of the source ${source}, which is not in the list "priceSources"`);
    }
    if (prices.slice(0, index).some((earlier) => earlier.route === undefined || earlier.route === route)) {
      problems.push(`has a price for ${way} that an earlier one hides`);
    }
    if (route !== undefined && !isServedBy(catalog, model, route)) {
      problems.push(`has a price for ${route}, by which batch does not reach it`);
    }
    if (onDemand !== undefined && (batch[0] > onDemand[0] || batch[1] > onDemand[1])) {
      problems.push(`has a price for ${way} that is higher in a batch than on demand`);
    }
    if (EMBEDDINGS.includes(model.family) && batch[1] !== 0) {
      problems.push(`has a price for output, but answers with vectors`);
    }
    return problems;
  });
}

function isServedBy({ profiles }: Catalog, { id, regions }: CatalogModel, route: string): boolean {
  if (route === IN_REGION) return regions.inRegion.length > 0;
  return profiles.some(
    ({ modelId, geography, sources }) =>
      modelId === id && geography === route && sources.some((name) => regions.byProfile.includes(name)),
  );
}

function checkProfiles(catalog: Catalog): string[] {
  const { profiles } = catalog;
  const ofEach = profiles.flatMap((profile) =>
    [...checkProfile(catalog, profile), ...checkDestinations(profile)].map(
      (problem) => `profile ${profile.id} ${problem}`,
    ),
  );
  return [...repeats(profiles, 'profile'), ...ofEach];
}

function checkProfile(
  catalog: Catalog,
  { id, modelId, geography, sources, destinations, source }: CatalogProfile,
): string[] {
  const problems = unlistedSource(catalog, source);
  if (!catalog.models.some((model) => model.id === modelId)) {
    problems.push(`is of ${modelId}, which is not a model of the catalog`);
  }
  if (id !== `${geography}.${modelId}`) {
    problems.push(`must be named ${geography}.${modelId}, after its geography and model`);
  }
  if (sources.length === 0) problems.push('has no source Region');
  return [...problems, ...unlistedRegions(catalog, [...sources, ...Object.values(destinations ?? {}).flat()])];
}

function checkDestinations({ geography, sources, destinations, unconfirmed }: CatalogProfile): string[] {
  if (geography === 'global') {
    return destinations === undefined
      ? []
      : ['is global and has destinations; a global profile may grow, so none are kept'];
  }
  if (destinations === undefined) {
    const isMarked = unconfirmed?.includes('destinations');
    return isMarked ? [] : ['has no destinations, and does not mark them as unconfirmed'];
  }
  const given = Object.keys(destinations).sort().join(', ');
  const wanted = sources.join(', ');
  return given === wanted ? [] : [`must give destinations for each source Region (${wanted}), got ${given || 'none'}`];
}

function repeats(rows: readonly { readonly id: string }[], kind: string): string[] {
  const twice = rows.filter(({ id }, index) => rows.findIndex((row) => row.id === id) !== index);
  return twice.map(({ id }) => `${kind} ${id} is there more than once`);
}

function unlistedRegions({ regions }: Catalog, names: readonly string[]): string[] {
  const unlisted = [...new Set(names)].filter((name) => !regions.includes(name));
  return unlisted.map((name) => `names the Region ${name}, which is not in the list "regions"`);
}

function unlistedSource({ sources }: Catalog, source: string): string[] {
  return sources.some(({ url }) => url === source) ? [] : [`has a source that is not in the list "sources": ${source}`];
}

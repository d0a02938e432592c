import type {
  Catalog,
  CatalogBody,
  CatalogModel,
  CatalogPrice,
  CatalogPriceSource,
  CatalogProfile,
  CatalogQuotas,
} from './catalog-file';

/**
 * The service does not say which of the two its "GB" is. The smaller: a file or job within it is within the other too, and
 * what is over it can be split.
 */
const BYTES_PER_GB = 1_000_000_000;

/** Source of src/catalog/model-table.ts, without the marker line. */
export function renderModelTable({ models, profiles, priceSources, checked }: Catalog): string {
  const regions = new SharedLiterals(
    'REGIONS',
    'readonly string[]',
    [
      ...models.flatMap((model) => Object.values(model.regions)),
      ...profiles.flatMap(({ sources, destinations }) => [sources, ...Object.values(destinations ?? {})]),
    ].map(listLiteral),
  );
  const destinationsOf = (profile: CatalogProfile) => destinationsLiteral(profile, regions);
  const destinations = new SharedLiterals(
    'DESTINATIONS',
    "NonNullable<ProfileEntry['destinations']>",
    profiles.filter((profile) => profile.destinations !== undefined).map(destinationsOf),
  );
  const quotas = new SharedLiterals('QUOTAS', 'ModelQuotas', models.map(quotasLiteral));
  const bodies = new SharedLiterals(
    'BODY',
    'BodyLimits',
    models.flatMap(({ body }) => (body === undefined ? [] : [bodyLiteral(body)])),
  );
  const usedSources = new Set(models.flatMap(({ prices = [] }) => prices.map(({ source }) => source)));
  const sources = new Map(
    priceSources.filter(({ id }) => usedSources.has(id)).map((source, index) => [source.id, `PRICES_${index + 1}`]),
  );

  return [
    "import { batchPrice, type PriceSource } from './batch-price';",
    "import type { BodyLimits, ModelEntry, ModelQuotas, ProfileEntry } from './model-entry';",
    '',
    '/** Day on which the whole table was last compared with its sources. */',
    `export const CATALOG_CHECKED = ${text(checked)};`,
    '',
    '// Lists that several rows share.',
    ...regions.declarations(),
    ...destinations.declarations(),
    ...quotas.declarations(),
    ...bodies.declarations(),
    '',
    '// Where and when prices were read.',
    ...priceSources.filter(({ id }) => sources.has(id)).map((source) => priceSourceLine(source, sources)),
    '',
    'export const MODELS: readonly ModelEntry[] = [',
    ...models.map((model) => modelLine(model, { regions, quotas, bodies, sources })),
    '];',
    '',
    'export const PROFILES: readonly ProfileEntry[] = [',
    ...profiles.map((profile) => profileLine(profile, regions, destinations, destinationsOf)),
    '];',
    '',
  ].join('\n');
}

interface Shared {
  readonly regions: SharedLiterals;
  readonly quotas: SharedLiterals;
  readonly bodies: SharedLiterals;
  /** Constant by the id of a price source. */
  readonly sources: ReadonlyMap<string, string>;
}

function modelLine(model: CatalogModel, { regions, quotas, bodies, sources }: Shared): string {
  const { id, name, provider, family, lifecycle, body, prices, successor } = model;
  const { legacyDate, endOfLifeDate, ended } = lifecycle;
  return `  ${object({
    id: text(id),
    name: text(name),
    provider: text(provider),
    family: text(family),
    inRegion: regions.use(listLiteral(model.regions.inRegion)),
    byProfile: regions.use(listLiteral(model.regions.byProfile)),
    custom: regions.use(listLiteral(model.regions.custom)),
    quotas: quotas.use(quotasLiteral(model)),
    lifecycle: object({
      legacyDate: legacyDate && text(legacyDate),
      endOfLifeDate: endOfLifeDate && text(endOfLifeDate),
      ended: ended ? 'true' : undefined,
    }),
    body: body && bodies.use(bodyLiteral(body)),
    prices: prices && `[${prices.map((price) => priceLiteral(price, sources)).join(', ')}]`,
    successor: successor && text(successor),
  })},`;
}

function profileLine(
  profile: CatalogProfile,
  regions: SharedLiterals,
  destinations: SharedLiterals,
  destinationsOf: (profile: CatalogProfile) => string,
): string {
  const { id, modelId, geography, sources, unconfirmed = [] } = profile;
  return `  ${object({
    id: text(id),
    modelId: text(modelId),
    geography: text(geography),
    sources: regions.use(listLiteral(sources)),
    destinations: profile.destinations && destinations.use(destinationsOf(profile)),
    unconfirmed: unconfirmed.length > 0 ? 'true' : undefined,
  })},`;
}

function quotasLiteral({ quotas }: { readonly quotas: CatalogQuotas }): string {
  const number = (value: number | null | undefined) => (value == null ? undefined : String(value));
  const bytes = (gigabytes: number | null) => (gigabytes === null ? undefined : String(gigabytes * BYTES_PER_GB));
  return object({
    minRecordsPerJob: number(quotas.minRecordsPerJob),
    maxRecordsPerJob: number(quotas.maxRecordsPerJob),
    maxRecordsPerFile: number(quotas.maxRecordsPerFile),
    maxFileBytes: bytes(quotas.maxFileGB),
    maxJobBytes: bytes(quotas.maxJobGB),
    maxActiveJobs: number(quotas.maxActiveJobs),
    maxActiveJobsCustomModel: number(quotas.maxActiveJobsCustomModel),
  });
}

function bodyLiteral({ maxOutputTokens, refusedParameters, exclusiveParameters, images }: CatalogBody): string {
  return object({
    maxOutputTokens: maxOutputTokens && String(maxOutputTokens.value),
    refusedParameters: refusedParameters && listLiteral(refusedParameters.value),
    exclusiveParameters: exclusiveParameters && `[${exclusiveParameters.value.map(listLiteral).join(', ')}]`,
    images: images && String(images.value),
  });
}

/** The call of a function instead of an object: the members' names would be most of the table. */
function priceLiteral({ route, batch, onDemand, derived, source }: CatalogPrice, sources: Shared['sources']): string {
  const parts = [sources.get(source), route && text(route), pair(batch), onDemand && pair(onDemand), derived && 'true'];
  while (parts.at(-1) === undefined) parts.pop();
  return `batchPrice(${parts.map((part) => part ?? 'undefined').join(', ')})`;
}

function priceSourceLine({ id, name, url, date }: CatalogPriceSource, sources: Shared['sources']): string {
  return `const ${sources.get(id)}: PriceSource = ${object({ source: text(`${name}: ${url}`), date: text(date) })};`;
}

function pair([input, output]: readonly [number, number]): string {
  return `[${input}, ${output}]`;
}

function destinationsLiteral({ destinations = {} }: CatalogProfile, regions: SharedLiterals): string {
  const entries = Object.entries(destinations).map(([source, list]) => [text(source), regions.use(listLiteral(list))]);
  return object(Object.fromEntries(entries));
}

function listLiteral(items: readonly string[]): string {
  return `[${items.map(text).join(', ')}]`;
}

function object(members: { readonly [name: string]: string | undefined }): string {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '{}' : `{ ${given.map(([name, value]) => `${name}: ${value}`).join(', ')} }`;
}

function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Literals of one type, written once as a constant where more than one row has the same. */
class SharedLiterals {
  private readonly names = new Map<string, string>();

  constructor(
    prefix: string,
    private readonly type: string,
    literals: readonly string[],
  ) {
    for (const literal of new Set(literals)) {
      const isShared = literals.filter((other) => other === literal).length > 1;
      const name = `${prefix}_${this.names.size + 1}`;
      // A constant no longer than this is clearer in its place.
      if (isShared && literal.length > name.length + 4) this.names.set(literal, name);
    }
  }

  public use(literal: string): string {
    return this.names.get(literal) ?? literal;
  }

  public declarations(): string[] {
    return [...this.names].map(([literal, name]) => `const ${name}: ${this.type} = ${literal};`);
  }
}

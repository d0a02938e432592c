import { lifecycleOn } from '../src/catalog/model-lifecycle';
import type { Catalog, CatalogModel } from './catalog-file';

/** More Regions than this are counted, not listed. */
const MAX_LISTED_REGIONS = 4;

/** Source of src/model/batch-model.ts, without the marker line. */
export function renderBatchModel(catalog: Catalog): string {
  const names = constantNames(catalog.models);
  const constants = catalog.models.map((model) => renderConstant(model, catalog, names));
  return [HEAD, ...constants, FACTORIES].join('\n');
}

/** Names of the constants by model id; throws for a name that two models would share, or that is none. */
export function constantNames(models: readonly CatalogModel[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const model of models) {
    const name = constantName(model);
    const other = [...names].find(([, taken]) => taken === name)?.[0];
    if (other !== undefined)
      throw new Error(
        `models ${other} and ${model.id} would both be BatchModel.${name}: change a name in resources/model-catalog.json`,
      );
    if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(name))
      throw new Error(`model ${model.id} would be BatchModel.${name}, which is not a legal constant name`);
    names.set(model.id, name);
  }
  return names;
}

/** Provider and model name in upper snake case, the provider's word not doubled: `Qwen` and `Qwen3 32B` is `QWEN3_32B`. */
export function constantName({ provider, name }: Pick<CatalogModel, 'provider' | 'name'>): string {
  const snake = toSnake(name);
  return isNamedAfterProvider({ provider, name }) ? snake : `${providerWord(provider)}_${snake}`;
}

function isNamedAfterProvider({ provider, name }: Pick<CatalogModel, 'provider' | 'name'>): boolean {
  const [first] = toSnake(name).split('_');
  return first.replace(/\d+$/, '') === providerWord(provider);
}

/** `Mistral AI` is MISTRAL, `Z.AI` is ZAI. */
function providerWord(provider: string): string {
  return provider
    .split(' ')[0]
    .replace(/[^A-Za-z]/g, '')
    .toUpperCase();
}

function toSnake(name: string): string {
  return name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}

function renderConstant(model: CatalogModel, catalog: Catalog, names: ReadonlyMap<string, string>): string {
  const { id, provider, name, unconfirmed = [], note } = model;
  const title = isNamedAfterProvider(model) ? name : `${provider} ${name}`;
  const lines = [`${title}, \`${id}\`.`, '', describeRegions(model, catalog)];
  if (unconfirmed.includes('name') && note !== undefined) lines.push('', `About the name: ${note}.`);
  const deprecation = describeDeprecation(model, catalog.checked, names);
  if (deprecation !== undefined) lines.push('', `@deprecated ${deprecation}`);
  return [
    '  /**',
    ...lines.map((line) => `   * ${line}`.trimEnd()),
    '   */',
    `  public static readonly ${names.get(id)} = new BatchModel(catalogModel('${id}'));`,
    '',
  ].join('\n');
}

function describeRegions({ id, regions }: CatalogModel, { profiles }: Catalog): string {
  const { inRegion, byProfile, custom } = regions;
  const ways: string[] = [];
  if (inRegion.length > 0) ways.push(`in-Region in ${countRegions(inRegion)}`);
  if (byProfile.length > 0) {
    const used = profiles.filter(
      ({ modelId, sources }) => modelId === id && sources.some((region) => byProfile.includes(region)),
    );
    ways.push(
      `by inference profile (${used.map(({ geography }) => geography).join(', ')}) in ${countRegions(byProfile)}`,
    );
  }
  if (custom.length > 0) ways.push(`as a custom model in ${countRegions(custom)}`);
  return `Batch inference: ${ways.join('; ')}.`;
}

function countRegions(regions: readonly string[]): string {
  return regions.length > MAX_LISTED_REGIONS ? `${regions.length} Regions` : regions.join(', ');
}

function describeDeprecation(model: CatalogModel, day: string, names: ReadonlyMap<string, string>): string | undefined {
  const { lifecycle, unconfirmed = [], successor = '' } = model;
  const { legacyDate, endOfLifeDate } = lifecycle;
  const state = lifecycleOn(model, day);
  if (state === 'active') return undefined;
  const doubt = unconfirmed.includes('lifecycle.endOfLifeDate') ? ' (day unconfirmed)' : '';
  const end =
    endOfLifeDate === undefined
      ? 'past its end of life, on a day that no source names'
      : `end of life on ${endOfLifeDate}${doubt}`;
  const what = state === 'ended' ? end : `legacy since ${legacyDate}${endOfLifeDate === undefined ? '' : `, ${end}`}`;
  return `${what}; use ${names.get(successor)}`;
}

const HEAD = `import type { MathExpression, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type {
  ApplicationInferenceProfileOptions,
  BatchModelOptions,
  InferenceProfileOptions,
} from './batch-model-options';
import { type BatchModelBindOptions, type BatchModelConfig, bindModel } from './model-binding';
import {
  catalogModel,
  type ModelSource,
  modelByApplicationInferenceProfile,
  modelByCustomModel,
  modelById,
  modelByInferenceProfile,
} from './model-source';

/**
 * What answers the records of a job: a foundation model, an inference profile or a custom model.
 *
 * The constants are the models that batch inference serves, and those it once served: a job with a model past its end of
 * life is refused at synth with a successor named. Which of them the Region of a stack can use, in it or by a profile, is
 * worked out when a job takes the model.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-supported.html
 */
export class BatchModel {`;

const FACTORIES = `  /**
   * A foundation model by its id: for a model newer than the constants, or served in more Regions than they know.
   *
   * An id that is close to a known one is refused as a typing error. One that the catalog has never heard of is taken with
   * a warning, and checked against the live service when the stack deploys. With \`regions\` a "no" of the catalog (a Region
   * that it does not list, an end of life) is set aside on your word.
   *
   * @param modelId for example \`amazon.nova-lite-v1:0\`; no ARN, and no profile id such as \`us.amazon.nova-lite-v1:0\`
   */
  public static of(modelId: string, options: BatchModelOptions = {}): BatchModel {
    return new BatchModel(modelById(modelId, options));
  }

  /**
   * A system-defined inference profile by its id: to choose the profile yourself instead of by \`ModelRouting\`.
   *
   * The stack must be in one of its source Regions. A profile that the catalog does not know, or whose destinations no
   * source confirms, needs \`destinationRegions\`, because the service role may use the model in exactly those.
   *
   * @param profileId for example \`us.amazon.nova-lite-v1:0\` or \`global.anthropic.claude-sonnet-4-6\`
   */
  public static fromInferenceProfile(profileId: string, options: InferenceProfileOptions = {}): BatchModel {
    return new BatchModel(modelByInferenceProfile(profileId, options));
  }

  /**
   * An application inference profile, one that you made to track cost or usage.
   *
   * It must be in the Region of the stack. Say what it was made from in \`copiedFrom\`: the ARN does not tell, so without it
   * neither Region nor end of life is checked and the service role may use any model through this profile.
   *
   * @param arn ARN of the profile, which may be a token
   */
  public static fromApplicationInferenceProfile(
    arn: string,
    options: ApplicationInferenceProfileOptions = {},
  ): BatchModel {
    return new BatchModel(modelByApplicationInferenceProfile(arn, options));
  }

  /**
   * A custom model, made from a foundation model by training it further.
   *
   * Only few base models are served as custom models, each in few Regions; where the ARN names the base model both are
   * checked. Provisioned throughput is never taken by batch inference.
   *
   * @param arn ARN of the custom model, in the Region of the stack; it may be a token
   */
  public static fromCustomModel(arn: string): BatchModel {
    return new BatchModel(modelByCustomModel(arn));
  }

  /** Model id, profile id or ARN, as given. What a job sends may differ: see \`ModelRouting\`. */
  public readonly modelId: string;

  /** @internal */
  public readonly _source: ModelSource;

  private constructor(source: ModelSource) {
    this._source = source;
    this.modelId = source.modelId;
  }

  /**
   * Resolves the model for the Region of a stack: what to send, and the rights that takes. Called by the job.
   *
   * Throws where batch inference does not serve the model, naming the Regions and profiles that would work. If the Region
   * is known only at deployment, the stack gets a rule that refuses the others.
   */
  public bind(scope: Construct, options: BatchModelBindOptions): BatchModelConfig {
    return bindModel(scope, this._source, options);
  }

  /**
   * Records that wait to be processed, over all batch jobs of this model in the account and Region; never of one job.
   *
   * No source says whether jobs that go through an inference profile count under its id or under that of the model, so this
   * is the sum over both: of a model over every profile known of it, of a profile over itself and its model. Nothing
   * published is 0. Where you know better, give \`dimensionsMap: { ModelId: … }\`; \`id\` and \`visible\` have no effect.
   *
   * @see https://aws.amazon.com/blogs/machine-learning/monitor-amazon-bedrock-batch-inference-using-amazon-cloudwatch-metrics/
   */
  public metricRecordsPending(options: MetricOptions = {}): MathExpression {
    const { batchMetric, metricIdsOf, RECORDS_PENDING } = metrics();
    return batchMetric(RECORDS_PENDING, metricIdsOf(this._source), options);
  }

  /**
   * Input tokens processed in a minute, over all batch jobs of this model in the account and Region; never of one job. See
   * \`metricRecordsPending\` for what it sums up.
   */
  public metricInputTokensPerMinute(options: MetricOptions = {}): MathExpression {
    const { batchMetric, metricIdsOf, INPUT_TOKENS_PER_MINUTE } = metrics();
    return batchMetric(INPUT_TOKENS_PER_MINUTE, metricIdsOf(this._source), options);
  }

  /**
   * Output tokens made in a minute, over all batch jobs of this model in the account and Region; never of one job. See
   * \`metricRecordsPending\` for what it sums up.
   *
   * AWS tells of this metric; its name, \`NumberOfOutputTokensProcessedPerMinute\`, is taken from its twin for input and was
   * confirmed by no source: look at it in your account before an alarm depends on it.
   */
  public metricOutputTokensPerMinute(options: MetricOptions = {}): MathExpression {
    const { batchMetric, metricIdsOf, OUTPUT_TOKENS_PER_MINUTE } = metrics();
    return batchMetric(OUTPUT_TOKENS_PER_MINUTE, metricIdsOf(this._source), options);
  }
}

/** Loaded by the first metric: most apps make none, and would wait for it each time that they are synthesised. */
function metrics(): typeof import('./model-metrics') {
  return require('./model-metrics') as typeof import('./model-metrics');
}
`;

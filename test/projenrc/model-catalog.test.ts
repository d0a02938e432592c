import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Project } from 'projen';
import { type Catalog, readCatalog } from '../../projenrc/catalog-file';
import { ModelCatalog } from '../../projenrc/model-catalog';
import { constantName, constantNames, renderBatchModel } from '../../projenrc/render-batch-model';
import { renderModelTable } from '../../projenrc/render-model-table';
import { BatchModel } from '../../src/model/batch-model';

const ROOT = join(__dirname, '..', '..');
const JSON_TEXT = readFileSync(join(ROOT, 'resources', 'model-catalog.json'), 'utf8');
const catalog = readCatalog(JSON_TEXT);

// biome-ignore lint/suspicious/noExplicitAny: rows are spoiled here in ways that no type allows
type Row = { [member: string]: any };
type Draft = Row & { models: Row[]; profiles: Row[] };

/** The catalog with something changed by hand, as it is read again. */
function reread(change: (draft: Draft) => void): Catalog {
  const draft = JSON.parse(JSON_TEXT);
  change(draft);
  return readCatalog(JSON.stringify(draft));
}

function rowOf(rows: Row[], id: string): Row {
  const found = rows.find((row) => row.id === id);
  if (found === undefined) throw new Error(`no row ${id} to spoil`);
  return found;
}

const model = (draft: Draft, id: string) => rowOf(draft.models, id);
const profile = (draft: Draft, id: string) => rowOf(draft.profiles, id);

const NOVA_LITE = 'amazon.nova-lite-v1:0';
const NOVA_PREMIER = 'amazon.nova-premier-v1:0';
const US_NOVA_LITE = 'us.amazon.nova-lite-v1:0';
const OPUS_3 = 'anthropic.claude-3-opus-20240229-v1:0';
const OPUS_5 = 'anthropic.claude-opus-5';
const TITAN_TEXT = 'amazon.titan-embed-text-v2:0';

describe('a catalog is refused', () => {
  const cases: [what: string, change: (draft: Draft) => void, message: string][] = [
    [
      'a model twice',
      (d) => d.models.push(d.models[0]),
      `model amazon.nova-2-multimodal-embeddings-v1:0 is there more than once`,
    ],
    [
      'a profile twice',
      (d) => d.profiles.push(profile(d, US_NOVA_LITE)),
      `profile ${US_NOVA_LITE} is there more than once`,
    ],
    [
      'a profile of an unknown model',
      (d) => {
        profile(d, US_NOVA_LITE).modelId = 'amazon.nova-light-v1:0';
      },
      `profile ${US_NOVA_LITE} is of amazon.nova-light-v1:0, which is not a model of the catalog`,
    ],
    [
      'a profile not named after its geography',
      (d) => {
        profile(d, US_NOVA_LITE).geography = 'eu';
      },
      `profile ${US_NOVA_LITE} must be named eu.${NOVA_LITE}`,
    ],
    [
      'a profile of an unknown geography',
      (d) => {
        profile(d, US_NOVA_LITE).geography = 'mars';
      },
      `must be one of us, eu, apac, au, jp, ca, us-gov, global, got "mars"`,
    ],
    [
      'a profile without sources',
      (d) => {
        const row = profile(d, 'us.meta.llama3-1-405b-instruct-v1:0');
        row.sources = [];
        row.destinations = {};
      },
      `profile us.meta.llama3-1-405b-instruct-v1:0 has no source Region`,
    ],
    [
      'a source without destinations',
      (d) => {
        delete profile(d, US_NOVA_LITE).destinations['us-east-1'];
      },
      `profile ${US_NOVA_LITE} must give destinations for each source Region`,
    ],
    [
      'no destinations, unmarked',
      (d) => {
        delete profile(d, US_NOVA_LITE).destinations;
      },
      `profile ${US_NOVA_LITE} has no destinations, and does not mark them as unconfirmed`,
    ],
    [
      'a global profile with destinations',
      (d) => {
        profile(d, 'global.amazon.nova-2-lite-v1:0').destinations = { 'us-east-1': ['us-east-1'] };
      },
      'profile global.amazon.nova-2-lite-v1:0 is global and has destinations',
    ],
    [
      'an unknown successor',
      (d) => {
        model(d, NOVA_PREMIER).successor = 'amazon.nova-proo-v1:0';
      },
      `model ${NOVA_PREMIER} has the successor amazon.nova-proo-v1:0, which is not a model of the catalog`,
    ],
    [
      'an ended successor',
      (d) => {
        model(d, NOVA_PREMIER).successor = OPUS_3;
      },
      `model ${NOVA_PREMIER} has the successor ${OPUS_3}, which is ended on 2026-11-21`,
    ],
    [
      'a legacy successor',
      (d) => {
        model(d, 'amazon.nova-pro-v1:0').lifecycle = {
          ...model(d, NOVA_PREMIER).lifecycle,
          legacyDate: '2026-11-21',
          endOfLifeDate: '2026-11-22',
        };
      },
      `which is legacy on 2026-11-21`,
    ],
    [
      'an ended model without a successor',
      (d) => {
        delete model(d, NOVA_PREMIER).successor;
      },
      `model ${NOVA_PREMIER} is legacy or ended, and has no successor`,
    ],
    [
      'a day that is none',
      (d) => {
        model(d, NOVA_PREMIER).lifecycle.endOfLifeDate = '2026-02-30';
      },
      `catalog.models[${NOVA_PREMIER}].lifecycle.endOfLifeDate must be a day (YYYY-MM-DD), got "2026-02-30"`,
    ],
    [
      'a day written otherwise',
      (d) => {
        d.checked = '21 November 2026';
      },
      'catalog.checked must be a day (YYYY-MM-DD), got "21 November 2026"',
    ],
    [
      'an end before the legacy date',
      (d) => {
        model(d, NOVA_PREMIER).lifecycle.legacyDate = '2026-09-15';
      },
      `model ${NOVA_PREMIER} is legacy from 2026-09-15, after its end of life on 2026-09-14`,
    ],
    [
      'an end both dated and undated',
      (d) => {
        model(d, NOVA_PREMIER).lifecycle.ended = true;
      },
      `model ${NOVA_PREMIER} has both "ended" and an end of life date`,
    ],
    [
      'an undated end, unmarked',
      (d) => {
        delete model(d, OPUS_3).unconfirmed;
      },
      `model ${OPUS_3} is ended on no known day, and does not mark lifecycle.endOfLifeDate as unconfirmed`,
    ],
    [
      'dates from nowhere',
      (d) => {
        delete model(d, NOVA_PREMIER).lifecycle.source;
      },
      `model ${NOVA_PREMIER} names no source for its lifecycle`,
    ],
    [
      'what is no Region name',
      (d) => {
        model(d, NOVA_LITE).regions.custom = ['useast1'];
      },
      `catalog.models[${NOVA_LITE}].regions.custom[0] must be a Region name, got "useast1"`,
    ],
    [
      'a misspelt Region',
      (d) => {
        model(d, NOVA_LITE).regions.custom = ['us-esat-1'];
      },
      `model ${NOVA_LITE} names the Region us-esat-1, which is not in the list "regions"`,
    ],
    [
      'a misspelt destination',
      (d) => {
        profile(d, US_NOVA_LITE).destinations['us-east-1'] = ['us-esat-1'];
      },
      `profile ${US_NOVA_LITE} names the Region us-esat-1`,
    ],
    [
      'Regions out of order',
      (d) => {
        model(d, NOVA_LITE).regions.custom = ['us-east-1', 'eu-west-1'];
      },
      'must be in alphabetical order without repeats, got us-east-1 before eu-west-1',
    ],
    [
      'a Region twice',
      (d) => {
        model(d, NOVA_LITE).regions.custom = ['us-east-1', 'us-east-1'];
      },
      'must be in alphabetical order without repeats, got us-east-1 before us-east-1',
    ],
    [
      'a Region by profile that no profile is called from',
      (d) => {
        model(d, NOVA_LITE).regions.byProfile = ['sa-east-1'];
      },
      `model ${NOVA_LITE} is served by profile in sa-east-1, but no profile of it has that source Region`,
    ],
    [
      'an unknown family',
      (d) => {
        model(d, NOVA_LITE).family = 'nova';
      },
      `catalog.models[${NOVA_LITE}].family must be one of anthropic-messages`,
    ],
    [
      'a misspelt member',
      (d) => {
        model(d, NOVA_LITE).sucessor = NOVA_LITE;
      },
      `catalog.models[${NOVA_LITE}].sucessor is not a member`,
    ],
    [
      'a missing member',
      (d) => {
        delete model(d, NOVA_LITE).regions;
      },
      `catalog.models[${NOVA_LITE}].regions must be an object, got nothing`,
    ],
    [
      'an unconfirmed member that is none',
      (d) => {
        model(d, NOVA_LITE).unconfirmed = ['lifecycle.eolDate'];
      },
      `catalog.models[${NOVA_LITE}].unconfirmed[0] must be one of name, family`,
    ],
    [
      'a quota that is no number',
      (d) => {
        model(d, NOVA_LITE).quotas.maxJobGB = '5';
      },
      `catalog.models[${NOVA_LITE}].quotas.maxJobGB must be a number above 0, got "5"`,
    ],
    [
      'no minimum of records',
      (d) => {
        model(d, NOVA_LITE).quotas.minRecordsPerJob = null;
      },
      `catalog.models[${NOVA_LITE}].quotas.minRecordsPerJob must be a whole number above 0, got null`,
    ],
    [
      'a malformed quota code',
      (d) => {
        model(d, NOVA_LITE).quotas.codes.maxActiveJobs = 'L-1';
      },
      `quotas.codes.maxActiveJobs must be a quota code (L-0123ABCD), got "L-1"`,
    ],
    [
      'a code of an unknown quota',
      (d) => {
        model(d, NOVA_LITE).quotas.codes.maxTokens = 'L-E2ED42E6';
      },
      `quotas.codes key must be one of minRecordsPerJob`,
    ],
    [
      'dates from a page that is not listed',
      (d) => {
        model(d, NOVA_PREMIER).lifecycle.source = 'https://example.com/';
      },
      `model ${NOVA_PREMIER} has a source that is not in the list "sources": https://example.com/`,
    ],
    [
      'a row from a page that is not listed',
      (d) => {
        model(d, NOVA_LITE).source = 'https://example.com/';
      },
      `model ${NOVA_LITE} has a source that is not in the list "sources": https://example.com/`,
    ],
    [
      'a body limit without the page it was read from',
      (d) => {
        delete model(d, NOVA_LITE).body.images.source;
      },
      `catalog.models[${NOVA_LITE}].body.images.source must be a URL, got nothing`,
    ],
    [
      'a body limit from a page that is not listed',
      (d) => {
        model(d, NOVA_LITE).body.images.source = 'https://example.com/';
      },
      `model ${NOVA_LITE} has a source that is not in the list "sources": https://example.com/`,
    ],
    [
      'images that are neither taken nor not',
      (d) => {
        model(d, NOVA_LITE).body.images.value = 'some';
      },
      `catalog.models[${NOVA_LITE}].body.images.value must be true or false, got "some"`,
    ],
    [
      'a refused parameter that is none',
      (d) => {
        model(d, OPUS_5).body.refusedParameters.value = ['top_p'];
      },
      'must be one of maxTokens, temperature, topP, stopSequences, got "top_p"',
    ],
    [
      'a price below nothing',
      (d) => {
        model(d, NOVA_LITE).prices[0].batch = [-0.03, 0.12];
      },
      `catalog.models[${NOVA_LITE}].prices[0].batch[0] must be a number of 0 or more, got -0.03`,
    ],
    [
      'a price of input alone',
      (d) => {
        model(d, NOVA_LITE).prices[0].batch = [0.03];
      },
      `catalog.models[${NOVA_LITE}].prices[0].batch must be a list of two, got [0.03]`,
    ],
    [
      'a price that is no list',
      (d) => {
        model(d, NOVA_LITE).prices[0].batch = 0.03;
      },
      `catalog.models[${NOVA_LITE}].prices[0].batch must be a list, got 0.03`,
    ],
    [
      'a price from nowhere',
      (d) => {
        model(d, NOVA_LITE).prices[0].source = 'hearsay';
      },
      `model ${NOVA_LITE} has a price of the source hearsay, which is not in the list "priceSources"`,
    ],
    [
      'a price source without a day',
      (d) => {
        d.priceSources[0].date = '2026';
      },
      'must be a day (YYYY-MM-DD), got "2026"',
    ],
    [
      'a price source twice',
      (d) => {
        d.priceSources.push(d.priceSources[0]);
      },
      'price source pricing-page-2025 is there more than once',
    ],
    [
      'a price for a profile that the model has not',
      (d) => {
        model(d, NOVA_LITE).prices[0].route = 'global';
      },
      `model ${NOVA_LITE} has a price for global, by which batch does not reach it`,
    ],
    [
      'a price in the Region of a model that is served by profile only',
      (d) => {
        model(d, OPUS_5).prices[0].route = 'in-region';
      },
      `model ${OPUS_5} has a price for in-region, by which batch does not reach it`,
    ],
    [
      'two prices for one way',
      (d) => {
        model(d, NOVA_LITE).prices[0].route = 'us';
      },
      `model ${NOVA_LITE} has a price for us that an earlier one hides`,
    ],
    [
      'a price behind one that holds for every way',
      (d) => {
        delete model(d, NOVA_LITE).prices[0].route;
      },
      `model ${NOVA_LITE} has a price for us that an earlier one hides`,
    ],
    [
      'a batch dearer than on demand',
      (d) => {
        model(d, NOVA_LITE).prices[0].onDemand = [0.06, 0.11];
      },
      `model ${NOVA_LITE} has a price for in-region that is higher in a batch than on demand`,
    ],
    [
      'a price for the output of an embeddings model',
      (d) => {
        model(d, TITAN_TEXT).prices = [{ batch: [0.01, 0.01], source: 'pricing-page-2026' }];
      },
      `model ${TITAN_TEXT} has a price for output, but answers with vectors`,
    ],
    [
      'a profile from a page that is not listed',
      (d) => {
        profile(d, US_NOVA_LITE).source = 'https://example.com/';
      },
      `profile ${US_NOVA_LITE} has a source that is not in the list "sources": https://example.com/`,
    ],
  ];

  test.each(cases)('for %s', (_, change, message) => {
    expect(() => reread(change)).toThrow(message);
  });

  test('with everything that is wrong at once, not only the first', () => {
    const change = (draft: Draft) => {
      model(draft, NOVA_LITE).name = '';
      model(draft, NOVA_PREMIER).provider = 7;
    };
    expect(() => reread(change)).toThrow(`models[${NOVA_LITE}].name must be text`);
    expect(() => reread(change)).toThrow(`models[${NOVA_PREMIER}].provider must be text, got 7`);
  });

  test('for text that is not JSON', () => {
    expect(() => readCatalog('{ "checked": ')).toThrow(/^resources\/model-catalog\.json is refused:\n- is not JSON: /);
  });

  test('as it is, for nothing', () => {
    expect(reread(() => undefined)).toEqual(catalog);
  });
});

describe('constant names', () => {
  test.each([
    ['Amazon', 'Nova 2 Lite', 'AMAZON_NOVA_2_LITE'],
    ['Amazon', 'Amazon Nova Multimodal Embeddings', 'AMAZON_NOVA_MULTIMODAL_EMBEDDINGS'],
    ['Anthropic', 'Claude Sonnet 4.6', 'ANTHROPIC_CLAUDE_SONNET_4_6'],
    ['DeepSeek', 'DeepSeek-V3.1', 'DEEPSEEK_V3_1'],
    ['Meta', 'Llama 3.3 70B Instruct', 'META_LLAMA_3_3_70B_INSTRUCT'],
    ['MiniMax', 'MiniMax M2.1', 'MINIMAX_M2_1'],
    ['Mistral AI', 'Mistral Small (24.02)', 'MISTRAL_SMALL_24_02'],
    ['Mistral AI', 'Devstral 2 123B', 'MISTRAL_DEVSTRAL_2_123B'],
    ['Moonshot AI', 'Kimi K2.5', 'MOONSHOT_KIMI_K2_5'],
    ['NVIDIA', 'NVIDIA Nemotron Nano 9B v2', 'NVIDIA_NEMOTRON_NANO_9B_V2'],
    ['OpenAI', 'gpt-oss-120b', 'OPENAI_GPT_OSS_120B'],
    ['Qwen', 'Qwen3 32B (dense)', 'QWEN3_32B_DENSE'],
    ['Z.AI', 'GLM 4.7', 'ZAI_GLM_4_7'],
  ])('%s, %s: %s', (provider, name, constant) => {
    expect(constantName({ provider, name })).toBe(constant);
    expect([...constantNames(catalog.models).values()]).toContain(constant);
  });

  test('are unique', () => {
    const names = [...constantNames(catalog.models).values()];
    expect(new Set(names).size).toBe(catalog.models.length);
  });

  test('are refused where two models would share one', () => {
    const [first] = catalog.models;
    const models = [first, { ...first, id: 'amazon.other', name: 'Nova, Multimodal Embeddings' }];
    expect(() => constantNames(models)).toThrow(
      'models amazon.nova-2-multimodal-embeddings-v1:0 and amazon.other would both be BatchModel.AMAZON_NOVA_MULTIMODAL_EMBEDDINGS',
    );
  });

  test('are refused where a name has no letter or digit', () => {
    expect(() => constantNames([{ ...catalog.models[0], name: '***' }])).toThrow('which is not a legal constant name');
  });
});

describe('BatchModel', () => {
  const constants = BatchModel as unknown as { readonly [name: string]: BatchModel };

  test.each([...constantNames(catalog.models)])('has %s as %s', (id, name) => {
    expect(constants[name].modelId).toBe(id);
  });

  test('has no other constant', () => {
    const there = Object.keys(BatchModel).filter(
      (name) => BatchModel[name as keyof typeof BatchModel] instanceof BatchModel,
    );
    expect(there).toEqual([...constantNames(catalog.models).values()]);
  });

  test('can be asked for each of the 21 rows of the older table, by constant and by id', () => {
    const older = catalog.models.filter(({ olderTable }) => olderTable);
    expect(older).toHaveLength(21);
    const names = constantNames(catalog.models);
    for (const { id } of older) expect(BatchModel.of(id).modelId).toBe(constants[names.get(id) ?? ''].modelId);
  });
});

describe('the doc comment of a constant', () => {
  const source = renderBatchModel(catalog);
  const docOf = (name: string, text = source) =>
    text
      .slice(0, text.indexOf(` readonly ${name} `))
      .split('/**')
      .at(-1);

  test('names provider, model, id and where it is served', () => {
    expect(docOf('AMAZON_NOVA_LITE')).toContain('Amazon Nova Lite, `amazon.nova-lite-v1:0`.');
    expect(docOf('AMAZON_NOVA_LITE')).toContain(
      'Batch inference: in-Region in me-central-1, us-east-1, us-gov-west-1; by inference profile (us, eu, apac, ca) in 24 Regions.',
    );
  });

  test('says so where a name is doubtful', () => {
    expect(docOf('GOOGLE_GEMMA_3_27B_PT')).toContain('About the name: page calls it PT, ID says -it.');
  });

  test('deprecates an ended model with its date and successor', () => {
    expect(docOf('ANTHROPIC_CLAUDE_SONNET_4')).toContain(
      '@deprecated end of life on 2026-10-14; use ANTHROPIC_CLAUDE_SONNET_4_6',
    );
  });

  test('says that a date is unconfirmed', () => {
    expect(docOf('ANTHROPIC_CLAUDE_3_7_SONNET')).toContain(
      '@deprecated end of life on 2026-04-28 (day unconfirmed); use',
    );
  });

  test('gives no date where no source does', () => {
    expect(docOf('ANTHROPIC_CLAUDE_3_OPUS')).toContain(
      '@deprecated past its end of life, on a day that no source names; use',
    );
  });

  test('deprecates a legacy model with both dates', () => {
    const before = { ...catalog, checked: '2026-10-13' };
    expect(docOf('ANTHROPIC_CLAUDE_SONNET_4', renderBatchModel(before))).toContain(
      '@deprecated legacy since 2026-04-14, end of life on 2026-10-14; use ANTHROPIC_CLAUDE_SONNET_4_6',
    );
  });

  test('deprecates no active model', () => {
    expect(source.match(/@deprecated/g)).toHaveLength(14);
    expect(docOf('ANTHROPIC_CLAUDE_SONNET_4_6')).not.toContain('@deprecated');
  });
});

describe('the generated files', () => {
  const GENERATED = ['src/catalog/model-table.ts', 'src/model/batch-model.ts'];

  test.each([
    ['src/catalog/model-table.ts', renderModelTable],
    ['src/model/batch-model.ts', renderBatchModel],
  ])('%s is what the catalog says: run `npx projen` if not', (path, render) => {
    const [marker, ...lines] = readFileSync(join(ROOT, path), 'utf8').split('\n');
    expect(marker).toBe('// ~~ Generated by projen. To modify, edit .projenrc.ts and run "npx projen".');
    expect(lines.join('\n')).toBe(render(catalog));
  });

  test('are written by the component, read-only', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'model-catalog-'));
    try {
      cpSync(join(ROOT, 'resources'), join(outdir, 'resources'), { recursive: true });
      const project = new Project({ name: 'planted', outdir });
      new ModelCatalog(project);
      for (const path of GENERATED) expect(project.tryFindFile(path)).toMatchObject({ readonly: true });
      project.synth();
      for (const path of GENERATED) {
        const [marker, ...lines] = readFileSync(join(outdir, path), 'utf8').split('\n');
        expect(marker).toContain('~~ Generated by projen');
        expect(lines).toEqual(readFileSync(join(ROOT, path), 'utf8').split('\n').slice(1));
      }
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  test('are not written from a catalog that is refused', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'model-catalog-'));
    try {
      mkdirSync(join(outdir, 'resources'));
      writeFileSync(join(outdir, 'resources', 'model-catalog.json'), JSON_TEXT.replace('"2026-09-14"', '"2026-09-31"'));
      const project = new Project({ name: 'planted', outdir });
      expect(() => new ModelCatalog(project)).toThrow('must be a day (YYYY-MM-DD), got "2026-09-31"');
      for (const path of GENERATED) expect(project.tryFindFile(path)).toBeUndefined();
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  test('leave out a quota that was not read', () => {
    const table = renderModelTable(
      reread((draft) => {
        draft.models = draft.models.filter(({ id }) => id === NOVA_LITE);
        draft.profiles = draft.profiles.filter(({ modelId }) => modelId === NOVA_LITE);
        model(draft, NOVA_LITE).quotas = {
          minRecordsPerJob: 7,
          maxRecordsPerJob: null,
          maxRecordsPerFile: null,
          maxFileGB: 0.5,
          maxJobGB: null,
          maxActiveJobs: 3,
          codes: {},
        };
      }),
    );
    expect(table).toContain('quotas: { minRecordsPerJob: 7, maxFileBytes: 500000000, maxActiveJobs: 3 }');
  });

  test('write a body limit without its source, and prices as short calls', () => {
    const table = renderModelTable(
      reread((draft) => {
        draft.models = draft.models.filter(({ id }) => id === OPUS_5);
        draft.profiles = draft.profiles.filter(({ modelId }) => modelId === OPUS_5);
        model(draft, OPUS_5).prices = [
          { route: 'us', batch: [2.75, 13.75], derived: true, source: 'geographic-2026' },
          { batch: [2.5, 12.5], source: 'geographic-2026' },
        ];
      }),
    );
    expect(table).toContain(
      "body: { maxOutputTokens: 128000, refusedParameters: ['temperature', 'topP'], images: true }",
    );
    expect(table).toContain(
      "prices: [batchPrice(PRICES_1, 'us', [2.75, 13.75], undefined, true), batchPrice(PRICES_1, undefined, [2.5, 12.5])]",
    );
    expect(table.match(/: PriceSource = /g)).toHaveLength(1);
  });
});

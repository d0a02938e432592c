import { allModels, allProfiles } from '../../src/catalog/model-catalog';
import { type GivenModel, readModel } from '../../src/cli/read-model';
import { UsageError } from '../../src/cli/usage-error';

function read(model: string, more: Partial<Parameters<typeof readModel>[0]> = {}, today = '2026-11-21'): GivenModel {
  return readModel({ model, converse: false, body: undefined, ...more }, today);
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('it was taken');
}

const codes = ({ issues }: GivenModel) => issues.map(({ code }) => code);

describe('a model of the command line', () => {
  test.each(allModels().map(({ id }) => id))('is %s, an id of the catalog', (id) => {
    expect(read(id)).toMatchObject({ entry: { id }, geography: undefined });
  });

  test.each(allProfiles().map(({ id, modelId, geography }) => [id, modelId, geography]))(
    'is %s, a profile of the catalog',
    (id, modelId, geography) => {
      expect(read(id)).toMatchObject({ entry: { id: modelId }, geography });
    },
  );

  test.each([
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', undefined],
    ['arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-lite-v1:0', 'us'],
    ['arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0/abcdefghijkl', undefined],
  ])('is what the ARN %s names', (arn, geography) => {
    expect(read(arn)).toMatchObject({ entry: { id: 'amazon.nova-lite-v1:0' }, geography });
  });

  test('is nothing that is known behind an application inference profile', () => {
    const given = read('arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl');
    expect(given.entry).toBeUndefined();
    expect(codes(given)).toEqual(['UnknownModel']);
  });

  test('is judged by the known model behind a profile that is not known', () => {
    const given = read('eu.amazon.titan-embed-text-v2:0');
    expect(given.entry?.id).toBe('amazon.titan-embed-text-v2:0');
    expect(codes(given)).toEqual(['UnknownProfile']);
    expect(given.issues[0]?.severity).toBe('warning');
  });

  test('that nobody knows is taken, with a warning and the minimum that every model has', () => {
    const given = read('acme.brand-new-v1:0');
    expect(given).toMatchObject({ entry: undefined, kind: undefined, limits: { minRecords: 100 } });
    expect(codes(given)).toEqual(['UnknownModel']);
    expect(given.issues[0]?.severity).toBe('warning');
  });

  test.each([
    '',
    ' ',
    'arn:aws:s3:::bucket',
    'arn:aws:bedrock:us-east-1:111122223333:provisioned-model/a1b2c3d4e5f6',
    'arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/a1b2c3d4e5f6',
  ])('is none that a job can name: "%s"', (model) => {
    expect(() => readModel({ model, converse: false, body: undefined }, '2026-11-01')).toThrow(
      /--model must be a model id, a profile id or an ARN of/,
    );
  });

  test('is refused as a slip of the finger, with what is near', () => {
    expect(refusal(() => read('amazon.nova-lit-v1:0'))).toBe(
      '--model must be a model id, a profile id or an ARN, got amazon.nova-lit-v1:0; did you mean amazon.nova-lite-v1:0? [ModelMisspelt]',
    );
  });

  test('is refused as a slip in a profile, with the profile that is near', () => {
    expect(refusal(() => read('us.amazon.nova-lit-v1:0'))).toContain('did you mean us.amazon.nova-lite-v1:0?');
  });

  test('is refused by its name, with the id', () => {
    expect(refusal(() => read('Nova Lite'))).toContain('did you mean amazon.nova-lite-v1:0?');
  });

  test('is warned of where it is legacy, and refused as an input where it has ended', () => {
    expect(read('anthropic.claude-3-haiku-20240307-v1:0', {}, '2026-05-01').issues).toMatchObject([
      { code: 'LegacyModel', input: '--model', severity: 'warning' },
    ]);
    expect(read('anthropic.claude-3-haiku-20240307-v1:0').issues).toMatchObject([
      { code: 'ModelEndOfLife', input: '--model', severity: 'error' },
    ]);
  });
});

describe('the bodies of a model', () => {
  test('are those of its family', () => {
    expect(read('us.anthropic.claude-sonnet-4-6').kind).toBe('anthropic-messages');
  });

  test('are those of Converse with --converse', () => {
    expect(read('us.anthropic.claude-sonnet-4-6', { converse: true }).kind).toBe('converse');
  });

  test('are not those of Converse for embeddings', () => {
    expect(refusal(() => read('amazon.titan-embed-text-v2:0', { converse: true }))).toContain('[ConverseNotServed]');
  });

  test('are known with --converse even of a model that is not', () => {
    expect(read('acme.brand-new-v1:0', { converse: true })).toMatchObject({ kind: 'converse', issues: [] });
  });

  test('are what --body says of a model that is not known', () => {
    expect(read('acme.brand-new-v1:0', { body: 'chat-completions' })).toMatchObject({
      kind: 'chat-completions',
      issues: [],
    });
  });

  test('may be told of a known model where that is right, and not where it is wrong', () => {
    expect(read('amazon.nova-lite-v1:0', { body: 'amazon-nova' }).kind).toBe('amazon-nova');
    expect(refusal(() => read('amazon.nova-lite-v1:0', { body: 'meta-llama' }))).toContain('[BodyOfAnotherModel]');
  });
});

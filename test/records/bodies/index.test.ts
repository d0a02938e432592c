import { MODELS } from '../../../src/catalog/model-table';
import { bodyFormat, bodyKindOf } from '../../../src/records/bodies';

describe('the kind of body that a job takes', () => {
  test("is the family's by InvokeModel", () => {
    expect(bodyKindOf('meta-llama', 'InvokeModel')).toBe('meta-llama');
    expect(bodyKindOf('amazon-titan-embed-text', 'InvokeModel')).toBe('amazon-titan-embed-text');
  });

  test('is one for all by Converse, the family known or not', () => {
    expect(bodyKindOf('meta-llama', 'Converse')).toBe('converse');
    expect(bodyKindOf(undefined, 'Converse')).toBe('converse');
  });

  test.each(['amazon-titan-embed-text', 'amazon-titan-embed-image', 'amazon-nova-embeddings'] as const)(
    'is none for %s by Converse',
    (family) => {
      expect(bodyKindOf(family, 'Converse')).toBeUndefined();
    },
  );

  test('is not known of a family that is not known', () => {
    expect(bodyKindOf(undefined, 'InvokeModel')).toBeUndefined();
  });
});

describe('every model of the catalog', () => {
  test.each(MODELS.map(({ id, family, body }) => [id, family, body] as const))(
    '%s builds what it takes',
    (modelId, family, limits) => {
      for (const kind of [bodyKindOf(family, 'InvokeModel'), bodyKindOf(family, 'Converse')]) {
        if (kind === undefined) continue;
        const format = bodyFormat(kind);
        expect(format.kind).toBe(kind);
        const built = format.build({ prompt: 'Hi' }, { modelId, limits });
        expect(format.check(built as Record<string, unknown>, { modelId, limits })).toEqual([]);
      }
    },
  );
});

import catalog from '../../resources/model-catalog.json';
import { foundationModelId, modelKind } from '../../src/handlers/model-kind';

describe('the kind of a model', () => {
  test.each([
    ['amazon.nova-lite-v1:0', 'foundation-model'],
    ['deepseek.v3.2', 'foundation-model'],
    ['moonshotai.kimi-k2.5', 'foundation-model'],
    ['zai.glm-4.7', 'foundation-model'],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', 'foundation-model'],
    ['us.amazon.nova-lite-v1:0', 'inference-profile'],
    ['us-gov.anthropic.claude-3-haiku-20240307-v1:0', 'inference-profile'],
    ['apac.amazon.nova-lite-v1:0', 'inference-profile'],
    ['global.anthropic.claude-sonnet-4-6', 'inference-profile'],
    ['arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.x.y', 'inference-profile'],
    ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc', 'application-inference-profile'],
    ['arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan/abc', 'custom-model'],
    ['arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc', 'unknown'],
    ['my-model', 'unknown'],
  ])('%s is %s', (modelId, kind) => {
    expect(modelKind(modelId)).toBe(kind);
  });
});

test('a foundation model’s id is found in its ARN', () => {
  expect(foundationModelId('arn:aws:bedrock:us-east-1::foundation-model/deepseek.v3.2')).toBe('deepseek.v3.2');
  expect(foundationModelId('deepseek.v3.2')).toBe('deepseek.v3.2');
});

test.each(catalog.models.map(({ id }) => id))('%s of the catalog is a foundation model', (id) => {
  expect(modelKind(id)).toBe('foundation-model');
});

test.each(catalog.profiles.map(({ id }) => id))('%s of the catalog is an inference profile', (id) => {
  expect(modelKind(id)).toBe('inference-profile');
});

import {
  type BedrockClient,
  GetCustomModelCommand,
  GetFoundationModelAvailabilityCommand,
  GetFoundationModelCommand,
  GetInferenceProfileCommand,
} from '@aws-sdk/client-bedrock';
import type { CustomModel, FoundationModel, InferenceProfile, ModelAvailability, Models } from './models';

export class SdkModels implements Models {
  private readonly client: BedrockClient;
  private readonly abortSignal: AbortSignal;

  constructor(client: BedrockClient, abortSignal: AbortSignal) {
    this.client = client;
    this.abortSignal = abortSignal;
  }

  public async foundationModel(modelId: string): Promise<FoundationModel> {
    const { modelDetails } = await this.client.send(new GetFoundationModelCommand({ modelIdentifier: modelId }), {
      abortSignal: this.abortSignal,
    });
    const lifecycle = modelDetails?.modelLifecycle;
    return { lifecycle: lifecycle?.status, endOfLife: lifecycle?.endOfLifeTime };
  }

  public async availability(foundationModelId: string): Promise<ModelAvailability> {
    const answer = await this.client.send(new GetFoundationModelAvailabilityCommand({ modelId: foundationModelId }), {
      abortSignal: this.abortSignal,
    });
    return {
      authorization: answer.authorizationStatus,
      agreement: answer.agreementAvailability?.status,
      entitlement: answer.entitlementAvailability,
      region: answer.regionAvailability,
    };
  }

  public async inferenceProfile(profileIdOrArn: string): Promise<InferenceProfile> {
    const { status, models } = await this.client.send(
      new GetInferenceProfileCommand({ inferenceProfileIdentifier: profileIdOrArn }),
      { abortSignal: this.abortSignal },
    );
    return { status, modelArns: (models ?? []).flatMap(({ modelArn }) => modelArn ?? []) };
  }

  public async customModel(modelArn: string): Promise<CustomModel> {
    const { modelStatus } = await this.client.send(new GetCustomModelCommand({ modelIdentifier: modelArn }), {
      abortSignal: this.abortSignal,
    });
    return { status: modelStatus };
  }
}

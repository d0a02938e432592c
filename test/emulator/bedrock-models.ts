import type { AwsReply, AwsRequest } from './aws-request';
import type { Iam } from './iam';
import { isEnded, isLegacy, type ModelTable, type Place } from './model-table';
import { ServiceError } from './service-error';

/** Bedrock's look-ups of models and profiles. */
export class BedrockModels {
  constructor(
    private readonly table: ModelTable,
    private readonly iam: Iam,
    private readonly place: () => Place,
  ) {}

  public getFoundationModel({ principal }: AwsRequest, identifier: string): AwsReply {
    const { partition, region, day } = this.place();
    const model = this.table.find(identifier);
    const modelArn = `arn:${partition}:bedrock:${region}::foundation-model/${model?.id ?? identifier}`;
    this.iam.authorize(principal, 'bedrock:GetFoundationModel', modelArn);
    if (
      model === undefined ||
      isEnded(model, day) ||
      ![...model.inRegion, ...(model.byProfile ?? [])].includes(region)
    ) {
      // Which of the two errors a wrong id gets depends on its form; this is the one for an id that is well formed.
      throw new ServiceError(
        'ResourceNotFoundException',
        'Could not resolve the foundation model from the provided model identifier.',
      );
    }
    const { legacyDate, endOfLifeDate } = model.lifecycle ?? {};
    const modelDetails = {
      modelArn,
      modelId: model.id,
      modelName: model.name ?? model.id,
      providerName: model.provider,
      modelLifecycle: {
        status: isLegacy(model, day) ? 'LEGACY' : 'ACTIVE',
        legacyTime: toTime(legacyDate),
        endOfLifeTime: toTime(endOfLifeDate),
      },
    };
    return { status: 200, body: JSON.stringify({ modelDetails }) };
  }

  public getFoundationModelAvailability({ principal }: AwsRequest, modelId: string): AwsReply {
    const { partition, region } = this.place();
    const model = this.table.find(modelId);
    const arn = `arn:${partition}:bedrock:${region}::foundation-model/${model?.id ?? modelId}`;
    this.iam.authorize(principal, 'bedrock:GetFoundationModelAvailability', arn);
    if (model === undefined) {
      throw new ServiceError('ResourceNotFoundException', 'The provided model identifier is not found.');
    }
    const granted = this.table.isAccessGranted(model);
    const inRegion = [...model.inRegion, ...(model.byProfile ?? [])].includes(region);
    const body = JSON.stringify({
      modelId: model.id,
      agreementAvailability: { status: granted ? 'AVAILABLE' : 'NOT_AVAILABLE' },
      authorizationStatus: granted ? 'AUTHORIZED' : 'NOT_AUTHORIZED',
      entitlementAvailability: granted ? 'AVAILABLE' : 'NOT_AVAILABLE',
      regionAvailability: inRegion ? 'AVAILABLE' : 'NOT_AVAILABLE',
    });
    return { status: 200, body };
  }

  public getInferenceProfile({ principal }: AwsRequest, identifier: string): AwsReply {
    const place = this.place();
    const profile = this.table.profile(identifier, place);
    const { partition, region, account } = place;
    const arn =
      profile?.arn ??
      (identifier.startsWith('arn:')
        ? identifier
        : `arn:${partition}:bedrock:${region}:${account}:inference-profile/${identifier}`);
    this.iam.authorize(principal, 'bedrock:GetInferenceProfile', arn);
    if (profile === undefined) {
      throw new ServiceError('ResourceNotFoundException', 'The provided inference profile is not found.');
    }
    const body = JSON.stringify({
      inferenceProfileName: profile.model.name ?? profile.model.id,
      inferenceProfileArn: arn,
      inferenceProfileId: arn.split('/').pop(),
      models: profile.destinations.map((modelArn) => ({ modelArn })),
      status: 'ACTIVE',
      type: arn.includes(':application-inference-profile/') ? 'APPLICATION' : 'SYSTEM_DEFINED',
    });
    return { status: 200, body };
  }

  public getCustomModel({ principal }: AwsRequest, identifier: string): AwsReply {
    this.iam.authorize(principal, 'bedrock:GetCustomModel', identifier);
    const target = this.table.customModel(identifier, this.place());
    if (target === undefined) {
      throw new ServiceError('ResourceNotFoundException', 'The provided custom model is not found.');
    }
    const { partition, region } = this.place();
    const body = JSON.stringify({
      modelArn: target.arn,
      modelName: target.arn.split('/').pop(),
      baseModelArn: `arn:${partition}:bedrock:${region}::foundation-model/${target.model.id}`,
      creationTime: '2026-01-01T00:00:00Z',
      modelStatus: 'Active',
    });
    return { status: 200, body };
  }
}

function toTime(day: string | undefined): string | undefined {
  return day === undefined ? undefined : `${day}T00:00:00Z`;
}

import { Grant, type IGrantable, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { BatchModelConfig } from '../model/model-binding';
import { environmentOf } from '../private/environment';
import { grantRead, grantWrite, type JobData } from './data-access';

/** Starting a job: on its model, in every form that the service may ask for, and handing over its role. */
export function grantSubmit(grantee: IGrantable, model: BatchModelConfig, role: IRole): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: ['bedrock:CreateModelInvocationJob'],
    resourceArns: model.submitArns,
  }).combine(grantPassRole(grantee, role));
}

/** Handing this one role to Bedrock, and to no other service. */
export function grantPassRole(grantee: IGrantable, role: IRole): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: ['iam:PassRole'],
    resourceArns: [role.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
  });
}

/** Copying local files from CDK's asset bucket to where the job reads them. */
export function grantStage(grantee: IGrantable, assets: Asset[], to: JobData): Grant {
  const arnOf = (asset: Asset) =>
    `arn:${environmentOf(asset).partition}:s3:::${asset.s3BucketName}/${asset.s3ObjectKey}`;
  return Grant.addToPrincipal({
    grantee,
    actions: ['s3:GetObject'],
    resourceArns: assets.map(arnOf),
  }).combine(grantWrite(grantee, to));
}

/** Looking at the model and at the records before a job is paid for. */
export function grantLook(grantee: IGrantable, model: BatchModelConfig, input: JobData): Grant {
  const looks = model.lookStatements.map(({ actions, resources: resourceArns, conditions }) =>
    Grant.addToPrincipal({ grantee, actions, resourceArns, conditions }),
  );
  return looks.reduce((all, look) => all.combine(look), grantRead(grantee, input));
}

import { Stack, Token } from 'aws-cdk-lib';
import { Grant, type IGrantable, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { BatchModelConfig } from '../model/model-binding';
import { environmentOf } from '../private/environment';
import { grantKey, grantRead, grantWrite, type JobData, sameOwner } from './data-access';

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

/**
 * Copying local files from CDK's asset bucket to where the job reads them. The key of an asset bucket is known where the
 * stack's synthesizer tells it; the one that `cdk bootstrap --bootstrap-customer-key` makes lets every role of the account in.
 */
export function grantStage(grantee: IGrantable, assets: Asset[], to: JobData): Grant {
  const arnOf = (asset: Asset) =>
    `arn:${environmentOf(asset).partition}:s3:::${asset.s3BucketName}/${asset.s3ObjectKey}`;
  const buckets = [...new Map(assets.map(({ bucket }) => [bucket.encryptionKey?.keyArn, bucket])).values()];
  const read = Grant.addToPrincipal({
    grantee,
    actions: ['s3:GetObject'],
    resourceArns: assets.map(arnOf),
    conditions: isNamedAfterAccount(assets[0]) ? sameOwner(assets[0]) : undefined,
  });
  const decrypt = buckets.map((bucket) => grantKey(grantee, { bucket, key: bucket.encryptionKey }, 'kms:Decrypt'));
  return decrypt.reduce((all, one) => all.combine(one), read.combine(grantWrite(grantee, to)));
}

/** As CDK's own asset bucket is. One of another name may be shared by many accounts, and owned by any. */
function isNamedAfterAccount(asset: Asset): boolean {
  const { account } = Stack.of(asset);
  const name = JSON.stringify(Stack.of(asset).resolve(asset.s3BucketName));
  return name.includes(Token.isUnresolved(account) ? 'AWS::AccountId' : account);
}

/** Looking at the model and at the records before a job is paid for. */
export function grantLook(grantee: IGrantable, model: BatchModelConfig, input: JobData): Grant {
  const looks = model.lookStatements.map(({ actions, resources: resourceArns, conditions }) =>
    Grant.addToPrincipal({ grantee, actions, resourceArns, conditions }),
  );
  return looks.reduce((all, look) => all.combine(look), grantRead(grantee, input));
}

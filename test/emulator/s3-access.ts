import type { Iam, Principal } from './iam';
import type { CallContext } from './policy';
import { type Bucket, noSuchKey, type PutOptions, type S3Store, type StoredObject } from './s3-store';
import { ServiceError } from './service-error';

export interface OutputOptions {
  readonly prefix: string;
  /** Key that the job was given for its results; else the bucket's. */
  readonly keyArn?: string;
}

/** S3's operations on behalf of a principal: the rights each needs, KMS included, then the effect. */
export class S3Access {
  constructor(
    private readonly store: S3Store,
    private readonly iam: Iam,
    private readonly partition: string,
  ) {}

  public getObject(principal: Principal, bucketName: string, key: string, versionId?: string): StoredObject {
    const bucket = this.store.bucket(bucketName);
    const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
    this.authorize(principal, action, bucket, this.objectArn(bucket, key));
    if (versionId === undefined && this.store.find(bucketName, key) === undefined) {
      // S3 says that a key is missing only to those who may list; to others it says 403.
      this.authorize(principal, 's3:ListBucket', bucket, this.bucketArn(bucket));
      throw noSuchKey();
    }
    const found = this.store.object(bucketName, key, versionId);
    this.authorizeKey(principal, 'kms:Decrypt', bucket, found.keyArn);
    return found;
  }

  public putObject(
    principal: Principal,
    bucketName: string,
    key: string,
    body: string | Buffer,
    options: PutOptions = {},
  ): StoredObject {
    const bucket = this.store.bucket(bucketName);
    this.authorize(principal, 's3:PutObject', bucket, this.objectArn(bucket, key));
    this.authorizeKey(principal, 'kms:GenerateDataKey', bucket, options.keyArn ?? bucket.keyArn);
    return this.store.put(bucketName, key, body, options);
  }

  public listObjects(principal: Principal, bucketName: string, prefix: string): string[] {
    const bucket = this.store.bucket(bucketName);
    this.authorize(principal, 's3:ListBucket', bucket, this.bucketArn(bucket), { 's3:prefix': prefix });
    return this.store.list(bucketName, prefix);
  }

  public headBucket(principal: Principal, bucketName: string): Bucket {
    const bucket = this.store.bucket(bucketName);
    this.authorize(principal, 's3:ListBucket', bucket, this.bucketArn(bucket));
    return bucket;
  }

  public deleteObject(principal: Principal, bucketName: string, key: string, versionId?: string): void {
    const bucket = this.store.bucket(bucketName);
    const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
    this.authorize(principal, action, bucket, this.objectArn(bucket, key));
    this.store.delete(bucketName, key, versionId);
  }

  /**
   * Rights that Bedrock's page on service roles asks for on the output beside PutObject, and what a multipart upload under a
   * key takes. Nobody has said that a job fails without them.
   */
  public noteOutputRights(principal: Principal, bucketName: string, key: string, options: OutputOptions): void {
    const { prefix, keyArn } = options;
    const bucket = this.store.bucket(bucketName);
    this.iam.noteIfGranted(principal, 's3:GetObject', this.objectArn(bucket, key), contextOf(bucket));
    const context = { ...contextOf(bucket), 's3:prefix': prefix };
    this.iam.noteIfGranted(principal, 's3:ListBucket', this.bucketArn(bucket), context);
    const encryptedWith = keyArn ?? bucket.keyArn;
    if (encryptedWith !== undefined) {
      this.iam.noteIfGranted(principal, 'kms:Decrypt', encryptedWith, viaS3(bucket));
    }
  }

  /** Goes on if the bucket is owned by whom the caller thinks. */
  public checkOwner(bucketName: string, expectedOwner: string | undefined): void {
    if (expectedOwner === undefined || this.store.bucket(bucketName).owner === expectedOwner) return;
    throw new ServiceError('AccessDenied', 'Access Denied');
  }

  /** The principal's own policies, and the bucket's. */
  private authorize(
    principal: Principal,
    action: string,
    bucket: Bucket,
    resource: string,
    extra: CallContext = {},
  ): void {
    const guard = { owner: bucket.owner, document: bucket.policy };
    this.iam.authorize(principal, action, resource, { ...contextOf(bucket), ...extra }, guard);
  }

  /** Key policies are not evaluated: as with the policy CDK gives a key, the account's identity policies decide. */
  private authorizeKey(principal: Principal, action: string, bucket: Bucket, keyArn: string | undefined): void {
    if (keyArn === undefined) return;
    this.iam.authorize(principal, action, keyArn, viaS3(bucket));
  }

  private bucketArn(bucket: Bucket): string {
    return `arn:${this.partition}:s3:::${bucket.name}`;
  }

  private objectArn(bucket: Bucket, key: string): string {
    return `${this.bucketArn(bucket)}/${key}`;
  }
}

function contextOf(bucket: Bucket): CallContext {
  return { 'aws:ResourceAccount': bucket.owner };
}

function viaS3(bucket: Bucket): CallContext {
  return { 'kms:ViaService': `s3.${bucket.region}.amazonaws.com` };
}

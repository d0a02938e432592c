import { createHash } from 'node:crypto';
import type { PolicyDocument } from './policy';
import { ServiceError } from './service-error';

export interface BucketOptions {
  readonly region: string;
  /** Account that owns the bucket. */
  readonly owner: string;
  readonly versioned?: boolean;
  /** KMS key that encrypts what is put without naming a key. */
  readonly keyArn?: string;
  /** What it denies holds for everyone; what it allows is needed by principals of other accounts. */
  readonly policy?: PolicyDocument;
}

export interface Bucket extends BucketOptions {
  readonly name: string;
  /** Versions by key, newest last. */
  readonly objects: Map<string, StoredObject[]>;
}

export interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  /** `null` in a bucket without versioning, as S3 says it. */
  readonly versionId: string;
  readonly lastModified: Date;
  readonly contentType?: string;
  readonly metadata: { readonly [name: string]: string };
  readonly keyArn?: string;
  readonly deleteMarker?: boolean;
}

export interface PutOptions {
  readonly contentType?: string;
  readonly metadata?: { readonly [name: string]: string };
  readonly keyArn?: string;
  /** Only if there is no object of this key. */
  readonly ifNoneMatch?: boolean;
  /** Only if the current object has this entity tag. */
  readonly ifMatch?: string;
}

/** Buckets and objects in memory. No permissions here: tests put and read directly, callers go through `S3Access`. */
export class S3Store {
  private readonly buckets = new Map<string, Bucket>();
  private versions = 0;

  constructor(
    private readonly defaults: BucketOptions,
    private readonly now: () => Date,
  ) {}

  public createBucket(name: string, options: Partial<BucketOptions> = {}): Bucket {
    if (this.buckets.has(name)) throw new Error(`the bucket ${name} is there already`);
    const bucket: Bucket = { ...this.defaults, ...options, name, objects: new Map() };
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** Changes how a bucket behaves from now on; what is in it stays. */
  public configureBucket(name: string, options: Partial<BucketOptions>): void {
    this.buckets.set(name, { ...this.bucket(name), ...options });
  }

  public deleteBucket(name: string): void {
    const bucket = this.bucket(name);
    if (bucket.objects.size > 0) {
      throw new ServiceError('BucketNotEmpty', 'The bucket you tried to delete is not empty');
    }
    this.buckets.delete(name);
  }

  public bucketNames(): string[] {
    return [...this.buckets.keys()];
  }

  public hasBucket(name: string): boolean {
    return this.buckets.has(name);
  }

  public bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist');
    return bucket;
  }

  public put(bucketName: string, key: string, body: string | Buffer, options: PutOptions = {}): StoredObject {
    const bucket = this.bucket(bucketName);
    const current = this.find(bucketName, key);
    if (options.ifNoneMatch && current !== undefined) throw preconditionFailed();
    if (options.ifMatch !== undefined) {
      if (current === undefined) throw noSuchKey();
      if (current.etag !== options.ifMatch) throw preconditionFailed();
    }
    const stored: StoredObject = {
      body: Buffer.from(body),
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      versionId: this.nextVersionId(bucket),
      lastModified: this.now(),
      contentType: options.contentType,
      metadata: options.metadata ?? {},
      keyArn: options.keyArn ?? bucket.keyArn,
    };
    this.add(bucket, key, stored);
    return stored;
  }

  public find(bucketName: string, key: string, versionId?: string): StoredObject | undefined {
    const versions = this.bucket(bucketName).objects.get(key) ?? [];
    const found =
      versionId === undefined ? versions.at(-1) : versions.find((version) => version.versionId === versionId);
    return found?.deleteMarker ? undefined : found;
  }

  public object(bucketName: string, key: string, versionId?: string): StoredObject {
    const found = this.find(bucketName, key, versionId);
    if (found !== undefined) return found;
    if (versionId === undefined) throw noSuchKey();
    throw new ServiceError('NoSuchVersion', 'The specified version does not exist.');
  }

  public get(bucketName: string, key: string): string {
    return this.object(bucketName, key).body.toString('utf8');
  }

  /** Keys in S3's order: by their UTF-8 bytes. */
  public list(bucketName: string, prefix = ''): string[] {
    return [...this.bucket(bucketName).objects.keys()]
      .filter((key) => key.startsWith(prefix) && this.find(bucketName, key) !== undefined)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  public delete(bucketName: string, key: string, versionId?: string): void {
    const bucket = this.bucket(bucketName);
    if (versionId !== undefined) {
      const left = (bucket.objects.get(key) ?? []).filter((version) => version.versionId !== versionId);
      if (left.length === 0) bucket.objects.delete(key);
      else bucket.objects.set(key, left);
      return;
    }
    if (!bucket.versioned) {
      bucket.objects.delete(key);
      return;
    }
    const marker = { body: Buffer.alloc(0), etag: '', lastModified: this.now(), metadata: {}, deleteMarker: true };
    this.add(bucket, key, { ...marker, versionId: this.nextVersionId(bucket) });
  }

  /** Takes every object and version out of a bucket. */
  public empty(bucketName: string): void {
    this.bucket(bucketName).objects.clear();
  }

  public reset(): void {
    this.buckets.clear();
  }

  private add(bucket: Bucket, key: string, version: StoredObject): void {
    bucket.objects.set(key, bucket.versioned ? [...(bucket.objects.get(key) ?? []), version] : [version]);
  }

  private nextVersionId(bucket: Bucket): string {
    this.versions += 1;
    return bucket.versioned ? `emulated-version-${this.versions}` : 'null';
  }
}

export function noSuchKey(): ServiceError {
  return new ServiceError('NoSuchKey', 'The specified key does not exist.');
}

function preconditionFailed(): ServiceError {
  return new ServiceError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
}

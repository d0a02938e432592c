import { CopyObjectCommand, GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectPlace, Objects, OpenObject, StoredObject } from './objects';

/** S3 may take its time over a file of 1 GB; the time budget's signal ends what takes longer. */
const COPY_TIMEOUT_MS = 15 * 60_000;

export class SdkObjects implements Objects {
  private readonly client: S3Client;
  private readonly abortSignal: AbortSignal;

  constructor(client: S3Client, abortSignal: AbortSignal) {
    this.client = client;
    this.abortSignal = abortSignal;
  }

  public async *list(bucket: string, prefix: string): AsyncIterable<StoredObject> {
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
        { abortSignal: this.abortSignal },
      );
      for (const { Key: key, Size: bytes, StorageClass: storageClass, LastModified } of page.Contents ?? []) {
        if (key !== undefined) {
          yield { key, bytes: bytes ?? 0, storageClass, writtenAt: LastModified?.getTime() };
        }
      }
      token = page.NextContinuationToken;
      // An empty token is no place to go on from.
    } while (token);
  }

  public async open({ bucket, key }: ObjectPlace): Promise<OpenObject> {
    const { Body, VersionId } = await this.client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
      abortSignal: this.abortSignal,
    });
    // In Node a body is a Readable, whatever else its type allows.
    return { versionId: VersionId, body: (Body ?? []) as AsyncIterable<Uint8Array> };
  }

  public async copy(from: ObjectPlace, to: ObjectPlace): Promise<void> {
    const source = [from.bucket, ...from.key.split('/')].map(encodeURIComponent).join('/');
    await this.client.send(new CopyObjectCommand({ Bucket: to.bucket, Key: to.key, CopySource: source }), {
      abortSignal: this.abortSignal,
      requestTimeout: COPY_TIMEOUT_MS,
    });
  }
}

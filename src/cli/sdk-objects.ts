import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { toS3Uri } from '../core/s3-uri';
import { explainFileError } from './explain-file-error';
import { clientConfig, readRegion } from './sdk-connection';
import { type Connection, type ObjectStore, ServiceCallError, type StoredObject } from './services';

export async function connectSdkObjects(connection: Connection): Promise<ObjectStore> {
  const { AWS_ENDPOINT_URL_S3: endpoint = connection.env.AWS_ENDPOINT_URL } = connection.env;
  const client = new S3Client({
    ...clientConfig(connection),
    // Results may be in a bucket of another Region than the one that is asked.
    followRegionRedirects: true,
    // `bucket.localhost` is a name that few machines can look up.
    forcePathStyle: endpoint !== undefined && /^https?:\/\/localhost\b/.test(endpoint),
  });
  return new SdkObjects(client, await readRegion(client, 's3:ListBucket'), connection.signal);
}

class SdkObjects implements ObjectStore {
  constructor(
    private readonly client: S3Client,
    private readonly region: string,
    private readonly abortSignal: AbortSignal,
  ) {}

  public async *list(bucket: string, prefix: string): AsyncGenerator<StoredObject> {
    let token: string | undefined;
    do {
      const page = await this.call('ListBucket', toS3Uri(bucket, prefix), () =>
        this.client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }), {
          abortSignal: this.abortSignal,
        }),
      );
      for (const { Key: key, Size: bytes = 0 } of page.Contents ?? []) {
        if (key !== undefined) yield { key, bytes };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  public async open(bucket: string, key: string): Promise<Readable> {
    const { Body } = await this.call('GetObject', toS3Uri(bucket, key), () =>
      this.client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: this.abortSignal }),
    );
    // In Node a body is a Readable, whatever else its type allows.
    return (Body as Readable | undefined) ?? Readable.from([]);
  }

  public async download(bucket: string, key: string, file: string): Promise<void> {
    const body = await this.open(bucket, key);
    const part = `${file}.part`;
    try {
      await pipeline(body, createWriteStream(part), { signal: this.abortSignal });
      await rename(part, file);
    } catch (error) {
      await rm(part, { force: true });
      // What the file system refused is no fault of the service.
      if (explainFileError(error) !== undefined) throw error;
      throw new ServiceCallError(error, 's3:GetObject', this.region, toS3Uri(bucket, key));
    }
  }

  public close(): void {
    this.client.destroy();
  }

  private async call<T>(operation: string, subject: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw new ServiceCallError(error, `s3:${operation}`, this.region, subject);
    }
  }
}

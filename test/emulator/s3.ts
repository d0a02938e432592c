import type { AwsReply, AwsRequest, AwsService, Operation } from './aws-request';
import type { S3Access } from './s3-access';
import { objectBody } from './s3-body';
import type { PutOptions, S3Store, StoredObject } from './s3-store';
import { ServiceError } from './service-error';

/** S3's REST-XML protocol, path style, which the SDK uses for an endpoint that is an IP address. */
export class S3Service implements AwsService {
  public readonly name = 's3';

  constructor(
    private readonly store: S3Store,
    private readonly access: S3Access,
  ) {}

  public route(request: AwsRequest): Operation {
    const [, bucket, ...rest] = request.path.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    const onObject = key !== '';
    const is = (name: string, run: () => AwsReply): Operation => ({
      name,
      run: () => {
        this.checkBucket(request, bucket);
        return run();
      },
    });

    refuseUnknownQuery(request, onObject ? ['x-id', 'versionId', /^response-/] : ['x-id', ...LIST_PARAMETERS]);
    switch (`${request.method} ${onObject ? 'object' : 'bucket'}`) {
      case 'PUT object':
        return request.headers['x-amz-copy-source'] === undefined
          ? is('PutObject', () => this.putObject(request, bucket, key))
          : is('CopyObject', () => this.copyObject(request, bucket, key));
      case 'GET object':
        return is('GetObject', () => this.getObject(request, bucket, key));
      case 'HEAD object':
        return is('HeadObject', () => this.getObject(request, bucket, key));
      case 'DELETE object':
        return is('DeleteObject', () => {
          this.access.deleteObject(request.principal, bucket, key, versionIdOf(request));
          return { status: 204 };
        });
      case 'GET bucket':
        if (request.query.get('list-type') !== '2') break;
        return is('ListObjectsV2', () => this.listObjects(request, bucket));
      case 'HEAD bucket':
        return is('HeadBucket', () => {
          const { region } = this.access.headBucket(request.principal, bucket);
          return { status: 200, headers: { 'x-amz-bucket-region': region } };
        });
    }
    throw new ServiceError('NotImplemented', `the emulator has no S3 operation for ${request.method} ${request.path}`);
  }

  public renderError(error: ServiceError, requestId: string): AwsReply {
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`;
    return { status: error.status, headers: { ...error.headers, 'content-type': 'application/xml' }, body };
  }

  private checkBucket(request: AwsRequest, name: string): void {
    const { region } = this.store.bucket(name);
    if (region !== request.region) {
      const message =
        'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
      throw new ServiceError('PermanentRedirect', message, { 'x-amz-bucket-region': region });
    }
    this.access.checkOwner(name, header(request, 'x-amz-expected-bucket-owner'));
  }

  private putObject(request: AwsRequest, bucket: string, key: string): AwsReply {
    const body = objectBody(request.headers, request.body);
    const stored = this.access.putObject(request.principal, bucket, key, body, putOptionsOf(request));
    return { status: 200, headers: { etag: stored.etag, ...versionHeader(stored) } };
  }

  private copyObject(request: AwsRequest, bucket: string, key: string): AwsReply {
    const [path, query] = String(header(request, 'x-amz-copy-source')).split('?');
    const [sourceBucket, ...sourceKey] = path.replace(/^\//, '').split('/').map(decodeURIComponent);
    const versionId = new URLSearchParams(query).get('versionId') ?? undefined;
    this.access.checkOwner(sourceBucket, header(request, 'x-amz-source-expected-bucket-owner'));
    const source = this.access.getObject(request.principal, sourceBucket, sourceKey.join('/'), versionId);
    const ifMatch = header(request, 'x-amz-copy-source-if-match');
    if (ifMatch !== undefined && ifMatch !== source.etag) {
      throw new ServiceError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
    }
    const replaced = header(request, 'x-amz-metadata-directive') === 'REPLACE' ? {} : source;
    const stored = this.access.putObject(request.principal, bucket, key, source.body, {
      ...putOptionsOf(request),
      ...(replaced === source ? { metadata: source.metadata, contentType: source.contentType } : {}),
    });
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<CopyObjectResult><LastModified>${stored.lastModified.toISOString()}</LastModified><ETag>${escapeXml(stored.etag)}</ETag></CopyObjectResult>`;
    const sourceVersion: { [name: string]: string } =
      source.versionId === 'null' ? {} : { 'x-amz-copy-source-version-id': source.versionId };
    return {
      status: 200,
      headers: { 'content-type': 'application/xml', ...versionHeader(stored), ...sourceVersion },
      body,
    };
  }

  private getObject(request: AwsRequest, bucket: string, key: string): AwsReply {
    const stored = this.access.getObject(request.principal, bucket, key, versionIdOf(request));
    const headers: { [name: string]: string } = {
      etag: stored.etag,
      'last-modified': stored.lastModified.toUTCString(),
      'content-type': stored.contentType ?? 'application/octet-stream',
      'accept-ranges': 'bytes',
      ...versionHeader(stored),
    };
    for (const [name, value] of Object.entries(stored.metadata)) headers[`x-amz-meta-${name}`] = value;
    if (stored.keyArn !== undefined) {
      headers['x-amz-server-side-encryption'] = 'aws:kms';
      headers['x-amz-server-side-encryption-aws-kms-key-id'] = stored.keyArn;
    }
    const range = rangeOf(header(request, 'range'), stored.body.length);
    const body = range === undefined ? stored.body : stored.body.subarray(range.first, range.last + 1);
    headers['content-length'] = String(body.length);
    if (range === undefined) return { status: 200, headers, body };
    headers['content-range'] = `bytes ${range.first}-${range.last}/${stored.body.length}`;
    return { status: 206, headers, body };
  }

  private listObjects(request: AwsRequest, bucket: string): AwsReply {
    const prefix = request.query.get('prefix') ?? '';
    const maxKeys = Math.min(Number(request.query.get('max-keys') ?? 1000), 1000);
    const after = request.query.get('continuation-token') ?? request.query.get('start-after') ?? '';
    const all = this.access.listObjects(request.principal, bucket, prefix);
    const left = all.filter((key) => after === '' || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0);
    const page = left.slice(0, maxKeys);
    const truncated = left.length > page.length;
    const contents = page.map((key) => {
      const { lastModified, etag, body } = this.store.object(bucket, key);
      return `<Contents><Key>${escapeXml(key)}</Key><LastModified>${lastModified.toISOString()}</LastModified><ETag>${escapeXml(etag)}</ETag><Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
    });
    const next = truncated ? `<NextContinuationToken>${escapeXml(page.at(-1) ?? '')}</NextContinuationToken>` : '';
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><Name>${bucket}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${maxKeys}</MaxKeys><IsTruncated>${truncated}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
    return { status: 200, headers: { 'content-type': 'application/xml' }, body };
  }
}

const LIST_PARAMETERS = ['list-type', 'prefix', 'max-keys', 'continuation-token', 'start-after', 'fetch-owner'];

/** A sub-resource (`?tagging`, `?uploads`) ignored in silence would be another operation done by mistake. */
function refuseUnknownQuery(request: AwsRequest, known: readonly (string | RegExp)[]): void {
  for (const name of request.query.keys()) {
    if (known.some((candidate) => (typeof candidate === 'string' ? candidate === name : candidate.test(name))))
      continue;
    throw new ServiceError('NotImplemented', `the emulator does not know the S3 query parameter ${name}`);
  }
}

function putOptionsOf(request: AwsRequest): PutOptions {
  const metadata: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith('x-amz-meta-')) metadata[name.slice('x-amz-meta-'.length)] = String(value);
  }
  return {
    metadata,
    contentType: header(request, 'content-type'),
    keyArn: header(request, 'x-amz-server-side-encryption-aws-kms-key-id'),
    ifNoneMatch: header(request, 'if-none-match') === '*',
    ifMatch: header(request, 'if-match'),
  };
}

function rangeOf(range: string | undefined, size: number): { first: number; last: number } | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === undefined || (from === '' && to === '')) return undefined;
  const first = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last) throw new ServiceError('InvalidRange', 'The requested range is not satisfiable');
  return { first, last };
}

function versionIdOf(request: AwsRequest): string | undefined {
  return request.query.get('versionId') ?? undefined;
}

function versionHeader(stored: StoredObject): { [name: string]: string } {
  return stored.versionId === 'null' ? {} : { 'x-amz-version-id': stored.versionId };
}

function header(request: AwsRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

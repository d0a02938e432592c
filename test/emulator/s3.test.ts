import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ACCOUNT, EmulatedAccount, EVERYTHING } from './emulated-account';
import type { PolicyDocument, Statement as StatementOfPolicy } from './policy';

let account: EmulatedAccount;
let s3: S3Client;

beforeEach(async () => {
  account = await EmulatedAccount.start();
  s3 = account.s3;
});
afterEach(() => account.stop());

const Bucket = 'input-bucket';

describe('objects', () => {
  test('come back as they were put', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a/b c+ü.txt', Body: 'héllo', Metadata: { origin: 'test' } }));
    const { Body, Metadata, ContentLength } = await s3.send(new GetObjectCommand({ Bucket, Key: 'a/b c+ü.txt' }));
    expect(await Body?.transformToString()).toBe('héllo');
    expect(Metadata).toEqual({ origin: 'test' });
    expect(ContentLength).toBe(6);
  });

  test('come back as they were put when the SDK streams them in aws-chunked frames', async () => {
    const text = 'line\r\n'.repeat(40_000);
    const Body = Readable.from([Buffer.from(text)]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'streamed', Body, ContentLength: text.length }));
    expect(account.emulator.s3.get(Bucket, 'streamed')).toBe(text);
  });

  test('come back in ranges: a part, an open end, the last bytes', async () => {
    account.emulator.s3.put(Bucket, 'k', '0123456789');
    const read = async (Range: string) => {
      const { Body, ContentRange } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', Range }));
      return [await Body?.transformToString(), ContentRange];
    };
    expect(await read('bytes=2-4')).toEqual(['234', 'bytes 2-4/10']);
    expect(await read('bytes=7-')).toEqual(['789', 'bytes 7-9/10']);
    expect(await read('bytes=-3')).toEqual(['789', 'bytes 7-9/10']);
    expect(await read('bytes=0-99')).toEqual(['0123456789', 'bytes 0-9/10']);
  });

  test('refuse a range behind their end', async () => {
    account.emulator.s3.put(Bucket, 'k', '0123456789');
    const read = s3.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=10-' }));
    await expect(read).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  test('have a head without a body', async () => {
    account.emulator.s3.put(Bucket, 'k', '0123456789');
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(head.ContentLength).toBe(10);
    expect(head.ETag).toBe('"781e5e245d69b566979b86e28d23f2c7"');
  });

  test('are gone once deleted', async () => {
    account.emulator.s3.put(Bucket, 'k', 'x');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('are copied with their metadata', async () => {
    account.emulator.s3.put(Bucket, 'from/a b', 'x', { metadata: { origin: 'test' } });
    await s3.send(new CopyObjectCommand({ Bucket: 'output-bucket', Key: 'to', CopySource: `${Bucket}/from/a%20b` }));
    expect(account.emulator.s3.object('output-bucket', 'to').metadata).toEqual({ origin: 'test' });
    expect(account.emulator.s3.get('output-bucket', 'to')).toBe('x');
  });

  test('are copied from the version that is named, and under metadata of their own', async () => {
    account.emulator.s3.createBucket('versioned-bucket', { versioned: true });
    const { versionId } = account.emulator.s3.put('versioned-bucket', 'k', 'first', { metadata: { origin: 'test' } });
    account.emulator.s3.put('versioned-bucket', 'k', 'second');
    const copy = new CopyObjectCommand({
      Bucket,
      Key: 'to',
      CopySource: `versioned-bucket/k?versionId=${versionId}`,
      MetadataDirective: 'REPLACE',
      Metadata: { origin: 'copy' },
    });
    expect(await s3.send(copy)).toMatchObject({ CopySourceVersionId: versionId });
    expect(account.emulator.s3.get(Bucket, 'to')).toBe('first');
    expect(account.emulator.s3.object(Bucket, 'to').metadata).toEqual({ origin: 'copy' });
  });

  test('are not copied where the source has changed', async () => {
    account.emulator.s3.put(Bucket, 'k', 'x');
    const copy = { Bucket, Key: 'to', CopySource: `${Bucket}/k`, CopySourceIfMatch: '"other"' };
    await expect(s3.send(new CopyObjectCommand(copy))).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  test('fail by name: no such version, too', async () => {
    account.emulator.s3.put(Bucket, 'k', 'x');
    const read = s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: 'other' }));
    await expect(read).rejects.toMatchObject({ name: 'NoSuchVersion' });
  });

  test('fail by name: no such key, no such bucket', async () => {
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
    const elsewhere = s3.send(new GetObjectCommand({ Bucket: 'none-such', Key: 'k' }));
    await expect(elsewhere).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('conditional writes', () => {
  test('put where there is nothing', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'first', IfNoneMatch: '*' }));
    expect(account.emulator.s3.get(Bucket, 'k')).toBe('first');
  });

  test('do not put over an object, and leave it', async () => {
    account.emulator.s3.put(Bucket, 'k', 'first');
    const put = s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'second', IfNoneMatch: '*' }));
    await expect(put).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(account.emulator.s3.get(Bucket, 'k')).toBe('first');
  });

  test('put over the very version that is named, and over no other', async () => {
    const { etag } = account.emulator.s3.put(Bucket, 'k', 'first');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'second', IfMatch: etag }));
    const stale = s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'third', IfMatch: etag }));
    await expect(stale).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(account.emulator.s3.get(Bucket, 'k')).toBe('second');
  });
});

describe('versions', () => {
  test('are kept in a versioned bucket, and read by their id', async () => {
    account.emulator.s3.createBucket('versioned-bucket', { versioned: true });
    const put = (Body: string) => s3.send(new PutObjectCommand({ Bucket: 'versioned-bucket', Key: 'k', Body }));
    const { VersionId } = await put('first');
    await put('second');
    await s3.send(new DeleteObjectCommand({ Bucket: 'versioned-bucket', Key: 'k' }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'versioned-bucket', Key: 'k', VersionId }));
    expect(await Body?.transformToString()).toBe('first');
    expect(account.emulator.s3.list('versioned-bucket')).toEqual([]);
  });

  test('can be deleted one by one', async () => {
    account.emulator.s3.createBucket('versioned-bucket', { versioned: true });
    const first = account.emulator.s3.put('versioned-bucket', 'k', 'first');
    const second = account.emulator.s3.put('versioned-bucket', 'k', 'second');
    const remove = (VersionId: string) =>
      s3.send(new DeleteObjectCommand({ Bucket: 'versioned-bucket', Key: 'k', VersionId }));
    await remove(second.versionId);
    expect(account.emulator.s3.get('versioned-bucket', 'k')).toBe('first');
    await remove(first.versionId);
    account.emulator.s3.deleteBucket('versioned-bucket');
    expect(account.emulator.s3.hasBucket('versioned-bucket')).toBe(false);
  });

  test('have no id in a bucket without versioning', async () => {
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect(VersionId).toBeUndefined();
  });
});

describe('lists', () => {
  test('hold what is below the prefix, in the order of bytes', async () => {
    for (const key of ['p/b', 'p/B', 'p/ü', 'p/a', 'q/a']) account.emulator.s3.put(Bucket, key, 'x');
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'p/' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['p/B', 'p/a', 'p/b', 'p/ü']);
  });

  test('go on from page to page', async () => {
    for (const key of ['a', 'b', 'c']) account.emulator.s3.put(Bucket, key, 'x');
    const first = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, KeyCount: 2 });
    const second = await s3.send(
      new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken: first.NextContinuationToken }),
    );
    expect(second).toMatchObject({ IsTruncated: false, Contents: [{ Key: 'c', Size: 1 }] });
  });
});

describe('rights', () => {
  const object = `arn:aws:s3:::${Bucket}/*`;

  test('fail on an object that the caller may not read', async () => {
    account.emulator.s3.put(Bucket, 'k', 'x');
    const { s3: stranger } = account.clientsOf([]);
    const read = stranger.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    await expect(read).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  });

  test('fail on an unknown access key', async () => {
    const { s3: stranger } = account.clientsWith('AKIAUNKNOWN');
    const read = stranger.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    await expect(read).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('hide that an object is missing from who may not list', async () => {
    const { s3: reader } = account.clientsOf([{ Effect: 'Allow', Action: 's3:GetObject', Resource: object }]);
    const read = reader.send(new GetObjectCommand({ Bucket, Key: 'none' }));
    await expect(read).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('know the listed prefix and the owner of the bucket', async () => {
    const list = (Prefix: string, owner: string) =>
      account
        .clientsOf([
          {
            Effect: 'Allow',
            Action: 's3:ListBucket',
            Resource: `arn:aws:s3:::${Bucket}`,
            Condition: { StringLike: { 's3:prefix': 'mine/*' }, StringEquals: { 'aws:ResourceAccount': owner } },
          },
        ])
        .s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    await expect(list('mine/', ACCOUNT)).resolves.toMatchObject({ KeyCount: 0 });
    await expect(list('yours/', ACCOUNT)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(list('mine/', '999999999999')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  describe('on a bucket of another account', () => {
    const read = async (policy?: PolicyDocument) => {
      account.emulator.s3.createBucket('their-bucket', { owner: '999999999999', policy });
      account.emulator.s3.put('their-bucket', 'k', 'x');
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'their-bucket', Key: 'k' }));
      return Body?.transformToString();
    };
    const admitting = (AWS: string, Action = 's3:GetObject'): PolicyDocument => ({
      Statement: { Effect: 'Allow', Principal: { AWS }, Action, Resource: 'arn:aws:s3:::their-bucket/*' },
    });

    test('are not enough by themselves', async () => {
      await expect(read()).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining('no resource-based policy allows the s3:GetObject action'),
      });
    });

    test.each([`arn:aws:iam::${ACCOUNT}:root`, ACCOUNT, `arn:aws:iam::${ACCOUNT}:user/user-0`])(
      'are enough where its policy admits %s',
      async (principal) => {
        await expect(read(admitting(principal))).resolves.toBe('x');
      },
    );

    test('are not enough where its policy admits others, or to something else', async () => {
      await expect(read(admitting('arn:aws:iam::888888888888:root'))).rejects.toMatchObject({ name: 'AccessDenied' });
      account.emulator.s3.configureBucket('their-bucket', { policy: admitting(ACCOUNT, 's3:PutObject') });
      const again = s3.send(new GetObjectCommand({ Bucket: 'their-bucket', Key: 'k' }));
      await expect(again).rejects.toMatchObject({ name: 'AccessDenied' });
    });

    test('are not enough where its policy denies what it also admits', async () => {
      const [Statement, ...others] = [admitting(ACCOUNT), admitting('*')].map(
        ({ Statement }) => Statement as StatementOfPolicy,
      );
      const denial = { ...others[0], Effect: 'Deny' as const };
      await expect(read({ Statement: [Statement, denial] })).rejects.toMatchObject({
        message: expect.stringContaining('with an explicit deny in a resource-based policy'),
      });
    });
  });

  test("on a bucket of one's own account are held against what its policy denies", async () => {
    const deny = (secure: string): PolicyDocument => ({
      Statement: {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:*',
        Resource: `arn:aws:s3:::${Bucket}/*`,
        Condition: { Bool: { 'aws:SecureTransport': secure } },
      },
    });
    account.emulator.s3.put(Bucket, 'k', 'x');
    const read = () => s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    account.emulator.s3.configureBucket(Bucket, { policy: deny('false') });
    await expect(read()).resolves.toMatchObject({ ContentLength: 1 });
    account.emulator.s3.configureBucket(Bucket, { policy: deny('true') });
    await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(account.emulator.iam.deniedCalls().at(-1)).toMatchObject({ refusedBy: 'resource-based' });
  });

  test('take reading the source and writing the target for a copy', async () => {
    account.emulator.s3.put(Bucket, 'k', 'x');
    const copy = (actions: string[]) =>
      account
        .clientsOf([{ Effect: 'Allow', Action: actions, Resource: '*' }])
        .s3.send(new CopyObjectCommand({ Bucket: 'output-bucket', Key: 'k', CopySource: `${Bucket}/k` }));
    await expect(copy(['s3:GetObject'])).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(copy(['s3:PutObject'])).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(copy(['s3:GetObject', 's3:PutObject'])).resolves.toBeDefined();
  });

  test('take the key of an encrypted bucket: GenerateDataKey to write, Decrypt to read', async () => {
    const keyArn = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1`;
    account.emulator.s3.createBucket('sealed-bucket', { keyArn });
    const { s3: keyless } = account.clientsOf([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]);
    const put = new PutObjectCommand({ Bucket: 'sealed-bucket', Key: 'k', Body: 'x' });
    await expect(keyless.send(put)).rejects.toThrow('kms:GenerateDataKey');
    await s3.send(put);
    const read = new GetObjectCommand({ Bucket: 'sealed-bucket', Key: 'k' });
    await expect(keyless.send(read)).rejects.toThrow('kms:Decrypt');

    const onlyThroughS3 = {
      Effect: 'Allow' as const,
      Action: 'kms:*',
      Resource: keyArn,
      Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
    };
    const { s3: keyed } = account.clientsOf([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }, onlyThroughS3]);
    await expect(keyed.send(read)).resolves.toMatchObject({ SSEKMSKeyId: keyArn });
  });

  test('fail on a bucket of another owner than expected', async () => {
    const put = s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ExpectedBucketOwner: '999999999999' }));
    await expect(put).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a bucket in another Region', () => {
  test('redirects, and names its Region', async () => {
    account.emulator.s3.createBucket('far-bucket', { region: 'eu-west-1' });
    const read = s3.send(new GetObjectCommand({ Bucket: 'far-bucket', Key: 'k' }));
    await expect(read).rejects.toMatchObject({ name: 'PermanentRedirect', $metadata: { httpStatusCode: 301 } });
  });

  test('answers to a client of its own Region', async () => {
    account.emulator.s3.createBucket('far-bucket', { region: 'eu-west-1' });
    const user = account.emulator.iam.addUser(`arn:aws:iam::${ACCOUNT}:user/far`, [EVERYTHING]);
    const { s3: near } = account.clientsWith(user.accessKeyId, 'eu-west-1');
    const head = await near.send(new HeadBucketCommand({ Bucket: 'far-bucket' }));
    expect(head.BucketRegion).toBe('eu-west-1');
  });
});

import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../processing/processing-fixture.ts';
import { Bucket } from './bucket.ts';
import { parseBucketUrl } from './bucket-url.ts';
import { startFauxqsStorage, startS3rver, TEST_KEYS, type TestStorage } from './s3-servers.ts';

function bucketOf({ endpoint, bucket }: Pick<TestStorage, 'endpoint' | 'bucket'>, forcePathStyle = true): Bucket {
  const settings = settingsOf({
    catalog: { providers: { awsS3: { bucketName: bucket, region: 'eu-west-1', endpoint, forcePathStyle } } },
    integrations: { awsS3: [TEST_KEYS] },
  });
  const provider = settings.catalog.providers.awsS3?.default;
  if (provider === undefined) throw new Error('no provider');
  return new Bucket(provider, settings.integrations.awsS3[0], settings.aws);
}

const signal = new AbortController().signal;

describe('a bucket', () => {
  test('is listed page by page', async () => {
    const storage = await startFauxqsStorage();
    for (let index = 0; index < 25; index++) await storage.put(`p/${index}`, 'x');
    await storage.put('q', 'x');
    const bucket = bucketOf(storage);
    expect(new Set((await bucket.list('p/', signal, 10)).map(({ key }) => key)).size).toBe(25);
    bucket.close();
  });

  test('whose listing breaks off after its first page gives no listing at all', async () => {
    // The continuation tokens of s3rver are made with what Node no longer has: it fails as soon as there is a second page.
    const storage = await startS3rver();
    for (let index = 0; index < 5; index++) await storage.put(`p/${index}`, 'x');
    const bucket = bucketOf(storage);
    await expect(bucket.list('p/', signal, 3)).rejects.toThrow(/catalog could not be listed: .*InternalError, status 500/);
    bucket.close();
  });

  test.each([startFauxqsStorage, startS3rver])('knows an object by one address, whatever its key holds (%#)', async (start) => {
    const storage = await start();
    const key = 'a b/ü+(1)&=@.yaml';
    await storage.put(key, 'content');
    const bucket = bucketOf(storage);
    const [listed] = await bucket.list(undefined, signal);
    const target = bucket.urlOf(listed?.key ?? '');
    expect(bucket.keyOf(target)).toBe(key);
    expect(bucket.canonical({ type: 'url', target: new URL('ü+(1)&=@.yaml', target).href })).toEqual({ type: 'url', target });
    const content = await bucket.read(key);
    expect(content).toMatchObject({ text: 'content', etag: listed?.etag });
    expect(await bucket.read(key, { known: { etag: listed?.etag ?? '' } })).toEqual({ notModified: true });
    await expect(bucket.read('none')).rejects.toMatchObject({ code: 'not-found' });
    bucket.close();
  });

  test('that is AWS\u2019s own is known by the address that Backstage uses', () => {
    const url = (bucket: string, region: string) => {
      const settings = settingsOf({ catalog: { providers: { awsS3: { bucketName: bucket, region } } } });
      const provider = settings.catalog.providers.awsS3?.default;
      if (provider === undefined) throw new Error('no provider');
      const made = new Bucket(provider, undefined, settings.aws);
      made.close();
      return made.urlOf('a/b c.yaml');
    };
    expect(url('things', 'eu-west-1')).toBe('https://things.s3.eu-west-1.amazonaws.com/a/b%20c.yaml');
    expect(url('with.dots', 'cn-north-1')).toBe('https://s3.cn-north-1.amazonaws.com.cn/with.dots/a/b%20c.yaml');
    const virtual = bucketOf({ endpoint: 'http://storage.test:9000', bucket: 'things' }, false);
    virtual.close();
    expect(virtual.url).toBe('http://things.storage.test:9000/');
  });

  test.each([
    [
      'https://things.s3.eu-west-1.amazonaws.com/a/b',
      { bucketName: 'things', region: 'eu-west-1', url: 'https://things.s3.eu-west-1.amazonaws.com/' },
    ],
    ['https://s3-ap-southeast-1.amazonaws.com/things/a', { bucketName: 'things', region: 'ap-southeast-1', forcePathStyle: true }],
    ['https://things.s3.amazonaws.com/a', { bucketName: 'things', region: 'us-east-1', forcePathStyle: false }],
    ['http://minio:9000/things/a', { bucketName: 'things', endpoint: 'http://minio:9000', url: 'http://minio:9000/things/' }],
    ['https://s3.eu-west-1.amazonaws.com.evil.test/things/a', undefined],
    ['https://user@things.s3.amazonaws.com.evil.test/a', undefined],
  ])('is found in the URL of an object: %s', (target, expected) => {
    const found = parseBucketUrl(target, ['http://minio:9000']);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });
});

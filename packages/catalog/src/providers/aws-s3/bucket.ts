import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { LocationRef } from '../../model/index.ts';
import type { AwsS3IntegrationSettings, AwsS3ProviderSettings, AwsSettings } from '../../processing/settings.ts';
import { type Content, type NotModified, type ReadOptions, toContent } from '../../reading/content.ts';
import { ReadingError } from '../../reading/reading-error.ts';
import { credentialsFor } from './credentials.ts';
import { describeS3Error, isS3Error } from './describe-s3-error.ts';

/** An object as a listing names it. */
export interface ListedObject {
  key: string;
  etag: string;
  bytes: number;
}

/** Objects of one listing; a bucket with more is no catalog. */
const OBJECTS_MAX = 500_000;
const BYTES_MAX = 32 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** What of a provider's settings says how its bucket is reached. */
export type BucketSettings = Pick<AwsS3ProviderSettings, 'bucketName'> &
  Partial<Pick<AwsS3ProviderSettings, 'region' | 'accountId' | 'endpoint' | 'forcePathStyle'>> & { url?: string };

type Sdk = typeof import('@aws-sdk/client-s3');

/** One bucket as one provider may read it. */
export class Bucket {
  readonly name: string;
  /** Where its objects are, ending with a slash. */
  readonly url: string;
  readonly #config: S3ClientConfig;
  #connected: Promise<{ client: S3Client; sdk: Sdk }> | undefined;

  constructor(settings: BucketSettings, integration: AwsS3IntegrationSettings | undefined, aws: AwsSettings) {
    const account = aws.accounts.find(({ accountId }) => accountId === settings.accountId);
    const region = settings.region ?? account?.region ?? aws.mainAccount?.region ?? process.env.AWS_REGION ?? 'us-east-1';
    const endpoint = settings.endpoint ?? integration?.endpoint;
    const forcePathStyle = settings.forcePathStyle ?? integration?.s3ForcePathStyle ?? endpoint !== undefined;
    const credentials = credentialsFor(settings, integration, aws);
    this.name = settings.bucketName;
    this.url = settings.url ?? bucketUrl(this.name, region, endpoint, forcePathStyle);
    this.#config = {
      region,
      forcePathStyle,
      maxAttempts: 3,
      // Storages that are not AWS do not all know the newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
    };
  }

  /** Every object below a prefix. Throws an Error that says what to do. */
  async list(prefix: string | undefined, signal: AbortSignal, pageSize = 1_000): Promise<ListedObject[]> {
    const objects: ListedObject[] = [];
    let token: string | undefined;
    const { client, sdk } = await this.#connect();
    do {
      const input = { Bucket: this.name, Prefix: prefix, ContinuationToken: token, MaxKeys: pageSize };
      const page = await client
        .send(new sdk.ListObjectsV2Command(input), { abortSignal: signal })
        .catch((error: unknown) => this.#rethrow(error, 'listed', signal));
      for (const { Key: key, ETag: etag, Size: bytes } of page.Contents ?? []) {
        if (key !== undefined && !key.endsWith('/')) objects.push({ key, etag: bareEtag(etag), bytes: bytes ?? 0 });
      }
      if (objects.length > OBJECTS_MAX) throw new Error(`the bucket ${this.name} has more than ${OBJECTS_MAX} objects there; set a prefix`);
      const next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      if (next !== undefined && next === token) throw new Error(`the bucket ${this.name} cannot be listed: its pages repeat`);
      token = next;
    } while (token !== undefined);
    return objects;
  }

  /** Reads an object. Throws a ReadingError. */
  async read(key: string, options: ReadOptions = {}): Promise<Content | NotModified> {
    const { known, signal, bytesMax = BYTES_MAX } = options;
    const input = { Bucket: this.name, Key: key, ...(known?.etag === undefined ? {} : { IfNoneMatch: `"${known.etag}"` }) };
    const target = this.urlOf(key);
    const tooLarge = () =>
      new ReadingError('too-large', `${target} is larger than ${bytesMax} bytes, more than the catalog reads from one place`);
    const { client, sdk } = await this.#connect();
    try {
      const { Body: body, ContentLength: bytes, ETag: etag } = await client.send(new sdk.GetObjectCommand(input), { abortSignal: signal });
      if (body === undefined) throw new ReadingError('unreachable', `${target} was sent without content`);
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        length += chunk.length;
        if ((bytes ?? 0) > bytesMax || length > bytesMax) throw tooLarge();
        chunks.push(chunk);
      }
      return toContent(Buffer.concat(chunks), target, { etag: bareEtag(etag) });
    } catch (error) {
      if (error instanceof ReadingError) throw error;
      signal?.throwIfAborted();
      const status = isS3Error(error) ? error.$metadata.httpStatusCode : undefined;
      if (status === 304 && known !== undefined) return { notModified: true };
      const isMissing = isS3Error(error) && (error.name === 'NoSuchKey' || error.name === 'NotFound');
      throw new ReadingError(isMissing ? 'not-found' : 'unreachable', `${target} could not be read: ${describeS3Error(error, this.name)}`, {
        cause: error,
      });
    }
  }

  /** The address that an object is known by. */
  urlOf(key: string): string {
    return this.url + key.split('/').map(encodeURIComponent).join('/');
  }

  /** The key of an object by its address; undefined when it is none of this bucket. */
  keyOf(target: string): string | undefined {
    if (!target.startsWith(this.url)) return undefined;
    const path = target.slice(this.url.length).split(/[?#]/, 1)[0] ?? '';
    try {
      return decodeURIComponent(path);
    } catch {
      return undefined;
    }
  }

  /** One form for each address, whichever way its special characters were written. */
  canonical(location: LocationRef): LocationRef {
    const key = location.type === 'url' ? this.keyOf(location.target) : undefined;
    return key === undefined ? location : { type: 'url', target: this.urlOf(key) };
  }

  close(): void {
    void this.#connected?.then(({ client }) => client.destroy());
  }

  /** The SDK takes some 40 MB of memory: it is loaded when the first bucket is read, and never where there is none. */
  #connect(): Promise<{ client: S3Client; sdk: Sdk }> {
    this.#connected ??= import('@aws-sdk/client-s3').then((sdk) => ({ client: new sdk.S3Client(this.#config), sdk }));
    return this.#connected;
  }

  #rethrow(error: unknown, what: string, signal: AbortSignal): never {
    signal.throwIfAborted();
    throw new Error(`the bucket ${this.name} could not be ${what}: ${describeS3Error(error, this.name)}`, { cause: error });
  }
}

/** Servers differ in quoting, in listings and in answers. */
function bareEtag(etag: string | undefined): string {
  return (etag ?? '').replace(/^W\//, '').replaceAll('"', '');
}

function bucketUrl(bucket: string, region: string, endpoint: string | undefined, forcePathStyle: boolean): string {
  if (endpoint === undefined) {
    const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    // A dot in the name fits no certificate for *.s3.
    return forcePathStyle || bucket.includes('.')
      ? `https://s3.${region}.${domain}/${bucket}/`
      : `https://${bucket}.s3.${region}.${domain}/`;
  }
  const url = new URL(endpoint.endsWith('/') ? endpoint : `${endpoint}/`);
  if (forcePathStyle) return new URL(`${bucket}/`, url).href;
  url.hostname = `${bucket}.${url.hostname}`;
  return url.href;
}

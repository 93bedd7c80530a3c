import type { LocationRef } from '../../model/index.ts';
import type { Content, ContentReader, NotModified, ReadOptions } from '../../reading/content.ts';
import type { Bucket } from './bucket.ts';

export interface S3ReaderOptions {
  /** Buckets of providers. */
  buckets: readonly Bucket[];
  /** Opens the bucket that a URL names, as far as an integration covers it. */
  openBucket(target: string): Bucket | undefined;
  /** Reads what is in no bucket. */
  fallback: ContentReader;
}

/** Buckets that are opened for URLs and kept. */
const OPENED_MAX = 100;

/** Reads URLs: those of objects with the credentials for their bucket, the others as `fallback` does. */
export class S3Reader implements ContentReader {
  readonly #options: S3ReaderOptions;
  readonly #opened: Bucket[] = [];

  constructor(options: S3ReaderOptions) {
    this.#options = options;
  }

  async read(location: LocationRef, options?: ReadOptions): Promise<Content | NotModified> {
    const bucket = this.#bucketOf(location.target);
    const key = bucket?.keyOf(location.target);
    if (bucket === undefined || key === undefined) return await this.#options.fallback.read(location, options);
    return await bucket.read(key, options);
  }

  resolve(reference: string, base: LocationRef): LocationRef {
    const resolved = this.#options.fallback.resolve(reference, base);
    return this.#bucketOf(resolved.target)?.canonical(resolved) ?? resolved;
  }

  close(): void {
    for (const bucket of this.#opened.splice(0)) bucket.close();
  }

  #bucketOf(target: string): Bucket | undefined {
    const isIn = (bucket: Bucket) => bucket.keyOf(target) !== undefined;
    const known = this.#options.buckets.find(isIn) ?? this.#opened.find(isIn);
    if (known !== undefined) return known;
    const bucket = this.#options.openBucket(target);
    if (bucket === undefined) return undefined;
    if (this.#opened.length >= OPENED_MAX) this.#opened.shift()?.close();
    this.#opened.push(bucket);
    return bucket;
  }
}

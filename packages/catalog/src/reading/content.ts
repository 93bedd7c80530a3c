import { createHash } from 'node:crypto';
import type { LocationRef } from '../model/location-ref.ts';

/** What a reader said last time, to be told only of changes. */
export interface KnownVersion {
  etag?: string;
  lastModified?: string;
}

export interface ReadOptions {
  known?: KnownVersion;
  /** Bytes of the content, decompressed. Default: the reader's. */
  bytesMax?: number;
  signal?: AbortSignal;
}

/** Nothing has changed since the version that was named. */
export interface NotModified {
  notModified: true;
}

export interface Content extends KnownVersion {
  notModified: false;
  /** UTF-8, without a byte order mark. */
  text: string;
  /** SHA-256 of the text, base64url: tells whether something changed where the source gives no ETag. */
  hash: string;
  /** Where it came from in the end, after redirects. */
  target: string;
}

/** Reads what a location names. Throws a ReadingError. */
export interface ContentReader {
  read(location: LocationRef, options?: ReadOptions): Promise<Content | NotModified>;
  /** The location that a reference means which stands in a document of that location; absolute URLs mean themselves. */
  resolve(reference: string, base: LocationRef): LocationRef;
}

/** Content from what was read. */
export function toContent(bytes: Buffer, target: string, version: KnownVersion): Content {
  const text = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.toString('utf8', 3) : bytes.toString('utf8');
  const content: Content = { notModified: false, text, hash: createHash('sha256').update(text).digest('base64url'), target };
  if (version.etag !== undefined) content.etag = version.etag;
  if (version.lastModified !== undefined) content.lastModified = version.lastModified;
  return content;
}

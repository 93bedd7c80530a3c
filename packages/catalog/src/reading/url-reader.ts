import http from 'node:http';
import https from 'node:https';
import { createGunzip } from 'node:zlib';
import type { LocationRef } from '../model/location-ref.ts';
import { createCheckedLookup, type Resolve, systemResolve } from './checked-lookup.ts';
import { type Content, type ContentReader, type KnownVersion, type NotModified, type ReadOptions, toContent } from './content.ts';
import { ReadingError } from './reading-error.ts';
import { displayUrl, type ReadingPermit, type ReadingPolicy } from './reading-policy.ts';
import { resolveUrl } from './resolve-url.ts';
import { Slots } from './slots.ts';

export interface UrlReaderOptions {
  policy: ReadingPolicy;
  /** Until the head of an answer is there, per request. Default: 10 s. */
  responseTimeoutMs?: number;
  /** For the whole reading, redirects included. Default: 60 s. */
  totalTimeoutMs?: number;
  /** Bytes of a content, decompressed. Default: 32 MiB. */
  bytesMax?: number;
  /** Requests at a time. Default: 10. */
  concurrency?: number;
  /** Headers for one request, a token of an integration for example. Asked again for every redirect, so that none goes astray. */
  headersFor?(url: URL): Record<string, string> | undefined;
  /** Resolves names. Default: as the machine does. */
  resolve?: Resolve;
}

const REDIRECTS_MAX = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Reads http and https URLs that the policy permits, and where they redirect to if the policy permits that too. */
export class UrlReader implements ContentReader {
  readonly #options: Required<UrlReaderOptions>;
  readonly #slots: Slots;
  readonly #agents: { 'http:': http.Agent; 'https:': https.Agent };

  constructor(options: UrlReaderOptions) {
    this.#options = {
      responseTimeoutMs: 10_000,
      totalTimeoutMs: 60_000,
      bytesMax: 32 * 1024 * 1024,
      concurrency: 10,
      headersFor: () => undefined,
      resolve: systemResolve,
      ...options,
    };
    this.#slots = new Slots(this.#options.concurrency);
    this.#agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };
  }

  /** Reads a location of type `url`. Throws a ReadingError. */
  async read(location: LocationRef, options: ReadOptions = {}): Promise<Content | NotModified> {
    if (location.type !== 'url') throw new ReadingError('invalid-target', `a location of type ${location.type} is not a URL`);
    // Refused at once, not after a wait for others.
    this.#options.policy.permit(location.target);
    return await this.#slots.run(() => this.#readWithin(location.target, options));
  }

  resolve(reference: string, base: LocationRef): LocationRef {
    return { type: 'url', target: resolveUrl(reference, base.target) };
  }

  /** Closes idle connections. */
  close(): void {
    this.#agents['http:'].destroy();
    this.#agents['https:'].destroy();
  }

  async #readWithin(target: string, options: ReadOptions): Promise<Content | NotModified> {
    const deadline = new AbortController();
    const { totalTimeoutMs } = this.#options;
    const timer = setTimeout(() => deadline.abort(timeout(target, 'was not read within', totalTimeoutMs)), totalTimeoutMs);
    const signal = options.signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, options.signal]);
    try {
      return await this.#follow(target, options, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async #follow(target: string, options: ReadOptions, signal: AbortSignal): Promise<Content | NotModified> {
    let current = target;
    for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
      const { url, permit } = this.#permit(current, hops);
      const known = options.known ?? {};
      const response = await this.#request(url, permit, known, signal).catch((error: unknown) => {
        // The server closed an idle connection just as it was taken; a new one has not that trouble.
        if (error instanceof StaleConnection) return this.#request(url, permit, known, signal);
        throw error;
      });
      const status = response.statusCode ?? 0;
      if (status === 200) {
        const bytes = await collect(response, url, options.bytesMax ?? this.#options.bytesMax, signal);
        return toContent(bytes, url.href, versionOf(response));
      }
      response.destroy();
      if (status === 304 && options.known !== undefined) return { notModified: true };
      const location = response.headers.location;
      if (!REDIRECTS.has(status) || location === undefined) throw unexpected(url, status);
      current = URL.parse(location, url)?.href ?? location;
    }
    throw new ReadingError('too-many-redirects', `${shown(target)} redirects more than ${REDIRECTS_MAX} times`);
  }

  #permit(target: string, hops: number): { url: URL; permit: ReadingPermit } {
    try {
      return this.#options.policy.permit(target);
    } catch (error) {
      if (hops === 0 || !(error instanceof ReadingError)) throw error;
      throw new ReadingError(error.code, `A redirect is not followed: ${error.message}`);
    }
  }

  #request(url: URL, permit: ReadingPermit, known: KnownVersion, signal: AbortSignal): Promise<http.IncomingMessage> {
    const { policy, resolve, responseTimeoutMs, headersFor } = this.#options;
    const headers: Record<string, string> = {
      accept: '*/*',
      'accept-encoding': 'gzip',
      'user-agent': 'gatehouse-catalog',
      ...headersFor(url),
    };
    if (known.etag !== undefined) headers['if-none-match'] = known.etag;
    else if (known.lastModified !== undefined) headers['if-modified-since'] = known.lastModified;
    return new Promise((fulfil, reject) => {
      const request = (url.protocol === 'https:' ? https : http).get(url, {
        agent: this.#agents[url.protocol === 'https:' ? 'https:' : 'http:'],
        headers,
        signal,
        lookup: createCheckedLookup(resolve, (address) => policy.checkAddress(address, url, permit)),
      });
      const timer = setTimeout(() => request.destroy(timeout(url.href, 'did not answer within', responseTimeoutMs)), responseTimeoutMs);
      request.on('response', (response) => {
        clearTimeout(timer);
        fulfil(response);
      });
      request.on('error', (error) => {
        clearTimeout(timer);
        const isStale = request.reusedSocket && 'code' in error && error.code === 'ECONNRESET' && !signal.aborted;
        reject(isStale ? new StaleConnection() : toReadingError(error, url, signal));
      });
    });
  }
}

class StaleConnection extends Error {}

/** The body, never more of it than allowed: neither as sent nor as it is once decompressed. */
async function collect(response: http.IncomingMessage, url: URL, bytesMax: number, signal: AbortSignal): Promise<Buffer> {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    response.destroy();
    throw new ReadingError('unreachable', `${displayUrl(url)} is sent as ${encoding}, which was not asked for`);
  }
  const tooLarge = () =>
    new ReadingError('too-large', `${displayUrl(url)} is larger than ${bytesMax} bytes, more than the catalog reads from one place`);
  const body = encoding === 'gzip' ? response.pipe(createGunzip()) : response;
  if (body !== response) response.on('error', (error) => body.destroy(error));
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    if (Number(response.headers['content-length'] ?? 0) > bytesMax) throw tooLarge();
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw toReadingError(error, url, signal);
  } finally {
    response.destroy();
  }
  return Buffer.concat(chunks);
}

function versionOf(response: http.IncomingMessage): KnownVersion {
  const version: KnownVersion = {};
  if (response.headers.etag !== undefined) version.etag = response.headers.etag;
  if (response.headers['last-modified'] !== undefined) version.lastModified = response.headers['last-modified'];
  return version;
}

function unexpected(url: URL, status: number): ReadingError {
  if (status === 404 || status === 410)
    return new ReadingError('not-found', `${displayUrl(url)} does not exist (status ${status})`, { status });
  return new ReadingError('status', `${displayUrl(url)} could not be read, the server answered with status ${status}`, { status });
}

function timeout(target: string, what: string, limitMs: number): ReadingError {
  return new ReadingError('timeout', `${shown(target)} ${what} ${limitMs / 1000} s`);
}

function toReadingError(error: unknown, url: URL, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ReadingError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new ReadingError('unreachable', `${displayUrl(url)} could not be reached (${code})`, { cause: error });
}

function shown(target: string): string {
  const url = URL.parse(target);
  return url === null ? target : displayUrl(url);
}

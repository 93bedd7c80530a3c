import { createHash, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { BufferedBody } from '../exchange/body.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { ErrorReply } from '../exchange/reply.ts';
import { type SignatureFields, VALUE_LENGTH_MAX } from './presented-credentials.ts';
import { readSignedNames, stringsToSign } from './string-to-sign.ts';

/** How far a time stamp may be from now. */
export const TIMESTAMP_WINDOW_MS = 15 * 60_000;

const FORM = 'application/x-www-form-urlencoded';

const ALGORITHMS: Readonly<Record<string, string>> = { HmacSHA256: 'sha256', HmacSHA1: 'sha1' };

/** A request that claims to be signed by an app. Its fields are within their limits; whether the signature is right shows in `verify`. */
export interface SignedRequest {
  appKey: string;
  signature: Buffer;
  algorithm: string;
  signedNames: readonly string[];
  /** Undefined: none was sent. */
  timestampMs: number | undefined;
  nonce: string | undefined;
  contentMd5: string | undefined;
  isForm: boolean;
}

/** Reads the fields of a signature, or says why they cannot be one. */
export function readSignedRequest(fields: SignatureFields, exchange: Exchange): SignedRequest | ErrorReply {
  const { key = '', signature = '', method = 'HmacSHA256', timestamp, nonce } = fields;
  if (key === '') return malformed('`X-Ca-Key` is missing.');
  for (const value of [key, signature, method, timestamp, nonce])
    if (value !== undefined && value.length > VALUE_LENGTH_MAX) return malformed('A field of the signature is too long.');
  const algorithm = Object.hasOwn(ALGORITHMS, method) ? ALGORITHMS[method] : undefined;
  if (algorithm === undefined) return malformed('`X-Ca-Signature-Method` is neither HmacSHA256 nor HmacSHA1.');
  if (timestamp !== undefined && !/^\d{1,15}$/.test(timestamp)) return malformed('`X-Ca-Timestamp` is no time in milliseconds.');
  const signed = readSignedNames(fields.signedNames);
  if ('fault' in signed) return malformed(signed.fault);
  return {
    appKey: key,
    signature: Buffer.from(signature),
    algorithm,
    signedNames: signed.names,
    timestampMs: timestamp === undefined ? undefined : Number(timestamp),
    nonce: nonce === '' ? undefined : nonce,
    contentMd5: exchange.request.get('content-md5'),
    isForm: (exchange.request.get('content-type') ?? '').slice(0, FORM.length).toLowerCase() === FORM,
  };
}

function malformed(detail: string): ErrorReply {
  return new ErrorReply('auth.malformed', { detail });
}

/** Whether the body has to be in memory before the signature can be checked. */
export function needsBody(signed: SignedRequest, exchange: Exchange): boolean {
  return (signed.isForm || signed.contentMd5 !== undefined) && exchange.requestBody !== null;
}

/** The strings that may have been signed: see `stringsToSign`. */
export function stringsOf(signed: SignedRequest, exchange: Exchange): { strings: readonly string[] } | ErrorReply {
  const { requestBody } = exchange;
  const built = stringsToSign({
    method: exchange.method,
    target: exchange.target,
    fields: exchange.request,
    signedNames: signed.signedNames,
    form: signed.isForm && requestBody instanceof BufferedBody ? Buffer.from(requestBody.bytes).toString('utf8') : '',
  });
  return 'fault' in built ? malformed(built.fault) : built;
}

/** Whether one of the strings was signed with the secret. */
export function isSignedWith(secret: KeyObject, signed: SignedRequest, strings: readonly string[]): boolean {
  return strings.some((text) => {
    const expected = Buffer.from(createHmac(signed.algorithm, secret).update(text, 'utf8').digest('base64'));
    return expected.length === signed.signature.length && timingSafeEqual(expected, signed.signature);
  });
}

/** Whether the body is the one that Content-MD5 was made of; forms are signed themselves. */
export function fitsContentMd5({ contentMd5, isForm }: SignedRequest, exchange: Exchange): boolean {
  if (contentMd5 === undefined || isForm) return true;
  const hash = createHash('md5');
  if (exchange.requestBody instanceof BufferedBody) hash.update(exchange.requestBody.bytes);
  else if (exchange.requestBody !== null) return false;
  return hash.digest('base64') === contentMd5;
}

import type { RouteAuthentication } from '@gatehouse/contract';
import type { Exchange } from '../exchange/exchange.ts';
import { isName } from '../exchange/fields.ts';

/** Longest AppCode, AppKey, nonce and other short value that is looked at. */
export const VALUE_LENGTH_MAX = 256;

/** The spellings in which callers of Alibaba's markets write the parameter. https://help.aliyun.com (simple authentication, AppCode) */
export const CODE_PARAMETERS: ReadonlySet<string> = new Set(['AppCode', 'appcode', 'appCode', 'APPCODE', 'APPCode']);
const CODE_PARAMETER = /(?:^|&)(?:AppCode|appcode|appCode|APPCODE|APPCode)=([^&]{0,2000})/g;
/** Shortest query that can hold one. */
const CODE_QUERY_LENGTH_MIN = 9;

const SCHEME = 'appcode';

/** The fields of a signature that are read once each. */
const SIGNATURE_FIELDS = [
  ['x-ca-key', 'key'],
  ['x-ca-signature', 'signature'],
  ['x-ca-signature-headers', 'signedNames'],
  ['x-ca-signature-method', 'method'],
  ['x-ca-timestamp', 'timestamp'],
  ['x-ca-nonce', 'nonce'],
] as const;

type SignatureField = (typeof SIGNATURE_FIELDS)[number][1];

/** Which of them a name of that length may be. */
const BY_LENGTH: readonly (readonly (typeof SIGNATURE_FIELDS)[number][] | undefined)[] = (() => {
  const table: (typeof SIGNATURE_FIELDS)[number][][] = [];
  for (const entry of SIGNATURE_FIELDS) table[entry[0].length] = [...(table[entry[0].length] ?? []), entry];
  return table;
})();

/** The fields of a signature as they came. */
export type SignatureFields = Partial<Record<SignatureField, string>>;

/** What a caller sent to say who he is. */
export interface PresentedCredentials {
  /** The one AppCode; undefined: none. */
  code: string | undefined;
  /** Undefined: none of its fields came. */
  signature: SignatureFields | undefined;
  /** An AppCode is in the query. */
  inQuery: boolean;
  /** Why they cannot be used: one public sentence. */
  fault: string | undefined;
}

/** Reads whatever credentials the settings of a route allow, and nothing else: other fields of such names are the backend's affair. */
export function readCredentials(exchange: Exchange, settings: RouteAuthentication): PresentedCredentials {
  const { list } = exchange.request;
  const codes = settings.appCode !== 'disabled';
  let code: string | undefined;
  let signature: SignatureFields | undefined;
  let inQuery = false;
  let fault: string | undefined;
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    const { length } = name;
    let found: string | undefined;
    if (codes && length === 13 && isName(name, 'authorization')) found = codeOfAuthorization(value);
    else if (codes && length === 9 && isName(name, 'x-api-key')) found = value;
    else if (settings.signature && BY_LENGTH[length] !== undefined) {
      const field = signatureField(name, length);
      if (field === undefined) continue;
      signature ??= {};
      if (signature[field] !== undefined) fault = `\`${name}\` was sent more than once.`;
      signature[field] = value;
    }
    if (found === undefined) continue;
    if (code !== undefined && code !== found) fault = DIFFERENT;
    code = found;
  }
  const { query } = exchange;
  // Most queries hold none, which a search tells sooner than an expression.
  if (settings.appCode === 'header-and-query' && query.length >= CODE_QUERY_LENGTH_MIN && mayHoldCode(query)) {
    for (const [, raw = ''] of query.matchAll(CODE_PARAMETER)) {
      const found = decodeParameter(raw);
      if (code !== undefined && code !== found) fault = DIFFERENT;
      code = found;
      inQuery = true;
    }
  }
  if (code !== undefined && signature?.signature !== undefined) fault = DIFFERENT;
  return { code, signature, inQuery, fault };
}

const DIFFERENT = 'Credentials of more than one kind or app were sent.';

/** Takes them out of the fields of the request, so that they go no further. */
export function removeCredentials(exchange: Exchange, settings: RouteAuthentication): void {
  const { request } = exchange;
  const { list } = request;
  const codes = settings.appCode !== 'disabled';
  let to = 0;
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    const { length } = name;
    const isCode =
      codes &&
      ((length === 9 && isName(name, 'x-api-key')) ||
        (length === 13 && isName(name, 'authorization') && codeOfAuthorization(value) !== undefined));
    if (isCode || (settings.signature && signatureField(name, length) !== undefined)) continue;
    list[to] = name;
    list[to + 1] = value;
    to += 2;
  }
  list.length = to;
}

function mayHoldCode(query: string): boolean {
  return query.includes('Code=') || query.includes('code=') || query.includes('CODE=');
}

function signatureField(name: string, length: number): SignatureField | undefined {
  const candidates = BY_LENGTH[length];
  if (candidates !== undefined) for (const [lowerName, field] of candidates) if (isName(name, lowerName)) return field;
  return undefined;
}

/** The code of `APPCODE <code>` (schemes have no case, RFC 9110 section 11.1); undefined for any other scheme, which is the backend's. */
function codeOfAuthorization(value: string): string | undefined {
  for (let i = 0; i < SCHEME.length; i++) if ((value.charCodeAt(i) | 32) !== SCHEME.charCodeAt(i)) return undefined;
  const next = value.charCodeAt(SCHEME.length);
  return Number.isNaN(next) || next === 32 || next === 9 ? value.slice(SCHEME.length).trim() : undefined;
}

function decodeParameter(raw: string): string {
  if (!raw.includes('%') && !raw.includes('+')) return raw;
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    // Not UTF-8, so nobody's AppCode.
    return '';
  }
}

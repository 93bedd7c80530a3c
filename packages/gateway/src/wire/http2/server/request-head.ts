import { randomBytes } from 'node:crypto';
import { METHODS } from 'node:http';
import { parseHost } from '../../../exchange/host.ts';
import { FIELD_VALUE, TARGET, TOKEN } from '../../http1/characters.ts';
import type { Refusal } from '../../http1/server/refusal.ts';
import * as refusal from '../../http1/server/refusal.ts';

/** The head of a request as it came in an HTTP/2 stream, checked. */
export interface Http2RequestHead {
  method: string;
  target: string;
  /** Flat list name, value; begins with Host. */
  fields: string[];
  /** Bytes of Content-Length, or -1. */
  length: number;
  expectsContinue: boolean;
  /** Extended CONNECT (RFC 8441): the protocol that the client wants, else empty. */
  upgrade: string;
}

export interface HeadLimits {
  headerBytes: number;
  uriBytes: number;
}

function malformed(reason: string): Refusal {
  return { code: 'request.malformed', reason };
}

const PSEUDO = malformed('The pseudo-header fields of the request are not valid');
const SCHEME = malformed('The scheme of the request is not that of its connection');
const AUTHORITY_TWICE = malformed('The Host and the authority of the request differ');
const CONNECTION_FIELD = malformed('There is a field that HTTP/2 does not have, such as Connection');
const PROTOCOL = malformed('The protocol of the extended CONNECT is not served');
const FIELD_CHARACTER = malformed('A header field holds a control character');

/** RFC 9113 section 8.2.2: they would speak of a connection that is not theirs. In HTTP/1.1 behind us they would be framing. */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set(['connection', 'proxy-connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

/** What a field costs beside its characters in an HTTP/1.1 head, `: ` and CRLF: the limit means the same in both. */
const FIELD_OVERHEAD_BYTES = 4;

/**
 * Reads the head that came as a flat list of pseudo-header and header fields (RFC 9113 section 8.3). nghttp2 has refused most that is
 * malformed; what HTTP/1.1 behind us could misunderstand is looked at again, by the rules that hold for HTTP/1.1. `encrypted`: it came
 * over TLS. Without, proxies say https where it was that towards them: believed is what X-Forwarded-Proto says, and that of some only.
 */
export function readRequestHead(
  list: readonly string[],
  { headerBytes, uriBytes }: HeadLimits,
  encrypted: boolean,
): Http2RequestHead | Refusal {
  let method = '';
  let path = '';
  let scheme = '';
  let authority = '';
  let protocol = '';
  let host: string | undefined;
  let cookie = '';
  let length = -1;
  let expectsContinue = false;
  let bytes = 0;
  const fields = ['Host', ''];
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    bytes += name.length + value.length + FIELD_OVERHEAD_BYTES;
    if (name.charCodeAt(0) === COLON) {
      if (name === ':method') method = value;
      else if (name === ':path') path = value;
      else if (name === ':scheme') scheme = value;
      else if (name === ':authority') authority = value;
      else if (name === ':protocol') protocol = value;
      else return PSEUDO;
      continue;
    }
    if (!isMadeOf(TOKEN, name)) return refusal.FIELD_NAME;
    if (!isMadeOf(FIELD_VALUE, value)) return FIELD_CHARACTER;
    switch (name) {
      case 'host':
        if (host !== undefined) return refusal.HOST_COUNT;
        host = value;
        continue;
      case 'cookie':
        // RFC 9113 section 8.2.3: cookies may come one by one; everybody behind us expects one field.
        cookie = cookie === '' ? value : `${cookie}; ${value}`;
        continue;
      case 'content-length':
        if (length !== -1) return refusal.LENGTH_TWICE;
        if (!/^\d{1,15}$/.test(value)) return refusal.LENGTH;
        length = Number(value);
        break;
      case 'te':
        if (value.toLowerCase() !== 'trailers') return CONNECTION_FIELD;
        break;
      case 'expect':
        if (expectsContinue || value.toLowerCase() !== '100-continue') return refusal.EXPECTATION;
        expectsContinue = true;
        break;
      default:
        if (CONNECTION_FIELDS.has(name)) return CONNECTION_FIELD;
    }
    fields.push(name, value);
  }
  if (path.length > uriBytes) return refusal.TARGET_LENGTH;
  if (bytes > headerBytes) return refusal.HEAD_LENGTH;
  if (!KNOWN_METHODS.has(method)) return refusal.METHOD_UNKNOWN;
  if (method === 'CONNECT' && protocol === '') return refusal.CONNECT;
  if (method !== 'CONNECT' && protocol !== '') return PSEUDO;
  if (scheme !== 'https' && (encrypted || scheme !== 'http')) return SCHEME;
  if (!isMadeOf(TARGET, path)) return refusal.TARGET_CHARACTER;
  if (path.charCodeAt(0) !== SLASH) return refusal.TARGET_FORM;
  if (authority !== '' && host !== undefined && authority !== host) return AUTHORITY_TWICE;
  const named = authority === '' ? host : authority;
  if (named === undefined) return refusal.HOST_COUNT;
  if (parseHost(named) === undefined) return refusal.HOST;
  fields[1] = named;
  if (cookie !== '') fields.push('cookie', cookie);
  if (protocol !== '') {
    if (protocol !== 'websocket') return PROTOCOL;
    // What HTTP/1.1 asks for and HTTP/2 has no need of (RFC 8441 section 5): the backend's answer to it ends with us.
    fields.push('Sec-WebSocket-Key', randomBytes(16).toString('base64'));
    return { method: 'GET', target: path, fields, length: -1, expectsContinue: false, upgrade: protocol };
  }
  return { method, target: path, fields, length, expectsContinue, upgrade: '' };
}

const COLON = 58;
const SLASH = 47;

/** Whether a text, not an empty one, has only characters that a table allows. */
function isMadeOf(table: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (table[text.charCodeAt(i)] !== 1) return false;
  return text !== '' || table === FIELD_VALUE;
}

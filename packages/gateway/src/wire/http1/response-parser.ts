import { Fields, isName } from '../../exchange/fields.ts';

/** A response that is not valid HTTP/1.1. The message is for the log. */
export class ResponseSyntaxError extends Error {
  override name = 'ResponseSyntaxError';
}

/** How the end of a body is told (RFC 9112 section 6.3). */
export const FRAMING_NONE = 0;
export const FRAMING_LENGTH = 1;
export const FRAMING_CHUNKED = 2;
export const FRAMING_CLOSE = 3;

export interface ResponseHead {
  status: number;
  reason: string;
  fields: Fields;
  framing: number;
  /** With FRAMING_LENGTH; -1 otherwise. */
  length: number;
  keepAlive: boolean;
  /** Seconds of `Keep-Alive: timeout=`, or -1. */
  keepAliveSeconds: number;
}

const CR = 13;
const COLON = 58;

/** Characters of a token (RFC 9110 section 5.6.2), by code. */
const TOKEN = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") TOKEN[character.charCodeAt(0)] = 1;

/**
 * Parses the head of a response. `text` is the head as latin1, from the status line to the CRLF CRLF at its end, both included.
 * Strict: every ambiguity that another parser could read differently is an error, never repaired (RFC 9112 sections 4 to 6).
 * `requestMethod` decides whether a body follows.
 */
export function parseResponseHead(text: string, requestMethod: string): ResponseHead {
  const lineEnd = text.indexOf('\r');
  const http11 = text.startsWith('HTTP/1.1 ');
  if (!http11 && !text.startsWith('HTTP/1.0 ')) throw new ResponseSyntaxError('the status line does not begin with HTTP/1.1 or HTTP/1.0');
  const status = digits(text, 9, 12);
  const afterStatus = text.charCodeAt(12);
  if (status < 100 || (afterStatus !== 32 && afterStatus !== CR)) throw new ResponseSyntaxError('the status code is not three digits');
  const reason = afterStatus === 32 ? text.slice(13, lineEnd) : '';
  // CR and LF may stand at the ends of lines only, which is what the lines below are found by.
  if (hasControl(text)) throw new ResponseSyntaxError('the head holds a control character');
  if (text.indexOf('\n') !== lineEnd + 1) throw new ResponseSyntaxError('the status line holds a bare CR or LF');

  const list: string[] = [];
  let length = -1;
  let transferEncoding: string | undefined;
  let connection = '';
  let keepAlive = '';
  let position = lineEnd + 2;
  const end = text.length - 2;
  while (position < end) {
    const nameStart = position;
    let code = text.charCodeAt(position);
    while (TOKEN[code] === 1) code = text.charCodeAt(++position);
    // Covers obs-fold (a line that begins with white space), a missing colon, and space before the colon (sections 5.1, 5.2).
    if (code !== COLON || position === nameStart) throw new ResponseSyntaxError('a header line has no valid name');
    const name = text.slice(nameStart, position);
    const valueEnd = text.indexOf('\r', position);
    if (text.indexOf('\n', position) !== valueEnd + 1) throw new ResponseSyntaxError('a header line holds a bare CR or LF');
    const value = trimmed(text, position + 1, valueEnd);
    position = valueEnd + 2;

    switch (name.length) {
      case 14:
        if (isName(name, 'content-length')) {
          if (length !== -1) throw new ResponseSyntaxError('there is more than one Content-Length');
          length = contentLength(value);
        }
        break;
      case 17:
        if (isName(name, 'transfer-encoding')) {
          if (transferEncoding !== undefined) throw new ResponseSyntaxError('there is more than one Transfer-Encoding');
          transferEncoding = value;
        }
        break;
      case 10:
        if (isName(name, 'connection')) connection = connection === '' ? value : `${connection},${value}`;
        else if (isName(name, 'keep-alive')) keepAlive = value;
        break;
    }
    list.push(name, value);
  }

  const bodyless = requestMethod === 'HEAD' || status < 200 || status === 204 || status === 304;
  let framing = FRAMING_CLOSE;
  if (transferEncoding !== undefined) {
    if (length !== -1) throw new ResponseSyntaxError('there are both Content-Length and Transfer-Encoding');
    if (!http11) throw new ResponseSyntaxError('there is Transfer-Encoding in HTTP/1.0');
    if (transferEncoding.toLowerCase() !== 'chunked') throw new ResponseSyntaxError('the Transfer-Encoding is not exactly chunked');
    framing = FRAMING_CHUNKED;
  } else if (length !== -1) {
    framing = FRAMING_LENGTH;
  }
  if (bodyless) framing = FRAMING_NONE;
  else if (framing === FRAMING_LENGTH && length === 0) framing = FRAMING_NONE;

  const tokens = connection === '' ? '' : connection.toLowerCase();
  const keep = framing !== FRAMING_CLOSE && (http11 ? !hasToken(tokens, 'close') : hasToken(tokens, 'keep-alive'));
  return {
    status,
    reason,
    fields: new Fields(list),
    framing,
    length,
    keepAlive: keep,
    keepAliveSeconds: keepAlive === '' ? -1 : keepAliveTimeout(keepAlive),
  };
}

/** Parses trailer lines, `text` being everything up to and with the empty line. Framing and routing fields are dropped. */
export function parseTrailers(text: string): Fields {
  if (hasControl(text)) throw new ResponseSyntaxError('the trailers hold a control character');
  const fields = new Fields();
  let position = 0;
  while (position < text.length - 2) {
    const nameStart = position;
    let code = text.charCodeAt(position);
    while (TOKEN[code] === 1) code = text.charCodeAt(++position);
    if (code !== COLON || position === nameStart) throw new ResponseSyntaxError('a trailer line has no valid name');
    const name = text.slice(nameStart, position);
    const valueEnd = text.indexOf('\r', position);
    if (valueEnd === -1 || text.indexOf('\n', position) !== valueEnd + 1)
      throw new ResponseSyntaxError('a trailer line holds a bare CR or LF');
    const value = trimmed(text, position + 1, valueEnd);
    if (!NOT_IN_TRAILERS.has(name.toLowerCase())) fields.list.push(name, value);
    position = valueEnd + 2;
  }
  return fields;
}

/** RFC 9110 section 6.5.1: fields for framing, routing, authentication or the content itself must not come in trailers. */
const NOT_IN_TRAILERS = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'host',
  'trailer',
  'upgrade',
  'te',
  'keep-alive',
  'content-encoding',
  'content-type',
  'content-range',
  'authorization',
  'set-cookie',
  'cache-control',
  'location',
  'expect',
  'cookie',
  'max-forwards',
  'range',
]);

/** Whether a list of tokens, already in lower case, names one. */
export function hasToken(list: string, token: string): boolean {
  if (list === token) return true;
  if (!list.includes(token)) return false;
  return list.split(',').some((part) => part.trim() === token);
}

function contentLength(value: string): number {
  if (value.length === 0 || value.length > 15) throw new ResponseSyntaxError('the Content-Length is not a number of bytes');
  const length = digits(value, 0, value.length);
  if (length === -1) throw new ResponseSyntaxError('the Content-Length is not a number of bytes');
  return length;
}

/** The decimal number in text[start, end), or -1. */
function digits(text: string, start: number, end: number): number {
  let number = 0;
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function trimmed(text: string, start: number, end: number): string {
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** A control character other than tab, CR and LF. */
function hasControl(text: string): boolean {
  return /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text);
}

function keepAliveTimeout(value: string): number {
  const match = /timeout=(\d{1,6})/i.exec(value);
  return match === null ? -1 : Number(match[1]);
}

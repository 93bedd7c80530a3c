import { Fields } from '../../exchange/fields.ts';
import { FIELD_VALUE, TOKEN } from './characters.ts';
import { CONNECTION, CONTENT_LENGTH, hashWith, IncomingLines, KEEP_ALIVE, TRANSFER_ENCODING } from './incoming-lines.ts';
import { MessageSyntaxError } from './message-syntax-error.ts';

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

const lines = new IncomingLines();

const CR = 13;
const LF = 10;
const SPACE = 32;
const TAB = 9;
const COLON = 58;

/**
 * Parses the head of a response: the `length` bytes from `start`, from the status line to the CRLF CRLF at its end, both included.
 * `text` is the same as latin1, and may go on. Strict: every ambiguity that another parser could read differently is an error, never
 * repaired (RFC 9112 sections 4 to 6). `requestMethod` decides whether a body follows.
 */
export function parseResponseHead(bytes: Uint8Array, start: number, length: number, text: string, requestMethod: string): ResponseHead {
  const http11 = text.startsWith('HTTP/1.1 ');
  if (!http11 && !text.startsWith('HTTP/1.0 ')) throw new MessageSyntaxError('the status line does not begin with HTTP/1.1 or HTTP/1.0');
  const status = digits(text, 9, 12);
  const afterStatus = text.charCodeAt(12);
  if (status < 100 || (afterStatus !== SPACE && afterStatus !== CR)) throw new MessageSyntaxError('the status code is not three digits');
  const end = start + length;
  let position = start + 12;
  while (position < end && FIELD_VALUE[bytes[position] as number] === 1) position++;
  const reason = afterStatus === SPACE ? text.slice(13, position - start) : '';
  position = afterLineEnd(bytes, position);

  const list: string[] = [];
  let announced = -1;
  let transferEncoding: string | undefined;
  let connection = '';
  let keepAlive = '';
  const fieldsEnd = end - 2;
  lines.begin();
  while (position < fieldsEnd) {
    const nameStart = position;
    let slot = lines.expected(bytes, nameStart, fieldsEnd);
    let value: string;
    if (slot !== -1) {
      position += lines.lineLength(slot);
      value = lines.value(slot);
    } else {
      let code = bytes[position] as number;
      let hash = 0;
      while (TOKEN[code] === 1) {
        hash = hashWith(hash, code);
        code = bytes[++position] as number;
      }
      // Covers obs-fold (a line that begins with white space), a missing colon, and space before the colon (sections 5.1, 5.2).
      if (code !== COLON || position === nameStart) throw new MessageSyntaxError('a header line has no valid name');
      const nameEnd = position++;
      while (isBlank(bytes[position] as number)) position++;
      const valueStart = position;
      while (position < end && FIELD_VALUE[bytes[position] as number] === 1) position++;
      let valueEnd = position;
      while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1] as number)) valueEnd--;
      value = text.slice(valueStart - start, valueEnd - start);
      position = afterLineEnd(bytes, position);
      slot = lines.read(bytes, nameStart, nameEnd, hash, value, position);
      if (slot === -1) {
        list.push(text.slice(nameStart - start, nameEnd - start), value);
        continue;
      }
    }
    list.push(lines.name(slot), value);
    switch (lines.kind(slot)) {
      case CONTENT_LENGTH:
        if (announced !== -1) throw new MessageSyntaxError('there is more than one Content-Length');
        announced = contentLength(value);
        break;
      case TRANSFER_ENCODING:
        if (transferEncoding !== undefined) throw new MessageSyntaxError('there is more than one Transfer-Encoding');
        transferEncoding = value;
        break;
      case CONNECTION:
        connection = connection === '' ? value : `${connection},${value}`;
        break;
      case KEEP_ALIVE:
        keepAlive = value;
        break;
    }
  }

  const bodyless = requestMethod === 'HEAD' || status < 200 || status === 204 || status === 304;
  let framing = FRAMING_CLOSE;
  if (transferEncoding !== undefined) {
    if (announced !== -1) throw new MessageSyntaxError('there are both Content-Length and Transfer-Encoding');
    if (!http11) throw new MessageSyntaxError('there is Transfer-Encoding in HTTP/1.0');
    if (transferEncoding.toLowerCase() !== 'chunked') throw new MessageSyntaxError('the Transfer-Encoding is not exactly chunked');
    framing = FRAMING_CHUNKED;
  } else if (announced !== -1) {
    framing = FRAMING_LENGTH;
  }
  if (bodyless) framing = FRAMING_NONE;
  else if (framing === FRAMING_LENGTH && announced === 0) framing = FRAMING_NONE;

  const tokens = connection === '' ? '' : connection.toLowerCase();
  const keep = framing !== FRAMING_CLOSE && (http11 ? !hasToken(tokens, 'close') : hasToken(tokens, 'keep-alive'));
  return {
    status,
    reason,
    fields: new Fields(list),
    framing,
    length: announced,
    keepAlive: keep,
    keepAliveSeconds: keepAlive === '' ? -1 : keepAliveTimeout(keepAlive),
  };
}

/** Whether a list of tokens, already in lower case, names one. */
export function hasToken(list: string, token: string): boolean {
  if (list === token) return true;
  if (!list.includes(token)) return false;
  return list.split(',').some((part) => part.trim() === token);
}

function contentLength(value: string): number {
  if (value.length === 0 || value.length > 15) throw new MessageSyntaxError('the Content-Length is not a number of bytes');
  const length = digits(value, 0, value.length);
  if (length === -1) throw new MessageSyntaxError('the Content-Length is not a number of bytes');
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

/** The position behind the CRLF that has to stand here: anything else is a control character, a bare CR or a bare LF. */
function afterLineEnd(bytes: Uint8Array, position: number): number {
  if (bytes[position] !== CR || bytes[position + 1] !== LF)
    throw new MessageSyntaxError('a line of the head holds a control character, a bare CR or a bare LF');
  return position + 2;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function keepAliveTimeout(value: string): number {
  const match = /timeout=(\d{1,6})/i.exec(value);
  return match === null ? -1 : Number(match[1]);
}

import { STATUS_CODES } from 'node:http';
import type { Exchange } from '../../../exchange/exchange.ts';
import { type Fields, isName } from '../../../exchange/fields.ts';
import type { Reply } from '../../../exchange/reply.ts';
import { OutgoingLines } from '../outgoing-lines.ts';

/** How the end of the answer is told, where it is not a number of bytes. */
export const NO_BODY = -1;
export const CHUNKED = -2;
export const UNTIL_CLOSE = -3;
/** No body follows and the backend's Content-Length, which says how long it would be, is passed on (HEAD, 304). */
export const AS_ANNOUNCED = -4;

/** What may not stand in a line of a head; characters above U+00FF would lose their upper byte and could become a line break. */
const NOT_IN_LINE = /[^\t\x20-\x7e\x80-\xff]/;

const STATUS_LINES: string[] = [];
for (const [status, reason] of Object.entries(STATUS_CODES)) STATUS_LINES[Number(status)] = `HTTP/1.1 ${status} ${reason}\r\n`;

const lines = new OutgoingLines();

let date = '';
let dateSecond = -1;

/** The Date field of now; `nowSecond` is the Unix time in whole seconds. */
export function dateLine(nowSecond: number): string {
  if (nowSecond !== dateSecond) {
    dateSecond = nowSecond;
    date = `Date: ${new Date(nowSecond * 1000).toUTCString()}\r\n`;
  }
  return date;
}

/**
 * The head of the answer of an exchange: our own serialisation, with the one framing that we chose. `framing` is the length of the
 * body in bytes or one of the constants above; `connection` is the line that says what becomes of the connection, or empty.
 * Throws when a part could break out of its line; steps check what they add, this is the last gate.
 */
export function writeResponseHead(exchange: Exchange, framing: number, connection: string): string {
  const { status, reason } = exchange;
  // An interim status would make the client wait for another answer, and take the next one for it.
  if (status < 200) throw new Error('The status of the response is not a final one');
  let text = reason === '' ? (STATUS_LINES[status] ?? customStatusLine(status, '')) : customStatusLine(status, reason);
  const { list } = exchange.response;
  lines.begin();
  let dated = false;
  let announced = '';
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    switch (name.length) {
      case 4:
        if (isName(name, 'date')) dated = true;
        break;
      case 10:
        if (isName(name, 'connection') || isName(name, 'keep-alive')) continue;
        break;
      case 14:
        if (isName(name, 'content-length')) {
          announced = value;
          continue;
        }
        break;
      case 17:
        if (isName(name, 'transfer-encoding')) continue;
        break;
    }
    let line = lines.known(i >> 1, name, value);
    if (line === '') {
      if (NOT_IN_LINE.test(value)) throw new Error(`The response field ${name} holds a character that must not be sent`);
      line = lines.write(i >> 1, name, value);
    }
    text += line;
  }
  if (!dated) text += dateLine(Math.floor(Date.now() / 1000));
  if (framing >= 0) text += `Content-Length: ${framing}\r\n`;
  else if (framing === CHUNKED) text += 'Transfer-Encoding: chunked\r\n';
  else if (framing === AS_ANNOUNCED && /^\d{1,15}$/.test(announced)) text += `Content-Length: ${announced}\r\n`;
  return `${text}X-Request-Id: ${exchange.requestId}\r\n${connection}\r\n`;
}

/** The whole answer to a message that is refused; the connection closes behind it. `toHead`: it was a HEAD, so without a body. */
export function writeRefusal(reply: Reply, toHead: boolean): string {
  const body = latin1Of(reply.body ?? '');
  let text = STATUS_LINES[reply.status] ?? customStatusLine(reply.status, '');
  for (let i = 0; i < reply.fields.length; i += 2) text += `${reply.fields[i]}: ${reply.fields[i + 1]}\r\n`;
  text += `${dateLine(Math.floor(Date.now() / 1000))}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  return toHead ? text : text + body;
}

/** The end of a chunked body. Trailers that could break out of their line are an error of ours: throws. */
export function writeLastChunk(trailers: Fields | undefined): string {
  if (trailers === undefined) return '0\r\n\r\n';
  let text = '0\r\n';
  trailers.forEach((name, value) => {
    if (NOT_IN_LINE.test(value)) throw new Error(`The trailer ${name} holds a character that must not be sent`);
    text += `${name}: ${value}\r\n`;
  });
  return `${text}\r\n`;
}

/** The bytes as latin1 text, each byte one character: joins the head's text into a single write, and is the same bytes there. */
export function latin1Of(body: string | Uint8Array): string {
  if (typeof body === 'string') return Buffer.from(body).toString('latin1');
  const buffer = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.length);
  return buffer.toString('latin1');
}

function customStatusLine(status: number, reason: string): string {
  if (!(status >= 100 && status <= 999) || NOT_IN_LINE.test(reason)) throw new Error('The status line of the response is not valid');
  return `HTTP/1.1 ${status} ${reason}\r\n`;
}

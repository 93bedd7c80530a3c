import { head } from '../../support/origin-script.ts';
import { accepted, broken, refused, type WireRecord } from './wire-record.ts';

const POST = ['POST /a HTTP/1.1', 'Host: gw.example'];
const post = (fields: readonly string[], body: string) => head(...POST, ...fields) + body;
const chunked = (body: string, ...fields: string[]) => post(['Transfer-Encoding: chunked', ...fields], body);
const length = (value: string, body: string): WireRecord => ({
  id: `Content-Length: ${value}`,
  rule: 'RFC 9110 section 8.6',
  send: post([`Content-Length: ${value}`], body),
  expect: [accepted('POST', '/a', { body })],
});

/** Why the plain server's answers are not trusted to belong to their requests. */
export const OVERTAKEN = 'The refusal is written at once, before the answer to the request that came first: the client takes it for that.';

const lengths: WireRecord[] = [
  length('0', ''),
  length('5', 'hello'),
  length('0005', 'hello'),
  {
    id: 'spaces around a Content-Length',
    rule: 'RFC 9112 section 5.1: OWS is no part of the value',
    send: post(['Content-Length:  \t5 \t '], 'hello'),
    expect: [accepted('POST', '/a', { body: 'hello' })],
  },
  {
    id: 'a body of 100,000 bytes',
    rule: 'RFC 9112 section 6.2',
    send: post(['Content-Length: 100000'], 'x'.repeat(100_000)),
    expect: [accepted('POST', '/a', { body: 'x'.repeat(100_000) })],
  },
  {
    id: 'a body that looks like chunks',
    rule: 'RFC 9112 section 6: the length tells, not the content',
    send: post(['Content-Length: 15'], '5\r\nhello\r\n0\r\n\r\n'),
    expect: [accepted('POST', '/a', { body: '5\r\nhello\r\n0\r\n\r\n' })],
  },
  {
    id: 'a body with GET',
    rule: 'RFC 9110 section 9.3.1',
    send: `${head('GET /a HTTP/1.1', 'Host: gw.example', 'Content-Length: 5')}hello`,
    expect: [accepted('GET', '/a', { body: 'hello' })],
  },
  {
    id: 'a body with HEAD',
    rule: 'RFC 9110 section 9.3.2: no meaning, and still part of the message',
    send: `${head('HEAD /a HTTP/1.1', 'Host: gw.example', 'Content-Length: 5')}hello`,
    expect: [accepted('HEAD', '/a', { body: 'hello', answer: { status: 200, body: '' } })],
  },
  {
    id: 'no framing, and bytes behind the head',
    rule: 'RFC 9112 section 6.3 item 7: without framing there is no body; what follows is the next message, and this is none',
    send: post([], 'hello\r\n\r\n'),
    expect: [accepted('POST', '/a'), refused()],
    differs: { 'node:http': { expect: [accepted('POST', '/a', { unanswered: true }), refused()], why: OVERTAKEN, inOnePieceOnly: true } },
  },
  {
    id: 'a length that is too short by one',
    rule: 'RFC 9112 section 6.3: the rest is the next message, and this is none',
    send: `${post(['Content-Length: 4'], 'hello')}${head('GET /b HTTP/1.1', 'Host: gw.example')}`,
    expect: [accepted('POST', '/a', { body: 'hell' }), refused()],
    differs: {
      'node:http': {
        expect: [accepted('POST', '/a', { body: 'hell', unanswered: true }), refused()],
        why: OVERTAKEN,
        inOnePieceOnly: true,
      },
    },
  },
];

const contradictions: WireRecord[] = [
  {
    id: 'Transfer-Encoding with a Content-Length of 0',
    rule: 'RFC 9112 section 6.1',
    send: chunked('0\r\n\r\n', 'Content-Length: 0'),
    expect: [refused()],
  },
  {
    id: 'chunked with a comma behind it',
    rule: 'RFC 9112 section 6.1; RFC 9110 section 5.6.1: empty list elements are counted differently',
    send: post(['Transfer-Encoding: chunked,'], '0\r\n\r\n'),
    expect: [refused()],
  },
  {
    id: 'chunked with a comma before it',
    rule: 'RFC 9112 section 6.1',
    send: post(['Transfer-Encoding: , chunked'], '0\r\n\r\n'),
    expect: [refused()],
    differs: {
      'node:http': { expect: [accepted('POST', '/a')], why: 'Only that chunked is the last coding is looked at.' },
    },
  },
  {
    id: 'an empty Transfer-Encoding before chunked',
    rule: 'RFC 9112 section 6.1',
    send: post(['Transfer-Encoding:', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    expect: [refused()],
  },
  {
    id: 'chunked with spaces around it',
    rule: 'RFC 9112 section 5.1: OWS is no part of the value',
    send: post(['Transfer-Encoding: \t  chunked  '], '5\r\nhello\r\n0\r\n\r\n'),
    expect: [accepted('POST', '/a', { body: 'hello' })],
  },
  {
    id: 'chunked with a tab behind it',
    rule: 'RFC 9112 section 6.1: OWS may be stripped; hops are known that read such a value as another coding',
    send: post(['Transfer-Encoding: chunked\t'], '5\r\nhello\r\n0\r\n\r\n'),
    expect: [broken()],
  },
  {
    id: 'chunked in capitals',
    rule: 'RFC 9112 section 7: names of codings are case-insensitive',
    send: post(['TRANSFER-ENCODING: CHUNKED'], '5\r\nhello\r\n0\r\n\r\n'),
    expect: [accepted('POST', '/a', { body: 'hello' })],
  },
  {
    id: 'chunked in HTTP/1.0 with keep-alive',
    rule: 'RFC 9112 section 6.1: faulty framing',
    send: `${head('POST /a HTTP/1.0', 'Host: gw.example', 'Connection: keep-alive', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    expect: [refused()],
    differs: { 'node:http': { expect: [accepted('POST', '/a')], closes: true, why: 'The version does not matter to how a body is read.' } },
  },
];

/** A message that ends with the connection before its own end: handed over at most as broken. */
const cutOff: WireRecord[] = [
  { id: 'the end within the request line', rule: 'RFC 9112 section 8', send: 'GET /a HT', halfClose: true, expect: [refused([0, 400])] },
  {
    id: 'the end within the fields',
    rule: 'RFC 9112 section 8',
    send: 'GET /a HTTP/1.1\r\nHost: gw.example\r\n',
    halfClose: true,
    expect: [refused([0, 400])],
  },
  {
    id: 'the end within a body with a length',
    rule: 'RFC 9112 section 8: incomplete',
    send: post(['Content-Length: 6'], 'hello'),
    halfClose: true,
    expect: [broken([0, 400])],
  },
  {
    id: 'the end within a chunk',
    rule: 'RFC 9112 section 8',
    send: chunked('5\r\nhel'),
    halfClose: true,
    expect: [broken([0, 400])],
  },
  {
    id: 'the end behind a chunk',
    rule: 'RFC 9112 section 8: without the zero-sized chunk the body is incomplete',
    send: chunked('5\r\nhello\r\n'),
    halfClose: true,
    expect: [broken([0, 400])],
  },
  {
    id: 'the end behind the last chunk, before the empty line',
    rule: 'RFC 9112 section 8',
    send: chunked('5\r\nhello\r\n0\r\n'),
    halfClose: true,
    expect: [broken([0, 400])],
  },
];

export const framingRecords: readonly WireRecord[] = [...lengths, ...contradictions, ...cutOff];

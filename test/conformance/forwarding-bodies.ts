import { answer, head, type OriginScript } from '../support/origin-script.ts';
import type { ForwardingRecord } from './forwarding-record.ts';
import { LIMITS } from './malformed-limits.ts';

const GET = head('GET /orders HTTP/1.1', 'Host: gw.example');
const post = (fields: readonly string[], body: string) => head('POST /orders HTTP/1.1', 'Host: gw.example', ...fields) + body;
const reply = (bytes: string): OriginScript => ['request-end', { send: bytes }];
const chunkedReply = (chunks: string, ...fields: string[]) =>
  reply(head('HTTP/1.1 200 OK', ...fields, 'Transfer-Encoding: chunked') + chunks);

const requestBodies: ForwardingRecord[] = [
  {
    id: 'a body with Content-Length',
    rule: 'RFC 9112 section 6.2',
    request: post(['Content-Type: text/plain', 'Content-Length: 5'], 'hello'),
    expect: {
      status: 200,
      backend: {
        line: 'POST /orders HTTP/1.1',
        fields: { 'content-length': '5', 'content-type': 'text/plain', 'transfer-encoding': null },
        body: 'hello',
      },
    },
  },
  {
    id: 'a body in chunks',
    rule: 'RFC 9112 section 7.1',
    request: post(['Transfer-Encoding: chunked'], '5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n'),
    expect: { status: 200, backend: { fields: { 'content-length': null, 'transfer-encoding': 'chunked' }, body: 'hello world' } },
  },
  {
    id: 'the name of the coding in any case',
    rule: 'RFC 9112 section 7: names of codings are case-insensitive',
    request: post(['transfer-encoding: Chunked'], '5\r\nhello\r\n0\r\n\r\n'),
    expect: { status: 200, backend: { body: 'hello' } },
  },
  {
    id: 'chunk extensions are read over and not passed on',
    rule: 'RFC 9112 section 7.1.1: an unknown extension must be ignored',
    request: post(['Transfer-Encoding: chunked'], '5;name=value\r\nhello\r\n0;x\r\n\r\n'),
    expect: { status: 200, backend: { body: 'hello' } },
  },
  {
    id: 'chunk sizes in capitals and with leading zeros',
    rule: 'RFC 9112 section 7.1: chunk-size = 1*HEXDIG',
    request: post(['Transfer-Encoding: chunked'], '00A\r\n0123456789\r\n000\r\n\r\n'),
    expect: { status: 200, backend: { body: '0123456789' } },
  },
  {
    id: 'a body of zero bytes',
    rule: 'RFC 9110 section 8.6',
    request: post(['Content-Length: 0'], ''),
    expect: { status: 200, backend: { fields: { 'content-length': '0' }, body: '' } },
  },
  {
    id: 'POST without a body',
    rule: 'RFC 9112 section 6.3 item 7: without framing there is no body',
    request: post([], ''),
    expect: { status: 200, backend: { fields: { 'transfer-encoding': null }, body: '' } },
  },
  {
    id: 'GET with a body',
    rule: 'RFC 9110 section 9.3.1: no meaning, and still part of the message',
    request: `${head('GET /orders HTTP/1.1', 'Host: gw.example', 'Content-Length: 5')}hello`,
    expect: { status: 200, backend: { line: 'GET /orders HTTP/1.1', body: 'hello' } },
  },
  {
    id: 'a body that looks like a request',
    rule: 'RFC 9112 section 6: the length tells, not the content',
    request: post([`Content-Length: ${GET.length}`], GET),
    expect: { status: 200, backend: { line: 'POST /orders HTTP/1.1', body: GET } },
  },
  {
    id: 'every byte value in a body',
    rule: 'RFC 9112 section 6: octets',
    request: post(['Content-Length: 256'], String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i))),
    expect: { status: 200, backend: { body: String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i)) } },
  },
  {
    id: 'trailers of a request',
    rule: 'RFC 9110 section 6.5.2; issue item 6: both ways',
    request: post(['Transfer-Encoding: chunked', 'Trailer: X-Sum'], '5\r\nhello\r\n0\r\nX-Sum: abc\r\n\r\n'),
    expect: { status: 200, backend: { body: 'hello', trailers: { 'x-sum': 'abc' } } },
  },
  {
    id: 'a trailer cannot be what only a header may be',
    rule: 'RFC 9110 section 6.5.1: not for framing, routing or authentication',
    request: post(
      ['Transfer-Encoding: chunked'],
      '5\r\nhello\r\n0\r\nHost: evil\r\nAuthorization: x\r\nX-Forwarded-For: 6.6.6.6\r\nX-Sum: abc\r\n\r\n',
    ),
    expect: {
      status: 200,
      backend: {
        body: 'hello',
        trailers: {
          host: null,
          authorization: null,
          'x-forwarded-for': null,
          'x-sum': 'abc',
        },
      },
    },
  },
];

const responseBodies: ForwardingRecord[] = [
  {
    id: 'a response with Content-Length',
    rule: 'RFC 9112 section 6.2',
    request: GET,
    origin: reply(answer('200 OK', [], 'hello')),
    expect: { status: 200, fields: { 'content-length': '5', 'transfer-encoding': null }, body: 'hello' },
  },
  {
    id: 'a response in chunks',
    rule: 'RFC 9112 section 7.1',
    request: GET,
    origin: chunkedReply('5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n'),
    expect: { status: 200, fields: { 'content-length': null }, body: 'hello world' },
  },
  {
    id: 'a response that ends with the connection',
    rule: 'RFC 9112 section 6.3 item 8: the client still gets a message whose end is marked',
    request: GET,
    origin: ['request-end', { send: `${head('HTTP/1.1 200 OK')}hello` }, 'end'],
    expect: { status: 200, body: 'hello' },
  },
  {
    id: 'a response of HTTP/1.0',
    rule: 'RFC 9110 section 2.5',
    request: GET,
    origin: ['request-end', { send: `${head('HTTP/1.0 200 OK', 'Content-Type: text/plain')}hello` }, 'end'],
    expect: { status: 200, fields: { 'content-type': 'text/plain' }, body: 'hello' },
  },
  {
    id: 'a response of one byte at a time',
    rule: 'RFC 9112 section 2.2: a message may come in any pieces',
    request: GET,
    origin: [
      'request-end',
      { sendByteByByte: `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\nX-A: 1\r\n\r\n` },
    ],
    expect: { status: 200, body: 'hello' },
  },
  {
    id: 'trailers of a response, for a client that takes them',
    rule: 'RFC 9110 section 6.5.1 and 10.1.4 (TE: trailers)',
    request: head('GET /orders HTTP/1.1', 'Host: gw.example', 'TE: trailers', 'Connection: TE'),
    origin: chunkedReply('5\r\nhello\r\n0\r\nX-Sum: abc\r\n\r\n', 'Trailer: X-Sum'),
    expect: { status: 200, body: 'hello', trailers: { 'x-sum': 'abc' }, backend: { fields: { te: 'trailers' } } },
  },
  {
    id: 'HEAD: no body, and the length that GET would have',
    rule: 'RFC 9110 section 9.3.2',
    request: head('HEAD /orders HTTP/1.1', 'Host: gw.example'),
    origin: reply(head('HTTP/1.1 200 OK', 'Content-Length: 12345')),
    expect: { status: 200, fields: { 'content-length': '12345' }, body: '', backend: { line: 'HEAD /orders HTTP/1.1' } },
  },
  {
    id: 'HEAD of what GET would send in chunks',
    rule: 'RFC 9112 section 6.1: Transfer-Encoding may stand in the answer to HEAD',
    request: head('HEAD /orders HTTP/1.1', 'Host: gw.example'),
    origin: reply(head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')),
    expect: { status: 200, body: '' },
  },
  {
    id: '204: neither body nor length',
    rule: 'RFC 9110 section 15.3.5 and 8.6',
    request: GET,
    origin: reply(head('HTTP/1.1 204 No Content', 'X-A: 1')),
    expect: { status: 204, fields: { 'content-length': null, 'transfer-encoding': null, 'x-a': '1' }, body: '' },
  },
  {
    id: '304: no body, and the length that 200 would have',
    rule: 'RFC 9110 section 15.4.5 and 8.6',
    request: head('GET /orders HTTP/1.1', 'Host: gw.example', 'If-None-Match: "x"'),
    origin: reply(head('HTTP/1.1 304 Not Modified', 'ETag: "x"', 'Content-Length: 5')),
    expect: { status: 304, fields: { etag: '"x"', 'content-length': '5' }, body: '', backend: { fields: { 'if-none-match': '"x"' } } },
  },
  {
    id: 'an empty 200',
    rule: 'RFC 9112 section 6.3',
    request: GET,
    origin: reply(answer('200 OK')),
    expect: { status: 200, fields: { 'content-length': '0' }, body: '' },
  },
  ...(
    [
      ['400 Bad Request', 'application/json', '{"own":true}'],
      ['401 Unauthorized', 'text/plain', 'who?'],
      ['404 Not Found', 'text/html', '<h1>not here</h1>'],
      ['405 Method Not Allowed', 'text/plain', ''],
      ['429 Too Many Requests', 'application/problem+json', '{"title":"slow down"}'],
      ['500 Internal Server Error', 'text/html', '<h1>oops</h1>'],
      ['502 Bad Gateway', 'text/plain', 'own 502'],
      ['503 Service Unavailable', 'text/plain', 'own 503'],
      ['599 Odd', 'text/plain', 'odd'],
    ] as const
  ).map(
    ([statusLine, contentType, body]): ForwardingRecord => ({
      id: `the backend's own ${statusLine} stays untouched`,
      rule: "INTERFACES 7: a backend's own error passes through untouched",
      request: GET,
      origin: reply(answer(statusLine, [`Content-Type: ${contentType}`, 'Retry-After: 7', 'WWW-Authenticate: Basic realm="own"'], body)),
      expect: {
        status: Number(statusLine.slice(0, 3)),
        fields: { 'content-type': contentType, 'retry-after': '7', 'www-authenticate': 'Basic realm="own"' },
        body,
      },
    }),
  ),
  {
    id: '103 Early Hints may be passed on or not; the final response comes',
    rule: 'RFC 9110 section 15.2: a proxy must forward 1xx responses unless it asked for them itself; RFC 8297',
    request: GET,
    origin: ['request-end', { send: head('HTTP/1.1 103 Early Hints', 'Link: </a.css>') }, { send: answer('200 OK', [], 'hello') }],
    expect: { status: 200, body: 'hello' },
  },
];

const versions: ForwardingRecord[] = [
  {
    id: 'HTTP/1.0 is answered and closed',
    rule: 'RFC 9112 section 9.3: without keep-alive it is closed',
    request: head('GET /orders HTTP/1.0', 'Host: gw.example'),
    expect: { status: 200, body: 'from the origin', closes: true, backend: { line: 'GET /orders HTTP/1.1' } },
  },
  {
    id: 'HTTP/1.0 without Host',
    rule: 'RFC 9112 section 3.2: Host is required of HTTP/1.1 only',
    request: head('GET /orders HTTP/1.0'),
    expect: { status: 200, closes: true },
  },
  {
    id: 'HTTP/1.0 gets no chunks',
    rule: 'RFC 9112 section 6.1: no Transfer-Encoding to a client of HTTP/1.0',
    request: head('GET /orders HTTP/1.0', 'Host: gw.example'),
    origin: chunkedReply('5\r\nhello\r\n0\r\n\r\n'),
    expect: { status: 200, fields: { 'transfer-encoding': null }, body: 'hello', closes: true },
  },
  {
    id: 'an empty line before the request',
    rule: 'RFC 9112 section 2.2: at least one should be ignored',
    request: `\r\n${GET}`,
    expect: { status: 200, backend: { line: 'GET /orders HTTP/1.1' } },
  },
];

/** Just below what malformed-limits.ts goes over. */
const limits: ForwardingRecord[] = [
  {
    id: 'a target just below uriBytes',
    rule: 'RFC 9110 section 15.5.15',
    request: head(`GET /${'a'.repeat(LIMITS.uriBytes - 10)} HTTP/1.1`, 'Host: gw.example'),
    expect: { status: 200, backend: { line: `GET /${'a'.repeat(LIMITS.uriBytes - 10)} HTTP/1.1` } },
  },
  {
    id: 'fields just below headerBytes',
    rule: 'RFC 6585 section 5',
    request: head('GET /orders HTTP/1.1', 'Host: gw.example', `X-A: ${'a'.repeat(LIMITS.headerBytes - 400)}`),
    expect: { status: 200, backend: { fields: { 'x-a': 'a'.repeat(LIMITS.headerBytes - 400) } } },
  },
  {
    id: 'a body of exactly bodyBytes',
    rule: 'RFC 9110 section 15.5.14',
    request: post([`Content-Length: ${LIMITS.bodyBytes}`], 'x'.repeat(LIMITS.bodyBytes)),
    expect: { status: 200, backend: { body: 'x'.repeat(LIMITS.bodyBytes) } },
  },
  {
    id: 'chunks of exactly bodyBytes',
    rule: 'RFC 9110 section 15.5.14',
    request: post(['Transfer-Encoding: chunked'], `${LIMITS.bodyBytes.toString(16)}\r\n${'x'.repeat(LIMITS.bodyBytes)}\r\n0\r\n\r\n`),
    expect: { status: 200, backend: { body: 'x'.repeat(LIMITS.bodyBytes) } },
  },
];

export const forwardingBodies: readonly ForwardingRecord[] = [...requestBodies, ...responseBodies, ...versions, ...limits];

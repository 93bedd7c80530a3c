import { answer, head } from '../support/origin-script.ts';
import type { BackendOutcome, BackendRecord } from './backend-record.ts';

const FAILED: BackendOutcome[] = [{ status: 502 }];
const TIMED_OUT: BackendOutcome[] = [{ status: 504 }];
const ABORTED: BackendOutcome[] = [{ aborted: 200 }];
/** Where the fault may come together with the head, the gateway may have noticed it in time for a 502. */
const FAILED_OR_ABORTED: BackendOutcome[] = [{ status: 502 }, { aborted: 200 }];

const OK = 'HTTP/1.1 200 OK';
const chunkedHead = head(OK, 'Transfer-Encoding: chunked');

const cutOff: BackendRecord[] = [
  { id: 'closes before it answers', rule: 'RFC 9110 section 15.6.3', origin: ['request-end', 'end'], expect: FAILED },
  { id: 'resets before it answers', rule: 'RFC 9110 section 15.6.3', origin: ['request-end', 'reset'], expect: FAILED },
  { id: 'closes in the status line', rule: 'RFC 9112 section 8', origin: ['request-end', { send: 'HTTP/1.1 20' }, 'end'], expect: FAILED },
  {
    id: 'resets in the fields',
    rule: 'RFC 9112 section 8',
    origin: ['request-end', { send: `${OK}\r\nX-A: b\r\nX-` }, { waitMs: 20 }, 'reset'],
    expect: FAILED,
  },
  {
    id: 'closes in the fields',
    rule: 'RFC 9112 section 8',
    origin: ['request-end', { send: `${OK}\r\nContent-Length: 0\r\n` }, 'end'],
    expect: FAILED,
  },
  {
    id: 'resets in a body with Content-Length',
    rule: 'RFC 9112 section 8: incomplete',
    origin: ['request-end', { send: `${head(OK, 'Content-Length: 10')}hello` }, { waitMs: 50 }, 'reset'],
    expect: ABORTED,
  },
  {
    id: 'closes in a body with Content-Length (the length is a lie)',
    rule: 'RFC 9112 section 8: incomplete',
    origin: ['request-end', { send: `${head(OK, 'Content-Length: 10')}hello` }, 'end'],
    expect: FAILED_OR_ABORTED,
  },
  {
    id: 'resets between chunks',
    rule: 'RFC 9112 section 8',
    origin: ['request-end', { send: `${chunkedHead}5\r\nhello\r\n` }, { waitMs: 50 }, 'reset'],
    expect: ABORTED,
  },
  {
    id: 'closes without the last chunk',
    rule: 'RFC 9112 section 8: a chunked message without the zero-sized chunk is incomplete',
    origin: ['request-end', { send: `${chunkedHead}5\r\nhello\r\n` }, 'end'],
    expect: FAILED_OR_ABORTED,
  },
  {
    id: 'closes within a chunk',
    rule: 'RFC 9112 section 8',
    origin: ['request-end', { send: `${chunkedHead}5\r\nhe` }, 'end'],
    expect: FAILED_OR_ABORTED,
  },
  {
    id: 'closes after the last chunk, without the end of the trailers',
    rule: 'RFC 9112 section 7.1',
    origin: ['request-end', { send: `${chunkedHead}5\r\nhello\r\n0\r\n` }, 'end'],
    expect: FAILED_OR_ABORTED,
  },
  {
    id: 'resets a body that ends with the connection',
    rule: 'RFC 9112 section 8: only an orderly end is an end',
    origin: ['request-end', { send: `${head(OK)}hello` }, { waitMs: 50 }, 'reset'],
    expect: ABORTED,
  },
];

const stalls: BackendRecord[] = [
  { id: 'says nothing', rule: 'timeouts.response; RFC 9110 section 15.6.5', origin: ['request-end', 'stall'], expect: TIMED_OUT },
  { id: 'stops in its head', rule: 'timeouts.response', origin: ['request-end', { send: `${OK}\r\nX-A: ` }, 'stall'], expect: TIMED_OUT },
  {
    id: 'sends interim responses and nothing else',
    rule: 'timeouts.response: 1xx is not the response',
    origin: ['request-end', { send: head('HTTP/1.1 103 Early Hints') }, 'stall'],
    expect: TIMED_OUT,
  },
  {
    id: 'stops in a body with Content-Length',
    rule: 'timeouts.total',
    origin: ['request-end', { send: `${head(OK, 'Content-Length: 10')}hello` }, 'stall'],
    expect: ABORTED,
  },
  {
    id: 'stops between chunks',
    rule: 'timeouts.total',
    origin: ['request-end', { send: `${chunkedHead}5\r\nhello\r\n` }, 'stall'],
    expect: ABORTED,
  },
  {
    id: 'sends chunks for ever',
    rule: 'timeouts.total: until the last byte',
    origin: ['request-end', { send: chunkedHead }, { repeat: '5\r\nhello\r\n', times: 1_000_000, pauseMs: 20 }],
    expect: ABORTED,
  },
];

const garbage: BackendRecord[] = [
  ...[
    ['garbage', '\x00\x01\x02\xff\xfe garbage\r\n\r\n'],
    ['HTTP/0.9: a body without a head', '<html>hello</html>\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['HTTP/2', '\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x04\x00\x01\x00\x00\x00\x05\x00\xff\xff'],
    ['an unknown version', 'HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n'],
    ['status 099', 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'],
    ['a status of letters', 'HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n'],
    ['a line without a colon', head(OK, 'bogus', 'Content-Length: 0')],
    ['a space before the colon', head(OK, 'X-A : 1', 'Content-Length: 0')],
    ['an empty field name', head(OK, ': 1', 'Content-Length: 0')],
    ['a field name with a space', head(OK, 'X A: 1', 'Content-Length: 0')],
  ].map(
    ([what, bytes = '']): BackendRecord => ({
      id: `answers with ${what}`,
      rule: 'RFC 9110 section 15.6.3: an invalid response',
      origin: ['request-end', { send: bytes }, 'end'],
      expect: FAILED,
    }),
  ),
  {
    id: 'answers with a head of 1 MiB',
    rule: 'RFC 9110 section 15.6.3; a head is held in memory',
    origin: [
      'request-end',
      { send: `${OK}\r\n` },
      { repeat: `X-A: ${'a'.repeat(1_000)}\r\n`, times: 1_024 },
      { send: 'Content-Length: 0\r\n\r\n' },
      'end',
    ],
    expect: FAILED,
  },
  {
    id: 'answers with a field that never ends',
    rule: 'RFC 9110 section 15.6.3',
    origin: ['request-end', { send: `${OK}\r\nX-A: ` }, { repeat: 'a'.repeat(10_000), times: 200 }, 'end'],
    expect: FAILED,
  },
  {
    id: 'changes to another protocol unasked',
    rule: 'RFC 9110 section 15.2.2: 101 only for a request with Upgrade',
    origin: ['request-end', { send: head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket') }, 'stall'],
    expect: FAILED,
  },
];

/** A field value that ends a line for one reader and not for the next one makes two responses of one. */
const splitting: BackendRecord[] = [
  ['a bare CR in a value', `${OK}\r\nX-A: 1\rSet-Cookie: evil=1\r\nContent-Length: 0\r\n\r\n`],
  ['a bare LF in a value', `${OK}\r\nX-A: 1\nSet-Cookie: evil=1\r\nContent-Length: 0\r\n\r\n`],
  ['NUL in a value', `${OK}\r\nX-A: 1\x002\r\nContent-Length: 0\r\n\r\n`],
  ['a control character in a value', `${OK}\r\nX-A: 1\x0b2\r\nContent-Length: 0\r\n\r\n`],
  ['a bare CR in the reason', `HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n`],
  ['NUL in the reason', `HTTP/1.1 200 O\x00K\r\nContent-Length: 0\r\n\r\n`],
  ['lines that end with a bare LF', `${OK}\nContent-Length: 0\n\n`],
].map(
  ([what, bytes = '']): BackendRecord => ({
    id: `sends ${what}`,
    rule: 'RFC 9110 section 5.5: CR, LF and NUL; RFC 9112 section 11.1: response splitting',
    origin: ['request-end', { send: bytes }, { waitMs: 100 }, 'end'],
    expect: FAILED,
  }),
);

const framing: BackendRecord[] = [
  {
    id: 'both Content-Length and Transfer-Encoding',
    rule: 'RFC 9112 section 6.3 item 3: ought to be handled as an error',
    origin: ['request-end', { send: `${head(OK, 'Content-Length: 5', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n` }],
    expect: FAILED,
  },
  ...[
    ['two Content-Length that differ', ['Content-Length: 5', 'Content-Length: 6']],
    ['a Content-Length list that differs', ['Content-Length: 5, 6']],
    ['Content-Length: -5', ['Content-Length: -5']],
    ['Content-Length: +5', ['Content-Length: +5']],
    ['Content-Length: 5a', ['Content-Length: 5a']],
    ['Content-Length past 64 bits', ['Content-Length: 18446744073709551621']],
  ].map(
    ([what, fields]): BackendRecord => ({
      id: String(what),
      rule: 'RFC 9112 section 6.3 item 5: a proxy must discard such a response and answer 502',
      origin: ['request-end', { send: `${head(OK, ...(fields as string[]))}hello` }, 'end'],
      expect: FAILED,
    }),
  ),
  ...['chunked, chunked', 'gzip', 'gzip, chunked', 'identity', 'xchunked'].map(
    (coding): BackendRecord => ({
      id: `Transfer-Encoding: ${coding}`,
      rule: 'RFC 9112 section 7.4: the gateway sent no TE, so no coding but chunked may come; section 6.1: and that only once',
      origin: ['request-end', { send: `${head(OK, `Transfer-Encoding: ${coding}`)}5\r\nhello\r\n0\r\n\r\n` }, 'end'],
      expect: FAILED,
    }),
  ),
  ...[
    ['a chunk size that is none', 'G\r\nhello\r\n0\r\n\r\n'],
    ['a chunk size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['a negative chunk size', '-5\r\nhello\r\n0\r\n\r\n'],
    ['a chunk size past 64 bits', '10000000000000005\r\nhello\r\n0\r\n\r\n'],
    ['a chunk that is longer than its size', '5\r\nhello world\r\n0\r\n\r\n'],
    ['a chunk size line that ends with LF', '5\nhello\r\n0\r\n\r\n'],
    ['an empty chunk size', '\r\nhello\r\n0\r\n\r\n'],
  ].map(
    ([what, body = '']): BackendRecord => ({
      id: `sends ${what}`,
      rule: 'RFC 9112 section 7.1',
      origin: ['request-end', { send: chunkedHead + body }],
      expect: FAILED_OR_ABORTED,
    }),
  ),
  {
    id: 'a bad chunk after good ones',
    rule: 'RFC 9112 section 7.1',
    origin: ['request-end', { send: `${chunkedHead}5\r\nhello\r\n` }, { waitMs: 50 }, { send: 'Z\r\nworld\r\n0\r\n\r\n' }],
    expect: ABORTED,
  },
  {
    id: 'sends bytes behind a body with Content-Length',
    rule: 'RFC 9112 section 11.1: what is left over is not the answer to the next request',
    origin: ['request-end', { send: `${answer('200 OK', [], 'hello')}${answer('200 OK', ['X-Poison: 1'], 'poison')}` }],
    expect: [{ status: 200, body: 'hello', fields: { 'x-poison': null } }],
  },
  {
    id: 'sends bytes behind the last chunk',
    rule: 'RFC 9112 section 11.1',
    origin: ['request-end', { send: `${chunkedHead}5\r\nhello\r\n0\r\n\r\n${answer('200 OK', ['X-Poison: 1'], 'poison')}` }],
    expect: [{ status: 200, body: 'hello', fields: { 'x-poison': null } }],
  },
  {
    id: 'sends bytes some time after its response, while nobody asks',
    rule: 'RFC 9112 section 9.2: a response without a request must not be used',
    origin: ['request-end', { send: answer('200 OK', [], 'hello') }, { waitMs: 30 }, { send: answer('200 OK', ['X-Poison: 1'], 'poison') }],
    settleMs: 200,
    expect: [{ status: 200, body: 'hello', fields: { 'x-poison': null } }],
  },
  {
    id: 'sends a body with 204',
    rule: 'RFC 9112 section 6.3 item 1: 204 has no body, so these are left over bytes',
    origin: ['request-end', { send: `${head('HTTP/1.1 204 No Content')}${answer('200 OK', ['X-Poison: 1'], 'poison')}` }],
    expect: [{ status: 204, body: '' }, ...FAILED],
  },
  {
    id: 'sends a body with 304',
    rule: 'RFC 9112 section 6.3 item 1',
    origin: ['request-end', { send: `${head('HTTP/1.1 304 Not Modified', 'Content-Length: 6')}poison` }],
    expect: [{ status: 304, body: '' }, ...FAILED],
  },
  {
    id: 'sends a body to HEAD',
    rule: 'RFC 9112 section 6.3 item 1',
    request: head('HEAD /orders HTTP/1.1', 'Host: gw.example'),
    origin: ['request-end', { send: answer('200 OK', [], 'poison') }],
    expect: [{ status: 200, body: '', fields: { 'content-length': '6' } }, ...FAILED],
  },
];

const order: BackendRecord[] = [
  {
    id: 'sends a hundred 100 Continue before its answer',
    rule: 'RFC 9110 section 15.2: any number of interim responses; a gateway may call it a flood',
    origin: ['request-end', { repeat: head('HTTP/1.1 100 Continue'), times: 100 }, { send: answer('200 OK', [], 'hello') }],
    expect: [{ status: 200, body: 'hello' }, ...FAILED],
  },
  {
    id: 'sends ten 103 Early Hints before its answer',
    rule: 'RFC 9110 section 15.2; RFC 8297',
    origin: [
      'request-end',
      { repeat: head('HTTP/1.1 103 Early Hints', 'Link: </a.css>'), times: 10 },
      { send: answer('200 OK', [], 'hello') },
    ],
    expect: [{ status: 200, body: 'hello' }],
  },
  {
    id: 'sends interim responses without end',
    rule: 'timeouts.response; memory',
    origin: ['request-end', { repeat: head('HTTP/1.1 103 Early Hints', `Link: <${'a'.repeat(500)}>`), times: Number.POSITIVE_INFINITY }],
    expect: [...FAILED, ...TIMED_OUT],
  },
  {
    id: 'answers before it was asked for the body, whole and keeping the connection',
    rule: 'RFC 9110 section 7.5: a final response may come before the request is complete',
    request: `${head('POST /orders HTTP/1.1', 'Host: gw.example', 'Content-Length: 10')}hello`,
    origin: [{ send: answer('403 Forbidden', [], 'no') }],
    expect: [{ status: 403, body: 'no' }],
  },
  {
    id: 'answers before it was asked for the body, and closes',
    rule: 'RFC 9110 section 7.5; RFC 9112 section 9.6',
    request: `${head('POST /orders HTTP/1.1', 'Host: gw.example', 'Transfer-Encoding: chunked')}5\r\nhello\r\n`,
    origin: [{ send: answer('413 Content Too Large', ['Connection: close'], 'no') }, 'end'],
    expect: [{ status: 413, body: 'no' }],
  },
  {
    id: 'resets while the body is being sent',
    rule: 'RFC 9110 section 15.6.3',
    request: `${head('POST /orders HTTP/1.1', 'Host: gw.example', 'Transfer-Encoding: chunked')}5\r\nhello\r\n`,
    origin: ['reset'],
    expect: FAILED,
  },
];

export const backendAnswers: readonly BackendRecord[] = [...cutOff, ...stalls, ...garbage, ...splitting, ...framing, ...order];

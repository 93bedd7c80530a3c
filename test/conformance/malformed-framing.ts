import { head, type MalformedRecord } from './malformed-record.ts';

const POST = ['POST /orders HTTP/1.1', 'Host: gw.example'];
const chunked = (body: string) => head(...POST, 'Transfer-Encoding: chunked') + body;
const length = (value: string) => `${head(...POST, `Content-Length: ${value}`)}hello`;
const coding = (value: string) => `${head(...POST, `Transfer-Encoding: ${value}`)}5\r\nhello\r\n0\r\n\r\n`;

/** Two answers to "where does the body end?" are how one request is smuggled inside another. */
const contradictions: MalformedRecord[] = [
  {
    id: 'both Content-Length and Transfer-Encoding',
    rule: 'RFC 9112 section 6.1: a server may reject such a request; section 11.2: request smuggling',
    request: `${head(...POST, 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    status: 400,
  },
  {
    id: 'both, Transfer-Encoding first',
    rule: 'RFC 9112 section 6.1',
    request: `${head(...POST, 'Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`,
    status: 400,
  },
  {
    id: 'two Content-Length that differ',
    rule: 'RFC 9112 section 6.3 item 5: unrecoverable error',
    request: `${head(...POST, 'Content-Length: 5', 'Content-Length: 6')}hello`,
    status: 400,
  },
  {
    id: 'two Content-Length that agree',
    rule: 'RFC 9112 section 6.3 item 5: may be rejected; servers behind may read the other one',
    request: `${head(...POST, 'Content-Length: 5', 'content-length: 5')}hello`,
    status: 400,
  },
  { id: 'Content-Length list that agrees', rule: 'RFC 9112 section 6.3 item 5', request: length('5, 5'), status: 400 },
  { id: 'Content-Length list that differs', rule: 'RFC 9112 section 6.3 item 5', request: length('5, 6'), status: 400 },
];

const lengths: MalformedRecord[] = [
  ...['', '-5', '+5', '0x5', '5a', '5 5', '5.0', '1e1', "'5'", '\u00b2'].map((value) => ({
    id: `Content-Length: ${value === '' ? '(empty)' : value}`,
    rule: 'RFC 9110 section 8.6: Content-Length = 1*DIGIT',
    request: length(value),
    status: 400,
  })),
  {
    id: 'Content-Length past 64 bits',
    rule: 'RFC 9110 section 8.6: no overflow; 2^64 + 5 must not be read as 5',
    request: length('18446744073709551621'),
    status: [400, 413],
  },
  {
    id: 'Content-Length past 2^53',
    rule: 'RFC 9110 section 8.6: no loss of precision',
    request: length('9007199254740993'),
    status: [400, 413],
  },
];

const codings: MalformedRecord[] = [
  ...[
    'gzip',
    'chunked, gzip',
    'chunked, chunked',
    'identity',
    'chunked, identity',
    'xchunked',
    'chunkedx',
    '"chunked"',
    'chunked;q=1',
    '',
  ].map((value) => ({
    id: `Transfer-Encoding: ${value === '' ? '(empty)' : value}`,
    rule: 'RFC 9112 section 6.3 item 4: where chunked is not the final coding the length cannot be told: 400',
    request: coding(value),
    status: 400,
  })),
  {
    id: 'Transfer-Encoding: gzip, chunked',
    rule: 'RFC 9112 section 6.1: a coding that is not understood',
    request: coding('gzip, chunked'),
    status: [400, 501],
  },
  {
    id: 'chunked in two fields',
    rule: 'RFC 9112 section 6.1: chunked must not be applied twice',
    request: `${head(...POST, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    status: 400,
  },
  {
    id: 'chunked behind a vertical tab',
    rule: 'RFC 9110 section 5.5: control characters in a value',
    request: coding('\x0bchunked'),
    status: 400,
  },
  {
    id: 'Transfer-Encoding in HTTP/1.0',
    rule: 'RFC 9112 section 6.1: must be treated as faulty framing',
    request: `${head('POST /orders HTTP/1.0', 'Host: gw.example', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`,
    status: 400,
  },
];

const inBody = (records: readonly Omit<MalformedRecord, 'inBody' | 'rule'>[]): MalformedRecord[] =>
  records.map((record) => ({ ...record, rule: 'RFC 9112 section 7.1: chunked = *chunk last-chunk trailer-section CRLF', inBody: true }));

const chunks = inBody([
  ...['0x5', '-5', '+5', ' 5', '5 ', 'G', '', ';a=b', '5,5', "5'"].map((size) => ({
    id: `chunk size ${JSON.stringify(size)}`,
    request: chunked(`${size}\r\nhello\r\n0\r\n\r\n`),
    status: 400,
  })),
  { id: 'chunk size past 64 bits', request: chunked('10000000000000005\r\nhello\r\n0\r\n\r\n'), status: [400, 413] },
  { id: 'chunk size of 17 F', request: chunked('FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n'), status: [400, 413] },
  { id: 'no CRLF behind the data', request: chunked('5\r\nhello0\r\n\r\n'), status: 400 },
  { id: 'junk behind the data', request: chunked('5\r\nhelloXX\r\n0\r\n\r\n'), status: 400 },
  { id: 'bare LF behind the size', request: chunked('5\nhello\r\n0\r\n\r\n'), status: 400 },
  { id: 'bare CR behind the size', request: chunked('5\rhello\r\n0\r\n\r\n'), status: 400 },
  { id: 'bare LF behind the data', request: chunked('5\r\nhello\n0\r\n\r\n'), status: 400 },
  { id: 'bare LF in a chunk extension', request: chunked('5;\nhello\r\n0\r\n\r\n'), status: 400 },
  { id: 'bare CR in a chunk extension', request: chunked('5;a\rb\r\nhello\r\n0\r\n\r\n'), status: 400 },
  { id: 'NUL in a chunk extension', request: chunked('5;a=\x00\r\nhello\r\n0\r\n\r\n'), status: 400 },
  { id: 'chunk extension of 32 KiB', request: chunked(`5;a=${'x'.repeat(32_768)}\r\nhello\r\n0\r\n\r\n`), status: [400, 413, 431] },
  { id: 'bare LF behind the last chunk', request: chunked('5\r\nhello\r\n0\n\r\n'), status: 400 },
  { id: 'bare LF as the last line', request: chunked('5\r\nhello\r\n0\r\n\n'), status: 400 },
  { id: 'trailer without a colon', request: chunked('5\r\nhello\r\n0\r\nbogus\r\n\r\n'), status: 400 },
  { id: 'trailer with a space before the colon', request: chunked('5\r\nhello\r\n0\r\nX-Sum : 1\r\n\r\n'), status: 400 },
  { id: 'folded trailer', request: chunked('5\r\nhello\r\n0\r\nX-Sum: 1\r\n 2\r\n\r\n'), status: 400 },
  { id: 'NUL in a trailer', request: chunked('5\r\nhello\r\n0\r\nX-Sum: \x00\r\n\r\n'), status: 400 },
  {
    id: 'trailers of 64 KiB',
    request: chunked(`5\r\nhello\r\n0\r\n${`X-Sum: ${'x'.repeat(1_000)}\r\n`.repeat(64)}\r\n`),
    status: [400, 413, 431],
  },
]);

export const malformedFraming: readonly MalformedRecord[] = [...contradictions, ...lengths, ...codings, ...chunks];

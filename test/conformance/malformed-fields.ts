import { head, type MalformedRecord } from './malformed-record.ts';

const get = (...fields: string[]) => head('GET /orders HTTP/1.1', 'Host: gw.example', ...fields);
const line = (requestLine: string) => head(requestLine, 'Host: gw.example');

const fieldLines: MalformedRecord[] = [
  { id: 'obs-fold with a space', rule: 'RFC 9112 section 5.2', request: get('X-A: 1', ' 2'), status: 400 },
  { id: 'obs-fold with a tab', rule: 'RFC 9112 section 5.2', request: get('X-A: 1', '\t2'), status: 400 },
  {
    id: 'whitespace before the first field',
    rule: 'RFC 9112 section 2.2: must be rejected or ignored with care',
    request: head('GET /orders HTTP/1.1', ' X-A: 1', 'Host: gw.example'),
    status: 400,
  },
  { id: 'space before the colon', rule: 'RFC 9112 section 5.1: must be rejected with 400', request: get('X-A : 1'), status: 400 },
  { id: 'tab before the colon', rule: 'RFC 9112 section 5.1', request: get('X-A\t: 1'), status: 400 },
  {
    id: 'space before the colon of Content-Length',
    rule: 'RFC 9112 section 5.1: a length that others read',
    request: `${head('POST /orders HTTP/1.1', 'Host: gw.example', 'Content-Length : 5')}hello`,
    status: 400,
  },
  {
    id: 'space before the colon of Transfer-Encoding',
    rule: 'RFC 9112 section 5.1',
    request: `${head('POST /orders HTTP/1.1', 'Host: gw.example', 'Transfer-Encoding : chunked')}0\r\n\r\n`,
    status: 400,
  },
  { id: 'empty name', rule: 'RFC 9110 section 5.1: field-name = token', request: get(': 1'), status: 400 },
  { id: 'no colon', rule: 'RFC 9112 section 5: field-line = field-name ":"', request: get('bogus'), status: 400 },
  ...[' ', '(', '"', '{', '\x00', '\x01', '\x7f', '\xe9', '/', '@'].map((character) => ({
    id: `name with ${JSON.stringify(character)}`,
    rule: 'RFC 9110 section 5.6.2: token',
    request: get(`X-${character}A: 1`),
    status: 400,
  })),
  ...['\x00', '\x01', '\x08', '\x0b', '\x0c', '\x1b', '\x7f', '\r'].map((character) => ({
    id: `value with ${JSON.stringify(character)}`,
    rule: 'RFC 9110 section 5.5: CR, LF and NUL are dangerous; other control characters are invalid',
    request: get(`X-A: 1${character}2`),
    status: 400,
  })),
];

const lineEnds: MalformedRecord[] = [
  {
    id: 'every line ends with a bare LF',
    rule: 'RFC 9112 section 2.2',
    request: 'GET /orders HTTP/1.1\nHost: gw.example\n\n',
    status: 400,
  },
  {
    id: 'the request line ends with a bare LF',
    rule: 'RFC 9112 section 2.2',
    request: 'GET /orders HTTP/1.1\nHost: gw.example\r\n\r\n',
    status: 400,
  },
  {
    id: 'a field line ends with a bare LF',
    rule: 'RFC 9112 section 2.2',
    request: 'GET /orders HTTP/1.1\r\nHost: gw.example\nX-A: 1\r\n\r\n',
    status: 400,
  },
  {
    id: 'the empty line is a bare LF',
    rule: 'RFC 9112 section 2.2',
    request: 'GET /orders HTTP/1.1\r\nHost: gw.example\r\n\n',
    status: 400,
  },
  {
    id: 'every line ends with a bare CR',
    rule: 'RFC 9112 section 2.2: a bare CR is invalid',
    request: 'GET /orders HTTP/1.1\rHost: gw.example\r\r\r\n\r\n',
    status: 400,
  },
  {
    id: 'LF CR instead of CR LF',
    rule: 'RFC 9112 section 2.2',
    request: 'GET /orders HTTP/1.1\n\rHost: gw.example\n\r\n\r\r\n\r\n',
    status: 400,
  },
];

const requestLines: MalformedRecord[] = [
  ...['G@T', '(GET)', 'GE,T', 'GET\x00', 'G\xc9T', 'GET:', '"GET"'].map((method) => ({
    id: `method ${JSON.stringify(method)}`,
    rule: 'RFC 9110 section 9.1: method = token',
    request: line(`${method} /orders HTTP/1.1`),
    status: 400,
  })),
  { id: 'no method', rule: 'RFC 9112 section 3', request: line(' /orders HTTP/1.1'), status: 400 },
  // Two spaces between the parts are not here: RFC 9112 section 3 lets a recipient take them for one, llhttp does, and what is forwarded
  // is our own line with one.
  { id: 'tabs between the parts', rule: 'RFC 9112 section 3', request: line('GET\t/orders\tHTTP/1.1'), status: 400 },
  { id: 'space behind the version', rule: 'RFC 9112 section 3', request: line('GET /orders HTTP/1.1 '), status: 400 },
  { id: 'four parts', rule: 'RFC 9112 section 3.2: no whitespace in the target', request: line('GET /or ders HTTP/1.1'), status: 400 },
  { id: 'no version (HTTP/0.9)', rule: 'RFC 9112 section 3', request: line('GET /orders'), status: 400 },
  ...[
    'HTTP/0.9',
    'HTTP/2.0',
    'HTTP/3.0',
    'HTTP/1.10',
    'HTTP/01.1',
    'HTTP/1',
    'HTTP/11',
    'HTTP/1.x',
    'HTTP/ 1.1',
    'http/1.1',
    'HTTPS/1.1',
    'ICY/1.1',
  ].map((version) => ({
    id: `version ${version}`,
    rule: 'RFC 9112 section 2.3: HTTP-version = "HTTP" "/" DIGIT "." DIGIT, and this gateway speaks 1.0 and 1.1',
    request: line(`GET /orders ${version}`),
    status: [400, 505],
  })),
  { id: 'the HTTP/2 preface', rule: 'RFC 9113 section 3.4', request: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: [400, 505] },
  {
    id: 'a TLS handshake',
    rule: 'RFC 9112 section 2.2: not an HTTP message',
    request: '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n',
    status: 400,
  },
  {
    id: 'a method of 9,000 letters',
    rule: 'RFC 9112 section 3',
    request: line(`${'A'.repeat(9_000)} /orders HTTP/1.1`),
    status: [400, 414, 431, 501],
  },
];

export const malformedFields: readonly MalformedRecord[] = [...fieldLines, ...lineEnds, ...requestLines];

import { head } from '../../support/origin-script.ts';
import { accepted, type Difference, refused, type WireRecord } from './wire-record.ts';

const HOST = 'Host: gw.example';
const line = (requestLine: string, ...fields: string[]) => head(requestLine, HOST, ...fields);

/** Every method of the HTTP method registry that services use, and what no registry knows: a method is a token (RFC 9110 section 9.1). */
const methods: WireRecord[] = [
  ...[
    'GET',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'MKCOL',
    'REPORT',
    'QUERY',
    'M-SEARCH',
    'LINK',
    'SEARCH',
  ].map(
    (method): WireRecord => ({
      id: `method ${method}`,
      rule: 'RFC 9110 section 9.1',
      send: line(`${method} /a HTTP/1.1`),
      expect: [accepted(method, '/a', { protocol: 'HTTP/1.1' })],
    }),
  ),
  {
    id: 'a method in small letters',
    rule: 'RFC 9110 section 9.1: the method is case-sensitive; "get" is another one than GET',
    send: line('get /a HTTP/1.1'),
    expect: [refused()],
  },
];

const targets: WireRecord[] = [
  ...[
    '/',
    '/a/b.c',
    '/a?',
    '/a?b=c&d',
    "/a?b=/?:@!$&'()*+,;=",
    '/%41%2f%00',
    '/~a-b_c.d',
    '//a//b',
    '/a;p=1/b',
    '/a/../b',
    '/?a=[b]|{c}^`\\"<>',
  ].map(
    (target): WireRecord => ({
      id: `target ${target}`,
      rule: 'RFC 9112 section 3.2.1: origin-form; what the path means is decided behind the listener',
      send: line(`GET ${target} HTTP/1.1`),
      expect: [accepted('GET', target)],
    }),
  ),
  {
    id: 'a target of 2,000 bytes',
    rule: 'RFC 9112 section 3: 8,000 bytes are recommended; uriBytes is the limit here',
    send: line(`GET /${'a'.repeat(1_999)} HTTP/1.1`),
    expect: [accepted('GET', `/${'a'.repeat(1_999)}`)],
  },
  {
    id: 'a target over uriBytes',
    rule: 'RFC 9112 section 3: 414',
    send: line(`GET /${'a'.repeat(2_100)} HTTP/1.1`),
    expect: [refused(414)],
    differs: {
      'node:http': {
        expect: [accepted('GET', `/${'a'.repeat(2_100)}`)],
        why: 'There is one limit, for the whole head.',
      },
    },
  },
];

const emptyLines: WireRecord[] = [
  {
    id: 'one empty line before the request',
    rule: 'RFC 9112 section 2.2: a server should ignore at least one',
    send: `\r\n${line('GET /a HTTP/1.1')}`,
    expect: [accepted('GET', '/a')],
  },
  {
    id: 'an empty line behind the body, as old clients sent it',
    rule: 'RFC 9112 section 2.2',
    send: `${line('POST /a HTTP/1.1', 'Content-Length: 5')}hello\r\n${line('GET /b HTTP/1.1')}`,
    expect: [accepted('POST', '/a', { body: 'hello' }), accepted('GET', '/b')],
  },
  ...[2, 1_000].map(
    (count): WireRecord => ({
      id: `${count} empty lines before the request`,
      rule: 'RFC 9112 section 2.2: at least one; without bound it would be a way to hold a connection for nothing',
      send: `${'\r\n'.repeat(count)}${line('GET /a HTTP/1.1')}`,
      expect: [refused()],
      differs: {
        node: { expect: [accepted('GET', '/a')], why: 'llhttp reads over any number; headersTimeout bounds the time.' },
        'node:http': { expect: [accepted('GET', '/a')], why: 'llhttp reads over any number; headersTimeout bounds the time.' },
      },
    }),
  ),
  {
    id: 'a bare CR before the request',
    rule: 'RFC 9112 section 2.2: a bare CR is invalid',
    send: `\r${line('GET /a HTTP/1.1')}`,
    expect: [refused()],
    differs: {
      node: { expect: [accepted('GET', '/a')], why: 'llhttp reads over CR and LF, in any order, before a request line.' },
      'node:http': { expect: [accepted('GET', '/a')], why: 'llhttp reads over CR and LF, in any order, before a request line.' },
    },
  },
  {
    id: 'a bare LF before the request',
    rule: 'RFC 9112 section 2.2: an empty line is CRLF; a bare LF may be taken for one, and is not here',
    send: `\n${line('GET /a HTTP/1.1')}`,
    expect: [refused()],
    differs: {
      node: { expect: [accepted('GET', '/a')], why: 'llhttp reads over CR and LF, in any order, before a request line.' },
      'node:http': { expect: [accepted('GET', '/a')], why: 'llhttp reads over CR and LF, in any order, before a request line.' },
    },
  },
  {
    id: 'a space before the request line',
    rule: 'RFC 9112 section 2.2',
    send: ` ${line('GET /a HTTP/1.1')}`,
    expect: [refused()],
  },
];

const SPACES: Difference = { expect: [accepted('GET', '/a')], why: 'llhttp takes several spaces for one; what we forward has one.' };

/** A lenient reader takes any run of these for the space between the parts, and another hop may not (RFC 9112 section 3). */
const separators: WireRecord[] = [
  ...(
    [
      ['two spaces behind the method', 'GET  /a HTTP/1.1'],
      ['two spaces behind the target', 'GET /a  HTTP/1.1'],
    ] as const
  ).map(
    ([id, requestLine]): WireRecord => ({
      id,
      rule: 'RFC 9112 section 3: single SP; a recipient may be lenient, which is how two hops come to see two targets',
      send: line(requestLine),
      expect: [refused()],
      differs: { node: SPACES, 'node:http': SPACES },
    }),
  ),
  ...(
    [
      ['a tab behind the method', 'GET\t/a HTTP/1.1'],
      ['a vertical tab behind the method', 'GET\x0b/a HTTP/1.1'],
      ['a form feed behind the target', 'GET /a\x0cHTTP/1.1'],
      ['a bare CR behind the target', 'GET /a\rHTTP/1.1'],
      ['a bare CR behind the version', 'GET /a HTTP/1.1\r'],
      ['a target with a space in it', 'GET /a b HTTP/1.1'],
      ['a second version', 'GET /a HTTP/1.1 HTTP/1.1'],
    ] as const
  ).map(([id, requestLine]): WireRecord => ({ id, rule: 'RFC 9112 section 3', send: line(requestLine), expect: [refused()] })),
];

const versions: WireRecord[] = [
  {
    id: 'HTTP/1.0 without Host',
    rule: 'RFC 9112 section 3.2: Host is required of HTTP/1.1; section 9.3: closed behind the answer',
    send: head('GET /a HTTP/1.0'),
    expect: [accepted('GET', '/a', { protocol: 'HTTP/1.0', answer: { status: 200, fields: { 'transfer-encoding': null } } })],
    closes: true,
  },
  {
    id: 'HTTP/1.0 with Host and a body',
    rule: 'RFC 9112 section 6.3 item 6',
    send: `${head('POST /a HTTP/1.0', HOST, 'Content-Length: 5')}hello`,
    expect: [accepted('POST', '/a', { protocol: 'HTTP/1.0', body: 'hello' })],
    closes: true,
  },
  {
    id: 'HTTP/1.1 without Host, with another field',
    rule: 'RFC 9112 section 3.2: must be 400',
    send: head('GET /a HTTP/1.1', 'X-A: 1'),
    expect: [refused()],
  },
];

export const requestLineRecords: readonly WireRecord[] = [...methods, ...targets, ...emptyLines, ...separators, ...versions];

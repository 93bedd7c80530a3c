import { head, type MalformedRecord } from './malformed-record.ts';

const target = (text: string, method = 'GET') => head(`${method} ${text} HTTP/1.1`, 'Host: gw.example');
const host = (...lines: string[]) => head('GET /orders HTTP/1.1', ...lines);

const forms: MalformedRecord[] = [
  {
    id: 'absolute-form',
    rule: 'seed: the gateway is no forward proxy; two hosts in one request could disagree',
    request: target('http://gw.example/orders'),
    status: 400,
  },
  { id: 'absolute-form for another host', rule: 'as above', request: target('http://internal.example/orders'), status: 400 },
  { id: 'absolute-form, https', rule: 'as above', request: target('https://gw.example/orders'), status: 400 },
  { id: 'authority-form', rule: 'RFC 9112 section 3.2.3: CONNECT only', request: target('gw.example:80'), status: 400 },
  { id: 'CONNECT', rule: 'RFC 9110 section 9.3.6: no tunnels', request: target('internal.example:443', 'CONNECT'), status: 400 },
  { id: 'CONNECT in origin-form', rule: 'RFC 9112 section 3.2.3', request: target('/orders', 'CONNECT'), status: 400 },
  { id: 'asterisk-form', rule: 'RFC 9112 section 3.2.4', request: target('*', 'OPTIONS'), status: 400 },
  { id: 'asterisk-form with GET', rule: 'RFC 9112 section 3.2.4: OPTIONS only', request: target('*'), status: 400 },
  { id: 'no slash at the beginning', rule: 'RFC 9112 section 3.2.1: absolute-path', request: target('orders'), status: 400 },
  { id: 'a fragment', rule: 'RFC 9112 section 3.2.1: origin-form has no fragment', request: target('/orders#1'), status: 400 },
  { id: 'a fragment behind the query', rule: 'RFC 9112 section 3.2.1', request: target('/orders?a=1#b'), status: 400 },
];

const characters: MalformedRecord[] = [
  // In a query the backslash is nothing special, and browsers send it as it is (URL standard, query percent-encode set).
  {
    id: 'a backslash in the path',
    rule: 'RFC 3986 section 3.3: pchar; some backends read it as a slash',
    request: target('/or\\ders'),
    status: 400,
  },
  ...['\x00', '\x01', '\x1b', '\x7f', '\xe9', '\t'].flatMap((character) => [
    {
      id: `${JSON.stringify(character)} in the path`,
      rule: 'RFC 3986 section 3.3: pchar',
      request: target(`/or${character}ders`),
      status: 400,
    },
    {
      id: `${JSON.stringify(character)} in the query`,
      rule: 'RFC 3986 section 3.4: query',
      request: target(`/orders?a=${character}`),
      status: 400,
    },
  ]),
  ...['/%', '/%4', '/%zz', '/a%2', '/%u0041', '/%-1', '/% 41'].map((path) => ({
    id: `path ${path}`,
    rule: 'RFC 3986 section 2.1: "%" HEXDIG HEXDIG',
    request: target(path),
    status: 400,
  })),
  { id: 'path /a%00b', rule: 'seed: an encoded NUL ends strings in some backends', request: target('/a%00b'), status: 400 },
];

/** A path that one hop reads as inside and the next as outside of what was allowed. */
const traversal: MalformedRecord[] = [
  ...['/..', '/../..', '/../etc', '/a/../..', '/a/../../b', '/%2e%2e/b', '/a/%2E%2e/%2e%2E/b', '/./../b'].map((path) => ({
    id: `path ${path}`,
    rule: 'RFC 3986 section 5.2.4: dot segments above the root',
    request: target(path),
    status: 400,
  })),
  ...['/a/..;/b', '/a/..;x=1/b', '/a/..%2fb', '/a/..%2Fb', '/a%2f..%2fb', '/a%2f../b', '/a/%2e%2e%2fb', '/a/..%5cb', '/a%5c..%5cb'].map(
    (path) => ({
      id: `path ${path}`,
      rule: 'seed: dot segments that only some backends see (path parameters, encoded separators)',
      request: target(path),
      status: 400,
    }),
  ),
];

const hosts: MalformedRecord[] = [
  { id: 'no Host', rule: 'RFC 9112 section 3.2: must be 400', request: host('X-A: 1'), status: 400 },
  { id: 'two Hosts', rule: 'RFC 9112 section 3.2: must be 400', request: host('Host: gw.example', 'Host: internal.example'), status: 400 },
  { id: 'two Hosts that agree', rule: 'RFC 9112 section 3.2', request: host('Host: gw.example', 'host: gw.example'), status: 400 },
  ...[
    'a b',
    'exa mple.com',
    'gw.example, internal.example',
    'a/b',
    'gw.example/orders',
    'a@b',
    'user:secret@gw.example',
    'a#b',
    'a?b',
    'a\\b',
    'a<b',
    'a"b',
    'gw\x00.example',
    'gw.ex\xe9mple',
    'http://gw.example',
    '[::1',
    '::1',
    '[::g]',
    '[127.0.0.1]x',
    'gw.example:port',
    'gw.example:-1',
    'gw.example:80x',
    'gw.example:80:80',
    'gw.example:99999',
    ':80',
  ].map((value) => ({
    id: `Host: ${value}`,
    rule: 'RFC 9110 section 7.2: Host = uri-host [ ":" port ]; RFC 9112 section 3.2: an invalid one must be 400',
    request: host(`Host: ${value}`),
    status: 400,
  })),
];

export const malformedTargets: readonly MalformedRecord[] = [...forms, ...characters, ...traversal, ...hosts];

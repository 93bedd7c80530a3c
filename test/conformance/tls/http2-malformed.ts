type Field = [string, string];

/** A request that must not become one, as the fields of its head. */
export interface MalformedHead {
  id: string;
  rule: string;
  fields: Field[];
  /**
   * The reason of the answer, which is counted. `reset`: nghttp2 resets the stream before anybody can answer or count. `dropped`: nghttp2
   * leaves the field out and node:http2 cannot make it refuse; nobody behind sees it either.
   */
  outcome: RegExp | 'reset' | 'dropped';
}

const GET: Field[] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'gw.example'],
  [':path', '/'],
];

function without(name: string): Field[] {
  return GET.filter(([field]) => field !== name);
}

function withValue(name: string, value: string): Field[] {
  return GET.map(([field, old]): Field => [field, field === name ? value : old]);
}

const BODY = 'RFC 9113 section 8.1.1: a request that is malformed';

/** Heads that HTTP/1.1 behind us could take for something else, and such that HTTP/2 itself forbids. */
export const malformedHeads: readonly MalformedHead[] = [
  { id: 'no method', rule: 'RFC 9113 section 8.3.1', fields: without(':method'), outcome: 'reset' },
  { id: 'no scheme', rule: 'RFC 9113 section 8.3.1', fields: without(':scheme'), outcome: 'reset' },
  { id: 'no path', rule: 'RFC 9113 section 8.3.1', fields: without(':path'), outcome: 'reset' },
  { id: 'two paths', rule: 'RFC 9113 section 8.3.1', fields: [...GET, [':path', '/other']], outcome: 'reset' },
  { id: 'an unknown pseudo-header', rule: 'RFC 9113 section 8.3', fields: [...GET, [':other', 'x']], outcome: 'reset' },
  {
    id: 'a pseudo-header behind a field',
    rule: 'RFC 9113 section 8.3',
    fields: [...without(':path'), ['a', 'b'], [':path', '/']],
    outcome: 'reset',
  },
  { id: 'an upper-case name', rule: 'RFC 9113 section 8.2.1', fields: [...GET, ['X-A', 'b']], outcome: 'reset' },
  { id: 'a name with a colon', rule: 'RFC 9113 section 8.2.1', fields: [...GET, ['a:b', 'c']], outcome: 'dropped' },
  {
    id: 'a name with a line break (header injection)',
    rule: 'RFC 9113 section 8.2.1',
    fields: [...GET, ['a\r\nx-b', 'c']],
    outcome: 'dropped',
  },
  {
    id: 'a value with CR LF (request splitting)',
    rule: 'RFC 9113 section 8.2.1',
    fields: [...GET, ['a', 'b\r\nx-c: d']],
    outcome: 'dropped',
  },
  { id: 'a value with NUL', rule: 'RFC 9113 section 8.2.1', fields: [...GET, ['a', 'b\0']], outcome: 'dropped' },
  { id: 'a value with a control character', rule: 'RFC 9110 section 5.5', fields: [...GET, ['a', 'b\x01c']], outcome: 'dropped' },
  { id: 'Connection', rule: 'RFC 9113 section 8.2.2', fields: [...GET, ['connection', 'x-a']], outcome: 'reset' },
  { id: 'Keep-Alive', rule: 'RFC 9113 section 8.2.2', fields: [...GET, ['keep-alive', 'timeout=5']], outcome: 'reset' },
  { id: 'Proxy-Connection', rule: 'RFC 9113 section 8.2.2', fields: [...GET, ['proxy-connection', 'close']], outcome: 'reset' },
  { id: 'Upgrade', rule: 'RFC 9113 section 8.2.2', fields: [...GET, ['upgrade', 'websocket']], outcome: 'reset' },
  {
    id: 'Transfer-Encoding (H2.TE smuggling)',
    rule: 'RFC 9113 section 8.2.2',
    fields: [...GET, ['transfer-encoding', 'chunked']],
    outcome: 'reset',
  },
  { id: 'TE other than trailers', rule: 'RFC 9113 section 8.2.2', fields: [...GET, ['te', 'gzip']], outcome: 'reset' },
  { id: 'two Content-Length', rule: BODY, fields: [...GET, ['content-length', '0'], ['content-length', '1']], outcome: 'reset' },
  { id: 'a Content-Length that is no number', rule: BODY, fields: [...GET, ['content-length', '+5']], outcome: 'reset' },
  { id: 'a Content-Length without its body (H2.CL smuggling)', rule: BODY, fields: [...GET, ['content-length', '5']], outcome: 'reset' },
  {
    id: 'a space in the path (request line injection)',
    rule: 'RFC 9113 section 8.3.1',
    fields: withValue(':path', '/ HTTP/1.1'),
    outcome: 'reset',
  },
  { id: 'a line break in the path', rule: 'RFC 9113 section 8.3.1', fields: withValue(':path', '/\r\nx: y'), outcome: 'reset' },
  { id: 'a path that does not begin with a slash', rule: 'RFC 9113 section 8.3.1', fields: withValue(':path', 'x/y'), outcome: 'reset' },
  { id: 'an empty path', rule: 'RFC 9113 section 8.3.1', fields: withValue(':path', ''), outcome: 'reset' },
  { id: 'the asterisk form', rule: 'RFC 9110 section 7.1: OPTIONS only', fields: withValue(':path', '*'), outcome: 'reset' },
  { id: 'a non-ASCII path', rule: 'RFC 3986 section 3.3', fields: withValue(':path', '/\xe9'), outcome: /request target/ },
  { id: 'a fragment that is a control character', rule: 'RFC 3986', fields: withValue(':path', '/\x7f'), outcome: 'reset' },
  {
    id: 'the scheme http',
    rule: 'RFC 9113 section 8.3.1: not the scheme of this connection',
    fields: withValue(':scheme', 'http'),
    outcome: /scheme/,
  },
  {
    id: 'an authority with user information',
    rule: 'RFC 9113 section 8.3.1',
    fields: withValue(':authority', 'a@gw.example'),
    outcome: 'reset',
  },
  { id: 'an authority with two ports', rule: 'RFC 9110 section 7.2', fields: withValue(':authority', 'gw.example:80:80'), outcome: /Host/ },
  { id: 'an authority that is no host', rule: 'RFC 9110 section 7.2', fields: withValue(':authority', 'a/b'), outcome: 'reset' },
  { id: 'no authority and no Host', rule: 'RFC 9113 section 8.3.1', fields: without(':authority'), outcome: 'reset' },
  { id: 'a Host that differs', rule: 'RFC 9113 section 8.3.1', fields: [...GET, ['host', 'internal.example']], outcome: /differ/ },
  { id: 'two Hosts', rule: 'RFC 9112 section 3.2', fields: [...without(':authority'), ['host', 'a'], ['host', 'a']], outcome: 'reset' },
  { id: 'a method that is not known', rule: 'RFC 9110 section 16.1.1', fields: withValue(':method', 'GETT'), outcome: /method/ },
  { id: 'a method that is no token', rule: 'RFC 9110 section 9.1', fields: withValue(':method', 'GET / HTTP/1.1'), outcome: 'reset' },
  {
    id: 'CONNECT',
    rule: 'RFC 9110 section 9.3.6: no tunnels',
    fields: [
      [':method', 'CONNECT'],
      [':authority', 'gw.example:443'],
    ],
    outcome: /CONNECT/,
  },
  {
    id: 'an extended CONNECT to another protocol',
    rule: 'RFC 8441 section 4',
    fields: [...withValue(':method', 'CONNECT'), [':protocol', 'connect-udp']],
    outcome: /CONNECT/,
  },
  { id: 'a protocol without CONNECT', rule: 'RFC 8441 section 4', fields: [...GET, [':protocol', 'websocket']], outcome: 'reset' },
  { id: 'an unknown expectation', rule: 'RFC 9110 section 10.1.1', fields: [...GET, ['expect', 'x']], outcome: /expectation/ },
  { id: 'a target that is too long', rule: 'uriBytes', fields: withValue(':path', `/${'a'.repeat(2048)}`), outcome: /target is too long/ },
  { id: 'fields that are too large', rule: 'headerBytes', fields: [...GET, ['a', 'x'.repeat(8192)]], outcome: /too large/ },
];

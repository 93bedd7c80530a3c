import { answer, head } from '../support/origin-script.ts';
import type { ForwardingRecord } from './forwarding-record.ts';

const get = (...fields: string[]) => head('GET /orders HTTP/1.1', 'Host: gw.example', ...fields);
const reply = (...fields: string[]) => ['request-end' as const, { send: answer('200 OK', fields, 'hello') }];

const SMUGGLED = head('GET /smuggled HTTP/1.1', 'Host: a');

const hopByHop: ForwardingRecord[] = [
  {
    id: 'end-to-end fields are passed on as they are',
    rule: 'RFC 9110 section 7.6: a proxy passes on what it does not know; section 5.3: same-named fields keep their order',
    request: get('Accept: a/b', 'X-Twice: 1', 'x-twice: 2', 'X-Empty:', 'Cookie: a=1; b=2', 'Authorization: Bearer x', 'X-Obs: caf\xe9'),
    expect: {
      status: 200,
      backend: {
        fields: {
          accept: 'a/b',
          'x-twice': '1, 2',
          'x-empty': '',
          cookie: 'a=1; b=2',
          authorization: 'Bearer x',
          'x-obs': 'caf\xe9',
        },
      },
    },
  },
  {
    id: 'hop-by-hop fields of a request stay',
    rule: 'RFC 9110 section 7.6.1',
    request: get(
      'Connection: keep-alive',
      'Keep-Alive: timeout=9',
      'Proxy-Connection: keep-alive',
      'Proxy-Authorization: Basic x',
      'TE: gzip',
      'Upgrade: nothing-known',
      'X-End: 1',
    ),
    expect: {
      status: 200,
      backend: {
        fields: {
          'keep-alive': null,
          'proxy-connection': null,
          'proxy-authorization': null,
          upgrade: null,
          te: { without: /gzip/ },
          connection: { without: /upgrade|te|timeout/i },
          'x-end': '1',
        },
      },
    },
  },
  {
    id: 'an offer of h2c is no upgrade: answered as the ordinary request that it is',
    rule: 'RFC 9110 section 7.8: an upgrade may be ignored; a tunnel of HTTP/2 would carry requests that nobody checks',
    request: get('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk', 'X-End: 1'),
    expect: {
      status: 200,
      backend: { fields: { upgrade: null, 'http2-settings': null, connection: { without: /upgrade|http2/i }, 'x-end': '1' } },
    },
  },
  {
    id: 'fields named by Connection stay',
    rule: 'RFC 9110 section 7.6.1: must be removed',
    request: get('Connection: X-Hop, x-other ,keep-alive', 'X-Hop: 1', 'X-Other: 2', 'X-End: 3'),
    expect: { status: 200, backend: { fields: { 'x-hop': null, 'x-other': null, 'x-end': '3', connection: { without: /hop|other/i } } } },
  },
  {
    id: 'Connection cannot take away what the gateway adds or needs',
    rule: 'RFC 9110 section 7.6.1; attack: naming Host or X-Forwarded-For in Connection makes a proxy drop them',
    request: get('Connection: Host, X-Forwarded-For, X-Request-Id, X-Forwarded-Proto', 'X-Forwarded-For: 6.6.6.6'),
    expect: {
      status: 200,
      backend: {
        fields: {
          host: /^127\.0\.0\.1:\d+$/,
          'x-forwarded-for': '127.0.0.1',
          'x-forwarded-proto': 'http',
          'x-request-id': /^[\x21-\x7e]{8,128}$/,
        },
      },
    },
  },
  {
    id: 'Connection cannot take away the length of a body',
    rule: 'RFC 9110 section 7.6.1; attack: Connection: content-length turns the body into a request of its own at the backend',
    request:
      head('POST /orders HTTP/1.1', 'Host: gw.example', 'Connection: Content-Length', `Content-Length: ${SMUGGLED.length}`) + SMUGGLED,
    expect: { status: 200, backend: { line: 'POST /orders HTTP/1.1', body: SMUGGLED } },
  },
  {
    id: 'end-to-end fields of a response come back as they are',
    rule: 'RFC 9110 section 7.6; RFC 6265 section 3: Set-Cookie is never folded',
    request: get(),
    origin: reply(
      'Set-Cookie: a=1',
      'Set-Cookie: b=2; Path=/',
      'ETag: "x"',
      'X-Obs: caf\xe9',
      'X-Empty:',
      'Server: origin',
      'Date: Mon, 01 Jan 2024 00:00:00 GMT',
    ),
    expect: {
      status: 200,
      fields: {
        'set-cookie': 'a=1, b=2; Path=/',
        etag: '"x"',
        'x-obs': 'caf\xe9',
        'x-empty': '',
        server: 'origin',
        date: 'Mon, 01 Jan 2024 00:00:00 GMT',
      },
      body: 'hello',
    },
  },
  {
    id: 'hop-by-hop fields of a response stay',
    rule: 'RFC 9110 section 7.6.1',
    request: get(),
    origin: reply('Connection: X-Hop', 'X-Hop: 1', 'Keep-Alive: timeout=99', 'Proxy-Authenticate: Basic', 'Upgrade: h2c', 'X-End: 2'),
    expect: {
      status: 200,
      fields: {
        'x-hop': null,
        'keep-alive': { without: /99/ },
        'proxy-authenticate': null,
        upgrade: null,
        connection: { without: /hop/i },
        'x-end': '2',
      },
      body: 'hello',
    },
  },
  {
    id: 'Connection: close of the backend does not close the client',
    rule: 'RFC 9112 section 9: persistence is of each connection by itself',
    request: get(),
    origin: ['request-end', { send: answer('200 OK', ['Connection: close'], 'hello') }, 'end'],
    expect: { status: 200, fields: { connection: { without: /close/i } }, body: 'hello' },
  },
  {
    id: 'Connection: close of the client closes the client',
    rule: 'RFC 9112 section 9.6',
    request: get('Connection: close'),
    expect: { status: 200, fields: { connection: 'close' }, closes: true },
  },
];

const forwarded: ForwardingRecord[] = [
  {
    id: 'the target is the Host that the backend sees',
    rule: 'RFC 9110 section 7.2; hostHeader: target',
    request: get(),
    expect: { status: 200, backend: { line: 'GET /orders HTTP/1.1', fields: { host: /^127\.0\.0\.1:\d+$/ } } },
  },
  {
    id: 'with hostHeader: client the backend sees the Host that the client asked for',
    rule: 'hostHeader: client',
    gateway: 'trusting',
    request: get(),
    expect: { status: 200, backend: { fields: { host: 'gw.example' } } },
  },
  {
    id: 'X-Forwarded-* say who called, how, and for which host',
    rule: 'INTERFACES 3, trustedProxies',
    request: get(),
    expect: {
      status: 200,
      backend: { fields: { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'gw.example' } },
    },
  },
  {
    id: "a stranger's X-Forwarded-* and Forwarded are replaced",
    rule: 'RFC 7239 section 8.1: nobody may speak for others',
    request: get(
      'X-Forwarded-For: 6.6.6.6',
      'x-forwarded-for: 7.7.7.7',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Port: 666',
      'Forwarded: for=6.6.6.6;host=evil.example;proto=https',
    ),
    expect: {
      status: 200,
      backend: {
        fields: {
          'x-forwarded-for': '127.0.0.1',
          'x-forwarded-proto': 'http',
          'x-forwarded-host': 'gw.example',
          'x-forwarded-port': { without: /666/ },
          forwarded: { without: /6\.6\.6\.6|evil/ },
        },
      },
    },
  },
  {
    id: "a trusted proxy's X-Forwarded-* are kept and continued",
    rule: 'INTERFACES 3, trustedProxies',
    gateway: 'trusting',
    request: get('X-Forwarded-For: 203.0.113.7', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: shop.example'),
    expect: {
      status: 200,
      backend: {
        fields: { 'x-forwarded-for': '203.0.113.7, 127.0.0.1', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' },
      },
    },
  },
  {
    id: 'of a trusted proxy that says nothing the gateway speaks itself',
    rule: 'INTERFACES 3, trustedProxies',
    gateway: 'trusting',
    request: get(),
    expect: {
      status: 200,
      backend: { fields: { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'gw.example' } },
    },
  },
];

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

const correlation: ForwardingRecord[] = [
  {
    id: "a stranger's X-Request-Id is replaced",
    rule: 'INTERFACES 7; trustedProxies',
    request: get('X-Request-Id: chosen-by-the-client'),
    expect: {
      status: 200,
      fields: { 'x-request-id': { without: /chosen/ } },
      backend: { fields: { 'x-request-id': { without: /chosen/ } } },
    },
  },
  {
    id: "a trusted proxy's X-Request-Id is kept",
    rule: 'INTERFACES 7; trustedProxies',
    gateway: 'trusting',
    request: get('X-Request-Id: 0190c7a2-5b1e-7c3d'),
    expect: {
      status: 200,
      fields: { 'x-request-id': '0190c7a2-5b1e-7c3d' },
      backend: { fields: { 'x-request-id': '0190c7a2-5b1e-7c3d' } },
    },
  },
  {
    id: "the gateway's X-Request-Id replaces the backend's",
    rule: 'INTERFACES 7: one id per request, the same on every side',
    request: get(),
    origin: reply('X-Request-Id: of-the-backend'),
    expect: { status: 200, fields: { 'x-request-id': /^(?!of-the-backend)[\x21-\x7e]{8,128}$/ } },
  },
  {
    id: 'a traceparent is continued: the trace stays',
    rule: 'W3C Trace Context section 3.2; INTERFACES 10',
    request: get(`traceparent: 00-${TRACE}-${PARENT}-01`, 'tracestate: vendor=1'),
    expect: {
      status: 200,
      backend: { fields: { traceparent: new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`), tracestate: 'vendor=1' } },
    },
  },
  {
    id: 'without a traceparent a trace is begun',
    rule: 'INTERFACES 10',
    request: get(),
    expect: { status: 200, backend: { fields: { traceparent: /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/ } } },
  },
  ...[
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `ff-${TRACE}-${PARENT}-01`,
    'nonsense',
  ].map(
    (traceparent): ForwardingRecord => ({
      id: `an invalid traceparent begins a new trace: ${traceparent.slice(0, 60)}`,
      rule: 'W3C Trace Context section 2.2.2 and 3.2.2: ignore it, and tracestate with it',
      request: get(`traceparent: ${traceparent}`, 'tracestate: vendor=1'),
      expect: {
        status: 200,
        backend: {
          fields: {
            traceparent: new RegExp(`^00-(?!0{32}|${TRACE})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$`, 'i'),
            tracestate: null,
          },
        },
      },
    }),
  ),
];

export const forwardingFields: readonly ForwardingRecord[] = [...hopByHop, ...forwarded, ...correlation];

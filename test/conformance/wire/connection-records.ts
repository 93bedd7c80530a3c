import { head } from '../../support/origin-script.ts';
import { OVERTAKEN } from './framing-records.ts';
import { accepted, type Difference, refused, type WireRecord } from './wire-record.ts';

const HOST = 'Host: gw.example';
const request = (target: string, ...fields: string[]) => head(`GET ${target} HTTP/1.1`, HOST, ...fields);
const GET = request('/a');

const BEHIND_CLOSE: Difference = {
  expect: [accepted('GET', '/a', { unanswered: true }), refused()],
  inOnePieceOnly: true,
  why: 'What follows is refused at once, before the answer to the request that came first: the client takes it for that.',
};
const LOST = 'What came in one piece with a request whose Upgrade is ignored is lost; the client waits for an answer in vain.';

const persistence: WireRecord[] = [
  {
    id: 'two requests in one piece',
    rule: 'RFC 9112 section 9.3.2: answered in their order',
    send: GET + request('/b'),
    expect: [accepted('GET', '/a'), accepted('GET', '/b')],
  },
  {
    id: 'fifty requests in one piece',
    rule: 'RFC 9112 section 9.3.2',
    send: Array.from({ length: 50 }, (_, i) => request(`/${i}`)).join(''),
    expect: Array.from({ length: 50 }, (_, i) => accepted('GET', `/${i}`)),
  },
  {
    id: 'bodies of every kind, one behind the other',
    rule: 'RFC 9112 sections 6.3 and 9.3.2',
    send:
      `${head('POST /a HTTP/1.1', HOST, 'Content-Length: 5')}hello` +
      `${head('POST /b HTTP/1.1', HOST, 'Transfer-Encoding: chunked')}5\r\nworld\r\n0\r\nX-Sum: 1\r\n\r\n${head('HEAD /c HTTP/1.1', HOST)}${request('/d')}` +
      `${head('PUT /e HTTP/1.1', HOST, 'Content-Length: 0')}${request('/f')}`,
    expect: [
      accepted('POST', '/a', { body: 'hello' }),
      accepted('POST', '/b', { body: 'world', trailers: { 'x-sum': '1' } }),
      accepted('HEAD', '/c', { answer: { status: 200, body: '' } }),
      accepted('GET', '/d'),
      accepted('PUT', '/e'),
      accepted('GET', '/f'),
    ],
  },
  {
    id: 'Connection: close',
    rule: 'RFC 9112 section 9.6: the last request; what follows is not answered',
    send: request('/a', 'Connection: close') + request('/b'),
    expect: [accepted('GET', '/a', { answer: { status: 200, fields: { connection: /close/i } } })],
    closes: true,
    differs: { 'node:http': BEHIND_CLOSE },
  },
  {
    id: 'Connection: Close among other options',
    rule: 'RFC 9110 section 7.6.1: a list, options are case-insensitive',
    send: request('/a', 'Connection: X-A , Close') + request('/b'),
    expect: [accepted('GET', '/a')],
    closes: true,
    differs: { 'node:http': BEHIND_CLOSE },
  },
  {
    id: 'close in the second Connection field',
    rule: 'RFC 9110 section 5.3: several fields are one list',
    send: request('/a', 'Connection: keep-alive', 'Connection: close') + request('/b'),
    expect: [accepted('GET', '/a')],
    closes: true,
    differs: { 'node:http': BEHIND_CLOSE },
  },
  {
    id: 'Connection: closed',
    rule: 'RFC 9110 section 7.6.1: another option than close',
    send: request('/a', 'Connection: closed') + request('/b'),
    expect: [accepted('GET', '/a'), accepted('GET', '/b')],
  },
  {
    id: 'HTTP/1.0 with keep-alive',
    rule: 'RFC 9112 section 9.3: may be kept; the answer says whether it is',
    send: head('GET /a HTTP/1.0', HOST, 'Connection: keep-alive'),
    expect: [accepted('GET', '/a', { protocol: 'HTTP/1.0', answer: { status: 200, fields: { connection: /keep-alive/i } } })],
    differs: {
      'node:http': {
        expect: [accepted('GET', '/a', { answer: { status: 200, fields: { connection: /close/i } } })],
        closes: true,
        why: 'A raw list of fields in the answer has no length that is seen; the end of the connection is the end of the body.',
      },
    },
  },
  {
    id: 'a client that ends its side behind its request',
    rule: 'RFC 9112 section 9.6: half-closed; the answer is still read',
    send: GET,
    halfClose: true,
    expect: [accepted('GET', '/a')],
    closes: true,
  },
  {
    id: 'a client that ends its side behind three requests',
    rule: 'RFC 9112 section 9.6',
    send: GET + request('/b') + request('/c'),
    halfClose: true,
    expect: [accepted('GET', '/a'), accepted('GET', '/b'), accepted('GET', '/c')],
    closes: true,
  },
  {
    id: 'a client that says nothing and ends',
    rule: 'RFC 9112 section 9.6',
    send: '',
    halfClose: true,
    expect: [refused(0)],
  },
];

/** A refusal ends the connection: what an attacker sent behind it is never read as a request (RFC 9112 section 11.2). */
const behindRefusals: WireRecord[] = [
  {
    id: 'a request behind one with two lengths',
    rule: 'RFC 9112 section 6.3 item 5: close',
    send: `${head('POST /a HTTP/1.1', HOST, 'Content-Length: 5', 'Content-Length: 6')}hello${request('/b')}`,
    expect: [refused()],
  },
  {
    id: 'a good request, a refused one, a good one',
    rule: 'RFC 9112 section 9.3.2: the first is answered, the second refused, the third never read',
    send: `${GET}${head('GET /b HTTP/1.1', HOST, 'X A: 1')}${request('/c')}`,
    expect: [accepted('GET', '/a'), refused()],
    differs: { 'node:http': { expect: [accepted('GET', '/a', { unanswered: true }), refused()], why: OVERTAKEN, inOnePieceOnly: true } },
  },
  {
    id: 'a request behind junk',
    rule: 'RFC 9112 section 2.2',
    send: `junk\r\n${GET}`,
    expect: [refused()],
  },
];

const expectations: WireRecord[] = [
  {
    id: 'Expect: 100-continue',
    rule: 'RFC 9110 section 10.1.1',
    send: head('POST /a HTTP/1.1', HOST, 'Content-Length: 5', 'Expect: 100-continue'),
    afterContinue: 'hello',
    expect: [accepted('POST', '/a', { body: 'hello' })],
  },
  {
    id: 'Expect: 100-Continue with chunks',
    rule: 'RFC 9110 section 10.1.1: case-insensitive',
    send: head('POST /a HTTP/1.1', HOST, 'Transfer-Encoding: chunked', 'Expect: 100-Continue'),
    afterContinue: '5\r\nhello\r\n0\r\n\r\n',
    expect: [accepted('POST', '/a', { body: 'hello' })],
  },
  {
    id: 'Expect: 100-continue without a body',
    rule: 'RFC 9110 section 10.1.1: a server may omit 100 where no content is announced',
    send: head('GET /a HTTP/1.1', HOST, 'Expect: 100-continue'),
    expect: [accepted('GET', '/a')],
    differs: {
      node: { expect: [accepted('GET', '/a')], closes: true, why: 'node:http closes behind an answer that was given without 100.' },
    },
  },
  {
    id: 'Expect: 100-continue, and the body at once',
    rule: 'RFC 9110 section 10.1.1: a client need not wait',
    send: `${head('POST /a HTTP/1.1', HOST, 'Content-Length: 5', 'Expect: 100-continue')}hello${request('/b')}`,
    expect: [accepted('POST', '/a', { body: 'hello' }), accepted('GET', '/b')],
  },
  {
    id: 'Expect: 100-continue in HTTP/1.0',
    rule: 'RFC 9110 section 10.1.1: must be ignored',
    send: `${head('POST /a HTTP/1.0', HOST, 'Content-Length: 5', 'Expect: 100-continue')}hello`,
    expect: [accepted('POST', '/a', { body: 'hello' })],
    closes: true,
  },
  {
    id: 'another expectation',
    rule: 'RFC 9110 section 10.1.1: may be 417',
    send: `${head('POST /a HTTP/1.1', HOST, 'Content-Length: 5', 'Expect: cake')}hello`,
    expect: [refused(417)],
    differs: {
      'node:http': { expect: [{ kind: 'refused', status: 417, kept: true }], why: 'The connection is kept, and the body read over.' },
    },
  },
];

const ODD: Difference = {
  expect: [accepted('POST', '/a', { body: 'hello' })],
  why: '100-continue is found among other words. Expect is not passed on.',
};

/** Hops that do not agree on whether a client waits do not agree on where its body is. */
const oddExpectations = ['y 100-continue', '100-continue, y', '100-continue;a=b'].map(
  (value): WireRecord => ({
    id: `Expect: ${value}`,
    rule: 'RFC 9110 section 10.1.1: 417 where it cannot be met as it stands',
    send: `${head('POST /a HTTP/1.1', HOST, 'Content-Length: 5', `Expect: ${value}`)}hello`,
    expect: [refused(417)],
    differs: { node: ODD, 'node:http': ODD },
  }),
);

const answers: WireRecord[] = [
  ...[204, 304].map(
    (status): WireRecord => ({
      id: `an answer of ${status}, and the next request`,
      rule: 'RFC 9112 section 6.3 item 1: no body, and so no framing of one',
      send: request(`/status/${status}`) + request('/b'),
      expect: [
        accepted('GET', `/status/${status}`, { answer: { status, fields: { 'transfer-encoding': null }, body: '' } }),
        accepted('GET', '/b'),
      ],
    }),
  ),
  {
    id: 'HEAD, and the next request',
    rule: 'RFC 9110 section 9.3.2',
    send: head('HEAD /a HTTP/1.1', HOST) + request('/b'),
    expect: [accepted('HEAD', '/a', { answer: { status: 200, body: '' } }), accepted('GET', '/b')],
  },
  {
    id: 'an empty answer says so',
    rule: 'RFC 9110 section 8.6',
    send: request('/status/200') + request('/b'),
    expect: [accepted('GET', '/status/200', { answer: { status: 200, body: '' } }), accepted('GET', '/b')],
  },
];

/** Leaving HTTP is for requests that are nothing else (RFC 9110 section 7.8). */
const upgrades: WireRecord[] = [
  {
    id: 'Upgrade: h2c',
    rule: 'RFC 9110 section 7.8: may be ignored; a tunnel of HTTP/2 carries requests that nobody checks',
    send: request('/a', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'),
    expect: [accepted('GET', '/a', { upgrade: '' })],
  },
  {
    id: 'a request behind Upgrade: h2c',
    rule: 'RFC 9110 section 7.8: ignored, so the connection goes on as if it were not there',
    send: request('/a', 'Connection: Upgrade', 'Upgrade: h2c') + request('/b'),
    expect: [accepted('GET', '/a', { upgrade: '' }), accepted('GET', '/b')],
    differs: {
      node: { expect: [accepted('GET', '/a', { upgrade: '' })], inOnePieceOnly: true, why: LOST },
      'node:http': { expect: [accepted('GET', '/a', { upgrade: '' })], inOnePieceOnly: true, why: LOST },
    },
  },
  {
    id: 'Upgrade of POST with a body',
    rule: 'RFC 9110 section 7.8: may be ignored; the two sides of a tunnel would read the body differently',
    send: `${head('POST /a HTTP/1.1', HOST, 'Connection: Upgrade', 'Upgrade: websocket', 'Content-Length: 5')}hello`,
    expect: [accepted('POST', '/a', { upgrade: '', body: 'hello' })],
  },
  {
    id: 'Upgrade: websocket that nobody takes up',
    rule: 'RFC 9110 section 7.8: an ordinary answer; what follows is HTTP/1.1 as before, or the connection is closed',
    send: request('/a', 'Connection: Upgrade', 'Upgrade: websocket'),
    expect: [accepted('GET', '/a', { upgrade: 'websocket' })],
    closes: true,
    differs: {
      'node:http': { expect: [accepted('GET', '/a', { upgrade: '' })], why: 'Where nobody listens for upgrades there are none.' },
    },
  },
  {
    id: 'two Upgrade fields',
    rule: 'RFC 9110 section 7.8: a list; what cannot be understood as one protocol is ignored',
    send: request('/a', 'Connection: Upgrade', 'Upgrade: websocket', 'Upgrade: h2c'),
    expect: [accepted('GET', '/a', { upgrade: '' })],
  },
  {
    id: 'Upgrade without Connection: Upgrade',
    rule: 'RFC 9110 section 7.8: must be ignored',
    send: request('/a', 'Upgrade: websocket') + request('/b'),
    expect: [accepted('GET', '/a', { upgrade: '' }), accepted('GET', '/b')],
  },
  {
    id: 'Upgrade in HTTP/1.0',
    rule: 'RFC 9110 section 7.8: must be ignored',
    send: head('GET /a HTTP/1.0', HOST, 'Connection: Upgrade', 'Upgrade: websocket'),
    expect: [accepted('GET', '/a', { upgrade: '' })],
    closes: true,
    differs: {
      node: {
        expect: [accepted('GET', '/a', { upgrade: 'websocket' })],
        closes: true,
        why: 'The version is not looked at. The backend is asked, and what it refuses is refused.',
      },
    },
  },
];

export const connectionRecords: readonly WireRecord[] = [
  ...persistence,
  ...behindRefusals,
  ...expectations,
  ...oddExpectations,
  ...answers,
  ...upgrades,
];

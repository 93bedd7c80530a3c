import { head } from '../../support/origin-script.ts';
import { SMUGGLED, type SmugglingRecord } from './smuggling-record.ts';

const REFUSED = { kind: 'refused' } as const;
const HOST = 'Host: gw.example';
const line = (requestLine: string) => `${requestLine}\r\n${HOST}\r\n\r\n`;
const get = (...fields: string[]) => head('GET /orders HTTP/1.1', HOST, ...fields);
const LINE = 'GET /orders HTTP/1.1';

const requestLines: SmugglingRecord[] = [
  ...[
    'GET /orders#/smuggled HTTP/1.1',
    'GET /orders?a#b HTTP/1.1',
    'GET /orders /smuggled HTTP/1.1',
    'GET /orders HTTP/1.1 HTTP/1.1',
    'GET /orders\x00 HTTP/1.1',
    'GET /orders\x01/smuggled HTTP/1.1',
    'GET /orders\x7f HTTP/1.1',
    'GET /orders\t/smuggled HTTP/1.1',
    'GET /orders\x0b/smuggled HTTP/1.1',
    'GET /orders\r/smuggled HTTP/1.1',
    'GET /orders\n/smuggled HTTP/1.1',
    'GET /orders\xa0HTTP/1.1',
    'GET http://internal.example/smuggled HTTP/1.1',
    'GET http:///smuggled HTTP/1.1',
    'GET http://gw.example@internal.example/smuggled HTTP/1.1',
    'GET @internal.example/smuggled HTTP/1.1',
    'GET internal.example/smuggled HTTP/1.1',
    'GET internal.example:80 HTTP/1.1',
    'GET ?/smuggled HTTP/1.1',
    'GET * HTTP/1.1',
    'GET \\smuggled HTTP/1.1',
    'GET /orders\\..\\smuggled HTTP/1.1',
    'GET /orders/..;/smuggled HTTP/1.1',
    'GET /orders%00/smuggled HTTP/1.1',
    'CONNECT internal.example:80 HTTP/1.1',
    'CONNECT /smuggled HTTP/1.1',
    'GET /orders HTTP/1.1\x00',
    'GET /orders HTTP/1.1 ',
    'GET /orders HTTP/1.1\r',
    'GET /orders HTTP/0.9',
    'GET /orders HTTP/1.2\r',
    'GET /orders HTTP/11',
    'GET /orders',
    'GET',
    '\x00GET /orders HTTP/1.1',
    'G\x00ET /orders HTTP/1.1',
    'GET\x0b/orders HTTP/1.1',
    '[GET] /orders HTTP/1.1',
    ' GET /orders HTTP/1.1',
  ].map(
    (text): SmugglingRecord => ({
      id: `request line ${JSON.stringify(text)}`,
      source: 'RFC 9112 section 3: two readers, two targets',
      send: line(text),
      outcome: REFUSED,
    }),
  ),
  {
    id: 'encoded line ends in a target',
    source: 'backends and proxies that decode before they write a line',
    send: line('GET /orders%0d%0aX-Smuggled:%201 HTTP/1.1'),
    outcome: { kind: 'either', line: 'GET /orders%0D%0AX-Smuggled:%201 HTTP/1.1', body: '' },
  },
  {
    id: 'encoded line ends in a query',
    source: 'as above',
    send: line('GET /orders?a=%0d%0aX-Smuggled:%201 HTTP/1.1'),
    outcome: { kind: 'forwarded', line: 'GET /orders?a=%0d%0aX-Smuggled:%201 HTTP/1.1', body: '' },
  },
  {
    id: 'a path that is a network path',
    source: 'RFC 3986 section 4.2: read as another host',
    send: line('GET //internal.example/orders HTTP/1.1'),
    outcome: { kind: 'forwarded', line: 'GET /internal.example/orders HTTP/1.1', body: '' },
  },
];

const hosts: SmugglingRecord[] = [
  ...[['Host: internal.example'], ['host: gw.example'], ['HOST : internal.example'], [' Host: internal.example']].map(
    (fields): SmugglingRecord => ({
      id: `a second ${JSON.stringify(fields[0])}`,
      source: 'Kettle 2020: host header attacks',
      send: get(...fields),
      outcome: REFUSED,
    }),
  ),
  ...[
    'gw.example\x00internal.example',
    'gw.example internal.example',
    'gw.example,internal.example',
    'gw.example/smuggled',
    'gw.example#',
    'gw.example@internal.example',
    'gw.example:80@internal.example',
    'gw.example\\internal.example',
    '\xa0gw.example',
  ].map(
    (host): SmugglingRecord => ({
      id: `Host ${JSON.stringify(host)}`,
      source: 'RFC 9110 section 7.2',
      send: head(LINE, `Host: ${host}`),
      outcome: REFUSED,
    }),
  ),
];

/** Lines that one reader joins, splits or skips. */
const lines: SmugglingRecord[] = [
  { id: 'obs-fold', source: 'RFC 9112 section 5.2', send: get('X-A: 1', ' X-Smuggled: 1'), outcome: REFUSED },
  { id: 'obs-fold of an empty line', source: 'RFC 9112 section 5.2', send: get('X-A: 1', ' ') + SMUGGLED, outcome: REFUSED },
  { id: 'LF in a value', source: 'RFC 9112 section 2.2', send: get('X-A: 1\nX-Smuggled: 1'), outcome: REFUSED },
  { id: 'CR in a value', source: 'RFC 9112 section 2.2', send: get('X-A: 1\rX-Smuggled: 1'), outcome: REFUSED },
  {
    id: 'NUL in a value',
    source: 'CVE-2018-14775 and others: strings that end at NUL',
    send: get('X-A: 1\x00X-Smuggled: 1'),
    outcome: REFUSED,
  },
  {
    id: 'LF LF as the end of the head',
    source: 'RFC 9112 section 2.2',
    send: `GET /orders HTTP/1.1\r\n${HOST}\n\n${SMUGGLED}`,
    outcome: REFUSED,
  },
  {
    id: 'CR CR as the end of the head',
    source: 'RFC 9112 section 2.2',
    send: `GET /orders HTTP/1.1\r\n${HOST}\r\r${SMUGGLED}`,
    outcome: REFUSED,
  },
  {
    id: 'LF CR LF as the end of the head',
    source: 'RFC 9112 section 2.2',
    send: `GET /orders HTTP/1.1\r\n${HOST}\n\r\n${SMUGGLED}`,
    outcome: REFUSED,
  },
  {
    id: 'CRLF CR as the end of the head',
    source: 'RFC 9112 section 2.2',
    send: `GET /orders HTTP/1.1\r\n${HOST}\r\n\r${SMUGGLED}`,
    outcome: REFUSED,
  },
  { id: 'a line without a colon', source: 'readers that skip it', send: get('X-A'), outcome: REFUSED },
  { id: 'a line with a colon only', source: 'readers that skip it', send: get(':'), outcome: REFUSED },
  { id: 'a name with a quote', source: 'RFC 9110 section 5.6.2', send: get('"X-A": 1'), outcome: REFUSED },
  { id: 'a name beyond ASCII', source: 'names that are compared after folding', send: get('X-\xc3\x84: 1'), outcome: REFUSED },
  {
    id: 'names that only differ in a hyphen',
    source: 'CGI-like backends read an underscore as a hyphen; they are passed on as they are',
    send: get('X_Forwarded_For: 6.6.6.6'),
    outcome: { kind: 'either', line: LINE, body: '' },
  },
];

/** What stands behind a refused request was written by whom the two sides do not agree on. */
const remains: SmugglingRecord[] = [
  {
    id: 'a request behind a refused request line',
    source: 'RFC 9112 section 9.6',
    send: line('GET /or ders HTTP/1.1') + SMUGGLED,
    outcome: REFUSED,
  },
  { id: 'a request behind a refused field', source: 'RFC 9112 section 9.6', send: get('X A: 1') + SMUGGLED, outcome: REFUSED },
  {
    id: 'a request behind a refused target',
    source: 'RFC 9112 section 9.6',
    send: line('GET /orders/..%2f HTTP/1.1') + SMUGGLED,
    outcome: REFUSED,
  },
  {
    id: 'a request behind a refused method',
    source: 'RFC 9112 section 9.6',
    send: line('G(T /orders HTTP/1.1') + SMUGGLED,
    outcome: REFUSED,
  },
  {
    id: 'a request behind CONNECT',
    source: 'RFC 9110 section 9.3.6',
    send: line('CONNECT internal.example:80 HTTP/1.1') + SMUGGLED,
    outcome: REFUSED,
  },
  {
    id: 'a request behind a refused expectation',
    source: 'RFC 9110 section 10.1.1',
    send: get('Expect: cake') + SMUGGLED,
    outcome: REFUSED,
  },
  {
    id: 'a request behind Connection: close',
    source: 'RFC 9112 section 9.6',
    send: get('Connection: close') + SMUGGLED,
    outcome: { kind: 'forwarded', line: LINE, body: '' },
  },
  {
    id: 'a request behind HTTP/1.0',
    source: 'RFC 9112 section 9.3',
    send: head('GET /orders HTTP/1.0', HOST) + SMUGGLED,
    outcome: { kind: 'forwarded', line: LINE, body: '' },
  },
  {
    id: 'HTTP/2 behind an upgrade to h2c',
    source: 'Kettle and Bishop Fox 2020 (h2c smuggling)',
    send: `${get('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk')}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00`,
    outcome: { kind: 'forwarded', line: LINE, body: '', without: ['upgrade', 'http2-settings'] },
  },
  {
    id: 'HTTP/2 with prior knowledge',
    source: 'RFC 9113 section 3.3',
    send: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00',
    outcome: REFUSED,
  },
];

export const smugglingHead: readonly SmugglingRecord[] = [...requestLines, ...hosts, ...lines, ...remains];

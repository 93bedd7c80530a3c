import { head } from '../../support/origin-script.ts';
import { type AcceptedParts, accepted, refused, type WireRecord } from './wire-record.ts';

const get = (...fields: string[]) => head('GET /a HTTP/1.1', 'Host: gw.example', ...fields);
const seen = (parts: AcceptedParts) => [accepted('GET', '/a', parts)];

const values: WireRecord[] = [
  { id: 'no space behind the colon', rule: 'RFC 9112 section 5', send: get('X-A:1'), expect: seen({ fields: { 'x-a': '1' } }) },
  {
    id: 'spaces and tabs around a value',
    rule: 'RFC 9112 section 5.1: OWS is no part of the value',
    send: get('X-A: \t 1 \t '),
    expect: seen({ fields: { 'x-a': '1' } }),
  },
  { id: 'an empty value', rule: 'RFC 9110 section 5.5', send: get('X-A:', 'X-B: '), expect: seen({ fields: { 'x-a': '', 'x-b': '' } }) },
  {
    id: 'a tab within a value',
    rule: 'RFC 9110 section 5.5: field-content may hold HTAB',
    send: get('X-A: 1\t2'),
    expect: seen({ fields: { 'x-a': '1\t2' } }),
  },
  {
    id: 'bytes over 0x7F in a value',
    rule: 'RFC 9110 section 5.5: obs-text is opaque, and allowed',
    send: get('X-A: caf\xe9\xff\x80'),
    expect: seen({ fields: { 'x-a': 'caf\xe9\xff\x80' } }),
  },
  {
    id: 'colons, quotes and commas in a value',
    rule: 'RFC 9110 section 5.5',
    send: get('X-A: a:b, "c,d" : e'),
    expect: seen({ fields: { 'x-a': 'a:b, "c,d" : e' } }),
  },
  {
    id: 'every character of a token in a name',
    rule: 'RFC 9110 section 5.6.2',
    send: get("X-!#$%&'*+-.^_`|~09AZaz: 1"),
    expect: seen({ fields: { "x-!#$%&'*+-.^_`|~09azaz": '1' } }),
  },
  {
    id: 'one name several times, in any case',
    rule: 'RFC 9110 section 5.3: their order is kept',
    send: get('X-A: 1', 'x-a: 2', 'X-a: 3'),
    expect: seen({ fields: { 'x-a': '1, 2, 3' } }),
  },
  {
    id: 'an underscore in a name',
    rule: 'RFC 9110 section 5.6.2: a token; some backends read it as a hyphen, so it must stay another field',
    send: get('X_A: 1', 'X-A: 2', 'Content_Length: 5', 'Transfer_Encoding: chunked'),
    expect: seen({ fields: { x_a: '1', 'x-a': '2', content_length: '5', transfer_encoding: 'chunked' } }),
  },
  {
    id: 'names that only look like the framing ones',
    rule: 'RFC 9110 section 5.1: names are equal or not',
    send: get('Content-Lengthx: 5', 'X-Transfer-Encoding: chunked', 'Content-Lengt: 5'),
    expect: seen({ body: '' }),
  },
  {
    id: 'two hundred fields',
    rule: 'RFC 9110 section 5.4: no limit but that of all bytes; none may be dropped silently',
    send: get(...Array.from({ length: 200 }, (_, i) => `X-${i}: ${i}`)),
    expect: seen({ fields: { 'x-0': '0', 'x-199': '199' } }),
  },
  {
    id: 'a value of 7,000 bytes',
    rule: 'RFC 9110 section 5.4',
    send: get(`X-A: ${'a'.repeat(7_000)}`),
    expect: seen({ fields: { 'x-a': 'a'.repeat(7_000) } }),
  },
  {
    id: 'names as JavaScript has them',
    rule: 'RFC 9110 section 5.1: names like any other',
    send: get('__proto__: 1', 'constructor: 2', 'toString: 3'),
    expect: seen({ fields: { ['__proto__']: '1', constructor: '2', tostring: '3' } }),
  },
];

const hosts: WireRecord[] = [
  ...['gw.example', 'GW.Example:8080', '127.0.0.1:80', '[::1]:8080', 'localhost', 'a_b.example', 'gw.example.'].map(
    (host): WireRecord => ({
      id: `Host: ${host}`,
      rule: 'RFC 9110 section 7.2',
      send: head('GET /a HTTP/1.1', `Host: ${host}`),
      expect: seen({ fields: { host } }),
    }),
  ),
  {
    id: 'Host behind other fields',
    rule: 'RFC 9110 section 7.2: first is good practice only',
    send: head('GET /a HTTP/1.1', 'X-A: 1', 'host: gw.example', 'X-B: 2'),
    expect: seen({ fields: { host: 'gw.example', 'x-a': '1', 'x-b': '2' } }),
  },
  {
    id: 'an empty Host',
    rule: 'RFC 9112 section 3.2: allowed where the target has no authority; nothing here is served for no host',
    send: head('GET /a HTTP/1.1', 'Host:'),
    expect: [refused()],
    differs: { 'node:http': { expect: seen({ fields: { host: '' } }), why: 'The value is not looked at.' } },
  },
  {
    id: 'HTTP/1.0 with two Hosts',
    rule: 'RFC 9112 section 3.2: more than one is 400, whatever the version',
    send: head('GET /a HTTP/1.0', 'Host: gw.example', 'Host: internal.example'),
    expect: [refused()],
    differs: { 'node:http': { expect: seen({}), closes: true, why: 'Of several Hosts the first is taken.' } },
  },
];

/** A line that one hop skips, folds or renames hides a field from one of the two. */
const lines: WireRecord[] = [
  {
    id: 'obs-fold that hides Transfer-Encoding',
    rule: 'RFC 9112 section 5.2',
    send: `${head('POST /a HTTP/1.1', 'Host: gw.example', 'X-A: 1', ' Transfer-Encoding: chunked')}0\r\n\r\n`,
    expect: [refused()],
  },
  {
    id: 'obs-fold in the value of Transfer-Encoding',
    rule: 'RFC 9112 section 5.2',
    send: `${head('POST /a HTTP/1.1', 'Host: gw.example', 'Transfer-Encoding:', ' chunked')}0\r\n\r\n`,
    expect: [refused()],
  },
  {
    id: 'obs-fold in Host',
    rule: 'RFC 9112 section 5.2',
    send: head('GET /a HTTP/1.1', 'Host:', '\tgw.example'),
    expect: [refused()],
  },
  { id: 'a line of spaces only', rule: 'RFC 9112 section 5.2', send: get('X-A: 1', '   ', 'X-B: 2'), expect: [refused()] },
  {
    id: 'a NUL behind a name',
    rule: 'RFC 9110 section 5.1',
    send: `${head('POST /a HTTP/1.1', 'Host: gw.example', 'Content-Length\0: 5')}hello`,
    expect: [refused()],
  },
  {
    id: 'a bare CR behind a value',
    rule: 'RFC 9112 section 2.2',
    send: get('X-A: 1\r'),
    expect: [refused()],
  },
  {
    id: 'a bare CR before a name',
    rule: 'RFC 9112 section 2.2',
    send: get('X-A: 1\r\n\rContent-Length: 5'),
    expect: [refused()],
  },
  {
    id: 'a bare LF that hides a field in a value',
    rule: 'RFC 9112 section 2.2: one hop reads two fields, the other one',
    send: get('X-A: 1\nContent-Length: 5'),
    expect: [refused()],
  },
  {
    id: 'CR CR LF at the end of a line',
    rule: 'RFC 9112 section 2.2',
    send: 'GET /a HTTP/1.1\r\nHost: gw.example\r\r\nX-A: 1\r\n\r\n',
    expect: [refused()],
  },
  {
    id: 'CR CR LF as the empty line',
    rule: 'RFC 9112 section 2.2',
    send: 'GET /a HTTP/1.1\r\nHost: gw.example\r\n\r\r\n',
    expect: [refused()],
  },
  {
    id: 'a name of 300 bytes',
    rule: 'RFC 9110 section 5.4: over-long anything is refused',
    send: get(`X-${'a'.repeat(300)}: 1`),
    expect: seen({ fields: { [`x-${'a'.repeat(300)}`]: '1' } }),
  },
];

export const fieldRecords: readonly WireRecord[] = [...values, ...hosts, ...lines];

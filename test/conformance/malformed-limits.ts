import { head, type MalformedRecord } from './malformed-record.ts';

/** The limits that the gateway of these records has. */
export const LIMITS = { uriBytes: 2_048, headerBytes: 8_192, bodyBytes: 65_536 };

const POST = ['POST /orders HTTP/1.1', 'Host: gw.example'];
const tooLarge = 'x'.repeat(LIMITS.bodyBytes + 1);
const chunk = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`;

/** Sizes over the limits of the configuration. Every limit also has a record in forwarding-limits.ts that stays just below it. */
export const malformedLimits: readonly MalformedRecord[] = [
  {
    id: 'a target over uriBytes',
    rule: 'RFC 9110 section 15.5.15; INTERFACES 7',
    request: head(`GET /${'a'.repeat(LIMITS.uriBytes)} HTTP/1.1`, 'Host: gw.example'),
    status: 414,
  },
  {
    id: 'a query over uriBytes',
    rule: 'RFC 9110 section 15.5.15',
    request: head(`GET /orders?a=${'a'.repeat(LIMITS.uriBytes)} HTTP/1.1`, 'Host: gw.example'),
    status: 414,
  },
  {
    id: 'a request line that never ends',
    rule: 'RFC 9112 section 3: refused before the line is complete, in however many pieces it comes',
    request: `GET /${'a'.repeat(40_000)}`,
    status: 414,
  },
  {
    id: 'one field over headerBytes',
    rule: 'RFC 6585 section 5',
    request: head('GET /orders HTTP/1.1', 'Host: gw.example', `X-A: ${'a'.repeat(LIMITS.headerBytes)}`),
    status: 431,
  },
  {
    id: 'many fields over headerBytes',
    rule: 'RFC 6585 section 5: "the set of fields in totality"',
    request: head('GET /orders HTTP/1.1', 'Host: gw.example', ...Array.from({ length: 400 }, (_, i) => `X-Field-${i}: ${'a'.repeat(20)}`)),
    status: 431,
  },
  {
    id: 'a field that never ends',
    rule: 'RFC 6585 section 5: 431 before the head is complete',
    request: `GET /orders HTTP/1.1\r\nHost: gw.example\r\nX-A: ${'a'.repeat(40_000)}`,
    status: 431,
  },
  {
    id: 'Content-Length over bodyBytes',
    rule: 'RFC 9110 section 15.5.14: refused by the announcement, before any of the body',
    request: head(...POST, `Content-Length: ${LIMITS.bodyBytes + 1}`),
    status: 413,
  },
  {
    id: 'Content-Length over bodyBytes, with the body',
    rule: 'RFC 9110 section 15.5.14',
    request: head(...POST, `Content-Length: ${tooLarge.length}`) + tooLarge,
    status: 413,
  },
  {
    id: 'one chunk over bodyBytes',
    rule: 'RFC 9110 section 15.5.14',
    request: `${head(...POST, 'Transfer-Encoding: chunked') + chunk(tooLarge)}0\r\n\r\n`,
    status: 413,
    inBody: true,
  },
  {
    id: 'many chunks over bodyBytes',
    rule: 'RFC 9110 section 15.5.14: counted over all chunks',
    request: `${head(...POST, 'Transfer-Encoding: chunked') + chunk('x'.repeat(1_000)).repeat(70)}0\r\n\r\n`,
    status: 413,
    inBody: true,
  },
  {
    id: 'chunks over bodyBytes that never end',
    rule: 'RFC 9110 section 15.5.14: refused before the end of the body',
    request: head(...POST, 'Transfer-Encoding: chunked') + chunk('x'.repeat(1_000)).repeat(70),
    status: 413,
    inBody: true,
  },
];

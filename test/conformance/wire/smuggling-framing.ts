import { head } from '../../support/origin-script.ts';
import { SMUGGLED, type SmugglingRecord } from './smuggling-record.ts';

const POST = ['POST /orders HTTP/1.1', 'Host: gw.example'];
const REFUSED = { kind: 'refused' } as const;
const post = (fields: readonly string[], body: string) => head(...POST, ...fields) + body;
const chunk = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`;
const LINE = 'POST /orders HTTP/1.1';

/** For who reads chunks the body ends at once and the rest is a request; for who reads the length it is all body. */
const TE_SHORT = `0\r\n\r\n${SMUGGLED}`;
/** For who reads the length the body is the first line, and the rest is a request; for who reads chunks it is all body. */
const TE_LONG = `${chunk(SMUGGLED)}0\r\n\r\n`;
const FIRST_LINE = `${SMUGGLED.length.toString(16)}\r\n`.length;

const bothFramings: SmugglingRecord[] = [
  {
    id: 'CL.TE',
    source: 'Watchfire 2005',
    send: post([`Content-Length: ${TE_SHORT.length}`, 'Transfer-Encoding: chunked'], TE_SHORT),
    outcome: REFUSED,
  },
  {
    id: 'CL.TE, Transfer-Encoding first',
    source: 'Watchfire 2005',
    send: post(['Transfer-Encoding: chunked', `Content-Length: ${TE_SHORT.length}`], TE_SHORT),
    outcome: REFUSED,
  },
  {
    id: 'TE.CL',
    source: 'Kettle 2019',
    send: post(['Transfer-Encoding: chunked', `Content-Length: ${FIRST_LINE}`], TE_LONG),
    outcome: REFUSED,
  },
  {
    id: 'TE.0',
    source: 'Bugcrowd 2024: the backend takes no body',
    send: head('OPTIONS /orders HTTP/1.1', 'Host: gw.example', 'Transfer-Encoding: chunked') + TE_LONG,
    outcome: { kind: 'forwarded', line: 'OPTIONS /orders HTTP/1.1', body: SMUGGLED },
  },
  {
    id: 'CL.0',
    source: 'Kettle 2022: the backend takes no body',
    send: post([`Content-Length: ${SMUGGLED.length}`], SMUGGLED),
    outcome: { kind: 'forwarded', line: LINE, body: SMUGGLED },
  },
  {
    id: 'GET with a length',
    source: 'RFC 9110 section 9.3.1: some refuse to read a body of GET',
    send: head('GET /orders HTTP/1.1', 'Host: gw.example', `Content-Length: ${SMUGGLED.length}`) + SMUGGLED,
    outcome: { kind: 'forwarded', line: 'GET /orders HTTP/1.1', body: SMUGGLED },
  },
  {
    id: 'two lengths',
    source: 'CVE-2022-24766',
    send: post(['Content-Length: 0', `Content-Length: ${SMUGGLED.length}`], SMUGGLED),
    outcome: REFUSED,
  },
  {
    id: 'a list of lengths',
    source: 'RFC 9110 section 8.6',
    send: post([`Content-Length: 0, ${SMUGGLED.length}`], SMUGGLED),
    outcome: REFUSED,
  },
];

/** A Transfer-Encoding that one hop honours and the other does not see (Kettle 2019 and its tools). */
const OBFUSCATED: readonly string[] = [
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: chunk',
  'Transfer-Encoding: chunkedx',
  'Transfer-Encoding: "chunked"',
  "Transfer-Encoding: 'chunked'",
  'Transfer-Encoding: chunked;',
  'Transfer-Encoding: chunked; q=1',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: identity, chunked',
  'Transfer-Encoding: chunked, cow',
  'Transfer-Encoding: chunked chunked',
  'Transfer-Encoding: , chunked',
  'Transfer-Encoding: chunked\x00',
  'Transfer-Encoding: \x00chunked',
  'Transfer-Encoding: \x0bchunked',
  'Transfer-Encoding: \x0cchunked',
  'Transfer-Encoding: \x1fchunked',
  'Transfer-Encoding: \x7fchunked',
  'Transfer-Encoding: \xa0chunked',
  'Transfer-Encoding: \x85chunked',
  'Transfer-Encoding: chunked\xa0',
  // The Kelvin sign, whose small letter is k.
  'Transfer-Encoding: chun\xe2\x84\xaaed',
  'Transfer-Encoding: \xef\xbb\xbfchunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding\t: chunked',
  'Transfer-Encoding\x00: chunked',
  'Transfer-Encoding\x0b: chunked',
  'Transfer-Encoding\xa0: chunked',
  'Transfer-Encoding\r\n : chunked',
  'Transfer-Encoding\n: chunked',
  'Transfer-Encoding\r: chunked',
  ' Transfer-Encoding: chunked',
  '\tTransfer-Encoding: chunked',
  '\x00Transfer-Encoding: chunked',
  '\rTransfer-Encoding: chunked',
  ':Transfer-Encoding: chunked',
  'Transfer-Encoding:\r\n chunked',
  'Transfer-Encoding:\n chunked',
  'Transfer-Encoding: chunked\r\n ',
  'Transfer-Encoding:',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: cow',
  'Transfer-Encoding: cow\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nTransfer-encoding: chunked',
  'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked',
  'X-A: 1\nTransfer-Encoding: chunked',
  'X-A: 1\rTransfer-Encoding: chunked',
  'X-A: 1\r\rTransfer-Encoding: chunked',
  'X-A: 1\x00\nTransfer-Encoding: chunked',
  'X-A: 1\r\n\rTransfer-Encoding: chunked',
  'Transfer Encoding: chunked',
  'Transfer-Encoding chunked',
  'Transfer-Encoding; chunked',
  'Transfer-Encoding= chunked',
];

/** No Transfer-Encoding for anybody who keeps to names as they are: the length counts, and the other field is passed on as what it is. */
const LOOK_ALIKES: readonly string[] = [
  'Transfer_Encoding: chunked',
  'Transfer.Encoding: chunked',
  'X-Transfer-Encoding: chunked',
  'Content-Encoding: chunked',
  'TransferEncoding: chunked',
  'Transfer-Encodin: chunked',
];

const teTe: SmugglingRecord[] = [
  ...OBFUSCATED.flatMap((field): SmugglingRecord[] => [
    {
      id: `TE.TE with a length: ${JSON.stringify(field)}`,
      source: 'Kettle 2019',
      send: post([`Content-Length: ${TE_SHORT.length}`, field], TE_SHORT),
      outcome: REFUSED,
    },
    { id: `TE.TE alone: ${JSON.stringify(field)}`, source: 'Kettle 2019', send: post([field], TE_SHORT), outcome: REFUSED },
  ]),
  ...LOOK_ALIKES.map(
    (field): SmugglingRecord => ({
      id: `a look-alike: ${field}`,
      source: 'CGI-like backends read an underscore, or another character, as a hyphen',
      send: post([`Content-Length: ${TE_SHORT.length}`, field], TE_SHORT),
      outcome: { kind: 'forwarded', line: LINE, body: TE_SHORT, without: ['transfer-encoding'] },
    }),
  ),
];

/** A length that one hop honours and the other reads as none (0.CL, CL.0). */
const lengths: SmugglingRecord[] = [
  ...[
    'Content-Length : N',
    'Content-Length\t: N',
    'Content-Length\x00: N',
    ' Content-Length: N',
    '\tContent-Length: N',
    'Content-Length:\r\n N',
    'Content-Length:\n N',
    'Content-Length: N\x00',
    'Content-Length: \x0bN',
    'Content-Length: +N',
    'Content-Length: -N',
    'Content-Length: 0xN',
    'Content-Length: N\x20N',
    'Content-Length: N,N',
    'Content-Length: N;',
    'Content-Length: N.0',
    'Content-Length: "N"',
    'Content-Length: \xb2N',
    'Content-Length: N\r\nContent-Length: N',
    'X-A: 1\nContent-Length: N',
    'X-A: 1\rContent-Length: N',
    'Content Length: N',
    'Content-Length N',
  ].map(
    (field): SmugglingRecord => ({
      id: `a hidden length: ${JSON.stringify(field)}`,
      source: 'Kettle 2022 and 2025 (0.CL)',
      send: post([field.replaceAll('N', String(SMUGGLED.length))], SMUGGLED.replace('/smuggled', '/body')),
      outcome: REFUSED,
    }),
  ),
  {
    id: 'Content_Length',
    source: 'CGI-like backends read an underscore as a hyphen',
    send: post([`Content_Length: ${SMUGGLED.length}`, 'Content-Length: 5'], 'hello'),
    outcome: { kind: 'forwarded', line: LINE, body: 'hello' },
  },
  {
    id: 'Connection names Content-Length',
    source: 'RFC 9110 section 7.6.1: who removes the field before framing sends a body without a length',
    send: post(['Connection: Content-Length', `Content-Length: ${SMUGGLED.length}`], SMUGGLED),
    outcome: { kind: 'forwarded', line: LINE, body: SMUGGLED },
  },
  {
    id: 'Connection names Transfer-Encoding',
    source: 'RFC 9110 section 7.6.1',
    send: post(['Connection: close, Transfer-Encoding', 'Transfer-Encoding: chunked'], TE_LONG),
    outcome: { kind: 'forwarded', line: LINE, body: SMUGGLED },
  },
  ...['Expect: y 100-continue', 'Expect: 100-continue, y'].map(
    (field): SmugglingRecord => ({
      id: `an expectation among others: ${field}`,
      source: 'Kettle 2025: Expect makes hops forget the body',
      send: post([field, `Content-Length: ${SMUGGLED.length}`], SMUGGLED),
      outcome: { kind: 'either', line: LINE, body: SMUGGLED, without: ['expect'] },
    }),
  ),
  ...['Expect: 100-continue\x00', 'Expect : 100-continue', ' Expect: 100-continue', 'Expect: 100'].map(
    (field): SmugglingRecord => ({
      id: `an odd expectation: ${JSON.stringify(field)}`,
      source: 'Kettle 2025: Expect makes hops forget the body',
      send: post([field, `Content-Length: ${SMUGGLED.length}`], SMUGGLED),
      outcome: REFUSED,
    }),
  ),
  {
    id: 'an expectation, and the body at once',
    source: 'Kettle 2025',
    send: post(['Expect: 100-continue', `Content-Length: ${SMUGGLED.length}`], SMUGGLED),
    outcome: { kind: 'forwarded', line: LINE, body: SMUGGLED },
  },
  {
    id: 'chunks in HTTP/1.0',
    source: 'RFC 9112 section 6.1',
    send: `${head('POST /orders HTTP/1.0', 'Host: gw.example', 'Connection: keep-alive', 'Transfer-Encoding: chunked')}${TE_SHORT}`,
    outcome: REFUSED,
  },
];

export const smugglingFraming: readonly SmugglingRecord[] = [...bothFramings, ...teTe, ...lengths];

import { head } from '../../support/origin-script.ts';
import { SMUGGLED, type SmugglingRecord } from './smuggling-record.ts';

const HEAD = head('POST /orders HTTP/1.1', 'Host: gw.example', 'Transfer-Encoding: chunked');
const LINE = 'POST /orders HTTP/1.1';
const REFUSED = { kind: 'refused' } as const;
const chunk = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`;
/** The end of a body, and behind it what the attacker hides in what another reader takes for a chunk. */
const HIDDEN = `0\r\n\r\n${SMUGGLED}`;
const hex = (text: string) => text.length.toString(16);

const bad = (id: string, source: string, body: string): SmugglingRecord => ({ id, source, send: HEAD + body, outcome: REFUSED });

/** Two readers, two ends of the line of a chunk's size: for one the line goes on, for the other its data has begun. */
const extensions: SmugglingRecord[] = [
  bad(
    'TERM.EXT: LF ends the line for one, belongs to the extension for the other',
    'Weikop 2025; CVE-2025-4600',
    `2;\nxx\r\n${hex(HIDDEN)}\r\n${HIDDEN}\r\n0\r\n\r\n`,
  ),
  bad('EXT.TERM: the same the other way round', 'Weikop 2025', `${hex(HIDDEN)};\nxx\r\n${HIDDEN}\r\n0\r\n\r\n`),
  bad('LF behind an extension with a name', 'Weikop 2025', `2;a\nxx\r\n${hex(HIDDEN)}\r\n${HIDDEN}\r\n0\r\n\r\n`),
  bad('LF in a quoted value', 'RFC 9112 section 7.1.1', `2;a="\n"\r\nxx\r\n${HIDDEN}`),
  bad('CRLF in a quoted value', 'RFC 9112 section 7.1.1', `5;a="\r\nhello\r\n${hex(HIDDEN)}\r\n${HIDDEN}"\r\n0\r\n\r\n`),
  bad('CR alone ends the line', 'Weikop 2025', `2;\rxx\r\n${hex(HIDDEN)}\r\n${HIDDEN}\r\n0\r\n\r\n`),
  bad('CR and any byte end the line', 'Weikop 2025; CVE-2024-53008', `2\rXxx\r\n${HIDDEN}`),
  bad('LF alone ends the line of the last chunk', 'Weikop 2025', `5\r\nhello\r\n0\n\r\n${SMUGGLED}`),
  bad('LF in the extension of the last chunk', 'Weikop 2025', `5\r\nhello\r\n0;\n\r\n${SMUGGLED}`),
  bad('CR CR LF ends the line', 'Weikop 2025', `5;a\r\r\nhello\r\n${HIDDEN}`),
  bad('NUL in an extension', 'RFC 9110 section 5.5', `5;\x00\r\nhello\r\n${HIDDEN}`),
  bad('an extension without a semicolon', 'RFC 9112 section 7.1', `5 a=b\r\nhello\r\n${HIDDEN}`),
  bad('spaces behind the size', 'CVE-2020-10719 and others', `5 \r\nhello\r\n${HIDDEN}`),
  {
    id: 'an ordinary extension',
    source: 'RFC 9112 section 7.1.1: read over, and not passed on',
    send: `${HEAD}${hex(HIDDEN)};a="b;c"\r\n${HIDDEN}\r\n0\r\n\r\n`,
    outcome: { kind: 'forwarded', line: LINE, body: HIDDEN },
  },
];

/** Who does not look at the two bytes behind the data takes any two for its end. */
const spills: SmugglingRecord[] = [
  bad('TERM.SPILL: two other bytes behind the data', 'Weikop 2025', `5\r\nhelloXX${hex(HIDDEN)}\r\n${HIDDEN}\r\n0\r\n\r\n`),
  bad('SPILL.TERM: no end behind the data', 'Weikop 2025', `5\r\nhello2\r\nxx\r\n${HIDDEN}`),
  bad('one byte behind the data', 'Weikop 2025', `5\r\nhello\n${hex(HIDDEN)}\r\n${HIDDEN}\r\n0\r\n\r\n`),
  bad('CR and another byte behind the data', 'Weikop 2025', `5\r\nhello\rX${HIDDEN}`),
  bad('an empty line more behind the data', 'Weikop 2025', `5\r\nhello\r\n\r\n${HIDDEN}`),
  bad('a data longer than its size', 'RFC 9112 section 7.1', `3\r\nhello\r\n${HIDDEN}`),
];

/** A size that one reader cuts off or reads in another way. */
const sizes: SmugglingRecord[] = [
  ...[
    `0x${hex(HIDDEN)}`,
    `+${hex(HIDDEN)}`,
    `-${hex(HIDDEN)}`,
    ` ${hex(HIDDEN)}`,
    `\t${hex(HIDDEN)}`,
    `${hex(HIDDEN)}g`,
    `${hex(HIDDEN)}_`,
    `1${'0'.repeat(16)}${hex(HIDDEN)}`,
    `\x0b${hex(HIDDEN)}`,
    `${hex(HIDDEN)}\x00`,
    '',
    '\xb2',
  ].map((size) =>
    bad(
      `a size of ${JSON.stringify(size)}`,
      'CVE-2023-46589 and others: hexadecimal read by strtol and the like',
      `${size}\r\n${HIDDEN}\r\n0\r\n\r\n`,
    ),
  ),
  bad('an overflow to zero', 'sizes of 32 and 64 bits', `100000000000000000\r\n${SMUGGLED}\r\n0\r\n\r\n`),
];

const OF_THE_HEAD = ['content-length', 'transfer-encoding', 'host', 'authorization', 'x-forwarded-for', 'connection'];

/** What is sent behind the body must not become part of the head (RFC 9110 section 6.5.1), nor a request. */
const trailers: SmugglingRecord[] = [
  ...[
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    'Host: internal.example',
    'Authorization: Basic x',
    'X-Forwarded-For: 6.6.6.6',
    'Connection: close',
  ].map(
    (field): SmugglingRecord => ({
      id: `a trailer ${field}`,
      source: 'RFC 9110 section 6.5.1; Bodenstein 2023 (trailer merging)',
      send: `${HEAD}${chunk('hello')}0\r\n${field}\r\nX-Sum: 1\r\n\r\n`,
      outcome: {
        kind: 'either',
        line: LINE,
        body: 'hello',
        without: OF_THE_HEAD.filter((name) => name !== 'host' && name !== 'transfer-encoding' && name !== 'x-forwarded-for'),
      },
    }),
  ),
  bad('a request in the place of trailers', 'readers that skip what they do not understand', `5\r\nhello\r\n0\r\n${SMUGGLED}`),
  bad('a request behind a trailer section that ends with LF', 'RFC 9112 section 2.2', `5\r\nhello\r\n0\r\nX-Sum: 1\r\n\n${SMUGGLED}`),
  bad('a request behind trailers that end with LF LF', 'RFC 9112 section 2.2', `5\r\nhello\r\n0\r\nX-Sum: 1\n\n${SMUGGLED}`),
  bad('a folded trailer that hides a request', 'RFC 9112 section 5.2', `5\r\nhello\r\n0\r\nX-Sum: 1\r\n \r\n${SMUGGLED}`),
  bad('a trailer with NUL', 'RFC 9110 section 5.5', `5\r\nhello\r\n0\r\nX-Sum: 1\x00\r\n\r\n`),
  bad('CR CR LF as the end of trailers', 'RFC 9112 section 2.2', `5\r\nhello\r\n0\r\n\r\r\n${SMUGGLED}`),
];

export const smugglingChunks: readonly SmugglingRecord[] = [...extensions, ...spills, ...sizes, ...trailers];

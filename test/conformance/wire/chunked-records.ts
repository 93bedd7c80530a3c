import { head } from '../../support/origin-script.ts';
import { type AcceptedParts, accepted, broken, type Difference, type WireRecord } from './wire-record.ts';

const HEAD = head('POST /a HTTP/1.1', 'Host: gw.example', 'Transfer-Encoding: chunked');
const NEXT = head('GET /b HTTP/1.1', 'Host: gw.example');
const seen = (parts: AcceptedParts = {}) => [accepted('POST', '/a', parts)];
const good = (id: string, rule: string, body: string, parts: AcceptedParts): WireRecord => ({
  id,
  rule: `RFC 9112 section ${rule}`,
  send: HEAD + body,
  expect: seen(parts),
});
const bad = (id: string, rule: string, body: string, status: readonly number[] = [400]): WireRecord => ({
  id,
  rule: `RFC 9112 section ${rule}`,
  // A further request behind it: what a lenient reader would make of it is what an attacker wants.
  send: HEAD + body + NEXT,
  expect: [broken(status)],
});

const sizes: WireRecord[] = [
  good('one chunk', '7.1', '5\r\nhello\r\n0\r\n\r\n', { body: 'hello' }),
  good('no chunk but the last', '7.1', '0\r\n\r\n', { body: '' }),
  good('several chunks', '7.1', '1\r\nh\r\n2\r\nel\r\n2\r\nlo\r\n0\r\n\r\n', { body: 'hello' }),
  good('a size in small letters', '7.1', `1f\r\n${'x'.repeat(31)}\r\n0\r\n\r\n`, { body: 'x'.repeat(31) }),
  good('a size in capitals', '7.1', `1F\r\n${'x'.repeat(31)}\r\n0\r\n\r\n`, { body: 'x'.repeat(31) }),
  good('a size with leading zeros', '7.1: 1*HEXDIG', '0005\r\nhello\r\n0000\r\n\r\n', { body: 'hello' }),
  good('a chunk that holds what looks like the end', '7.1', '7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n', { body: '\r\n0\r\n\r\n' }),
  good('a chunk of 100,000 bytes', '7.1', `186a0\r\n${'x'.repeat(100_000)}\r\n0\r\n\r\n`, { body: 'x'.repeat(100_000) }),
  good('a thousand chunks of one byte', '7.1', `${'1\r\nx\r\n'.repeat(1_000)}0\r\n\r\n`, { body: 'x'.repeat(1_000) }),
  bad('a size with an underscore', '7.1', '1_0\r\nhellohellohello!\r\n0\r\n\r\n'),
  bad('a size behind a tab', '7.1', '\t5\r\nhello\r\n0\r\n\r\n'),
  {
    ...bad('a size of sixty-four zeros and a five', '7.1: over-long anything is refused', `${'0'.repeat(64)}5\r\nhello\r\n0\r\n\r\n`),
    differs: {
      node: { expect: [accepted('POST', '/a', { body: 'hello' }), accepted('GET', '/b')], why: 'llhttp does not count leading zeros.' },
      'node:http': {
        expect: [accepted('POST', '/a', { body: 'hello' }), accepted('GET', '/b')],
        why: 'llhttp does not count leading zeros.',
      },
    },
  },
  bad('a size of 2^64', '7.1: no overflow to 0', '10000000000000000\r\n\r\n0\r\n\r\n', [400, 413]),
  bad('data that is longer than its size', '7.1', '4\r\nhello\r\n0\r\n\r\n'),
  bad('data that is shorter than its size', '7.1', '6\r\nhello\r\n0\r\n\r\n'),
  bad('CR CR LF behind the size', '7.1', '5\r\r\nhello\r\n0\r\n\r\n'),
  bad('CR and another byte behind the data', '7.1', '5\r\nhello\rX0\r\n\r\n'),
  bad('LF CR behind the data', '7.1', '5\r\nhello\n\r0\r\n\r\n'),
  bad('a space behind the last size', '7.1', '5\r\nhello\r\n0 \r\n\r\n'),
];

/** What llhttp takes for an extension. */
const LOOSE: ReadonlySet<string> = new Set([';a=', ';=b', ';a;;b']);

/** Two readers that disagree on where an extension ends disagree on where the chunk begins (RFC 9112 section 7.1.1). */
const extensions: WireRecord[] = [
  good('an extension', '7.1.1: unknown ones are ignored', '5;a\r\nhello\r\n0;b\r\n\r\n', { body: 'hello' }),
  good('an extension with a value', '7.1.1', '5;a=b\r\nhello\r\n0\r\n\r\n', { body: 'hello' }),
  good('an extension with a quoted value', '7.1.1', '5;a="b; \t\\" c"\r\nhello\r\n0\r\n\r\n', { body: 'hello' }),
  good('several extensions', '7.1.1', '5;a;b=c;d="e"\r\nhello\r\n0\r\n\r\n', { body: 'hello' }),
  {
    ...good('spaces around the semicolon', '7.1.1: BWS', '5 ; a = b\r\nhello\r\n0\r\n\r\n', {}),
    expect: [broken()],
  },
  ...[';', ';a=', ';=b', ';a;;b', ';a b', ';a="b"c'].map((extension): WireRecord => {
    const lenient: Difference = {
      expect: [accepted('POST', '/a', { body: 'hello' }), accepted('GET', '/b')],
      why: 'llhttp reads extensions more loosely; none is passed on.',
    };
    return {
      ...bad(
        `an extension ${extension}`,
        '7.1.1: chunk-ext = *( ";" token [ "=" ( token / quoted-string ) ] )',
        `5${extension}\r\nhello\r\n0\r\n\r\n`,
      ),
      ...(LOOSE.has(extension) && { differs: { node: lenient, 'node:http': lenient } }),
    };
  }),
  bad('an extension that ends with a bare LF', '7.1.1', '5;a\nhello\r\n0\r\n\r\n'),
  bad('an extension that ends with a bare CR', '7.1.1', '5;a\rhello\r\n0\r\n\r\n'),
  bad('a bare LF within a quoted value', '7.1.1', '5;a="\n"\r\nhello\r\n0\r\n\r\n'),
  bad('CRLF within a quoted value', '7.1.1', '5;a="\r\n"\r\nhello\r\n0\r\n\r\n'),
  bad('a bare LF in the extension of the last chunk', '7.1.1', '5\r\nhello\r\n0;\n\r\n\r\n'),
  bad('an empty extension that hides a chunk behind a bare LF', '7.1.1', '2;\nxx\r\n4c\r\n0\r\n\r\n'),
  bad('CR CR LF behind an extension', '7.1.1', '5;a\r\r\nhello\r\n0\r\n\r\n'),
  bad('a control character in an extension', '7.1.1', '5;a=\x01\r\nhello\r\n0\r\n\r\n'),
  bad('a DEL in an extension', '7.1.1', '5;a=\x7f\r\nhello\r\n0\r\n\r\n'),
  bad('a comma instead of the semicolon', '7.1.1', '5,a\r\nhello\r\n0\r\n\r\n'),
  bad('a quoted value that does not end', '7.1.1', '5;a="b\r\nhello\r\n0\r\n\r\n'),
  bad(
    'an extension of 20,000 bytes',
    '7.1.1: a server should limit their length',
    `5;a=${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`,
    [400, 413, 431],
  ),
  good(
    'a signature in each of a hundred chunks, as AWS clients send them',
    '7.1.1: a limit for each chunk, and not for the body',
    `${`64;chunk-signature=${'a'.repeat(64)}\r\n${'x'.repeat(100)}\r\n`.repeat(100)}0;chunk-signature=${'b'.repeat(64)}\r\n\r\n`,
    { body: 'x'.repeat(10_000) },
  ),
];

const trailers: WireRecord[] = [
  good('a trailer', '7.1.2', '5\r\nhello\r\n0\r\nX-Sum: abc\r\n\r\n', { body: 'hello', trailers: { 'x-sum': 'abc' } }),
  good('several trailers of one name', '7.1.2', '5\r\nhello\r\n0\r\nX-Sum: a\r\nx-sum: b\r\n\r\n', {
    body: 'hello',
    trailers: { 'x-sum': 'a, b' },
  }),
  good('a trailer is no field of the head', '7.1.2; RFC 9110 section 6.5.1: never merged unless it may be', '0\r\nX-Sum: abc\r\n\r\n', {
    fields: { 'x-sum': null },
    trailers: { 'x-sum': 'abc' },
  }),
  bad('a trailer that ends with a bare LF', '7.1.2', '5\r\nhello\r\n0\r\nX-Sum: a\n\r\n'),
  bad('a trailer section that ends with a bare LF', '7.1.2', '5\r\nhello\r\n0\r\nX-Sum: a\r\n\n'),
  bad('a trailer with a bare CR', '7.1.2', '5\r\nhello\r\n0\r\nX-Sum: a\rb\r\n\r\n'),
  bad('a trailer with an empty name', '7.1.2', '5\r\nhello\r\n0\r\n: a\r\n\r\n'),
  bad('a trailer section that begins with a space', '7.1.2', '5\r\nhello\r\n0\r\n X-Sum: a\r\n\r\n'),
  bad('trailers of 20,000 bytes', '7.1.2: over-long anything', `0\r\nX-Sum: ${'x'.repeat(20_000)}\r\n\r\n`, [400, 413, 431]),
  ...['Transfer-Encoding: chunked', 'Transfer-Encoding:', 'Content-Length: 5', 'Content-Length:'].map((field) =>
    bad(`a trailer ${field}`, '7.1.2; RFC 9110 section 6.5.1: framing has no place behind the body', `5\r\nhello\r\n0\r\n${field}\r\n\r\n`),
  ),
  bad('a request line where trailers are', '7.1.2', `5\r\nhello\r\n0\r\nGET /c HTTP/1.1\r\n\r\n`),
];

export const chunkedRecords: readonly WireRecord[] = [...sizes, ...extensions, ...trailers];

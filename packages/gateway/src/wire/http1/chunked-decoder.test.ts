import { expect, test } from 'vitest';
import { ChunkedDecoder } from './chunked-decoder.ts';

/** Decodes in pieces of the given size; returns the body, what is left over, and the trailers. */
function decode(text: string, pieceBytes: number) {
  const bytes = Buffer.from(text, 'latin1');
  const decoder = new ChunkedDecoder();
  let body = '';
  let position = 0;
  while (position < bytes.length && !decoder.done) {
    const end = Math.min(bytes.length, position + pieceBytes);
    position = decoder.decode(bytes, position, end, (piece) => {
      body += piece.toString('latin1');
    });
  }
  return { body, done: decoder.done, rest: bytes.toString('latin1', position), trailers: decoder.trailers?.list };
}

test.each([1, 2, 3, 7, 1000])('a body in pieces of %i bytes is the same body', (pieceBytes) => {
  const text = '5\r\nhello\r\nA;name="value"\r\n0123456789\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\nREST';
  expect(decode(text, pieceBytes)).toEqual({ body: 'hello0123456789', done: true, rest: 'REST', trailers: ['X-Sum', '1', 'X-B', '2'] });
});

test('without trailers there are none', () => {
  expect(decode('0\r\n\r\n', 1)).toEqual({ body: '', done: true, rest: '', trailers: undefined });
});

test.each([
  ['a size with a sign', '+5\r\nhello\r\n0\r\n\r\n'],
  ['a size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
  ['a size that overflows', '1000000000000000f\r\nhello\r\n'],
  ['an empty size', '\r\nhello\r\n'],
  ['a size line that ends with LF only', '5\nhello\r\n0\r\n\r\n'],
  ['data that is longer than its size', '3\r\nhello\r\n0\r\n\r\n'],
  ['data whose end is a bare LF', '5\r\nhello\n0\r\n\r\n'],
  ['an extension without end', `5;${'a'.repeat(300)}\r\nhello\r\n0\r\n\r\n`],
  ['an extension without a name', '5;\r\nhello\r\n0\r\n\r\n'],
  ['an extension with an empty value', '5;a=\r\nhello\r\n0\r\n\r\n'],
  ['white space before an extension', '5 ;a\r\nhello\r\n0\r\n\r\n'],
  ['a quoted value that does not end', '5;a="b\r\nhello\r\n0\r\n\r\n'],
  ['an extension with a control character', '5;a\x01\r\nhello\r\n0\r\n\r\n'],
  ['a trailer that ends with LF only', '0\r\nX: 1\n\r\n'],
  ['endless trailers', `0\r\n${'X: 1\r\n'.repeat(4000)}\r\n`],
])('%s is refused, in one piece and byte by byte', (_, text) => {
  expect(() => decode(text, 100_000)).toThrow();
  expect(() => decode(text, 1)).toThrow();
});

test.each(['Content-Length: 5', 'transfer-encoding: chunked', 'Connection: close', 'Upgrade: x'])(
  'the trailer %s is an error in a request and dropped in a response',
  (trailer) => {
    const bytes = Buffer.from(`0\r\n${trailer}\r\nX-A: 1\r\n\r\n`);
    const response = new ChunkedDecoder();
    response.decode(bytes, 0, bytes.length, () => {});
    expect(response.trailers?.list).toEqual(['X-A', '1']);
    expect(() => new ChunkedDecoder(true).decode(bytes, 0, bytes.length, () => {})).toThrow('framing field');
  },
);

import { expect, test } from 'vitest';
import { FRAMING_CHUNKED, FRAMING_CLOSE, FRAMING_LENGTH, FRAMING_NONE, parseResponseHead } from './response-parser.ts';
import { parseTrailers } from './trailers.ts';

/** With bytes around it, as heads stand in what was read. */
const parse = (lines: string[], method = 'GET') => {
  const head = `${lines.join('\r\n')}\r\n\r\n`;
  return parseResponseHead(Buffer.from(`before${head}behind`, 'latin1'), 6, head.length, `${head}behind`, method);
};

test('status, reason and fields are read as they stand', () => {
  const head = parse(['HTTP/1.1 200 Very OK', 'Content-Length: 5', 'X-A:  b c\t', 'x-a:']);
  expect(head).toMatchObject({ status: 200, reason: 'Very OK', framing: FRAMING_LENGTH, length: 5, keepAlive: true });
  expect(head.fields.list).toEqual(['Content-Length', '5', 'X-A', 'b c', 'x-a', '']);
});

test.each([
  ['Content-Length frames a body', ['HTTP/1.1 200 OK', 'Content-Length: 5'], 'GET', FRAMING_LENGTH],
  ['chunked frames a body', ['HTTP/1.1 200 OK', 'Transfer-Encoding: Chunked'], 'GET', FRAMING_CHUNKED],
  ['without either the body ends with the connection', ['HTTP/1.1 200 OK'], 'GET', FRAMING_CLOSE],
  ['a response to HEAD has no body', ['HTTP/1.1 200 OK', 'Content-Length: 5'], 'HEAD', FRAMING_NONE],
  ['204 has no body', ['HTTP/1.1 204 No Content', 'Content-Length: 5'], 'GET', FRAMING_NONE],
  ['304 has no body', ['HTTP/1.1 304 Not Modified', 'Content-Length: 5'], 'GET', FRAMING_NONE],
])('%s', (_, lines, method, framing) => {
  expect(parse(lines, method).framing).toBe(framing);
});

test('a connection is kept only where both sides agree on it', () => {
  expect(parse(['HTTP/1.1 200 OK', 'Content-Length: 0']).keepAlive).toBe(true);
  expect(parse(['HTTP/1.1 200 OK', 'Content-Length: 0', 'Connection: foo, Close']).keepAlive).toBe(false);
  expect(parse(['HTTP/1.0 200 OK', 'Content-Length: 0']).keepAlive).toBe(false);
  expect(parse(['HTTP/1.0 200 OK', 'Content-Length: 0', 'Connection: keep-alive']).keepAlive).toBe(true);
  expect(parse(['HTTP/1.1 200 OK']).keepAlive).toBe(false);
});

test.each([
  ['another protocol', ['HTTP/2.0 200 OK']],
  ['a status of two digits', ['HTTP/1.1 20 OK']],
  ['a status that is no number', ['HTTP/1.1 2x0 OK']],
  ['a control character in the reason', ['HTTP/1.1 200 O\x01K']],
  ['both framings', ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Transfer-Encoding: chunked']],
  ['two lengths, even the same', ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 5']],
  ['a list of lengths', ['HTTP/1.1 200 OK', 'Content-Length: 5, 5']],
  ['a signed length', ['HTTP/1.1 200 OK', 'Content-Length: +5']],
  ['an empty length', ['HTTP/1.1 200 OK', 'Content-Length:']],
  ['a coding besides chunked', ['HTTP/1.1 200 OK', 'Transfer-Encoding: gzip, chunked']],
  ['chunked in HTTP/1.0', ['HTTP/1.0 200 OK', 'Transfer-Encoding: chunked']],
  ['a folded line', ['HTTP/1.1 200 OK', 'X-A: b', ' c']],
  ['space before the colon', ['HTTP/1.1 200 OK', 'X-A : b']],
  ['no name', ['HTTP/1.1 200 OK', ': b']],
  ['no colon', ['HTTP/1.1 200 OK', 'X-A']],
  ['a bare LF that begins a field (response splitting)', ['HTTP/1.1 200 OK', 'X-A: b\nSet-Cookie: c=d']],
  ['a bare CR', ['HTTP/1.1 200 OK', 'X-A: b\rc']],
  ['a NUL', ['HTTP/1.1 200 OK', 'X-A: b\0c']],
])('%s is refused', (_, lines) => {
  expect(() => parse(lines)).toThrow();
});

test('trailers lose the fields that must not come in trailers', () => {
  const trailers = parseTrailers('X-Checksum: abc\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\n\r\n');
  expect(trailers.list).toEqual(['X-Checksum', 'abc']);
});

import { describe, expect, test } from 'vitest';
import * as refusal from './refusal.ts';
import { COMPLETE, INCOMPLETE, REFUSED, RequestParser } from './request-parser.ts';

const LIMITS = { head: 1024, target: 128 };

interface Outcome {
  outcome: number;
  /** What was not used of the text. */
  rest: string;
  parser: RequestParser;
  /** Bytes that were given before the outcome was known. */
  given: number;
}

/** Gives the text to a parser in pieces of that size until it has come to something. */
function parse(text: string, pieceBytes: number, parser = new RequestParser(LIMITS.head, LIMITS.target)): Outcome {
  const bytes = Buffer.from(text, 'latin1');
  let outcome = INCOMPLETE;
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    // Before and behind stands something else, as in a buffer that others use too.
    const piece = Buffer.concat([Buffer.from('GET '), bytes.subarray(start, start + pieceBytes)]);
    outcome = parser.read(piece, 4);
    if (outcome !== INCOMPLETE)
      return { outcome, rest: text.slice(start + parser.position - 4), parser, given: Math.min(bytes.length, start + pieceBytes) };
  }
  return { outcome, rest: '', parser, given: bytes.length };
}

const PIECES = [1, 2, 3, 5, 7, 64, 10_000];
const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const withFields = (...lines: string[]) => head('GET /a HTTP/1.1', 'Host: h', ...lines);

describe.each(PIECES)('in pieces of %i bytes', (pieceBytes) => {
  test('a head is read as it stands, and what follows it is left', () => {
    const text = head(
      'PATCH /a/b?c=%20 HTTP/1.1',
      'HOST: gw.example:80',
      'X-A:  b c\t ',
      'x-a:',
      'X-\x7cB: \x80\xff',
      `X-Long-${'n'.repeat(80)}: 1`,
    );
    const { outcome, rest, parser } = parse(`${text}BODY`, pieceBytes);
    expect(outcome).toBe(COMPLETE);
    expect(rest).toBe('BODY');
    expect(parser).toMatchObject({ method: 'PATCH', target: '/a/b?c=%20', framing: { http11: true, length: -1, chunked: false } });
    expect(parser.fields).toEqual(['HOST', 'gw.example:80', 'X-A', 'b c', 'x-a', '', 'X-|B', '\x80\xff', `X-Long-${'n'.repeat(80)}`, '1']);
  });

  test('requests on one connection do not colour each other', () => {
    const parser = new RequestParser(LIMITS.head, LIMITS.target);
    const first = head(
      'POST /1 HTTP/1.0',
      'Content-Length: 3',
      'Connection: Keep-Alive, X',
      'Connection: Y',
      'Upgrade: a',
      'Expect: nothing',
    );
    expect(parse(first, pieceBytes, parser).outcome).toBe(COMPLETE);
    expect(parser.framing).toMatchObject({ http11: false, length: 3, connection: 'keep-alive, x,y', upgrade: 'a', expectsContinue: false });
    parser.release();
    expect(parse(`\r\n${head('GET /2 HTTP/1.1', 'Host: h', 'Expect: 100-Continue')}`, pieceBytes, parser).outcome).toBe(COMPLETE);
    expect(parser).toMatchObject({
      method: 'GET',
      target: '/2',
      framing: { http11: true, length: -1, connection: '', upgrade: '', expectsContinue: true },
    });
    parser.release();
    expect(parse(head('POST /3 HTTP/1.1', 'Host: h', 'transfer-encoding: CHUNKED'), pieceBytes, parser).outcome).toBe(COMPLETE);
    expect(parser).toMatchObject({ method: 'POST', framing: { length: -1, chunked: true, expectsContinue: false } });
  });

  test.each([
    ['two empty lines before', `\r\n\r\n${withFields()}`, refusal.EMPTY_LINES],
    ['a bare LF before', `\n${withFields()}`, refusal.METHOD],
    ['a bare CR before', `\r${withFields()}`, refusal.METHOD],
    ['a method that is no token', head('G(T /a HTTP/1.1', 'Host: h'), refusal.METHOD],
    ['a method without end', 'A'.repeat(40), refusal.METHOD],
    ['CONNECT', head('CONNECT h:443 HTTP/1.1', 'Host: h'), refusal.CONNECT],
    ['two spaces', head('GET  /a HTTP/1.1', 'Host: h'), refusal.TARGET_CHARACTER],
    ['two spaces before the version', head('GET /a  HTTP/1.1', 'Host: h'), refusal.VERSION],
    ['a tab', head('GET\t/a HTTP/1.1', 'Host: h'), refusal.METHOD],
    ['HTTP/0.9', 'GET /a\r\n', refusal.TARGET_CHARACTER],
    ['HTTP/2.0', head('GET /a HTTP/2.0', 'Host: h'), refusal.VERSION],
    ['a space behind the version', 'GET /a HTTP/1.1 \r\n', refusal.VERSION],
    ['a request line with a bare LF', 'GET /a HTTP/1.1\n', refusal.VERSION],
    ['a byte above ASCII in the target', head('GET /\xe9 HTTP/1.1', 'Host: h'), refusal.TARGET_CHARACTER],
    ['absolute-form', head('GET http://h/a HTTP/1.1', 'Host: h'), refusal.TARGET_FORM],
    ['asterisk-form', head('OPTIONS * HTTP/1.1', 'Host: h'), refusal.TARGET_FORM],
    ['obs-fold', withFields('X-A: 1', ' 2'), refusal.FIELD_NAME],
    ['white space before the first field', head('GET /a HTTP/1.1', ' Host: h'), refusal.FIELD_NAME],
    ['a space before the colon', withFields('X-A : 1'), refusal.FIELD_NAME],
    ['no colon', withFields('X-A'), refusal.FIELD_NAME],
    ['no name', withFields(': 1'), refusal.FIELD_NAME],
    ['NUL in a value', withFields('X-A: a\0b'), refusal.FIELD_CHARACTER],
    ['a bare CR in a value', withFields('X-A: a\rb'), refusal.FIELD_CHARACTER],
    ['a bare LF in a value', withFields('X-A: a\nX-B: b'), refusal.FIELD_CHARACTER],
    ['an empty line with a bare CR', `GET /a HTTP/1.1\r\nHost: h\r\n\rX`, refusal.FIELD_CHARACTER],
    ['an empty line that is a bare LF', `GET /a HTTP/1.1\r\nHost: h\r\n\n`, refusal.FIELD_NAME],
    ['no Host', head('GET /a HTTP/1.1', 'X-A: 1'), refusal.HOST_COUNT],
    ['two Hosts', withFields('host: h'), refusal.HOST_COUNT],
    ['a Host that is none', head('GET /a HTTP/1.1', 'Host: a b'), refusal.HOST],
    ['an empty Host', head('GET /a HTTP/1.1', 'Host:'), refusal.HOST],
    ['two lengths that agree', withFields('Content-Length: 1', 'Content-Length: 1'), refusal.LENGTH_TWICE],
    ['a list of lengths', withFields('Content-Length: 1, 1'), refusal.LENGTH],
    ['a signed length', withFields('Content-Length: +1'), refusal.LENGTH],
    ['a tab behind a coding', withFields('Transfer-Encoding: chunked \t'), refusal.CODING],
    ['a method in small letters', head('get /a HTTP/1.1', 'Host: h'), refusal.METHOD_UNKNOWN],
    ['an empty length', withFields('Content-Length:'), refusal.LENGTH],
    ['a length that is not exact as a number', withFields('Content-Length: 9007199254740993'), refusal.LENGTH],
    ['a coding behind chunked', withFields('Transfer-Encoding: chunked, gzip'), refusal.CODING],
    ['chunked twice', withFields('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'), refusal.CODING],
    ['both framings', withFields('Content-Length: 1', 'Transfer-Encoding: chunked'), refusal.CODING_PLACE],
    ['both framings, a length of 0', withFields('Transfer-Encoding: chunked', 'Content-Length: 0'), refusal.CODING_PLACE],
    ['chunked in HTTP/1.0', head('GET /a HTTP/1.0', 'Transfer-Encoding: chunked'), refusal.CODING_PLACE],
    ['an unknown expectation', withFields('Expect: 200-ok'), refusal.EXPECTATION],
    ['a target over its limit', head(`GET /${'a'.repeat(LIMITS.target)} HTTP/1.1`, 'Host: h'), refusal.TARGET_LENGTH],
    ['a target that never ends', `GET /${'a'.repeat(2000)}`, refusal.TARGET_LENGTH],
    ['a head over its limit', withFields(...Array.from({ length: 100 }, (_, i) => `X-${i}: aaaaaaa`)), refusal.HEAD_LENGTH],
    ['a field that never ends', `GET /a HTTP/1.1\r\nX-A: ${'a'.repeat(2000)}`, refusal.HEAD_LENGTH],
    ['a field name that never ends', `GET /a HTTP/1.1\r\n${'a'.repeat(2000)}`, refusal.HEAD_LENGTH],
  ])('%s is refused', (_, text, why) => {
    const { outcome, parser } = parse(text, pieceBytes);
    expect(outcome).toBe(REFUSED);
    expect(parser.refusal).toBe(why);
  });
});

test('a fault is answered at the byte at which it is seen, and not when the head ends', () => {
  expect(parse('GET /a HTTP/1.1\r\nHost: h\r\nX-A : 1\r\nX-B: 2\r\n\r\n', 1).given).toBe('GET /a HTTP/1.1\r\nHost: h\r\nX-A '.length);
  expect(parse(`GET /${'a'.repeat(2000)}`, 1).given).toBe('GET '.length + LIMITS.target + 1);
});

test('a head of exactly the limit is taken, one byte more is not', () => {
  const bare = withFields('X-A: ').length;
  const exact = withFields(`X-A: ${'a'.repeat(LIMITS.head - bare)}`);
  expect(exact.length).toBe(LIMITS.head);
  for (const pieceBytes of PIECES) {
    expect(parse(exact, pieceBytes).outcome).toBe(COMPLETE);
    expect(parse(exact.replace('X-A: ', 'X-A: a'), pieceBytes).outcome).toBe(REFUSED);
  }
});

test('an empty line alone begins no request', () => {
  const parser = new RequestParser(LIMITS.head, LIMITS.target);
  for (const text of ['\r', '\n']) {
    expect(parse(text, 1, parser).outcome).toBe(INCOMPLETE);
    expect(parser.begun).toBe(false);
  }
  expect(parse('G', 1, parser).outcome).toBe(INCOMPLETE);
  expect(parser.begun).toBe(true);
});

test('names whose hashes fall together are told apart', () => {
  // More names than the cache has slots.
  const names = Array.from({ length: 3000 }, (_, i) => `X-${i.toString(36)}-${(i * 7919) % 3001}`);
  for (let i = 0; i < names.length; i += 20) {
    const some = names.slice(i, i + 20);
    const { parser } = parse(withFields(...some.map((name) => `${name}: ${name}`)), 10_000);
    expect(parser.fields.slice(2)).toEqual(some.flatMap((name) => [name, name]));
  }
  expect(parse(withFields('Content-Length: 5', 'content-length: 6'), 10_000).parser.refusal).toBe(refusal.LENGTH_TWICE);
});

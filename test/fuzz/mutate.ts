import type { Random } from './prng.ts';

/** Bytes on which parsers fall out with each other. */
const BYTES = [
  '\0',
  '\x01',
  '\t',
  '\n',
  '\x0b',
  '\x0c',
  '\r',
  ' ',
  '"',
  '#',
  ',',
  '-',
  '+',
  '/',
  '0',
  ':',
  ';',
  '=',
  '\\',
  '_',
  '\x7f',
  '\x80',
  '\x85',
  '\xa0',
  '\xff',
];

/** Pieces of syntax that change what a message means. */
const PIECES = [
  '\r\n',
  '\r\n\r\n',
  '\r\n ',
  '\r\n\t',
  '\n',
  '\n\n',
  '\r',
  '\r\r\n',
  '\n\r',
  'Content-Length: 0\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: +5\r\n',
  'Content-Length: 5, 5\r\n',
  'content-length:5\r\n',
  'Content-Length : 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: identity\r\n',
  'Transfer-Encoding: xchunked\r\n',
  'Transfer-Encoding:\tchunked\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  'Transfer-Encoding: chunked, gzip\r\n',
  'Transfer-Encoding : chunked\r\n',
  'transfer-encoding:chunked\r\n',
  'Host: other.example\r\n',
  'Connection: close\r\n',
  'Connection: upgrade\r\nUpgrade: websocket\r\n',
  'Expect: 100-continue\r\n',
  '0\r\n\r\n',
  '0\r\nX-A: 1\r\n\r\n',
  '5\r\nhello\r\n',
  '5;a=b\r\n',
  '5;a="\r\n"\r\n',
  ';\n',
  'ffffffffffffffff\r\n',
  ' HTTP/1.1\r\n',
  ' HTTP/1.0\r\n',
  ' HTTP/0.9\r\n',
  'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
  'http://other.example/',
  '*',
  'CONNECT ',
];

/** One to five small changes. `other` gives material to splice in. All are Latin-1 texts. */
export function mutate(random: Random, text: string, other: () => string): string {
  let result = text;
  for (let i = 1 + (random.chance(0.4) ? random.int(5) : 0); i > 0; i--) result = change(random, result, other);
  return result.slice(0, LENGTH_MAX);
}

const LENGTH_MAX = 4_096;

function change(random: Random, text: string, other: () => string): string {
  const at = random.chance(0.35) ? nearSyntax(random, text) : random.int(text.length + 1);
  const end = Math.min(text.length, at + 1 + random.int(random.chance(0.8) ? 8 : 64));
  const insert = (piece: string) => text.slice(0, at) + piece + text.slice(at);
  const replace = (piece: string) => text.slice(0, at) + piece + text.slice(at + 1);
  switch (random.int(13)) {
    case 0:
      return insert(random.pick(BYTES));
    case 1:
      return replace(random.pick(BYTES));
    case 2:
      return insert(random.pick(PIECES));
    case 3:
      return text.slice(0, at) + text.slice(at + 1);
    case 4:
      return text.slice(0, at) + text.slice(end);
    case 5:
      return insert(text.slice(at, end).repeat(1 + random.int(3)));
    case 6:
      return replace(String.fromCharCode((text.charCodeAt(Math.min(at, text.length - 1)) || 0) ^ (1 << random.int(8))));
    case 7:
      return replace(String.fromCharCode(random.int(256)));
    case 8:
      return changeNumber(random, text);
    case 9:
      return changeLineEnd(random, text);
    case 10: {
      const material = other();
      return text.slice(0, at) + material.slice(random.int(material.length + 1));
    }
    case 11:
      return swapLines(random, text);
    default:
      return changeCase(text, at, end);
  }
}

/** Beside a CR, LF, colon, semicolon or space: where a changed byte changes the meaning. */
function nearSyntax(random: Random, text: string): number {
  const start = random.int(text.length + 1);
  for (let i = start; i < text.length; i++) {
    if ('\r\n:; ,'.includes(text[i] ?? '')) return Math.min(text.length, i + random.int(2));
  }
  return start;
}

function changeNumber(random: Random, text: string): string {
  const numbers = [...text.matchAll(/[0-9a-fA-F]{1,20}(?=[\r\n;])/g)];
  if (numbers.length === 0) return text;
  const match = random.pick(numbers);
  const [number] = match;
  const value = Number.parseInt(number, 16);
  const changed = random.pick([
    String(value + 1),
    String(Math.max(0, value - 1)),
    `0${number}`,
    `+${number}`,
    `-${number}`,
    `0x${number}`,
    ` ${number}`,
    `${number} `,
    `${number}_0`,
    `${number}.0`,
    `1${'0'.repeat(16)}${number}`,
    '4294967296',
    '9007199254740992',
    '18446744073709551616',
    'ffffffffffffffff',
    '0',
    '',
  ]);
  return text.slice(0, match.index) + changed + text.slice(match.index + number.length);
}

function changeLineEnd(random: Random, text: string): string {
  const ends = [...text.matchAll(/\r\n/g)];
  if (ends.length === 0) return text;
  const { index } = random.pick(ends);
  return (
    text.slice(0, index) +
    random.pick(['\n', '\r', '\r\r\n', '\n\r', '\r\n\n', ' \r\n', '\t\r\n', '\0\r\n', '', '\r\n ', '\r\n\r\n']) +
    text.slice(index + 2)
  );
}

function swapLines(random: Random, text: string): string {
  const lines = text.split('\r\n');
  const [a, b] = [random.int(lines.length), random.int(lines.length)];
  const line = lines[a] ?? '';
  lines[a] = lines[b] ?? '';
  lines[b] = line;
  return lines.join('\r\n');
}

function changeCase(text: string, start: number, end: number): string {
  const part = text.slice(start, end);
  const changed = part === part.toLowerCase() ? part.toUpperCase() : part.toLowerCase();
  // Beyond ASCII, capitals may leave Latin-1.
  return changed.length === part.length && /^[\0-\xff]*$/.test(changed) ? text.slice(0, start) + changed + text.slice(end) : text;
}

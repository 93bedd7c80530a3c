import type { FieldLine } from '../support/http-message.ts';
import type { Random } from './prng.ts';

/** A request as both sides must understand it. */
export interface ExpectedMessage {
  method: string;
  target: string;
  fields: FieldLine[];
  /** Latin-1 text. */
  body: string;
  trailers: FieldLine[];
}

/** One or more valid requests on one connection, as their Latin-1 text, and what they mean. */
export interface GeneratedMessages {
  text: string;
  expected: ExpectedMessage[];
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT', 'TRACE'];
const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz";
const TARGET = 'abcXYZ019-._~!$&\'()*+,;=:@/?%[]{}|^`"<>\\';
const PLAIN_TARGET = 'abcXYZ019-_~';
const VALUE = 'abcXYZ019 \t!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~\x80\xe9\xff';
const PLAIN_FIELDS = [
  'Accept',
  'Cookie',
  'X-A',
  'x-a',
  'User-Agent',
  'If-None-Match',
  'TE',
  'Trailer',
  'Via',
  'X_B',
  'Content-Type',
  'Range',
];

export interface GeneratorOptions {
  /** As ordinary clients write them: targets that nobody writes in another way, one space before a value and no tab around it, HTTP/1.1. */
  modest?: boolean;
  /** Every message on a connection of its own. */
  single?: boolean;
}

/** Valid by RFC 9112 and within what the gateway takes: both sides must accept every one and mean the same. */
export function generateMessages(random: Random, options: GeneratorOptions = {}): GeneratedMessages {
  const count = options.single === true || random.chance(0.6) ? 1 : 2 + random.int(3);
  let text = '';
  const expected: ExpectedMessage[] = [];
  for (let i = 0; i < count; i++) {
    const message = generateMessage(random, i === count - 1, options);
    text += message.text;
    expected.push(...message.expected);
  }
  return { text, expected };
}

function generateMessage(random: Random, isLast: boolean, { modest }: GeneratorOptions): GeneratedMessages {
  const method = random.pick(METHODS);
  const target =
    modest === true ? `/a${text(random, PLAIN_TARGET, 12)}/b?c=${text(random, PLAIN_TARGET, 12)}` : `/${text(random, TARGET, 24)}`;
  const old = isLast && random.chance(0.05) && modest !== true;
  const lines: string[] = [];
  const fields: FieldLine[] = [];
  const add = (name: string, value: string, behind = random.pick(['', '', '', ' ', '\t', ' \t '])) => {
    fields.push([name.toLowerCase(), value]);
    if (modest === true) lines.push(`${name}: ${value}`);
    else lines.push(`${name}:${random.pick(['', ' ', ' ', ' ', '  ', '\t'])}${value}${behind}`);
  };
  // A tab behind the name of a coding is refused.
  const blank = random.pick(['', '', '  ']);
  const framing = random.pick(old ? ['none', 'length'] : ['none', 'none', 'length', 'chunked']);
  const names = [random.pick(['Host', 'host', 'HOST'])];
  for (let i = random.int(6); i > 0; i--) names.push(random.chance(0.7) ? random.pick(PLAIN_FIELDS) : `X-${text(random, TOKEN, 12)}`);
  if (framing !== 'none') names.splice(random.int(names.length + 1), 0, framing);
  if (isLast && random.chance(0.1)) names.push('Connection');

  const body = framing === 'none' ? '' : bodyText(random);
  const chunks = framing === 'chunked' ? chunked(random, body) : { text: body, trailers: [] };
  for (const name of names) {
    if (name === 'length') add(random.pick(['Content-Length', 'content-length']), `${random.pick(['', '', '0'])}${body.length}`);
    else if (name === 'chunked') add('Transfer-Encoding', random.pick(['chunked', 'chunked', 'Chunked', 'CHUNKED']), blank);
    else if (name.toLowerCase() === 'host') add(name, random.pick(['gw.example', 'gw.example:8080', '127.0.0.1', '[::1]:80']));
    else if (name === 'Connection') add(name, random.pick(['close', 'keep-alive']));
    else add(name, value(random));
  }
  const empty = random.chance(0.03) ? '\r\n' : '';
  const head = `${empty}${method} ${target} HTTP/1.${old ? 0 : 1}\r\n${lines.join('\r\n')}\r\n\r\n`;
  return { text: head + chunks.text, expected: [{ method, target, fields, body, trailers: chunks.trailers }] };
}

function chunked(random: Random, body: string): { text: string; trailers: FieldLine[] } {
  let result = '';
  for (let at = 0; at < body.length; ) {
    const size = 1 + random.int(Math.min(body.length - at, 40));
    const hex = size.toString(16);
    result += `${random.pick(['', '', '0', '00'])}${random.chance(0.5) ? hex : hex.toUpperCase()}${extension(random)}\r\n${body.slice(at, at + size)}\r\n`;
    at += size;
  }
  result += `${random.pick(['0', '0', '00'])}${extension(random)}\r\n`;
  const trailers: FieldLine[] = [];
  for (let i = random.chance(0.2) ? 1 + random.int(2) : 0; i > 0; i--) {
    const line: FieldLine = [`x-t${text(random, 'abc-', 6)}`, value(random)];
    trailers.push(line);
    result += `${line[0]}: ${line[1]}\r\n`;
  }
  return { text: `${result}\r\n`, trailers };
}

function extension(random: Random): string {
  if (!random.chance(0.15)) return '';
  const name = `x${text(random, 'abc019-', 6)}`;
  return `;${name}${random.pick(['', '=1', '="a b"', `=${text(random, 'abc019', 8)}y`])}`;
}

/** Now and then one that looks like the syntax around it. */
function bodyText(random: Random): string {
  if (random.chance(0.15))
    return random.pick(['0\r\n\r\n', '\r\n\r\n', 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n', '\0', '5\r\nhello\r\n0\r\n\r\n']);
  let result = '';
  for (let i = random.int(120); i > 0; i--) result += String.fromCharCode(random.int(256));
  return result;
}

function value(random: Random): string {
  return text(random, VALUE, 20).replace(/^[ \t]+|[ \t]+$/g, '');
}

function text(random: Random, alphabet: string, lengthMax: number): string {
  let result = '';
  for (let i = random.int(lengthMax + 1); i > 0; i--) result += alphabet[random.int(alphabet.length)];
  return result;
}

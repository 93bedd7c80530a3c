/** A field as it stood on the wire: name in the case in which it came, value without the whitespace around it. */
export type FieldLine = readonly [name: string, value: string];

/** The bytes are not what RFC 9112 allows. The message says where. */
export class MessageSyntaxError extends Error {
  override name = 'MessageSyntaxError';
}

/** The start line and fields of a message, and where its body begins. */
export interface MessageHead {
  startLine: string;
  fields: FieldLine[];
  /** Offset of the first byte behind the empty line. */
  bodyStart: number;
}

/** How the end of a body is told (RFC 9112 section 6.3). */
export type Framing = { kind: 'none' } | { kind: 'length'; length: number } | { kind: 'chunked' } | { kind: 'close' };

/** A body as far as it has come. `end` is the offset behind it, -1 while it is not complete. */
export interface ReadBody {
  body: Buffer;
  trailers: FieldLine[];
  end: number;
}

const CRLF = Buffer.from('\r\n');
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/;

/** Parses a head strictly, or answers undefined when it is not complete. Throws `MessageSyntaxError`. */
export function parseHead(bytes: Buffer, start: number): MessageHead | undefined {
  const end = bytes.indexOf('\r\n\r\n', start);
  if (end === -1) return undefined;
  const [startLine = '', ...lines] = bytes.toString('latin1', start, end).split('\r\n');
  assertLine(startLine);
  return { startLine, fields: lines.map(parseFieldLine), bodyStart: end + 4 };
}

function parseFieldLine(line: string): FieldLine {
  assertLine(line);
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  if (!TOKEN.test(name)) throw new MessageSyntaxError(`not a field line: ${JSON.stringify(line)}`);
  return [name, line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
}

function assertLine(line: string): void {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if ((code < 32 && code !== 9) || code === 127) throw new MessageSyntaxError(`control character in ${JSON.stringify(line)}`);
  }
}

/** Every value of a field, in order; `name` in any case. */
export function fieldValues(fields: readonly FieldLine[], name: string): string[] {
  const lowerName = name.toLowerCase();
  return fields.filter(([other]) => other.toLowerCase() === lowerName).map(([, value]) => value);
}

/** The framing that the fields announce: `otherwise` when they announce none. Throws when they contradict each other. */
export function framingOf(fields: readonly FieldLine[], otherwise: 'none' | 'close'): Framing {
  const codings = fieldValues(fields, 'transfer-encoding');
  const lengths = fieldValues(fields, 'content-length');
  if (codings.length + lengths.length > 1) throw new MessageSyntaxError('more than one field says where the body ends');
  if (codings.length === 1) {
    if (codings[0]?.toLowerCase() !== 'chunked') throw new MessageSyntaxError(`Transfer-Encoding: ${codings[0]}`);
    return { kind: 'chunked' };
  }
  if (lengths.length === 0) return { kind: otherwise };
  if (!/^\d{1,15}$/.test(lengths[0] ?? '')) throw new MessageSyntaxError(`Content-Length: ${lengths[0]}`);
  return { kind: 'length', length: Number(lengths[0]) };
}

/** Reads what is there of a body. Throws `MessageSyntaxError` for a broken chunk. */
export function readBody(bytes: Buffer, start: number, framing: Framing): ReadBody {
  if (framing.kind === 'none') return { body: Buffer.alloc(0), trailers: [], end: start };
  if (framing.kind === 'close') return { body: bytes.subarray(start), trailers: [], end: -1 };
  if (framing.kind === 'chunked') return readChunks(bytes, start);
  const end = start + framing.length;
  return { body: bytes.subarray(start, Math.min(end, bytes.length)), trailers: [], end: bytes.length >= end ? end : -1 };
}

function readChunks(bytes: Buffer, start: number): ReadBody {
  const chunks: Buffer[] = [];
  const unfinished = (): ReadBody => ({ body: Buffer.concat(chunks), trailers: [], end: -1 });
  for (let position = start; ; ) {
    const lineEnd = bytes.indexOf(CRLF, position);
    if (lineEnd === -1) return unfinished();
    const line = bytes.toString('latin1', position, lineEnd);
    if (!/^[0-9A-Fa-f]{1,12}(;[\t\x20-\x7e]{0,256})?$/.test(line)) throw new MessageSyntaxError(`chunk size ${JSON.stringify(line)}`);
    const size = Number.parseInt(line, 16);
    const dataStart = lineEnd + 2;
    if (size === 0) return readTrailers(bytes, dataStart, Buffer.concat(chunks));
    chunks.push(bytes.subarray(dataStart, dataStart + size));
    if (bytes.length < dataStart + size + 2) return unfinished();
    if (bytes.toString('latin1', dataStart + size, dataStart + size + 2) !== '\r\n')
      throw new MessageSyntaxError('chunk without CRLF behind it');
    position = dataStart + size + 2;
  }
}

function readTrailers(bytes: Buffer, start: number, body: Buffer): ReadBody {
  const trailers: FieldLine[] = [];
  for (let position = start; ; ) {
    const lineEnd = bytes.indexOf(CRLF, position);
    if (lineEnd === -1) return { body, trailers, end: -1 };
    if (lineEnd === position) return { body, trailers, end: position + 2 };
    trailers.push(parseFieldLine(bytes.toString('latin1', position, lineEnd)));
    position = lineEnd + 2;
  }
}

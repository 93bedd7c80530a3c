import { type FieldLine, type Framing, fieldValues, framingOf, MessageSyntaxError, parseHead, readBody } from './http-message.ts';

/** A response as it came back over a raw socket. */
export class HttpResponse {
  readonly version: string;
  readonly status: number;
  readonly fields: readonly FieldLine[];
  readonly body: Buffer;
  readonly trailers: readonly FieldLine[];
  readonly framing: Framing['kind'];
  /** Whether its end came: false when the connection was closed before it. */
  readonly complete: boolean;

  constructor(init: Omit<HttpResponse, 'header' | 'headers' | 'text' | 'json'>) {
    this.version = init.version;
    this.status = init.status;
    this.fields = init.fields;
    this.body = init.body;
    this.trailers = init.trailers;
    this.framing = init.framing;
    this.complete = init.complete;
  }

  /** The values of a field joined with `, `, or undefined when there is none. */
  header(name: string): string | undefined {
    const values = this.headers(name);
    return values.length === 0 ? undefined : values.join(', ');
  }

  headers(name: string): string[] {
    return fieldValues(this.fields, name);
  }

  get text(): string {
    return this.body.toString('latin1');
  }

  /** The body as JSON. Throws when it is not. */
  json(): unknown {
    return JSON.parse(this.body.toString('utf8'));
  }
}

/**
 * Parses the response that begins at `start`: `next` is the offset behind it, -1 when it is not complete.
 * Undefined while not even its head is there. `ended`: no more bytes will come. Throws `MessageSyntaxError`.
 */
export function parseResponse(
  bytes: Buffer,
  start: number,
  method: string,
  ended: boolean,
): { response: HttpResponse; next: number } | undefined {
  const head = parseHead(bytes, start);
  if (head === undefined) return undefined;
  const match = /^(HTTP\/1\.[01]) ([1-5]\d\d) [\t\x20-\x7e\x80-\xff]{0,200}$/.exec(head.startLine);
  if (match === null) throw new MessageSyntaxError(`not a status line: ${JSON.stringify(head.startLine)}`);
  const status = Number(match[2]);
  const bodiless = method === 'HEAD' || status < 200 || status === 204 || status === 304;
  if ((status < 200 || status === 204) && fieldValues(head.fields, 'transfer-encoding').length > 0) {
    throw new MessageSyntaxError(`Transfer-Encoding in a ${status} (RFC 9112 section 6.1)`);
  }
  const announced = framingOf(head.fields, 'close');
  const framing: Framing = bodiless ? { kind: 'none' } : announced;
  const read = readBody(bytes, head.bodyStart, framing);
  const complete = read.end !== -1 || (framing.kind === 'close' && ended);
  const response = new HttpResponse({
    version: match[1] ?? '',
    status,
    fields: head.fields,
    body: read.body,
    trailers: read.trailers,
    framing: framing.kind,
    complete,
  });
  return { response, next: framing.kind === 'close' && ended ? bytes.length : read.end };
}

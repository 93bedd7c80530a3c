import type { IncomingMessage, ServerResponse } from 'node:http';

/** A refusal on its way to the caller, as an RFC 9457 problem document. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: string[] | undefined;
  readonly headers: Record<string, string>;

  constructor(status: number, detail: string, options: { errors?: string[]; headers?: Record<string, string> } = {}) {
    super(detail);
    this.status = status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not a valid pet',
  500: 'Internal error',
};

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
}

export function sendRefusal(response: ServerResponse, { status, message, errors, headers }: Refusal): void {
  const body = JSON.stringify({ title: TITLES[status] ?? 'Error', status, detail: message, errors });
  response.writeHead(status, { ...headers, 'Content-Type': 'application/problem+json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** Reads a JSON body of at most 64 KiB. Throws a Refusal: 400 not JSON, 413 too large, 415 not declared as JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new Refusal(415, 'Send the pet as application/json');
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early must not destroy the connection: the refusal still has to go out on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest of the body stays unread, so the connection cannot be used again.
    if (bytes > 64 * 1024) throw new Refusal(413, 'A pet takes at most 64 KiB', { headers: { Connection: 'close' } });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal(400, 'The body is not valid JSON');
  }
}

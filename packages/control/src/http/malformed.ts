import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { MANAGEMENT_ERRORS } from '@gatehouse/contract/management';

const REASONS: Readonly<Record<string, { status: string; detail: string }>> = {
  HPE_HEADER_OVERFLOW: { status: '431 Request Header Fields Too Large', detail: 'The header fields are too large' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', detail: 'The request did not arrive in time' },
};
const MALFORMED = { status: '400 Bad Request', detail: 'This is no valid HTTP' };

/** Answers what the HTTP parser refused, as the last thing on its connection. */
export function answerMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, detail } = REASONS[error.code ?? ''] ?? MALFORMED;
  const requestId = randomUUID();
  const code = 'request.invalid';
  const { title } = MANAGEMENT_ERRORS[code];
  const body = JSON.stringify({ type: `urn:gatehouse:error:${code}`, title, status: Number.parseInt(status, 10), code, detail, requestId });
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

import * as http from 'node:http';
import * as https from 'node:https';

export interface HttpRequest {
  url: URL;
  method: 'GET' | 'PUT';
  headers: Record<string, string | number>;
  body?: Buffer;
  /** Most bytes of the answer that are kept; a longer one is an error. */
  bytesMax: number;
  signal: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** The answer is longer than the caller wants to keep. */
export class AnswerTooLargeError extends Error {
  override name = 'AnswerTooLargeError';
}

/**
 * One HTTP exchange on a connection of its own that does not keep the process alive, which `fetch` cannot promise. Follows no redirect.
 * Rejects with the system's error, `AnswerTooLargeError`, or the reason of the signal.
 */
export function sendRequest({ url, method, headers, body, bytesMax, signal }: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { request: send } = url.protocol === 'https:' ? https : http;
    const request = send(url, { method, headers, agent: false });
    const abort = () => request.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    const settle = (action: () => void) => {
      signal.removeEventListener('abort', abort);
      action();
    };
    request.on('socket', (socket) => socket.unref());
    request.on('error', (error) => settle(() => reject(error)));
    request.on('response', (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > bytesMax) response.destroy(new AnswerTooLargeError(`the answer is longer than ${bytesMax} bytes`));
        else pieces.push(piece);
      });
      response.on('error', (error) => settle(() => reject(error)));
      response.on('end', () =>
        settle(() => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) })),
      );
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    request.end(body);
  });
}

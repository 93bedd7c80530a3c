import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { NodeHello, NodeMessage, NodeReport, NodeTransport } from '@gatehouse/contract';
import { Doubt, NotUnderstood, TooLarge } from '../doubt.ts';
import { toMessage } from '../ports.ts';
import { toConnectionError } from './connection-error.ts';
import { readLines } from './read-lines.ts';

export interface HttpNodeTransportOptions {
  /** Of the control plane, `https://control.example.com:3000`; a path is put before `/api/v1`. */
  url: string;
  /** Access token of role `node`. */
  token: string;
  /** PEM certificates of authorities to trust, in the place of the usual ones. */
  ca?: string;
  /** Largest message. Default 256 MiB: the head of a snapshot with some 100,000 APIs. */
  messageBytesMax?: number;
  /** How long an answer may take to begin. Default 10,000 ms. */
  answerTimeoutMs?: number;
}

const ERROR_BYTES_MAX = 8 * 1024;
/** Not of the schema. */
const NOT_UNDERSTOOD: ReadonlySet<number> = new Set([400, 422]);

/** The way of a remote node to its control plane: a streamed answer one way, small requests the other. Redirects are not followed. */
export class HttpNodeTransport implements NodeTransport {
  readonly #options: Required<Omit<HttpNodeTransportOptions, 'ca' | 'url'>>;
  readonly #base: URL;
  readonly #createAgent: () => HttpAgent;
  #agent: HttpAgent;

  /** Throws when the URL is none that a node can connect to. */
  constructor(options: HttpNodeTransportOptions) {
    const { url, token, ca, messageBytesMax = 256 * 1024 * 1024, answerTimeoutMs = 10_000 } = options;
    this.#base = toBase(url);
    this.#options = { token, messageBytesMax, answerTimeoutMs };
    const keeping = { keepAlive: true, keepAliveMsecs: 10_000 };
    this.#createAgent = () =>
      this.isEncrypted ? new HttpsAgent({ ...keeping, ...(ca === undefined ? {} : { ca }) }) : new HttpAgent(keeping);
    this.#agent = this.#createAgent();
  }

  /** Without it, everybody on the way can read the token and every app's secret. */
  get isEncrypted(): boolean {
    return this.#base.protocol === 'https:';
  }

  /** Scheme, host and port of the control plane. */
  get origin(): string {
    return this.#base.origin;
  }

  async *open(hello: NodeHello, signal: AbortSignal): AsyncGenerator<NodeMessage> {
    // The stream before may have been lost with its network: no connection of that time is trusted with a report.
    this.#agent.destroy();
    this.#agent = this.#createAgent();
    const response = await this.#post('stream', hello, signal);
    try {
      if (response.statusCode !== 200) throw await this.#refused(response);
      for await (const line of readLines(response, this.#options.messageBytesMax)) yield toNodeMessage(line);
    } catch (error) {
      if (error instanceof Doubt) throw error;
      throw toConnectionError(this.origin, error);
    } finally {
      response.destroy();
    }
  }

  async report(nodeId: string, reports: NodeReport[]): Promise<void> {
    const response = await this.#post('reports', { id: nodeId, reports }, AbortSignal.timeout(this.#options.answerTimeoutMs));
    if (response.statusCode !== 200 && response.statusCode !== 204) throw await this.#refused(response);
    response.resume();
  }

  /** Closes connections that are kept for reports. */
  close(): void {
    this.#agent.destroy();
  }

  #post(path: string, body: unknown, signal: AbortSignal): Promise<IncomingMessage> {
    const { token, answerTimeoutMs } = this.#options;
    const content = Buffer.from(JSON.stringify(body));
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const send = this.isEncrypted ? httpsRequest : httpRequest;
    const request = send(new URL(`api/v1/node/${path}`, this.#base), {
      method: 'POST',
      agent: this.#agent,
      signal,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': content.length,
        accept: path === 'stream' ? 'application/x-ndjson' : 'application/json',
      },
    });
    const timer = setTimeout(() => request.destroy(new Error(`it did not answer within ${answerTimeoutMs} ms`)), answerTimeoutMs);
    request.on('response', resolve);
    // Also after the answer has begun, when its connection breaks: reading it tells then.
    request.on('error', (error) => reject(toConnectionError(this.origin, error)));
    request.end(content);
    return promise.finally(() => clearTimeout(timer));
  }

  async #refused(response: IncomingMessage): Promise<Doubt> {
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400) {
      response.destroy();
      return new Doubt(`${this.origin} redirects elsewhere (${status}): give the node the URL of the control plane itself`);
    }
    if (status === 401 || status === 403) {
      response.destroy();
      return new Doubt(`${this.origin} refuses the node's token (${status}): it needs one of role node that has not ended`);
    }
    const reason = `${this.origin} answered with ${status}${await readDetail(response)}`;
    if (status === 413) return new TooLarge(reason);
    return NOT_UNDERSTOOD.has(status) ? new NotUnderstood(reason) : new Doubt(reason);
  }
}

function toBase(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new Error('The URL of the control plane must be like https://control.example.com:3000');
  if (url.username !== '' || url.password !== '') throw new Error('The URL of the control plane must hold no user name and no password');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.search = '';
  url.hash = '';
  return url;
}

/** What a problem document says, as far as it can be had. */
async function readDetail(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > ERROR_BYTES_MAX) break;
    }
    const problem: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof problem === 'object' && problem !== null && 'detail' in problem) return `: ${String(problem.detail).slice(0, 500)}`;
  } catch (error) {
    return `, and nothing that explains it (${toMessage(error)})`;
  }
  return '';
}

function toNodeMessage(line: string): NodeMessage {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch (error) {
    throw new Doubt('the control plane sent a line that is no JSON', { cause: error });
  }
  if (typeof message !== 'object' || message === null || !('type' in message))
    throw new Doubt('the control plane sent a line that is no message');
  // What a type promises is checked by whoever takes the message: a snapshot by its digest and by compiling it.
  return message as NodeMessage;
}

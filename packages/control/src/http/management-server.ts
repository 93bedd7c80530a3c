import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { SIGN_IN_PREFIX } from '@gatehouse/contract/management';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { NodeGateway } from '../nodes/node-gateway.ts';
import type { Implementation } from '../operation/implementation.ts';
import { Refusal } from '../operation/refusal.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { admit } from './admit.ts';
import type { Authenticator } from './authenticator.ts';
import { answerMalformed } from './malformed.ts';
import { NodeEndpoints } from './node-endpoints.ts';
import { createOpenApiDocument } from './openapi/openapi-document.ts';
import { addOperations } from './operation-routes.ts';
import { acceptJsonOnly } from './parse-json.ts';
import { PROBLEM_TYPE, toProblemAnswer } from './problem-document.ts';
import { requestIdOf } from './request-id.ts';
import { addSignInRoutes } from './sign-in-routes.ts';

/** Where all of the management interface is. */
export const PREFIX = '/api/v1';

const MIB = 1024 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
/** Until a request has arrived whole; answers may take as long as they do. */
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** How long answers in progress may take when the server closes. */
const CLOSE_TIMEOUT_MS = 5_000;

/** What is served beside the management interface: answers and returns true, or leaves the request alone and returns false. */
export type PlainHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** As `PlainHandler`, for a request that asks to leave HTTP (RFC 9110 section 7.8); `rest` came behind its head. */
export type PlainUpgrade = (request: IncomingMessage, socket: Duplex, rest: Buffer) => boolean;

/** Where failures are reported; pino fits. */
export interface ServerLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ManagementServerOptions {
  implementations: readonly Implementation[];
  authenticator: Authenticator;
  nodes: NodeGateway;
  log: ServerLog;
  /** Version of the product, for the OpenAPI document. */
  version: string;
  /** Where people reach this; with sessions, only its own pages may ask for changes. Default: the host of the request counts. */
  publicUrl?: () => URL;
  /** Below `/api/auth`; absent: there is nothing. */
  signIn?: SignIn;
  /** Asked first for every path that is not below `/api/v1` or `/api/auth`. */
  plain?: PlainHandler;
  plainUpgrade?: PlainUpgrade;
  /** Addresses and blocks of proxies whose `X-Forwarded-For` is believed, for the audit. */
  trustedProxies?: readonly string[];
  /** For tests: what does not conform to its operation's contract is a failure. */
  checkAnswers?: boolean;
}

/** The management interface over HTTP. */
export class ManagementServer {
  readonly #app: FastifyInstance;
  readonly #nodes: NodeEndpoints;
  #server: Server | undefined;

  constructor(options: ManagementServerOptions) {
    const { log, authenticator, signIn, publicUrl = () => new URL('http://localhost') } = options;
    this.#nodes = new NodeEndpoints({ nodes: options.nodes, authenticator, log });
    this.#app = fastify({
      serverFactory: (handler) => {
        this.#server = createHttpServer(handler, options);
        return this.#server;
      },
      genReqId: requestIdOf,
      bodyLimit: MIB,
      routerOptions: { maxParamLength: 512 },
      trustProxy: options.trustedProxies === undefined || options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
      frameworkErrors: (error, request, reply) => answerError(error, request, reply, log),
      clientErrorHandler: answerMalformed,
      forceCloseConnections: 'idle',
      return503OnClosing: false,
    });
    acceptJsonOnly(this.#app);
    this.#app.addHook('onRequest', async (_request, reply) => {
      setCommonFields(reply);
    });
    this.#app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log));
    this.#app.setNotFoundHandler(() => {
      throw nothingHere();
    });
    if (signIn !== undefined) addSignInRoutes(this.#app, { signIn, publicUrl });
    const document = createOpenApiDocument(options.implementations, { version: options.version, prefix: PREFIX });
    const documentText = Buffer.from(JSON.stringify(document));
    this.#app.register(
      async (api) => {
        api.addHook('onRequest', admit(this.#nodes.authenticator, publicUrl));
        api.setNotFoundHandler(() => {
          throw nothingHere();
        });
        addOperations(api, options.implementations, { checkAnswers: options.checkAnswers ?? false });
        this.#nodes.addTo(api);
        api.get('/openapi.json', { config: { access: 'public' } }, async (_request, reply) => {
          reply.header('content-type', 'application/json');
          return documentText;
        });
      },
      { prefix: PREFIX },
    );
  }

  /** Begins to listen and returns the port that was bound. Rejects when it cannot be. */
  async listen(host: string, port: number): Promise<number> {
    await this.#app.listen({ host, port });
    return (this.#app.server.address() as AddressInfo).port;
  }

  /** Stops to listen, ends the streams of nodes, waits a moment for answers in progress. */
  async close(): Promise<void> {
    this.#nodes.close();
    const timer = setTimeout(() => this.#server?.closeAllConnections(), CLOSE_TIMEOUT_MS);
    try {
      await this.#app.close();
    } finally {
      clearTimeout(timer);
    }
  }
}

function createHttpServer(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  { plain, plainUpgrade }: Pick<ManagementServerOptions, 'plain' | 'plainUpgrade'>,
): Server {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 5_000,
      // Offers of other protocols (h2c) may be left alone, RFC 9110 section 7.8: their requests are answered as any other.
      shouldUpgradeCallback: ({ headers, url }) => /^websocket$/i.test(headers.upgrade ?? '') && !isOwn(url ?? '/'),
    },
    (request, response) => {
      if (!isOwn(request.url ?? '/') && plain?.(request, response) === true) return;
      handler(request, response);
    },
  );
  server.on('upgrade', (request, socket, rest) => {
    // From here on nobody else listens for them: a connection that is reset must not end the process.
    socket.on('error', () => socket.destroy());
    if (!isOwn(request.url ?? '/') && plainUpgrade?.(request, socket, rest) === true) return;
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

function isOwn(url: string): boolean {
  return [PREFIX, SIGN_IN_PREFIX].some(
    (prefix) => url.startsWith(prefix) && (url.length === prefix.length || '/?'.includes(url.charAt(prefix.length))),
  );
}

function setCommonFields(reply: FastifyReply): void {
  reply.headers({
    'X-Request-Id': reply.request.id,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
}

function nothingHere(): Refusal {
  return new Refusal('resource.not-found', 'There is nothing here: see /api/v1/openapi.json for what there is');
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: ServerLog): void {
  const answer = toProblemAnswer(error, request.id);
  // A client that left in the middle is no failure of ours, and there is nobody to answer.
  const left = request.raw.destroyed && !request.raw.complete;
  if (answer.failure && !left) {
    const fields = { requestId: request.id, method: request.method, route: request.routeOptions.url, err: error };
    if (answer.status === 500) log.error(fields, 'A request of the management interface failed');
    else log.warn(fields, 'The database is not available for the management interface');
  }
  setCommonFields(reply);
  reply.code(answer.status).headers(answer.fields).header('content-type', PROBLEM_TYPE).send(Buffer.from(answer.body));
}

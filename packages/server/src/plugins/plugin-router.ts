import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { PluginAccess, PluginCaller } from '@gatehouse/sdk/plugin';
import { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify';
import { sendProblem, toPluginProblem } from './plugin-problem.ts';

/**
 * Who calls, by the method and the header fields of a request; undefined: nobody who is known; `forged`: a browser with a session, which another
 * site may have made send it. Rejects when that cannot be found out now.
 */
export type AuthenticatePlugin = (method: string, fields: IncomingHttpHeaders) => Promise<PluginCaller | 'forged' | undefined>;

export interface PluginRouterOptions {
  /** Where it is served, without a slash at its end. */
  prefix: string;
  log: FastifyBaseLogger;
  authenticate: AuthenticatePlugin;
  trustedProxies: readonly string[];
}

const BODY_BYTES_MAX = 1024 * 1024;
const HANDLER_TIMEOUT_MS = 60_000;
const ACCESS: ReadonlySet<unknown> = new Set(['public', 'viewer', 'developer', 'publisher', 'admin', 'node'] satisfies PluginAccess[]);
const FORGED = 'With a session, changes are taken from pages of this portal only, with X-Gatehouse-Csrf: 1';
/** What a client's own id may be made of: it goes into logs and a header field of the answer. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/**
 * A Fastify of a plugin's own: what it adds to it touches nobody else. `add` gets the instance below the prefix. Rejects with what `add`
 * throws. Nothing of it listens: requests are handed to `routing`.
 */
export async function createPluginRouter(
  { prefix, log, authenticate, trustedProxies }: PluginRouterOptions,
  add: (router: FastifyInstance) => Promise<void>,
): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: ({ headers: { 'x-request-id': given } }) => (typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()),
    bodyLimit: BODY_BYTES_MAX,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    // Whoever registers it has a bound of its own, with a better message.
    pluginTimeout: 0,
    routerOptions: { maxParamLength: 512 },
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    frameworkErrors: answerError,
  });
  app.decorateRequest('caller', null);
  app.addHook('onRoute', ({ method, url, config }) => {
    const access: unknown = config?.access;
    if (access === undefined || ACCESS.has(access)) return;
    throw new Error(`The access of ${String(method)} ${url} is "${String(access)}"; it must be one of ${[...ACCESS].join(', ')}`);
  });
  // Before any hook of the plugin, and before the body is read.
  app.addHook('onRequest', async (request, reply) => {
    setCommonFields(request, reply);
    const access = request.is404 ? 'viewer' : (request.routeOptions.config.access ?? 'viewer');
    if (access === 'public') return;
    const caller = await authenticate(request.method, request.headers);
    if (caller === undefined) return refuseUnknown(request, reply);
    if (caller === 'forged') return sendProblem(request, reply, { status: 403, code: 'request.forged', detail: FORGED });
    if (!caller.hasAccess(access)) {
      const detail = `The role ${caller.role} may not do this: it needs ${access}`;
      return sendProblem(request, reply, { status: 403, code: 'access.denied', detail });
    }
    request.caller = caller;
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  try {
    await app.register(
      async (router) => {
        router.setNotFoundHandler(answerNotFound);
        await add(router);
      },
      { prefix },
    );
    await app.ready();
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
  return app;
}

function refuseUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // RFC 6750 section 3: no error code when there were no credentials at all.
  const given = request.headers.authorization !== undefined;
  reply.header('WWW-Authenticate', given ? 'Bearer realm="gatehouse", error="invalid_token"' : 'Bearer realm="gatehouse"');
  const detail = 'Sign in, or send a valid access token: Authorization: Bearer <token>';
  return sendProblem(request, reply, { status: 401, code: 'authentication.required', detail });
}

function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(request, reply, { status: 404, code: 'resource.not-found', detail: 'There is nothing here' });
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toPluginProblem(error);
  setCommonFields(request, reply);
  if (problem !== undefined) {
    if (problem.status >= 500) request.log.warn({ err: error }, 'A plugin could not answer');
    return sendProblem(request, reply, problem);
  }
  const { method, routeOptions } = request;
  request.log.error({ method, route: routeOptions.url, err: error }, 'A request failed in a plugin');
  const detail = 'The request could not be handled. The log has more under the request id';
  return sendProblem(request, reply, { status: 500, code: 'internal', detail });
}

/** As answers of the management interface have them: they are for programs, and stand on the origin of the portal. Handlers may set others. */
function setCommonFields(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'X-Request-Id': request.id,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
}

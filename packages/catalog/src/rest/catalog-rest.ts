import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Database, DatabaseUnavailableError } from '@gatehouse/database';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { EntityReader } from '../query/entity-reader.ts';
import type { IndexFollower } from '../query/index-follower.ts';
import type { CatalogTables } from '../store/tables.ts';
import { CatalogError } from './catalog-error.ts';
import { addEntityRoutes } from './entity-routes.ts';
import { addLocationRoutes } from './location-routes.ts';
import type { CatalogAccess, CatalogProcessing, RestLog } from './ports.ts';
import { acceptJson } from './request-body.ts';

/** Where all of the interface is. */
export const CATALOG_PREFIX = '/api/catalog';

const BODY_BYTES_MAX = 8 * 1024 * 1024;
/** Kind, namespace and name have 63 characters each, and more when they are percent-encoded. */
const PARAMETER_CHARS_MAX = 1_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route of the catalog does; a route that does not say is refused. */
    action?: 'read' | 'write';
  }
}

export interface CatalogRestOptions {
  database: Database<CatalogTables>;
  follower: IndexFollower;
  reader: EntityReader;
  access: CatalogAccess;
  processing: CatalogProcessing;
  log: RestLog;
  /** `catalog.readonly`: locations cannot be registered. */
  readonly?: boolean;
  /** `catalog.defaultLocationConflictStrategy`: what adding a location does when it exists. Default `reject`. */
  locationConflict?: 'refresh' | 'reject';
}

/** Backstage's catalog interface, to be mounted on somebody's server: await `ready`, then hand requests to `handle`. */
export class CatalogRest {
  readonly #app: FastifyInstance;

  constructor(options: CatalogRestOptions) {
    const { access, log } = options;
    this.#app = fastify({
      bodyLimit: BODY_BYTES_MAX,
      routerOptions: { maxParamLength: PARAMETER_CHARS_MAX, ignoreTrailingSlash: true },
      frameworkErrors: (error, request, reply) => answerError(error, request, reply, log),
    });
    acceptJson(this.#app);
    this.#app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, log));
    this.#app.register(
      async (catalog) => {
        catalog.addHook('onRequest', (request) => admit(request, access));
        // Here and not above, so that the hook runs before it: a caller without credentials is not told what there is.
        catalog.setNotFoundHandler((request) => {
          throw new CatalogError('NotFoundError', `There is no ${request.method} ${request.url.split('?', 1)[0]}`);
        });
        addEntityRoutes(catalog, options);
        addLocationRoutes(catalog, options);
      },
      { prefix: CATALOG_PREFIX },
    );
  }

  /** Resolves when requests can be handled. */
  async ready(): Promise<void> {
    await this.#app.ready();
  }

  /** Answers what is below `/api/catalog` and returns true; leaves all else alone and returns false. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!isBelow(request.url ?? '/')) return false;
    this.#app.routing(request, response);
    return true;
  };

  async close(): Promise<void> {
    await this.#app.close();
  }
}

function isBelow(url: string): boolean {
  return url.startsWith(CATALOG_PREFIX) && (url.length === CATALOG_PREFIX.length || '/?'.includes(url.charAt(CATALOG_PREFIX.length)));
}

const FORGED = 'With a session, changes and questions by POST are taken from pages of this portal only, with X-Gatehouse-Csrf: 1';

async function admit(request: FastifyRequest, access: CatalogAccess): Promise<void> {
  const { action } = request.routeOptions.config;
  // A path that is not there says so only to those who may read.
  const verdict = await access.authorize({ headers: request.headers, method: request.method, path: request.url, action: action ?? 'read' });
  if (verdict === 'unauthenticated') throw new CatalogError('AuthenticationError', 'Missing credentials, or they are not valid');
  if (verdict === 'forged') throw new CatalogError('NotAllowedError', FORGED);
  if (verdict !== 'allowed') throw new CatalogError('NotAllowedError', 'You may not do this');
  if (action === undefined && !request.is404) throw new CatalogError('NotAllowedError', 'You may not do this');
}

function answerError(error: FastifyError | CatalogError, request: FastifyRequest, reply: FastifyReply, log: RestLog): void {
  const answer = toAnswer(error);
  if (answer.status >= 500 && !(error instanceof CatalogError)) {
    log.error({ method: request.method, route: request.routeOptions.url, err: error }, 'A request of the catalog failed');
  }
  if (answer.status === 401) reply.header('www-authenticate', 'Bearer');
  reply.code(answer.status).send({
    error: { name: answer.name, message: answer.message },
    request: { method: request.method, url: request.url },
    response: { statusCode: answer.status },
  });
}

function toAnswer(error: FastifyError | CatalogError): { status: number; name: string; message: string } {
  if (error instanceof CatalogError) return { status: error.status, name: error.name, message: error.message };
  if (error instanceof DatabaseUnavailableError) {
    return { status: 503, name: 'ServiceUnavailableError', message: 'The database is not available now' };
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return { status, name: 'InputError', message: error.message };
  // What it is stands in the log; it may hold what callers should not see.
  return { status: 500, name: 'Error', message: 'Internal error' };
}

import { type AdapterOptions, type AdapterReading, describesPaths, type OnboardAdapter, readGiven, type ServiceInfo } from './adapter.ts';
import { readExpressRoutes } from './express.ts';
import { fastifyAdapter } from './fastify.ts';
import { call, read } from './safe-read.ts';

/** The part of @nestjs/swagger that is used. */
interface NestSwagger {
  SwaggerModule: { createDocument(app: object, config: object): unknown };
  DocumentBuilder: new () => { setTitle(title: string): { setVersion(version: string): { build(): object } } };
}

/**
 * Takes the given document, else lets @nestjs/swagger make one where it is installed, else reads the routes of the Express or Fastify
 * application beneath. Call `onboard` after `app.listen` or `app.init`: before it, Nest has no routes.
 */
export function nestAdapter(app: object, options: AdapterOptions = {}): OnboardAdapter {
  const http = call(app, 'getHttpAdapter');
  const instance = call(http, 'getInstance');
  const isFastify = call(http, 'getType') === 'fastify';
  const fastify = isFastify && typeof instance === 'object' && instance !== null ? fastifyAdapter(instance) : undefined;
  return {
    framework: 'NestJS',
    ready: () => whenInitialized(app),
    async read(service): Promise<AdapterReading> {
      const given = (await readGiven(options.document)) ?? (await makeDocument(app, service));
      if (given !== undefined) return given;
      if (fastify !== undefined) return await fastify.read(service);
      return { kind: 'routes', dialect: 'express', routes: readExpressRoutes(instance) };
    },
  };
}

async function makeDocument(app: object, { title, version }: ServiceInfo): Promise<AdapterReading | undefined> {
  try {
    // The name is computed so that bundlers and type checkers of services without the package do not look for it.
    const name = ['@nestjs', 'swagger'].join('/');
    const { SwaggerModule, DocumentBuilder } = (await import(name)) as NestSwagger;
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().setTitle(title).setVersion(version).build());
    return describesPaths(document) ? { kind: 'document', document } : undefined;
  } catch {
    // Not installed, or it cannot describe this application: the routes remain.
    return undefined;
  }
}

/** Nest registers its routes in `init`, which `listen` calls; there is no event for it but that the server listens. */
function whenInitialized(app: object): Promise<void> {
  const server = call(app, 'getHttpServer');
  if (read(app, 'isInitialized') !== false || read(server, 'listening') === true) return Promise.resolve();
  return new Promise((resolve) => {
    if (call(server, 'once', 'listening', () => resolve()) === undefined) resolve();
  });
}

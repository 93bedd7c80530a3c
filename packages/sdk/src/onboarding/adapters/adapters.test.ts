import 'reflect-metadata';
import { createRequire } from 'node:module';
import fastifySwagger from '@fastify/swagger';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import KoaRouter from '@koa/router';
import { Controller, Get, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { onboard } from '../onboard.ts';
import { readForTest } from '../testing/read-for-test.ts';
import type { OnboardAdapter } from './adapter.ts';
import { expressAdapter } from './express.ts';
import { fastifyAdapter } from './fastify.ts';
import { honoAdapter } from './hono.ts';
import { koaAdapter } from './koa.ts';
import { nestAdapter } from './nest.ts';

const handler = () => undefined;
// It brings no types.
const express4 = createRequire(import.meta.url)('express4') as typeof express;

describe.each<[string, typeof express]>([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_, create) => {
  test('what routers serve has the prefixes they are mounted under, and parameters in templates', async () => {
    const app = create();
    app.use((_request, _response, next) => next());
    app.get('/healthz', handler);
    const pets = create.Router();
    pets.route('/').get(handler).post(handler);
    pets.get('/:petId', handler);
    pets.get('/:petId', handler);
    pets.head('/:petId', handler);
    pets.options('/:petId', handler);
    pets.put('/:id', handler);
    const toys = create.Router({ mergeParams: true });
    toys.delete('/:toyId', handler);
    pets.use('/:petId/toys', toys);
    app.use(['/v1/pets', '/pets'], pets);
    app.all('/anything', handler);
    app.get([/^\/literal\/?$/, /^\/(a|b)+$/, '/one', '/two'], handler);
    expect(await readForTest(expressAdapter(app))).toEqual({
      '/anything': ['delete', 'get', 'patch', 'post', 'put'],
      '/healthz': ['get'],
      '/literal': ['get'],
      '/one': ['get'],
      '/pets': ['get', 'post'],
      '/pets/{petId}': ['get', 'put'],
      '/pets/{petId}/toys/{toyId}': ['delete'],
      '/two': ['get'],
      '/v1/pets': ['get', 'post'],
      '/v1/pets/{petId}': ['get', 'put'],
      '/v1/pets/{petId}/toys/{toyId}': ['delete'],
    });
  });

  test('the document of swagger-jsdoc is taken instead of the routes', async () => {
    const document = { openapi: '3.0.0', info: { title: 'Own', version: '1' }, paths: { '/own': { get: { responses: {} } } } };
    expect(await readForTest(expressAdapter(create(), { document: async () => document }))).toEqual({ '/own': ['get'] });
  });
});

describe('Fastify', () => {
  async function build(make: (app: ReturnType<typeof fastify>) => OnboardAdapter, when: 'before' | 'after') {
    const app = fastify();
    const before = when === 'before' ? make(app) : undefined;
    app.get('/pets', handler);
    app.post('/pets', handler);
    app.get('/pe', handler);
    app.get('/pets/:id', handler);
    app.delete('/pets/:petId', handler);
    app.get('/pets/:petId/toys/:toy(^\\d+$)', handler);
    app.get('/files/*', handler);
    app.get('/at/:hour(^\\d{2})h:minute(^\\d{2})m', handler);
    app.get('/versioned', { constraints: { version: '1.0.0' } }, handler);
    app.get('/versioned', { constraints: { version: '2.0.0' } }, handler);
    app.get('*', handler);
    await app.register(async (inner) => void inner.get('/', handler).put('/:key', handler), { prefix: '/inner' });
    await app.ready();
    return await readForTest(before ?? make(app)).finally(() => app.close());
  }
  const pathsWith = (id: string) => ({
    '/at/{hour}h{minute}m': ['get'],
    '/files/{path+}': ['get'],
    '/inner': ['get'],
    '/inner/{key}': ['put'],
    '/pe': ['get'],
    '/pets': ['get', 'post'],
    '/pets/{id}': ['delete', 'get'],
    [`/pets/{${id}}/toys/{toy}`]: ['get'],
    '/versioned': ['get'],
  });

  // Fastify's drawing has one name for a parameter that routes name differently.
  test.each([
    ['before', 'petId'],
    ['after', 'id'],
  ] as const)('an adapter that is made %s the routes finds all of them', async (when, id) => {
    expect(await build((app) => fastifyAdapter(app), when)).toEqual(pathsWith(id));
  });

  test('the document of @fastify/swagger is taken, with what it leaves out left out', async () => {
    const app = fastify();
    const adapter = fastifyAdapter(app);
    await app.register(fastifySwagger, { openapi: { info: { title: 'Own', version: '7' } } });
    app.get('/shown', { schema: { summary: 'Shown' } }, handler);
    app.get('/hidden', { schema: { hide: true } }, handler);
    await app.ready();
    expect(await readForTest(adapter)).toEqual({ '/shown': ['get'] });
    await app.close();
  });

  test('onboarding waits until the application is ready, and does not make it so', async () => {
    const app = fastify();
    const { done } = onboard({
      name: 'late',
      owner: 'team',
      definition: fastifyAdapter(app),
      target: { directory: '/dev/null/none' },
      logger: false,
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    app.get('/registered-later', handler);
    await app.ready();
    expect((await done).message).toContain('/dev/null/none');
    await app.close();
  });
});

describe('Hono', () => {
  test('middleware is no operation, and patterns of parameters are left out', async () => {
    const api = new Hono().get('/pets/:id{[0-9]+}', (c) => c.text('')).delete('/pets/:id', (c) => c.text(''));
    const app = new Hono().basePath('/v1');
    app.use('*', async (_c, next) => next());
    app.use('/pets/*', async (_c, next) => next());
    app.onError((_error, c) => c.text(''));
    app.route('/shop', api);
    app.get('/optional/:name?', (c) => c.text(''));
    app.all('/all', (c) => c.text(''));
    app.get('/wild/*/card', (c) => c.text(''));
    expect(await readForTest(honoAdapter(app))).toEqual({
      '/v1/all': ['delete', 'get', 'patch', 'post', 'put'],
      '/v1/optional': ['get'],
      '/v1/optional/{name}': ['get'],
      '/v1/shop/pets/{id}': ['delete', 'get'],
      '/v1/wild/{path}/card': ['get'],
    });
  });

  test('the document of @hono/zod-openapi is taken', async () => {
    const app = new OpenAPIHono();
    const route = createRoute({
      method: 'get',
      path: '/own/{id}',
      request: { params: z.object({ id: z.string() }) },
      responses: { 200: { description: 'ok' } },
    });
    app.openapi(route, (c) => c.text(''));
    app.get('/not-described', (c) => c.text(''));
    expect(await readForTest(honoAdapter(app))).toEqual({ '/own/{id}': ['get'] });
  });
});

test('Koa: routers within routers have their prefixes, middleware is no operation', async () => {
  const toys = new KoaRouter({ prefix: '/toys' });
  toys.get('/:toy', handler);
  const pets = new KoaRouter({ prefix: '/pets' });
  pets.use(async (_context: unknown, next: () => Promise<unknown>) => next());
  pets.get('/', handler).post('/', handler).get('/:id', handler).all('/:id/all', handler).get('/files{/*rest}', handler);
  pets.use('/:id', toys.routes());
  expect(await readForTest(koaAdapter(pets))).toEqual({
    '/pets': ['get', 'post'],
    '/pets/files': ['get'],
    '/pets/files/{rest+}': ['get'],
    '/pets/{id}': ['get'],
    '/pets/{id}/all': ['delete', 'get', 'patch', 'post', 'put'],
    '/pets/{id}/toys/{toy}': ['get'],
  });
});

describe('NestJS', () => {
  /** Decorators are functions: without their syntax, the sources run as they are. */
  async function build() {
    class Pets {
      list() {
        return [];
      }
      find(id: string) {
        return id;
      }
      create() {
        return {};
      }
    }
    const decorate = (name: 'list' | 'find' | 'create', decorator: MethodDecorator) => {
      const descriptor = Object.getOwnPropertyDescriptor(Pets.prototype, name);
      if (descriptor !== undefined) decorator(Pets.prototype, name, descriptor);
      Reflect.defineMetadata('design:paramtypes', name === 'find' ? [String] : [], Pets.prototype, name);
    };
    decorate('list', Get());
    decorate('find', Get(':id'));
    decorate('create', Post());
    Param('id')(Pets.prototype, 'find', 0);
    Controller('pets')(Pets);
    class Application {}
    Module({ controllers: [Pets] })(Application);
    const app = await NestFactory.create(Application, { logger: false });
    app.setGlobalPrefix('v1');
    return app;
  }

  test('@nestjs/swagger makes the document where it is installed', async () => {
    const app = await build();
    const adapter = nestAdapter(app);
    await app.listen(0, '127.0.0.1');
    await adapter.ready?.();
    const reading = await adapter.read({ title: 'Pets', version: '3' });
    expect(reading).toMatchObject({ kind: 'document', document: { info: { title: 'Pets', version: '3' } } });
    expect(await readForTest(adapter)).toEqual({ '/v1/pets': ['get', 'post'], '/v1/pets/{id}': ['get'] });
    await app.close();
  });

  test('without it, the routes of the application beneath are read', async () => {
    const app = await build();
    await app.init();
    expect(await readForTest(expressAdapter(app.getHttpAdapter().getInstance()))).toEqual({
      '/v1/pets': ['get', 'post'],
      '/v1/pets/{id}': ['get'],
    });
    await app.close();
  });
});

import express from 'express';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { OnboardAdapter } from '../adapters/adapter.ts';
import { expressAdapter } from '../adapters/express.ts';
import { fastifyAdapter } from '../adapters/fastify.ts';
import { honoAdapter } from '../adapters/hono.ts';
import { koaAdapter } from '../adapters/koa.ts';
import { nestAdapter } from '../adapters/nest.ts';
import { readMetadata } from '../metadata/read-metadata.ts';
import { readForTest } from '../testing/read-for-test.ts';
import { runInSlices } from '../time.ts';
import { toTemplates } from './path-templates.ts';
import { readDefinition } from './read-definition.ts';
import { serializeJson } from './serialize-json.ts';

const signal = new AbortController().signal;
const metadata = readMetadata({ name: 'test', owner: 'team' }, {});
const read = (adapter: OnboardAdapter) => readDefinition(adapter, metadata, { bytesMax: 20 * 2 ** 20, signal });
const throwing = new Proxy(() => undefined, {
  get: () => {
    throw new Error('trap');
  },
  ownKeys: () => {
    throw new Error('trap');
  },
});

test('ten thousand routes are all there', async () => {
  const app = express();
  const router = express.Router();
  for (let index = 0; index < 10_000; index += 1) router.get(`/item-${index}/:id`, () => undefined);
  app.use('/api/:tenant', router);
  const { operations, notes } = await read(expressAdapter(app));
  expect({ operations, notes }).toEqual({ operations: 10_000, notes: [] });
});

test('an endless table ends, and the log says where', async () => {
  const endless: OnboardAdapter = {
    framework: 'Endless',
    read: () => ({
      kind: 'routes',
      dialect: 'express',
      routes: (function* () {
        for (let index = 0; ; index += 1) yield { method: 'GET', path: `/${index}` };
      })(),
    }),
  };
  expect(await read(endless)).toMatchObject({ operations: 20_000, notes: ['only the first 20000 operations were taken'] });
});

test('routers in a circle, getters that throw, symbols and absurd lengths are passed over; the rest is there', async () => {
  const app = express();
  const router = express.Router();
  router.use('/again', router);
  router.get('/good/:id', () => undefined);
  app.use('/loop', router);
  app.get(`/${'x'.repeat(100_000)}`, () => undefined);
  const { stack } = app.router as unknown as { stack: unknown[] };
  stack.push(null, 7, throwing, { route: throwing }, { handle: throwing }, { route: { path: Symbol('path'), methods: { get: true } } });
  stack.push({ route: { path: '/odd', methods: { [Symbol('get')]: true, trace: true, 'm-search': true, get: 1 } } });
  stack.push({ route: { path: '/\ud800', methods: { get: true } } }, { route: { path: '/{{{{', methods: { get: true } } });
  const definition = await read(expressAdapter(app));
  expect(Object.keys(JSON.parse(definition.bytes.toString('utf8')).paths)).toEqual(['/loop/good/{id}', '/odd']);
  expect(definition.notes).toHaveLength(2);
});

test.each<[string, (app: object) => OnboardAdapter]>([
  ['Express', expressAdapter],
  ['Fastify', fastifyAdapter],
  ['Hono', honoAdapter],
  ['Koa', koaAdapter],
  ['NestJS', nestAdapter],
])('%s: what is no application at all is refused with advice', async (_, adapt) => {
  for (const app of [throwing, {}, null, { stack: 'no', routes: 7, router: throwing }, new Proxy([], { get: () => throwing })]) {
    await expect(read(adapt(app as object))).rejects.toThrow(/has no routes yet.*call onboard after they are registered/);
  }
});

test('two paths that differ in the names of their parameters only are one', async () => {
  const app = new Hono();
  app
    .get('/a/:one/b', (c) => c.text(''))
    .put('/a/:two/b', (c) => c.text(''))
    .get('/a/:three/b', (c) => c.text(''));
  expect(await readForTest(honoAdapter(app))).toEqual({ '/a/{one}/b': ['get', 'put'] });
});

describe('templates', () => {
  test.each([
    ['/a/:b', 'express', ['/a/{b}']],
    ['/a/:b(\\d+(?:x|y))/c', 'express', ['/a/{b}/c']],
    ['/a/:b?/', 'express', ['/a', '/a/{b}']],
    ['/flights/:from-:to', 'express', ['/flights/{from}-{to}']],
    ['/a{/:b}{/:c}', 'express', ['/a', '/a/{c}', '/a/{b}', '/a/{b}/{c}']],
    ['/:"odd name"', 'express', undefined],
    ['/files/*path', 'express', ['/files/{path+}']],
    ['/files/:rest(.*)', 'koa', ['/files/{rest+}']],
    ['/a\\:b', 'express', ['/a:b']],
    ['/ab?cd', 'express', undefined],
    ['/x/?', 'express', ['/x']],
    ['/:a/:a', 'express', ['/{a}/{a2}']],
    ['/a::b/:c', 'fastify', ['/a:b/{c}']],
    ['/slash/', 'fastify', ['/slash/']],
    ['/:user-id{[a-z]{1,3}}/x', 'hono', ['/{user-id}/x']],
    ['/a b/{c', 'hono', ['/a%20b/%7Bc']],
    [`/${':a?'.repeat(4)}`, 'express', undefined],
    ['/(((((', 'express', undefined],
  ] as const)('%s of %s', (path, dialect, templates) => {
    expect(toTemplates(path, dialect)).toEqual(templates);
  });
});

describe('a document of somebody else', () => {
  const write = async (value: unknown, bytesMax = 2 ** 20) =>
    (await runInSlices(serializeJson(value, { bytesMax }), signal)).bytes.toString('utf8');

  test('is written as JSON.stringify would', async () => {
    const shared = { $ref: '#/x' };
    const value = {
      a: [1, 'ü"\n', null, undefined, () => 1],
      b: {},
      c: [],
      d: new Date(0),
      e: undefined,
      f: shared,
      g: [shared, [[]]],
      h: Number.NaN,
    };
    expect(await write(value)).toBe(`${JSON.stringify(value, null, 2)}\n`);
  });

  test('is refused with its place when it is a circle, throws, or is beyond bounds', async () => {
    const circle: Record<string, unknown> = { paths: {} };
    circle.paths = { '/a': circle };
    await expect(write(circle)).rejects.toThrow('contains itself at paths./a');
    const getter = Object.defineProperty({}, 'x', {
      enumerable: true,
      get() {
        throw new Error('trap');
      },
    });
    await expect(write({ info: getter })).rejects.toThrow('cannot be read at info.x: trap');
    let deep: unknown = {};
    for (let depth = 0; depth < 10_000; depth += 1) deep = { deep };
    await expect(write(deep)).rejects.toThrow('nested more than 200 deep');
    // 2^60 values for those who follow every reference.
    let bomb: unknown = 'x'.repeat(100);
    for (let depth = 0; depth < 60; depth += 1) bomb = [bomb, bomb];
    await expect(write(bomb)).rejects.toThrow('larger than 1 MiB');
    const { proxy: hostile, revoke } = Proxy.revocable({}, {});
    revoke();
    await expect(write({ hostile })).rejects.toThrow('cannot be read at hostile');
  });
});

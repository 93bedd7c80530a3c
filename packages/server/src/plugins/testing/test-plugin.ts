import { setTimeout as sleep } from 'node:timers/promises';
import { defineMigrations, definePlugin, PluginRefusal } from '@gatehouse/sdk/plugin';
import { z } from 'zod';

/** What goes wrong when it is registered. */
const faults = z.enum(['none', 'throws', 'hangs', 'bad-access', 'lingers']);

/** What happened, for tests in the same process. */
export const events: string[] = [];

/** A plugin for tests: it does whatever a plugin may do, right or wrong. */
export const plugin = definePlugin({
  name: 'probe',
  config: z.strictObject({
    fault: faults.default('none'),
    every: z.number().optional(),
    node: z.string().default('one'),
    nested: z.strictObject({ value: z.number() }).optional(),
  }),
  migrations: defineMigrations<{ things: { name: string } }>([
    {
      name: 'things',
      async up(db, types) {
        await db.schema
          .createTable('things')
          .addColumn('name', types.text, (column) => column.primaryKey())
          .execute();
      },
    },
  ]),
  async register({ name, router, config, log, database, scheduler, lifecycle }) {
    if (config.fault === 'throws') throw new Error('The moon is full');
    if (config.fault === 'hangs') await new Promise(() => undefined);
    if (config.fault === 'bad-access') router.get('/bad', { config: { access: 'editor' as 'viewer' } }, async () => 'bad');
    if (config.fault === 'lingers') setInterval(() => undefined, 1_000);
    log.info({ name }, 'registered');
    lifecycle.onStop(() => {
      events.push(`${name} first`);
    });
    lifecycle.onStop(async () => {
      events.push(`${name} last`);
      throw new Error('at the end');
    });
    router.get('/who', async (request) => ({ name: request.caller?.name, ip: request.ip }));
    router.get('/open', { config: { access: 'public' } }, async (request) => ({ caller: request.caller }));
    router.post('/admin', { config: { access: 'admin' } }, async (request) => request.body);
    router.get('/throws', async () => {
      throw new Error('secret of the plugin');
    });
    router.get('/stray', async () => {
      void Promise.reject(new Error('nobody awaits this'));
      return 'ok';
    });
    router.get('/refuses', async () => {
      throw new PluginRefusal(409, 'It is taken', { code: 'thing.taken', members: { thing: 7 } });
    });
    router.get('/hangs', { handlerTimeout: 100 }, async () => new Promise(() => undefined));
    router.get<{ Querystring: { n: number } }>(
      '/valid',
      { schema: { querystring: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } } },
      async ({ query }) => query,
    );
    router.get('/slow', async () => {
      await sleep(500);
      return 'late';
    });
    router.put<{ Params: { thing: string } }>('/things/:thing', { config: { access: 'developer' } }, async ({ params }) => {
      await database.transaction((tx) => tx.insertInto('things').values({ name: params.thing }).execute());
      return database.read.selectFrom('things').selectAll().execute();
    });
    if (config.every !== undefined) {
      scheduler.every(config.every, () => {
        events.push(`${config.node} ran`);
      });
    }
  },
});

import { randomUUID } from 'node:crypto';
import { defineMigrations, definePlugin, duration, PluginRefusal } from '@gatehouse/sdk/plugin';
import { z } from 'zod';
import { CachedSource } from './cached-source.ts';
import { computeAggregate, flerpBatch, frobList } from './compute-aggregate.ts';

const url = z.url({ protocol: /^https?$/ });

/** What stands under `config` in gatehouse.yaml. */
const config = z.strictObject({
  frobs: url.meta({ description: "FrobsCo's list: https://api.frobsco.com/v1/list" }),
  flerps: url.meta({ description: "The partner's batch: http://flerps.partnercompany.com:8080/flerp-batch" }),
  /** How long a summary waits for a source that it has nothing of. */
  timeout: duration.default(1_000),
  maxAge: duration.default(10_000),
  staleFor: duration.default(600_000),
  keepObservations: duration.default(1_728_000_000),
});

interface Tables {
  observations: { id: string; frob: string; note: string; by: string; at: number };
}

const migrations = defineMigrations<Tables>([
  {
    name: 'observations',
    async up(db, types) {
      await db.schema
        .createTable('observations')
        .addColumn('id', types.id, (column) => column.primaryKey())
        .addColumn('frob', types.text, (column) => column.notNull())
        .addColumn('note', types.text, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('at', types.timestamp, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('observations_at').on('observations').column('at').execute();
    },
  },
]);

const observation = z.strictObject({ frob: z.string().min(1).max(100), note: z.string().min(1).max(1_000) });

/** `GET /api/frobs-aggregator/summary`: one answer of two services and the database, also while one of them is slow or away. */
export const plugin = definePlugin({
  name: 'frobs-aggregator',
  config,
  migrations,
  register({ router, config, log, database, scheduler, fetch }) {
    const { timeout: timeoutMs, maxAge: maxAgeMs, staleFor: staleForMs, keepObservations } = config;

    const readJson = async <Value>(from: string, schema: z.ZodType<Value>): Promise<Value> => {
      const response = await fetch(from, { headers: { accept: 'application/json' } }).catch(() => {
        throw new Error('cannot be reached');
      });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      const parsed = schema.safeParse(await response.json().catch(() => undefined));
      if (!parsed.success) throw new Error('answered something else than was expected');
      return parsed.data;
    };
    const countObservations = async (): Promise<number> => {
      const { count } = await database.read
        .selectFrom('observations')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(count);
    };

    const cached = { timeoutMs, maxAgeMs, staleForMs };
    const frobs = new CachedSource({ ...cached, load: () => readJson(config.frobs, frobList) });
    const flerps = new CachedSource({ ...cached, load: () => readJson(config.flerps, flerpBatch) });
    const observations = new CachedSource({
      timeoutMs,
      maxAgeMs: 0,
      staleForMs: 0,
      load: () =>
        countObservations().catch((error: unknown) => {
          log.warn({ err: error }, 'Observations cannot be counted');
          throw new Error('cannot be counted');
        }),
    });

    router.get('/summary', async () => {
      const [frobsRead, flerpsRead, observationsRead] = await Promise.all([frobs.read(), flerps.read(), observations.read()]);
      const summary = computeAggregate({ frobs: frobsRead, flerps: flerpsRead, observations: observationsRead });
      const { sources } = summary;
      if (sources.every(({ state }) => state === 'failed'))
        throw new PluginRefusal(503, 'No source answered', { code: 'summary.unavailable', members: { sources } });
      return summary;
    });

    router.post('/observations', { config: { access: 'developer' } }, async (request, reply) => {
      const body = observation.safeParse(request.body);
      if (!body.success) throw new PluginRefusal(400, z.prettifyError(body.error));
      const row = { id: randomUUID(), ...body.data, by: request.caller?.name ?? '', at: Date.now() };
      await database.transaction((tx) => tx.insertInto('observations').values(row).execute());
      reply.code(201);
      return row;
    });

    scheduler.every(
      3_600_000,
      async () => {
        const before = Date.now() - keepObservations;
        await database.transaction((tx) => tx.deleteFrom('observations').where('at', '<', before).execute());
      },
      { name: 'delete old observations' },
    );
  },
});

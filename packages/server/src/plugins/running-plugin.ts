import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@gatehouse/database';
import type { PluginEnvironment } from '@gatehouse/sdk/plugin';
import type { FastifyInstance } from 'fastify';
import type { LoadedPlugin } from './load-plugin.ts';
import { createPluginDatabase, migratePlugin } from './plugin-database.ts';
import { createPluginFetch } from './plugin-fetch.ts';
import { createPluginLog, createRouterLog } from './plugin-log.ts';
import { type AuthenticatePlugin, createPluginRouter } from './plugin-router.ts';
import { Scheduler } from './plugin-scheduler.ts';

export interface PluginServices {
  // Each keeps to its own tables; which they are is known to whoever asks.
  database: Database<Record<string, Record<string, unknown>>>;
  authenticate: AuthenticatePlugin;
  trustedProxies: readonly string[];
  log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

/** How long answers in progress may take at the end, and then what the plugin does at the end. */
const DRAIN_MS = 3_000;
const STOP_MS = 5_000;

/** A plugin that was registered: its routes can be called. */
export class RunningPlugin {
  readonly #app: FastifyInstance;
  readonly #scheduler: Scheduler;
  readonly #lifecycle: Lifecycle;
  #answering = 0;

  private constructor(app: FastifyInstance, scheduler: Scheduler, lifecycle: Lifecycle) {
    this.#app = app;
    this.#scheduler = scheduler;
    this.#lifecycle = lifecycle;
  }

  /** Makes its tables and registers it. Rejects with what its module throws; nothing of it is left running then. */
  static async open({ name, definition, config }: LoadedPlugin, services: PluginServices): Promise<RunningPlugin> {
    const { database, authenticate, trustedProxies } = services;
    const log = createPluginLog(services.log, name);
    const lifecycle = new Lifecycle((error) => log.error({ err: error }, 'The plugin failed at its end'));
    const scheduler = new Scheduler({ log, tryLead: () => database.tryLead(`plugin:${name}`) });
    try {
      if (definition.migrations !== undefined) await migratePlugin(database, name, definition.migrations.list);
      const prefix = `/api/${name}`;
      const routerLog = createRouterLog(services.log, name);
      const app = await createPluginRouter({ prefix, log: routerLog, authenticate, trustedProxies }, async (router) => {
        const environment: PluginEnvironment<unknown, Record<string, Record<string, unknown>>> = {
          name,
          router,
          config,
          log,
          database: createPluginDatabase(database, name),
          scheduler,
          fetch: createPluginFetch(name, lifecycle.signal),
          lifecycle,
        };
        await definition.register(environment as PluginEnvironment<unknown, unknown>);
      });
      return new RunningPlugin(app, scheduler, lifecycle);
    } catch (error) {
      await Promise.race([lifecycle.end(), sleep(STOP_MS, undefined, { ref: false })]);
      throw error;
    }
  }

  /** Its tasks begin. */
  start(): void {
    this.#scheduler.start();
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#answering++;
    response.once('close', () => {
      this.#answering--;
    });
    this.#app.routing(request, response);
  }

  /** Lets answers in progress end, then everything else. Bounded in time; what does not end is left behind. */
  async stop(): Promise<void> {
    const drainedByMs = performance.now() + DRAIN_MS;
    while (this.#answering > 0 && performance.now() < drainedByMs) await sleep(20);
    const ended = Promise.all([this.#scheduler.stop(), this.#lifecycle.end(), this.#app.close()]);
    await Promise.race([ended, sleep(STOP_MS, undefined, { ref: false })]);
  }
}

class Lifecycle {
  readonly #controller = new AbortController();
  readonly #works: (() => void | Promise<void>)[] = [];
  readonly #failed: (error: unknown) => void;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  onStop(work: () => void | Promise<void>): void {
    this.#works.push(work);
  }

  async end(): Promise<void> {
    this.#controller.abort(new Error('The server stops'));
    for (const work of this.#works.toReversed()) {
      try {
        await work();
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatProblem, type GatehouseConfig, hasErrors, type Problem } from '@gatehouse/contract';
import { type GatewayLog, GatewayThreads } from '@gatehouse/gateway';
import { AdminServer } from './admin-server.ts';
import { buildSnapshot } from './build-snapshot.ts';
import { ConfigurationLoader, type LoadedConfiguration } from './load-configuration.ts';
import { FileWatcher, look } from './watch-files.ts';

export interface StartOptions {
  /** Later files override earlier ones. */
  configFiles: readonly string[];
  /** Where the process keeps what must survive it. */
  dataDir: string;
  /** `gateway`: traffic only. `all`: everything that this version has. */
  role: 'all' | 'gateway';
  log: GatewayLog;
  /** Shows problems of the configuration to people, one line each. */
  report(lines: readonly string[]): void;
  env?: Record<string, string | undefined>;
}

/** The configuration was refused: its problems were reported. */
export class RefusedError extends Error {
  override name = 'RefusedError';
}

/** A running Gatehouse. */
export interface Running {
  gatewayUrl: string;
  adminUrl: string;
  /** Reads the configuration again now. Resolves with whether the result is live. */
  reload(): Promise<boolean>;
  /** Opens log files anew, after they were rotated. */
  reopenLogs(): void;
  /** Lets requests in flight end, then stops. */
  stop(): Promise<void>;
}

/** Starts one process from its configuration. Rejects with `RefusedError` when that is not valid. */
export async function start(options: StartOptions): Promise<Running> {
  const loader = new ConfigurationLoader();
  const loaded = await loader.load(options.configFiles, options.env);
  const { config, parts } = loaded;
  reportProblems(options, loaded.problems);
  if (config === undefined || parts === undefined) throw new RefusedError('The configuration has errors');
  await mkdir(options.dataDir, { recursive: true });

  const { gateway: settings } = config;
  const gateway = new GatewayThreads({ settings, accessLogFile: accessLogFile(config, options.dataDir), log: options.log });
  const startedMs = Date.now();
  const admin = new AdminServer({
    notReady: () => (gateway.ready ? undefined : 'the gateway has no snapshot yet, or is shutting down'),
    async metrics() {
      await gateway.collectMetrics();
      return { contentType: gateway.metrics.contentType, text: await gateway.metrics.text() };
    },
    status: () => ({
      name: 'gatehouse',
      role: options.role,
      ready: gateway.ready,
      snapshot: gateway.snapshotNumber,
      threads: gateway.threadCount,
      upSeconds: Math.round((Date.now() - startedMs) / 1000),
    }),
  });
  const adminListen = options.role === 'gateway' ? settings.admin.listen : config.control.listen;
  await gateway.start();
  let adminPort: number;
  try {
    adminPort = await admin.listen(adminListen.host, adminListen.port);
  } catch (error) {
    await gateway.drain(0);
    throw portError(error, adminListen);
  }

  const live = new LiveConfiguration(options, loader, gateway, config);
  try {
    if (!(await live.apply(loaded))) throw new RefusedError('The configuration was refused');
  } catch (error) {
    await Promise.all([gateway.drain(0), admin.close()]);
    throw error;
  }
  return {
    gatewayUrl: `http://${shownHost(settings.listen.host)}:${gateway.port}`,
    adminUrl: `http://${shownHost(adminListen.host)}:${adminPort}`,
    reload: () => live.reload(),
    reopenLogs: () => gateway.reopenLogs(),
    async stop() {
      live.stop();
      await gateway.drain(settings.drainTimeout);
      await admin.close();
    },
  };
}

/** Keeps what is live equal to what the files say. A state of them that is not valid changes nothing. */
class LiveConfiguration {
  readonly #options: StartOptions;
  readonly #loader: ConfigurationLoader;
  readonly #gateway: GatewayThreads;
  readonly #watcher: FileWatcher;
  readonly #startedWith: GatehouseConfig;
  #number = 0;
  #hash = '';
  #reloading: Promise<boolean> = Promise.resolve(true);

  constructor(options: StartOptions, loader: ConfigurationLoader, gateway: GatewayThreads, startedWith: GatehouseConfig) {
    this.#options = options;
    this.#loader = loader;
    this.#gateway = gateway;
    this.#startedWith = startedWith;
    this.#watcher = new FileWatcher(() => void this.reload());
  }

  /** Reads the files again and makes the result live. One reload at a time; each sees the files as they are when it begins. */
  reload(): Promise<boolean> {
    this.#reloading = this.#reloading.then(async () => {
      try {
        const seen = await look(this.#watcher.files);
        const loaded = await this.#loader.load(this.#options.configFiles, this.#options.env);
        reportProblems(this.#options, loaded.problems);
        return await this.apply(loaded, seen);
      } catch (error) {
        this.#options.log.error(
          { error: error instanceof Error ? error.stack : String(error) },
          'The configuration could not be reloaded; the last good one stays live',
        );
        return false;
      }
    });
    return this.#reloading;
  }

  async apply(loaded: LoadedConfiguration, seen?: string): Promise<boolean> {
    const { log } = this.#options;
    const inputs = loaded.inputs.length === 0 ? this.#watcher.files : loaded.inputs;
    const sameFiles = seen !== undefined && inputs.join('\n') === this.#watcher.files.join('\n');
    this.#watcher.watch(inputs, sameFiles ? seen : await look(inputs));
    if (loaded.parts === undefined) {
      log.error(
        { errors: loaded.problems.filter((problem) => problem.severity === 'error').length },
        'The changed configuration is refused; the last good one stays live',
      );
      return false;
    }
    const snapshot = buildSnapshot(loaded.parts, this.#number + 1);
    this.#warnOfSettings(loaded.parts.config);
    if (snapshot.hash === this.#hash) return true;
    const startMs = performance.now();
    const { applied, problems } = await this.#gateway.apply(snapshot);
    reportProblems(this.#options, problems);
    if (!applied) {
      log.error({ snapshot: snapshot.number, errors: problems.length }, 'The snapshot was rejected; the last good one stays live');
      return false;
    }
    this.#number = snapshot.number;
    this.#hash = snapshot.hash;
    const routes = snapshot.revisions.reduce((sum, revision) => sum + revision.routes.length, 0);
    log.info(
      { snapshot: snapshot.number, apis: snapshot.revisions.length, routes, ms: Math.round(performance.now() - startMs) },
      'Snapshot applied',
    );
    return true;
  }

  stop(): void {
    this.#watcher.stop();
  }

  /** What is fixed at start cannot change by a reload: said, not silently ignored. */
  #warnOfSettings(config: GatehouseConfig): void {
    const fixed = ({ gateway: { timeouts: _t, defaultEnvironment: _d, errorProfile: _e, ...settings }, control }: GatehouseConfig) =>
      JSON.stringify([settings, control]);
    if (fixed(config) !== fixed(this.#startedWith)) {
      this.#options.log.warn(
        {},
        'Changed settings under gateway or control (listeners, threads, limits, logs) take effect after a restart',
      );
    }
  }
}

function reportProblems(options: StartOptions, problems: readonly Problem[]): void {
  const shown = hasErrors(problems) ? problems : problems.filter((problem) => problem.severity !== 'hint');
  if (shown.length > 0) options.report(shown.map(formatProblem));
}

function accessLogFile(config: GatehouseConfig, dataDir: string): string {
  return config.gateway.accessLog.file ?? join(dataDir, 'access.log');
}

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function portError(error: unknown, listen: { host: string; port: number }): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new RefusedError(`Port ${listen.port} on ${listen.host} is in use by another process`);
}

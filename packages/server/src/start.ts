import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '@gatehouse/contract';
import { formatProblem, hasErrors } from '@gatehouse/contract/problem';
import { type GatewayLog, GatewayThreads } from '@gatehouse/gateway/threads';
import { AdminServer } from './admin-server.ts';
import { ConfigurationReader } from './configuration-reader.ts';
import type { ReadConfiguration } from './configuration-thread.ts';
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
  const reader = new ConfigurationReader();
  const read = await reader.read({ files: options.configFiles, env: options.env, number: 1 });
  reportProblems(options, read.problems);
  if (read.settings === undefined || read.snapshot === undefined) {
    reader.stop();
    throw new RefusedError('The configuration has errors');
  }
  await mkdir(options.dataDir, { recursive: true });

  const { gateway: settings, control } = read.settings;
  const accessLogFile = settings.accessLog.file ?? join(options.dataDir, 'access.log');
  const gateway = new GatewayThreads({ settings, accessLogFile, log: options.log });
  const startedMs = Date.now();
  const admin = new AdminServer({
    notReady: () => (gateway.ready ? undefined : 'the gateway has no snapshot yet, or is shutting down'),
    async metrics() {
      await gateway.collectMetrics();
      return { contentType: gateway.metrics.contentType, text: gateway.metrics.chunks() };
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
  const adminListen = options.role === 'gateway' ? settings.admin.listen : control.listen;
  try {
    await gateway.start();
  } catch (error) {
    reader.stop();
    throw error;
  }
  let adminPort: number;
  try {
    adminPort = await admin.listen(adminListen.host, adminListen.port);
  } catch (error) {
    reader.stop();
    await gateway.drain(0);
    throw portError(error, adminListen);
  }

  const live = new LiveConfiguration(options, reader, gateway, read.settings);
  try {
    if (!(await live.apply(read))) throw new RefusedError('The configuration was refused');
  } catch (error) {
    reader.stop();
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

type Settings = NonNullable<ReadConfiguration['settings']>;

/** Keeps what is live equal to what the files say. A state of them that is not valid changes nothing. */
class LiveConfiguration {
  readonly #options: StartOptions;
  readonly #reader: ConfigurationReader;
  readonly #gateway: GatewayThreads;
  readonly #watcher: FileWatcher;
  readonly #startedWith: Settings;
  #number = 0;
  #hash = '';
  #reloading: Promise<boolean> = Promise.resolve(true);

  constructor(options: StartOptions, reader: ConfigurationReader, gateway: GatewayThreads, startedWith: Settings) {
    this.#options = options;
    this.#reader = reader;
    this.#gateway = gateway;
    this.#startedWith = startedWith;
    this.#watcher = new FileWatcher(() => void this.reload());
  }

  /** Reads the files again and makes the result live. One reload at a time; each sees the files as they are when it begins. */
  reload(): Promise<boolean> {
    this.#reloading = this.#reloading.then(async () => {
      try {
        const seen = await look(this.#watcher.files);
        const read = await this.#reader.read({ files: this.#options.configFiles, env: this.#options.env, number: this.#number + 1 });
        reportProblems(this.#options, read.problems);
        return await this.apply(read, seen);
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

  async apply({ settings, snapshot, problems, inputs }: ReadConfiguration, seen?: string): Promise<boolean> {
    const { log } = this.#options;
    const files = inputs.length === 0 ? this.#watcher.files : inputs;
    const sameFiles = seen !== undefined && files.join('\n') === this.#watcher.files.join('\n');
    this.#watcher.watch(files, sameFiles ? seen : await look(files));
    if (settings === undefined || snapshot === undefined) {
      const errors = problems.filter((problem) => problem.severity === 'error').length;
      log.error({ errors }, 'The changed configuration is refused; the last good one stays live');
      return false;
    }
    this.#warnOfSettings(settings);
    if (snapshot.head.hash === this.#hash) return true;
    const startMs = performance.now();
    const { number, hash, revisions } = snapshot.head;
    const result = await this.#gateway.apply(snapshot);
    reportProblems(this.#options, result.problems);
    if (!result.applied) {
      log.error({ snapshot: number, errors: result.problems.length }, 'The snapshot was rejected; the last good one stays live');
      return false;
    }
    this.#number = number;
    this.#hash = hash;
    log.info(
      { snapshot: number, apis: revisions.length, routes: snapshot.routeCount, ms: Math.round(performance.now() - startMs) },
      'Snapshot applied',
    );
    return true;
  }

  stop(): void {
    this.#watcher.stop();
    this.#reader.stop();
  }

  /** What is fixed at start cannot change by a reload: said, not silently ignored. */
  #warnOfSettings(settings: Settings): void {
    const fixed = ({ gateway: { timeouts: _t, defaultEnvironment: _d, errorProfile: _e, ...rest }, control }: Settings) =>
      JSON.stringify([rest, control]);
    if (fixed(settings) !== fixed(this.#startedWith)) {
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

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function portError(error: unknown, listen: { host: string; port: number }): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new RefusedError(`Port ${listen.port} on ${listen.host} is in use by another process`);
}

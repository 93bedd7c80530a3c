import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '@gatehouse/contract';
import { DatabaseUnavailableError } from '@gatehouse/database/errors';
import { RefusedError, reportProblems, type StartOptions } from '../started.ts';
import { lendPackages } from './lend-packages.ts';
import { type LoadedPlugin, loadPlugin, messageOf, type PluginFailure, within } from './load-plugin.ts';
import { PROBLEM_TYPE, problemText } from './plugin-problem.ts';
import { type PluginServices, RunningPlugin } from './running-plugin.ts';
import { StrayRejections } from './stray-rejections.ts';
import { problemOf, type WrittenPlugin } from './written-plugin.ts';

type HostOptions = Pick<StartOptions, 'log' | 'report'>;

const PREFIX = '/api/';

/** The plugins of a control server: each is served below `/api/<name>`. */
export class PluginHost {
  readonly #options: HostOptions;
  readonly #written: readonly WrittenPlugin[];
  readonly #loaded: readonly LoadedPlugin[];
  /** By name; null: it could not be started and is optional. */
  readonly #plugins = new Map<string, RunningPlugin | null>();
  readonly #stray: StrayRejections;
  #isStopping = false;

  private constructor(options: HostOptions, written: readonly WrittenPlugin[], loaded: readonly LoadedPlugin[]) {
    this.#options = options;
    this.#written = written;
    this.#loaded = loaded;
    this.#stray = new StrayRejections(options.log);
    if (written.length > 0) this.#stray.watch();
  }

  /**
   * Loads every module and checks its configuration; nothing of a plugin is started. Rejects with `RefusedError` when a plugin that is not
   * optional cannot be used, or two have one name; why is reported, with the places in the configuration.
   */
  static async load(written: readonly WrittenPlugin[], options: HostOptions): Promise<PluginHost> {
    if (written.length > 0) lendPackages();
    const results: (LoadedPlugin | PluginFailure)[] = [];
    for (const plugin of written) results.push(await loadPlugin(plugin));
    const isLoaded = (result: LoadedPlugin | PluginFailure): result is LoadedPlugin => 'definition' in result;
    const loaded = results.filter(isLoaded);
    const host = new PluginHost(options, written, loaded);
    const failures = results.filter((result): result is PluginFailure => !isLoaded(result));
    for (const { written: plugin, name, problems } of failures.filter(({ written: { settings } }) => settings.optional)) {
      host.#leaveOut(plugin, name, problems);
    }
    const fatal = failures.filter(({ written: { settings } }) => !settings.optional).flatMap(({ problems }) => problems);
    host.#refuse([...fatal, ...sameNames(loaded)]);
    return host;
  }

  /**
   * Makes their tables and registers them, one after another. Rejects as `load` does, and with `DatabaseUnavailableError`: called again,
   * it goes on with those that are not registered yet.
   */
  async open(services: PluginServices): Promise<void> {
    const fatal: Problem[] = [];
    for (const plugin of this.#loaded) {
      const { name, written } = plugin;
      if (this.#plugins.has(name)) continue;
      const { optional, startTimeout } = written.settings;
      try {
        const opening = this.#stray.run(name, () => RunningPlugin.open(plugin, services));
        // One that comes too late is not wanted any more.
        let isLate = false;
        void opening.then((running) => (isLate ? running.stop() : undefined)).catch(() => undefined);
        const running = await within(startTimeout, opening).catch((error: unknown) => {
          isLate = true;
          throw error;
        });
        this.#plugins.set(name, running);
        this.#options.log.info({ plugin: name, path: `${PREFIX}${name}` }, 'A plugin was registered');
      } catch (error) {
        // It says nothing of the plugin.
        if (error instanceof DatabaseUnavailableError) throw error;
        const err = error instanceof Error ? error.stack : String(error);
        this.#options.log.error({ plugin: name, err }, 'A plugin could not be registered');
        const problem = problemOf(written, ['module'], 'plugin.failed', `the plugin "${name}" cannot be started: ${messageOf(error)}`);
        if (optional) this.#leaveOut(written, name, [problem]);
        else fatal.push(problem);
      }
    }
    this.#refuse(fatal);
  }

  /** The server is up: scheduled tasks begin. */
  start(): void {
    for (const [name, plugin] of this.#plugins) if (plugin !== null) this.#stray.run(name, () => plugin.start());
  }

  /** Answers requests below `/api/<name>` of a plugin; false for others. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): boolean => {
    const name = nameIn(request.url ?? '/');
    const plugin = name === undefined ? undefined : this.#plugins.get(name);
    if (name === undefined || plugin === undefined) return false;
    if (plugin === null || this.#isStopping) answerUnavailable(request, response, this.#isStopping);
    else this.#stray.run(name, () => plugin.handle(request, response));
    return true;
  };

  /** Says that changed plugins need a restart: code that was loaded cannot be taken back. */
  noteChange(written: readonly WrittenPlugin[]): void {
    const settingsOf = (plugins: readonly WrittenPlugin[]) => JSON.stringify(plugins.map(({ settings, file }) => [settings, file]));
    if (settingsOf(written) !== settingsOf(this.#written)) this.#options.log.warn({}, 'Changed plugins take effect after a restart');
  }

  /** To be called before the database closes. Bounded in time. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#plugins.values()].map((plugin) => plugin?.stop()));
    this.#stray.unwatch();
  }

  #leaveOut({ settings }: WrittenPlugin, name: string | undefined, problems: readonly Problem[]): void {
    if (name !== undefined) this.#plugins.set(name, null);
    const reason = problems.map(({ message }) => message).join('; ');
    this.#options.log.error({ plugin: name ?? settings.module, reason }, 'An optional plugin is left out');
  }

  #refuse(problems: readonly Problem[]): void {
    if (problems.length === 0) return;
    reportProblems(this.#options, problems);
    this.#stray.unwatch();
    throw new RefusedError(problems.length === 1 ? 'A plugin cannot be started' : 'Plugins cannot be started');
  }
}

function sameNames(loaded: readonly LoadedPlugin[]): Problem[] {
  const first = new Map<string, LoadedPlugin>();
  return loaded.flatMap((plugin) => {
    const { name, written } = plugin;
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, plugin);
      return [];
    }
    const { module } = other.written.settings;
    const message = `there are two plugins "${name}", this one and "${module}": give one of them another name with name`;
    return [problemOf(written, ['name'], 'plugin.name', message)];
  });
}

/** The segment behind `/api/`; undefined when there is none. */
function nameIn(url: string): string | undefined {
  if (!url.startsWith(PREFIX)) return undefined;
  const end = url.slice(PREFIX.length).search(/[/?]/);
  return end === -1 ? url.slice(PREFIX.length) : url.slice(PREFIX.length, PREFIX.length + end);
}

function answerUnavailable(request: IncomingMessage, response: ServerResponse, isStopping: boolean): void {
  const requestId = randomUUID();
  const detail = isStopping ? 'The server stops' : 'The plugin could not be started. The log says why';
  const body = problemText({ status: 503, code: 'plugin.unavailable', detail }, requestId);
  request.resume();
  response
    .writeHead(503, {
      'Content-Type': PROBLEM_TYPE,
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
      'X-Request-Id': requestId,
      ...(isStopping ? { Connection: 'close' } : {}),
    })
    .end(body);
}

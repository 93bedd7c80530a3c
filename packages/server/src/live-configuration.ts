import { DatabaseUnavailableError } from '@gatehouse/database/errors';
import type { GatewayThreads } from '@gatehouse/gateway/threads';
import type { ReadConfiguration } from './configuration-thread.ts';
import { type Begun, reportProblems, type Settings } from './started.ts';
import { FileWatcher, look } from './watch-files.ts';

const RETRY_MS = 5_000;

/** Makes what was read live. Resolves with whether it is; what is wrong has been reported. */
export type MakeLive = (read: ReadConfiguration & { settings: Settings }) => Promise<boolean>;

/** Keeps what is live equal to what the files say. A state of them that is not valid changes nothing. */
export class LiveConfiguration {
  readonly #begun: Begun;
  readonly #makeLive: MakeLive;
  readonly #gateway: GatewayThreads | null;
  readonly #watcher: FileWatcher;
  readonly #nextNumber: () => number;
  #reloading: Promise<boolean> = Promise.resolve(true);
  #retry: NodeJS.Timeout | undefined;

  /** `nextNumber`: of the snapshot, where one is made of what was read. */
  constructor(begun: Begun, gateway: GatewayThreads | null, makeLive: MakeLive, nextNumber: () => number = () => 1) {
    this.#begun = begun;
    this.#gateway = gateway;
    this.#nextNumber = nextNumber;
    this.#makeLive = makeLive;
    this.#watcher = new FileWatcher(() => void this.reload());
  }

  /** Reads the files again and makes the result live. One reload at a time; each sees the files as they are when it begins. */
  reload(): Promise<boolean> {
    const { options, reader } = this.#begun;
    this.#reloading = this.#reloading.then(async () => {
      try {
        const seen = await look(this.#watcher.files);
        const request = { files: options.configFiles, env: options.env, number: this.#nextNumber(), role: options.role };
        const read = await reader.read(request);
        reportProblems(options, read.problems);
        return await this.apply(read, seen);
      } catch (error) {
        if (error instanceof DatabaseUnavailableError) return this.#again(error);
        options.log.error(
          { error: error instanceof Error ? error.stack : String(error) },
          'The configuration could not be reloaded; the last good one stays live',
        );
        return false;
      }
    });
    return this.#reloading;
  }

  async apply(read: ReadConfiguration, seen?: string): Promise<boolean> {
    const { log } = this.#begun.options;
    const { settings, problems, inputs } = read;
    const files = inputs.length === 0 ? this.#watcher.files : inputs;
    const sameFiles = seen !== undefined && files.join('\n') === this.#watcher.files.join('\n');
    this.#watcher.watch(files, sameFiles ? seen : await look(files));
    const errors = problems.filter((problem) => problem.severity === 'error').length;
    if (settings === undefined || errors > 0) {
      log.error({ errors }, 'The changed configuration is refused; the last good one stays live');
      return false;
    }
    this.#warnOfSettings(settings);
    if (!this.#useCertificates(settings)) return false;
    return this.#makeLive({ ...read, settings });
  }

  /** What was read is not forgotten because the database was away: it is read and applied again, until that works. */
  #again(error: DatabaseUnavailableError): boolean {
    this.#begun.options.log.warn({ reason: error.message }, 'The changed configuration is applied once the database is there again');
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.reload(), RETRY_MS);
    this.#retry.unref();
    return false;
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#watcher.stop();
    this.#begun.reader.stop();
  }

  /** Certificates are the one thing under gateway that changes without a restart: they expire. */
  #useCertificates({ gateway: { tls } }: Settings): boolean {
    if (this.#gateway === null || tls === undefined || this.#begun.settings.gateway.tls === undefined) return true;
    const refused = this.#gateway.setCertificates(tls);
    if (refused === undefined) return true;
    this.#begun.options.log.error({ reason: refused }, 'The certificates are refused; the last good ones stay in use');
    return false;
  }

  /** What is fixed at start cannot change by a reload: said, not silently ignored. */
  #warnOfSettings(settings: Settings): void {
    const fixed = ({ gateway: { timeouts: _t, defaultEnvironment: _d, errorProfile: _e, tls, ...rest }, control }: Settings) =>
      JSON.stringify([rest, control, tls && { listen: tls.listen, http2: tls.http2 }]);
    if (fixed(settings) !== fixed(this.#begun.settings)) {
      this.#begun.options.log.warn(
        {},
        'Changed settings under gateway or control (listeners, threads, limits, logs) take effect after a restart',
      );
    }
    // What was allowed there and is not any more goes on counting: nobody must believe otherwise.
    const reading = ({ catalog, backend, integrations, aws }: Settings) => Object.entries({ catalog, backend, integrations, aws });
    const before = new Map(reading(this.#begun.settings));
    const changed = reading(settings).flatMap(([name, block]) =>
      JSON.stringify(block) === JSON.stringify(before.get(name as never)) ? [] : [name],
    );
    if (changed.length > 0) {
      this.#begun.options.log.warn(
        { blocks: changed },
        'Changed settings under catalog, backend, integrations or aws take effect after a restart; until then, what they allowed is allowed',
      );
    }
  }
}

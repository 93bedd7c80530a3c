import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import type { GatewaySettings, Problem, Snapshot } from '@gatehouse/contract';
import { COMPILE_ONLY } from '../compile/check-snapshot.ts';
import { compileNow } from '../compile/compile-snapshot.ts';
import type { CompiledSnapshot } from '../compile/compiled.ts';
import { createRateTable, rateTableBytes, releaseLocksOf } from '../shared/shared-rate-table.ts';
import { MetricsRegistry } from '../telemetry/metrics-registry.ts';
import { Deadlines } from '../upstream/deadlines.ts';
import { type CheckedTarget, HealthChecker } from '../upstream/health-checker.ts';
import { HEALTH_BAD, TargetStates } from '../upstream/target-states.ts';
import { targetId, UpstreamRegistry } from '../upstream/upstream-registry.ts';
import { GatewayThread } from './gateway-thread.ts';
import { TargetSlots } from './target-slots.ts';

/** Where the gateway tells what happens to itself. */
export interface GatewayLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface GatewayThreadsOptions {
  settings: GatewaySettings;
  /** Path of the access log, when it goes to a file. */
  accessLogFile: string;
  log: GatewayLog;
}

export interface ApplyResult {
  /** The snapshot is live in every thread; otherwise the previous one still is, everywhere. */
  applied: boolean;
  problems: Problem[];
}

/** Room for this many targets at a time, and for this many limited keys. */
const TARGETS_MAX = 8192;
const RATE_SLOTS = 128 * 1024;

/** A thread that dies again so soon after its start is restarted more and more slowly. */
const RESTART_DELAY_MAX_MS = 5_000;
const STABLE_AFTER_MS = 30_000;

/** How long threads may take to compile a snapshot before it counts as rejected. */
const PREPARE_TIMEOUT_MS = 60_000;

/**
 * The gateway of one process: threads that carry traffic, and on the main thread what exists once: the shared memory, the health
 * checks, the metrics, and the snapshot that is live. A snapshot goes live in every thread or in none.
 */
export class GatewayThreads {
  readonly #options: GatewayThreadsOptions;
  readonly #log: GatewayLog;
  readonly #count: number;
  readonly #reusePort: boolean;
  readonly #states: TargetStates;
  readonly #rates: SharedArrayBuffer;
  readonly #slots: TargetSlots;
  readonly #upstreams: UpstreamRegistry;
  readonly #health: HealthChecker;
  readonly #threads: GatewayThread[] = [];
  readonly metrics: MetricsRegistry;
  #port = 0;
  #snapshot: Snapshot | null = null;
  #compiled: CompiledSnapshot | null = null;
  #applying: Promise<unknown> = Promise.resolve();
  #restarts = 0;
  #draining = false;
  #collector: NodeJS.Timeout | undefined;

  constructor(options: GatewayThreadsOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#reusePort = hasReusePort();
    const wanted = options.settings.threads === 'auto' ? availableParallelism() : options.settings.threads;
    this.#count = this.#reusePort ? wanted : 1;
    if (this.#count !== wanted)
      options.log.info({ threads: 1 }, 'This platform cannot share a port between threads: one thread carries the traffic');
    this.#states = TargetStates.create(TARGETS_MAX, this.#count, Date.now());
    this.#rates = new SharedArrayBuffer(rateTableBytes(RATE_SLOTS));
    createRateTable(this.#rates, 0);
    this.#slots = new TargetSlots(TARGETS_MAX, (slot) => this.#states.clear(slot));
    this.metrics = new MetricsRegistry();
    this.#upstreams = new UpstreamRegistry({
      states: this.#states,
      deadlines: new Deadlines(),
      events: { retried() {}, ejected() {} },
      slotOf: (id) => this.#slots.slotOf(id),
    });
    this.#health = new HealthChecker(this.#states, {
      changed: ({ backend, environment, url }, healthy, reason) =>
        this.#log.warn(
          { backend, environment, target: url, healthy, reason },
          healthy ? 'A target is healthy again' : 'A target is unhealthy',
        ),
    });
  }

  /** The port that is listened on. */
  get port(): number {
    return this.#port;
  }

  get threadCount(): number {
    return this.#count;
  }

  /** Number of the snapshot that is live; 0 before the first. */
  get snapshotNumber(): number {
    return this.#snapshot?.number ?? 0;
  }

  /** Every thread carries traffic on a snapshot. */
  get ready(): boolean {
    return !this.#draining && this.#threads.length > 0 && this.#threads.every((thread) => thread.live);
  }

  /** Starts the threads; they listen when the first snapshot is applied. Rejects when the port cannot be had. */
  async start(): Promise<void> {
    const { host, port } = this.#options.settings.listen;
    // With SO_REUSEPORT a second process of the same user could share our port unnoticed, so it is taken exclusively once.
    this.#port = await probePort(host, port);
    for (let index = 0; index < this.#count; index++) this.#threads.push(this.#startThread(index));
    // Also when nobody scrapes: what a thread has counted and not handed over is lost when it dies.
    this.#collector = setInterval(() => void this.collectMetrics(), METRICS_INTERVAL_MS);
    this.#collector.unref();
  }

  /** Makes a snapshot live in every thread, or in none. Calls are served one after the other. */
  apply(snapshot: Snapshot): Promise<ApplyResult> {
    const result = this.#applying.then(() => this.#apply(snapshot));
    this.#applying = result.catch(() => {});
    return result;
  }

  /** Collects what the threads have counted since the last time. Threads that do not answer at once are left out. */
  async collectMetrics(): Promise<void> {
    const deltas = await Promise.all(this.#threads.map((thread) => thread.flush(METRICS_WAIT_MS)));
    for (const delta of deltas) if (delta !== undefined) this.metrics.merge(delta);
    this.metrics.setThreads(this.#threads.filter((thread) => thread.live).length, this.#restarts);
  }

  /** For log rotation. */
  reopenLogs(): void {
    for (const thread of this.#threads) thread.post({ type: 'reopen-log' });
  }

  /** Stops accepting, lets requests in flight end, and stops the threads. */
  async drain(timeoutMs: number): Promise<void> {
    this.#draining = true;
    this.#health.stop();
    clearInterval(this.#collector);
    await Promise.all(this.#threads.map((thread) => thread.drain(timeoutMs)));
  }

  async #apply(snapshot: Snapshot): Promise<ApplyResult> {
    const staged = this.#upstreams.stage();
    const { compiled, problems } = compileNow({ snapshot, services: COMPILE_ONLY, upstreams: staged, previous: this.#compiled });
    if (compiled === undefined) return { applied: false, problems };
    const slots = this.#slots.entries();
    const answers = await Promise.all(this.#threads.map((thread) => thread.prepare(snapshot, slots, this.#snapshot, PREPARE_TIMEOUT_MS)));
    const rejections = answers.flatMap((answer) => (answer.outcome === 'rejected' ? answer.problems : []));
    if (rejections.length > 0) {
      for (const thread of this.#threads) thread.post({ type: 'discard', number: snapshot.number });
      return { applied: false, problems: rejections };
    }
    // From here on it is the live one: a thread that was lost meanwhile starts on it.
    this.#snapshot = snapshot;
    this.#compiled = compiled;
    this.#upstreams.commit(staged);
    const failures = (await Promise.all(this.#threads.map((thread) => thread.commit(snapshot.number)))).filter(
      (failure) => failure !== undefined,
    );
    if (failures.length > 0) throw new Error(`Cannot listen on port ${this.#port}: ${failures[0]}`);
    this.#checkHealth(snapshot, compiled);
    this.metrics.setSnapshot(snapshot.number, Date.now());
    return { applied: true, problems };
  }

  #checkHealth(snapshot: Snapshot, compiled: CompiledSnapshot): void {
    const used = new Set<string>();
    for (const { upstreams } of compiled.publications) {
      for (const { upstream } of upstreams.values()) {
        for (const target of upstream.options.targets) used.add(target.id);
      }
    }
    this.#slots.keepOnly(used);
    const checked: CheckedTarget[] = [];
    const healthy: { backend: string; environment: string; target: string; slot: number }[] = [];
    for (const backend of snapshot.backends) {
      for (const [environment, definition] of Object.entries(backend.environments)) {
        for (const { url } of definition.targets) {
          const id = targetId(backend.name, environment, url);
          if (!used.has(id)) continue;
          const slot = this.#slots.slotOf(id);
          healthy.push({ backend: backend.name, environment, target: new URL(url).origin, slot });
          if (definition.healthCheck !== undefined) {
            checked.push({ id, slot, url, backend: backend.name, environment, check: definition.healthCheck, tls: definition.tls });
          }
        }
      }
    }
    this.#health.update(checked);
    this.metrics.setTargets(
      healthy.map(({ slot, ...labels }) => ({
        ...labels,
        healthy: () => this.#states.health(slot) !== HEALTH_BAD && !this.#states.isEjected(slot, Date.now()),
      })),
    );
  }

  #startThread(index: number, delayMs = 0): GatewayThread {
    const startedMs = Date.now();
    return new GatewayThread({
      delayMs,
      data: {
        thread: index,
        settings: this.#options.settings,
        port: this.#port,
        reusePort: this.#reusePort,
        accessLogFile: this.#options.accessLogFile,
        states: this.#states.buffer,
        rates: this.#rates,
      },
      onFailure: ({ requestId, what, message, stack }) =>
        this.#log.error({ requestId, what, stack }, `A request failed in the gateway: ${message}`),
      onMetrics: (delta) => this.metrics.merge(delta),
      onCrash: (threadId, error) => this.#replace(index, threadId, startedMs, delayMs, error),
    });
  }

  /** A thread died: what it held is released, and another takes its place on the snapshot that is live. */
  #replace(index: number, threadId: number, startedMs: number, lastDelayMs: number, error: Error): void {
    this.#states.forgetThread(index);
    releaseLocksOf(this.#rates, threadId);
    if (this.#draining) return;
    this.#restarts++;
    const delayMs = Date.now() - startedMs > STABLE_AFTER_MS ? 0 : Math.min(RESTART_DELAY_MAX_MS, Math.max(20, lastDelayMs * 2));
    this.#log.error(
      { thread: index, restarts: this.#restarts, delayMs, stack: error.stack },
      `A gateway thread died and is replaced: ${error.message}`,
    );
    const thread = this.#startThread(index, delayMs);
    this.#threads[index] = thread;
    this.#applying = this.#applying.then(async () => {
      const snapshot = this.#snapshot;
      if (snapshot === null || this.#threads[index] !== thread) return;
      const answer = await thread.prepare(snapshot, this.#slots.entries(), null, PREPARE_TIMEOUT_MS + delayMs);
      if (answer.outcome === 'prepared') await thread.commit(snapshot.number);
      else if (answer.outcome === 'rejected')
        this.#log.error({ thread: index, problems: answer.problems }, 'A new gateway thread rejected the snapshot that is live');
    });
  }
}

const METRICS_WAIT_MS = 250;
const METRICS_INTERVAL_MS = 5_000;

/** Platforms on which several sockets may listen on one port and the kernel spreads connections over them (libuv's list). */
function hasReusePort(): boolean {
  return process.platform === 'linux' || process.platform === 'freebsd';
}

/** Takes the port for a moment, alone: it is free, and 0 becomes a number. */
function probePort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(`Port ${port} on ${host} is in use by another process`) : error);
    });
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      probe.close(() => resolve(bound));
    });
  });
}

/** The message goes to the user. */
export class PortInUseError extends Error {
  override name = 'PortInUseError';
}

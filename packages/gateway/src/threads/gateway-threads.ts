import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import {
  type DebugCall,
  type DebugResult,
  type GatewaySettings,
  type PackedSnapshot,
  type Problem,
  parseTargetUrl,
  type TlsSettings,
} from '@gatehouse/contract';
import { createNonceMemory } from '../authentication/nonce-table.ts';
import { CredentialStore } from '../credentials/credential-store.ts';
import { ServiceDiscovery } from '../discovery/service-discovery.ts';
import { createRateTable, rateTableBytes, releaseLocksOf } from '../shared/shared-rate-table.ts';
import type { MetricsDelta } from '../telemetry/metrics.ts';
import { MetricsRegistry } from '../telemetry/metrics-registry.ts';
import { PulledMetric } from '../telemetry/pulled-metric.ts';
import { TrafficRecorder } from '../telemetry/traffic-recorder.ts';
import type { TrafficSource } from '../telemetry/traffic-source.ts';
import { HealthChecker, type HealthLog } from '../upstream/health-checker.ts';
import { TargetStates } from '../upstream/target-states.ts';
import { createHostAddresses } from '../wire/dns/host-addresses.ts';
import { ServiceRecords } from '../wire/dns/service-records.ts';
import { CertificateKeeper } from '../wire/tls/certificate-keeper.ts';
import { GatewayThread } from './gateway-thread.ts';
import { TargetSlots, TooManyTargetsError } from './target-slots.ts';

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
  /** Whether it is ready only once credentials are loaded; default true. Until then authenticated routes answer 503. */
  credentialsExpected?: boolean;
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
  readonly #health: HealthChecker;
  readonly #discovery: ServiceDiscovery;
  readonly #threads: GatewayThread[] = [];
  readonly metrics: MetricsRegistry;
  /** Who may call what: whoever runs the gateway writes it, every thread sees a change at once. */
  readonly credentials: CredentialStore;
  readonly #nonces: SharedArrayBuffer;
  readonly #certificates: CertificateKeeper | null;
  #port = 0;
  #tlsPort = 0;
  #traffic: TrafficRecorder | null = null;
  #snapshot: PackedSnapshot | null = null;
  /** The live one as it came: without the targets that DNS names. */
  #received: PackedSnapshot | null = null;
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
    this.credentials = new CredentialStore({ readers: this.#count });
    this.#nonces = createNonceMemory();
    this.#slots = new TargetSlots(TARGETS_MAX, (slot) => this.#states.clear(slot));
    this.metrics = new MetricsRegistry();
    const { tls } = options.settings;
    this.#certificates = tls === undefined ? null : new CertificateKeeper(tls, options.log, () => this.#sendCertificates());
    if (this.#certificates !== null) expiryMetric(this.#certificates).registerIn(this.metrics.registry);
    const records = new ServiceRecords(options.settings.dns.servers);
    this.#discovery = new ServiceDiscovery({
      find: (service) => records.find(service),
      changed: () => this.#followServices(),
      log: options.log,
    });
    const log: HealthLog = {
      changed: ({ backend, environment, url }, healthy, reason) =>
        this.#log.warn(
          { backend, environment, target: url, healthy, reason },
          healthy ? 'A target is healthy again' : 'A target is unhealthy',
        ),
    };
    this.#health = new HealthChecker(this.#states, log, createHostAddresses(options.settings.dns));
  }

  /** The port that is listened on. */
  get port(): number {
    return this.#port;
  }

  /** The port of HTTPS; 0 without. */
  get tlsPort(): number {
    return this.#tlsPort;
  }

  get threadCount(): number {
    return this.#count;
  }

  /** Number of the snapshot that is live; 0 before the first. */
  get snapshotNumber(): number {
    return this.#snapshot?.head.number ?? 0;
  }

  /** Every thread carries traffic on a snapshot, and callers can be told apart. */
  get ready(): boolean {
    if (this.#options.credentialsExpected !== false && !this.credentials.loaded) return false;
    return !this.#draining && this.#threads.length > 0 && this.#threads.every((thread) => thread.live);
  }

  /** Starts the threads; they listen when the first snapshot is applied. Rejects when the port cannot be had. */
  async start(): Promise<void> {
    const { host, port } = this.#options.settings.listen;
    // With SO_REUSEPORT a second process of the same user could share our port unnoticed, so it is taken exclusively once.
    this.#port = await probePort(host, port);
    const { tls } = this.#options.settings;
    if (tls !== undefined) this.#tlsPort = await probePort(tls.listen.host, tls.listen.port);
    this.#probeAccessLog();
    for (let index = 0; index < this.#count; index++) this.#threads.push(this.#startThread(index));
    this.#keepCalls();
    // Also when nobody scrapes: what a thread has counted and not handed over is lost when it dies.
    this.#collector = setInterval(() => void this.collectMetrics(), METRICS_INTERVAL_MS);
    this.#collector.unref();
  }

  /**
   * Uses other certificates (ciphers and versions too) for new handshakes in every thread, without a restart. Returns why not; then the
   * old ones stay. Undefined: they are in use. Where and whether HTTPS is listened on is fixed at the start.
   */
  setCertificates(tls: TlsSettings): string | undefined {
    if (this.#certificates === null) return 'HTTPS was not configured when the gateway started';
    return this.#certificates.replace(tls);
  }

  /** Makes a snapshot live in every thread, or in none. Calls are served one after the other. */
  apply(snapshot: PackedSnapshot): Promise<ApplyResult> {
    const result = this.#applying.then(async () => {
      const outcome = await this.#apply(await this.#discovery.fill(snapshot));
      if (outcome.applied) this.#received = snapshot;
      this.#discovery.keepOnly(this.#received);
      return outcome;
    });
    this.#applying = result.catch(() => {});
    return result;
  }

  /** DNS names other targets: the live snapshot is taken into use again with them. */
  #followServices(): void {
    const follow = async () => {
      if (this.#received === null || this.#draining) return;
      const { applied, problems } = await this.#apply(await this.#discovery.fill(this.#received));
      if (!applied) this.#log.error({ problems }, 'The targets that DNS names cannot be used; those from before stay in use');
    };
    this.#applying = this.#applying.then(follow).catch((error: unknown) => {
      this.#log.error({ error: String(error) }, 'The targets that DNS names could not be taken into use');
    });
  }

  /** Collects what the threads have counted since the last time. Threads that do not answer at once are left out. */
  async collectMetrics(): Promise<void> {
    const deltas = await Promise.all(this.#threads.map((thread) => thread.flush(METRICS_WAIT_MS)));
    for (const delta of deltas) if (delta !== undefined) this.#merge(delta);
    this.metrics.setThreads(this.#threads.filter((thread) => thread.live).length, this.#restarts);
  }

  /** From now on what threads count is kept for a control plane too, until it is taken, and so are some calls of apps. */
  recordTraffic(): TrafficSource {
    this.#traffic ??= new TrafficRecorder();
    const traffic = this.#traffic;
    this.#keepCalls();
    return {
      collect: async () => {
        await this.collectMetrics();
        traffic.closeCalls();
      },
      take: (seriesMax, callsMax) => traffic.take(seriesMax, callsMax),
      waitingRequests: () => traffic.waitingRequests,
    };
  }

  /** Sends a request through a thread that carries traffic, and tells what each step did with it. */
  debug(call: DebugCall): Promise<DebugResult> {
    const thread = this.#threads.find(({ live }) => live);
    if (thread === undefined) return Promise.reject(new Error('No gateway thread is ready'));
    return thread.debug(call);
  }

  /** For log rotation. */
  reopenLogs(): void {
    for (const thread of this.#threads) thread.post({ type: 'reopen-log' });
  }

  /** Stops accepting, lets requests in flight end, and stops the threads. */
  async drain(timeoutMs: number): Promise<void> {
    this.#draining = true;
    this.#health.stop();
    this.#discovery.stop();
    clearInterval(this.#collector);
    this.#certificates?.stop();
    await Promise.all(this.#threads.map((thread) => thread.drain(timeoutMs)));
  }

  async #apply(snapshot: PackedSnapshot): Promise<ApplyResult> {
    const { number } = snapshot.head;
    let slots: [string, number][];
    try {
      slots = snapshot.targets.map(({ id }) => [id, this.#slots.slotOf(id)]);
    } catch (error) {
      if (!(error instanceof TooManyTargetsError)) throw error;
      return { applied: false, problems: [{ severity: 'error', code: 'snapshot.too-many-targets', message: error.message }] };
    }
    const answers = await Promise.all(this.#threads.map((thread) => thread.prepare(snapshot, slots, this.#snapshot, PREPARE_TIMEOUT_MS)));
    // No thread is left that could have compiled it: it is not known to be good.
    if (this.#draining) return { applied: false, problems: [STOPPING] };
    const problems = answers.flatMap((answer) => (answer.outcome === 'rejected' ? answer.problems : []));
    if (problems.length > 0) {
      for (const thread of this.#threads) thread.post({ type: 'discard', number });
      return { applied: false, problems };
    }
    // From here on it is the live one: a thread that was lost meanwhile starts on it.
    const previous = this.#snapshot;
    this.#snapshot = snapshot;
    const failures = (await Promise.all(this.#threads.map((thread) => thread.commit(number)))).filter((failure) => failure !== undefined);
    if (failures.length > 0) throw new Error(`Cannot listen on port ${this.#port}: ${failures[0]}`);
    this.#watchTargets(snapshot);
    if (number !== previous?.head.number) this.metrics.setSnapshot(number, Date.now());
    return { applied: true, problems };
  }

  #keepCalls(): void {
    if (this.#traffic === null) return;
    for (const thread of this.#threads) thread.post({ type: 'keep-calls' });
  }

  #merge(delta: MetricsDelta): void {
    this.metrics.merge(delta);
    this.#traffic?.add(delta, Date.now());
  }

  /** A log that cannot be written is said once, at the start, and not by threads that die. */
  #probeAccessLog(): void {
    const { settings, accessLogFile } = this.#options;
    if (settings.accessLog.output !== 'file' || settings.accessLog.format === 'none') return;
    try {
      closeSync(openSync(accessLogFile, 'a', 0o640));
    } catch (error) {
      throw new Error(`The access log cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** From here on, states are kept and health is asked for the targets of this snapshot. */
  #watchTargets({ targets }: PackedSnapshot): void {
    this.#slots.keepOnly(new Set(targets.map((target) => target.id)));
    const placed = targets.map((target) => ({ ...target, slot: this.#slots.slotOf(target.id) }));
    this.#health.update(
      placed.flatMap(({ healthCheck, tls, ...target }) => (healthCheck === undefined ? [] : [{ ...target, check: healthCheck, tls }])),
    );
    this.metrics.setTargets(
      placed.map(({ slot, backend, environment, url }) => ({
        backend,
        environment,
        target: parseTargetUrl(url).origin,
        healthy: () => this.#states.isAvailable(slot, Date.now()),
      })),
    );
  }

  #sendCertificates(): void {
    const keeper = this.#certificates;
    if (keeper === null) return;
    for (const thread of this.#threads) thread.post({ type: 'certificates', tls: keeper.tls, ticketKeys: keeper.ticketKeys });
  }

  #startThread(index: number, delayMs = 0): GatewayThread {
    const startedMs = Date.now();
    const keeper = this.#certificates;
    return new GatewayThread({
      delayMs,
      data: {
        thread: index,
        settings: keeper === null ? this.#options.settings : { ...this.#options.settings, tls: keeper.tls },
        port: this.#port,
        tlsPort: this.#tlsPort,
        ticketKeys: keeper?.ticketKeys ?? NO_TICKET_KEYS,
        reusePort: this.#reusePort,
        accessLogFile: this.#options.accessLogFile,
        states: this.#states.buffer,
        rates: this.#rates,
        credentials: this.credentials.buffer,
        nonces: this.#nonces,
      },
      onFailure: ({ requestId, what, message, stack }) =>
        this.#log.error({ requestId, what, stack }, `A request failed in the gateway: ${message}`),
      onMetrics: (delta) => this.#merge(delta),
      onSharedStore: (reachable, reason) => {
        if (reachable) this.#log.info({ thread: index }, 'What the nodes share can be reached again');
        else
          this.#log.warn(
            { thread: index, reason },
            'What the nodes share cannot be reached: nonces are checked as gateway.shared.whenUnavailable says',
          );
      },
      onLogFailed: (message) => this.#log.error({ thread: index }, `The access log cannot be written: ${message}`),
      onCrash: (threadId, error) => this.#replace(index, threadId, startedMs, delayMs, error),
    });
  }

  /** A thread died: what it held is released, and another takes its place on the snapshot that is live. */
  #replace(index: number, threadId: number, startedMs: number, lastDelayMs: number, error: Error): void {
    this.#states.forgetThread(index);
    releaseLocksOf(this.#rates, threadId);
    this.credentials.forgetReader(index);
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
      const slots = snapshot.targets.map(({ id }): [string, number] => [id, this.#slots.slotOf(id)]);
      const answer = await thread.prepare(snapshot, slots, null, PREPARE_TIMEOUT_MS + delayMs);
      // What changed while it waited for its start.
      this.#sendCertificates();
      this.#keepCalls();
      if (answer.outcome === 'prepared') await thread.commit(snapshot.head.number);
      else if (answer.outcome === 'rejected')
        this.#log.error({ thread: index, problems: answer.problems }, 'A new gateway thread rejected the snapshot that is live');
    });
  }
}

const STOPPING: Problem = { severity: 'error', code: 'gateway.stopping', message: 'The gateway is shutting down' };

const NO_TICKET_KEYS = new Uint8Array();

function expiryMetric(certificates: CertificateKeeper): PulledMetric {
  return new PulledMetric('gauge', 'gatehouse_certificate_expires_seconds', 'Until the certificate expires; negative afterwards.', () =>
    certificates.expiries.map(({ host, expiresEpochMs }) => ({
      labels: { host },
      value: Math.round((expiresEpochMs - Date.now()) / 1000),
    })),
  );
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

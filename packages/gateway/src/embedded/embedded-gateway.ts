import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { threadId } from 'node:worker_threads';
import type { GatewaySettings, Problem, Snapshot } from '@gatehouse/contract';
import { compileNow } from '../compile/compile-snapshot.ts';
import type { CompiledSnapshot } from '../compile/compiled.ts';
import { CredentialStore } from '../credentials/credential-store.ts';
import { CredentialTable } from '../credentials/credential-table.ts';
import { Gateway } from '../gateway.ts';
import type { ProxyPort, ProxyServices } from '../policies/proxy-endpoint/policy.ts';
import { compileCidrs } from '../shared/address.ts';
import { createRateTable, rateTableBytes } from '../shared/shared-rate-table.ts';
import { ThreadMetrics } from '../telemetry/metrics.ts';
import { MetricsRegistry } from '../telemetry/metrics-registry.ts';
import { PulledMetric } from '../telemetry/pulled-metric.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { Deadlines } from '../upstream/deadlines.ts';
import type { StagedUpstreams } from '../upstream/upstream-registry.ts';
import { isClosing, lingerBeforeClose } from '../wire/node/linger.ts';
import { NodeResponder } from '../wire/node/node-responder.ts';
import { createUpgradeResponse } from '../wire/node/upgrade-response.ts';
import { EmbeddedUpstreams } from './embedded-upstreams.ts';
import { type ReadHead, readRequestHead } from './read-request-head.ts';

export type { ProxyEndpointConfig, ProxyPort } from '../policies/proxy-endpoint/policy.ts';

/** Where an embedded gateway tells what happens to itself; pino fits. */
export interface EmbeddedLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface EmbeddedGatewayOptions {
  settings: Pick<GatewaySettings, 'trustedProxies' | 'limits' | 'accessLog'>;
  /** Path of the access log, when it goes to a file. */
  accessLogFile: string;
  log: EmbeddedLog;
  proxy: ProxyPort;
  /** Where what is counted goes; absent: to one of its own. */
  metrics?: MetricsRegistry;
}

/** A snapshot that was compiled and is not live yet. */
export interface PreparedSnapshot {
  compiled: CompiledSnapshot;
  staged: StagedUpstreams;
}

/** Room for this many limited keys. */
const RATE_SLOTS = 16 * 1024;

/**
 * The gateway within another server of the same process, whose requests it takes over when they are parsed: the same compiler, pipeline
 * and upstreams as those of the threads, on the thread of that server.
 */
export class EmbeddedGateway {
  /** What was counted here is in it after `collectMetrics`. */
  readonly metrics: MetricsRegistry;
  readonly #options: EmbeddedGatewayOptions;
  readonly #gateway: Gateway;
  readonly #services: ProxyServices;
  readonly #deadlines = new Deadlines();
  readonly #counted = new ThreadMetrics();
  readonly #telemetry: Telemetry;
  readonly #upstreams: EmbeddedUpstreams;
  readonly #tunnels = new Set<Duplex>();
  /** What responders see of their listener. */
  readonly #listener = { draining: false, answered() {} };

  /** Throws when the access log cannot be opened. */
  constructor(options: EmbeddedGatewayOptions) {
    this.#options = options;
    const { settings, log, proxy } = options;
    this.metrics = options.metrics ?? new MetricsRegistry();
    this.#telemetry = createTelemetry({
      accessLog: settings.accessLog,
      file: options.accessLogFile,
      metrics: this.#counted,
      onLogError: (error) => log.error({}, `The access log cannot be written: ${error.message}`),
    });
    this.#upstreams = new EmbeddedUpstreams(this.#deadlines, this.#counted, {
      changed: ({ backend, url }, healthy, reason) =>
        log.warn({ backend, target: url, healthy, reason }, healthy ? 'A target is healthy again' : 'A target is unhealthy'),
    });
    new PulledMetric('gauge', 'gatehouse_proxy_target_healthy', '1 when the target of the proxy gets traffic, else 0.', () =>
      this.#upstreams.health(),
    ).registerIn(this.metrics.registry);
    this.#services = {
      rates: createRateTable(new SharedArrayBuffer(rateTableBytes(RATE_SLOTS)), threadId),
      credentials: new CredentialTable(new CredentialStore({ readers: 1 }).buffer, 0),
      nonces: NO_NONCES,
      now: Date.now,
      proxy,
    };
    this.#gateway = new Gateway({
      isTrusted: settings.trustedProxies.length === 0 ? null : compileCidrs(settings.trustedProxies),
      bodyBytesMax: settings.limits.bodyBytes,
      record: (exchange, nowMs) => this.#telemetry.record(exchange, nowMs),
      refused: (reason) => this.#counted.malformed(reason),
      log: {
        failed({ requestId }, what, error) {
          const { message, stack } = error instanceof Error ? error : new Error(String(error));
          log.error({ requestId, what, stack }, `A request failed in the proxy: ${message}`);
        },
      },
    });
  }

  /** Compiles a snapshot; nothing changes until `commit`. */
  prepare(snapshot: Snapshot): { prepared: PreparedSnapshot | undefined; problems: Problem[] } {
    const staged = this.#upstreams.stage();
    const { compiled, problems } = compileNow({ snapshot, services: this.#services, upstreams: staged, previous: this.#gateway.snapshot });
    return { prepared: compiled === undefined ? undefined : { compiled, staged }, problems };
  }

  /** Makes it live, in one step: requests in flight end on what they began with. Of several that were prepared, only the last may come. */
  commit({ compiled, staged }: PreparedSnapshot): void {
    const previous = this.#gateway.snapshot;
    this.#gateway.swap(compiled);
    this.#upstreams.commit(staged, compiled);
    if (previous !== null) void this.#retire(previous, compiled);
  }

  /** Answers a request that the server around it leaves to the gateway. */
  handle(message: IncomingMessage, response: ServerResponse): void {
    // Behind a request that was refused nothing more is served: the two sides may not agree on where it begins.
    if (isClosing(message.socket)) return;
    const head = this.#readHead(message, response, '');
    if (head !== null) new NodeResponder(message, response, this.#gateway, head.body, this.#listener).run(head);
  }

  /** Answers a request to leave HTTP, as the server's event `upgrade` has it. */
  upgrade(message: IncomingMessage, socket: Duplex, rest: Buffer): void {
    this.#tunnels.add(socket);
    socket.once('close', () => this.#tunnels.delete(socket));
    socket.on('error', () => socket.destroy());
    const response = createUpgradeResponse(message, socket as Socket);
    if (response === null) return;
    if (rest.length > 0) socket.unshift(rest);
    const head = this.#readHead(message, response, message.headers.upgrade ?? '');
    if (head !== null) new NodeResponder(message, response, this.#gateway, null, this.#listener).run(head);
  }

  /** Adds what was counted since the last time to `metrics`. */
  collectMetrics(): void {
    this.metrics.merge(this.#counted.drain());
  }

  /** For log rotation. */
  reopenLog(): void {
    this.#telemetry.reopen();
  }

  /** From here on answers close their connections. */
  drain(): void {
    this.#listener.draining = true;
  }

  /** To be called when the server around it has closed. */
  async stop(): Promise<void> {
    this.#upstreams.stop();
    for (const tunnel of this.#tunnels) tunnel.destroy();
    this.collectMetrics();
    await this.#telemetry.close();
  }

  #readHead(message: IncomingMessage, response: ServerResponse, upgrade: string): ReadHead | null {
    const head = readRequestHead(message, upgrade, this.#deadlines, this.#options.settings.limits.bodyTimeout);
    if (typeof head !== 'string') return head;
    const reply = this.#gateway.refuse('request.malformed', head);
    const ignore = () => {};
    message.on('error', ignore);
    response.on('error', ignore);
    response.shouldKeepAlive = false;
    lingerBeforeClose(message.socket);
    const body = Buffer.from(reply.body ?? '');
    response.writeHead(reply.status, [...reply.fields, 'Content-Length', String(body.length), 'Connection', 'close']);
    response.end(message.method === 'HEAD' ? undefined : body);
    return null;
  }

  /** Lets the policies that the new snapshot no longer has clean up. */
  async #retire(previous: CompiledSnapshot, live: CompiledSnapshot): Promise<void> {
    const kept = new Set(live.publications);
    const gone = previous.publications.filter((publication) => !kept.has(publication)).flatMap(({ policies }) => policies);
    if (previous.global !== live.global) gone.push(...previous.global.attached.map(({ steps }) => steps));
    for (const steps of gone) {
      try {
        await steps.close?.();
      } catch (error) {
        this.#options.log.error({ stack: error instanceof Error ? error.stack : String(error) }, 'A policy could not be closed');
      }
    }
  }
}

/** Apps are authenticated by the gateway's threads, not here. */
const NO_NONCES: ProxyServices['nonces'] = {
  claim(): never {
    throw new Error('An embedded gateway checks no signatures');
  },
};

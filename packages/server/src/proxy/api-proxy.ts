import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Problem, ProxySettings } from '@gatehouse/contract';
import { toTimeouts } from '@gatehouse/control/file';
import { EmbeddedGateway, type EmbeddedGatewayOptions, type PreparedSnapshot, type ProxyPort } from '@gatehouse/gateway/embedded';
import type { Begun, Settings } from '../started.ts';
import { DroppedHeaders } from './dropped-headers.ts';
import { buildProxySnapshot, PROXY_PREFIX } from './proxy-snapshot.ts';

export interface ApiProxyOptions {
  begun: Begun;
  authenticate: ProxyPort['authenticate'];
  /** Where what is counted goes; absent: to one of its own. */
  metrics?: EmbeddedGatewayOptions['metrics'];
}

/** Endpoints that can be made live. */
export interface PreparedProxy {
  settings: ProxySettings;
  /** Null: nothing has changed. */
  snapshot: PreparedSnapshot | null;
  hash: string;
}

/** `/api/proxy`: what the configuration passes on, served by a gateway within the control server. Without endpoints it costs nothing. */
export class ApiProxy {
  readonly #options: ApiProxyOptions;
  readonly #dropped: DroppedHeaders;
  #gateway: EmbeddedGateway | null = null;
  #number = 0;
  #hash = '';

  constructor(options: ApiProxyOptions) {
    this.#options = options;
    this.#dropped = new DroppedHeaders(options.begun.options.log);
  }

  /** Compiles the endpoints; nothing changes until `commit`. `prepared` is undefined when there are errors. */
  prepare({ proxy, gateway: { timeouts } }: Settings): { prepared: PreparedProxy | undefined; problems: Problem[] } {
    const snapshot = buildProxySnapshot(proxy, toTimeouts(timeouts), this.#number + 1);
    const { hash } = snapshot;
    const isEmpty = snapshot.publications.length === 0 && this.#gateway === null;
    if (isEmpty || hash === this.#hash) return { prepared: { settings: proxy, snapshot: null, hash }, problems: [] };
    this.#gateway ??= this.#create();
    const { prepared, problems } = this.#gateway.prepare(snapshot);
    return { prepared: prepared === undefined ? undefined : { settings: proxy, snapshot: prepared, hash }, problems };
  }

  /** From the next request on; requests in flight end on the endpoints on which they began. */
  commit({ settings, snapshot, hash }: PreparedProxy): void {
    const { log } = this.#options.begun.options;
    for (const { route, reason } of settings.skipped)
      log.warn({ endpoint: route, reason }, 'An endpoint of the proxy is not valid and left out');
    if (settings.deprecatedRoot) log.warn({}, 'Endpoints directly below proxy are deprecated: move them to proxy.endpoints');
    if (snapshot === null) return;
    this.#number++;
    this.#hash = hash;
    this.#dropped.setEndpoints(settings.endpoints);
    this.#gateway?.commit(snapshot);
    log.info({ endpoints: Object.keys(settings.endpoints).length }, 'The endpoints of the proxy were applied');
  }

  /** Answers requests below `/api/proxy`; false for others, and while there are no endpoints. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (this.#hash === '' || this.#gateway === null || !isProxied(request.url ?? '/')) return false;
    this.#gateway.handle(request, response);
    return true;
  };

  /** Answers requests to leave HTTP; false as `handle`. */
  readonly upgrade = (request: IncomingMessage, socket: Duplex, rest: Buffer): boolean => {
    if (this.#hash === '' || this.#gateway === null || !isProxied(request.url ?? '/')) return false;
    this.#gateway.upgrade(request, socket, rest);
    return true;
  };

  /** Prometheus text of what the proxy counted, where no other gateway tells it; undefined while there are no endpoints. */
  metrics(): { contentType: string; text: AsyncIterable<string> } | undefined {
    if (this.#gateway === null) return undefined;
    const { metrics } = this.#gateway;
    this.#gateway.collectMetrics();
    return { contentType: metrics.contentType, text: metrics.chunks() };
  }

  /** Adds what was counted to the metrics that were given. */
  collectMetrics(): void {
    this.#gateway?.collectMetrics();
  }

  reopenLog(): void {
    this.#gateway?.reopenLog();
  }

  /** Before the server around it closes. */
  drain(): void {
    this.#gateway?.drain();
  }

  /** After it. */
  async stop(): Promise<void> {
    await this.#gateway?.stop();
  }

  #create(): EmbeddedGateway {
    const { begun, authenticate, metrics } = this.#options;
    const { options, settings } = begun;
    return new EmbeddedGateway({
      settings: settings.gateway,
      accessLogFile: settings.gateway.accessLog.file ?? join(options.dataDir, 'access.log'),
      log: options.log,
      proxy: { authenticate, dropped: (...dropped) => this.#dropped.note(...dropped) },
      ...(metrics === undefined ? {} : { metrics }),
    });
  }
}

function isProxied(url: string): boolean {
  return url.startsWith(PROXY_PREFIX) && (url.length === PROXY_PREFIX.length || '/?'.includes(url.charAt(PROXY_PREFIX.length)));
}

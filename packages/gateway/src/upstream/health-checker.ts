import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type BackendDefinition, type HealthCheckDefinition, parseTargetUrl } from '@gatehouse/contract';
import type { HostAddresses } from '../wire/dns/host-addresses.ts';
import { askStatus } from '../wire/http2/client/ask-status.ts';
import { HEALTH_BAD, HEALTH_GOOD, type TargetStates } from './target-states.ts';

type Lookup = HostAddresses['lookup'];

/** A target that is asked for its health. */
export interface CheckedTarget {
  id: string;
  slot: number;
  url: string;
  /** Value of the Host field, where it is not that of the URL. */
  host?: string;
  backend: string;
  environment: string;
  check: HealthCheckDefinition;
  protocol?: BackendDefinition['protocol'];
  tls: BackendDefinition['tls'];
}

export interface HealthLog {
  changed(target: CheckedTarget, healthy: boolean, reason: string): void;
}

/**
 * Asks targets for their health and writes the answer into the shared state. One for the process, on its main thread. A target that is
 * still there after a change of configuration keeps its counts and its health.
 */
export class HealthChecker {
  readonly #states: TargetStates;
  readonly #log: HealthLog;
  readonly #hosts: HostAddresses | undefined;
  readonly #probes = new Map<string, Probe>();

  /** `hosts`: knows where the targets' hosts are; absent: the system is asked. */
  constructor(states: TargetStates, log: HealthLog, hosts?: HostAddresses) {
    this.#states = states;
    this.#log = log;
    this.#hosts = hosts;
  }

  /** The targets to check from now on. */
  update(targets: readonly CheckedTarget[]): void {
    const wanted = new Set<string>();
    for (const target of targets) {
      wanted.add(target.id);
      const known = this.#probes.get(target.id);
      if (known === undefined) this.#probes.set(target.id, new Probe(target, this.#states, this.#log, this.#hosts?.lookup));
      else known.update(target);
    }
    for (const [id, probe] of this.#probes) {
      if (wanted.has(id)) continue;
      probe.stop();
      this.#probes.delete(id);
    }
  }

  stop(): void {
    this.update([]);
  }
}

class Probe {
  #target: CheckedTarget;
  readonly #states: TargetStates;
  readonly #log: HealthLog;
  readonly #lookup: Lookup | undefined;
  #timer: NodeJS.Timeout;
  #good = 0;
  #bad = 0;
  #stopped = false;

  constructor(target: CheckedTarget, states: TargetStates, log: HealthLog, lookup: Lookup | undefined) {
    this.#lookup = lookup;
    this.#target = target;
    this.#states = states;
    this.#log = log;
    // Spread over the interval, so that many targets are not asked in the same instant.
    this.#timer = this.#schedule(Math.random() * Math.min(target.check.intervalMs, 1000));
  }

  update(target: CheckedTarget): void {
    const sooner = target.check.intervalMs < this.#target.check.intervalMs;
    this.#target = target;
    if (!sooner) return;
    clearTimeout(this.#timer);
    this.#timer = this.#schedule(target.check.intervalMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    // Without checks there is nobody to take the target back in.
    this.#states.setHealth(this.#target.slot, 0);
  }

  #schedule(ms: number): NodeJS.Timeout {
    const timer = setTimeout(() => void this.#run(), ms);
    timer.unref();
    return timer;
  }

  async #run(): Promise<void> {
    const failure = await ask(this.#target, this.#lookup);
    if (this.#stopped) return;
    this.#count(failure);
    this.#timer = this.#schedule(this.#target.check.intervalMs);
  }

  #count(failure: string | undefined): void {
    const target = this.#target;
    const { check, slot } = target;
    const bad = this.#states.health(slot) === HEALTH_BAD;
    if (failure === undefined) {
      this.#bad = 0;
      this.#good++;
      if (!bad) this.#states.setHealth(slot, HEALTH_GOOD);
      else if (this.#good >= check.healthyAfter) {
        this.#states.setHealth(slot, HEALTH_GOOD);
        this.#log.changed(target, true, `${this.#good} good answers`);
      }
    } else {
      this.#good = 0;
      this.#bad++;
      if (!bad && this.#bad >= check.unhealthyAfter) {
        this.#states.setHealth(slot, HEALTH_BAD);
        this.#log.changed(target, false, failure);
      }
    }
  }
}

/** Asks once. Undefined: healthy (a status from 200 to 399); else why not. */
function ask(target: CheckedTarget, lookup: Lookup | undefined): Promise<string | undefined> {
  return target.protocol === 'http2' ? askHttp2(target, lookup) : askHttp1(target, lookup);
}

async function askHttp2({ url, check, tls }: CheckedTarget, lookup: Lookup | undefined): Promise<string | undefined> {
  const target = parseTargetUrl(url);
  const path = target.pathPrefix + check.path;
  try {
    return failureOf(await askStatus({ url: target, path, timeoutMs: check.timeoutMs, tls: tlsOptions(tls), lookup }));
  } catch (error) {
    return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
  }
}

function failureOf(status: number): string | undefined {
  return status >= 200 && status < 400 ? undefined : `status ${status}`;
}

function tlsOptions(tls: CheckedTarget['tls']) {
  return {
    ca: tls?.ca,
    cert: tls?.certificate,
    key: tls?.key,
    rejectUnauthorized: tls?.insecureSkipVerify !== true,
    ...(tls?.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}

function askHttp1({ url, host: named, check, tls }: CheckedTarget, lookup: Lookup | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const { protocol, host, port, socketPath, authority, pathPrefix } = parseTargetUrl(url);
    const secure = protocol === 'https:';
    const request = (secure ? httpsRequest : httpRequest)({
      ...(socketPath === undefined ? { hostname: host, port, ...(lookup === undefined ? {} : { lookup }) } : { socketPath }),
      path: pathPrefix + check.path,
      headers: { Host: named ?? authority, 'User-Agent': 'gatehouse-health-check', Connection: 'close' },
      agent: false,
      signal: AbortSignal.timeout(check.timeoutMs),
      ...(secure ? tlsOptions(tls) : {}),
    });
    request.on('response', (response) => {
      response.on('error', () => {});
      response.resume();
      resolve(failureOf(response.statusCode ?? 0));
    });
    request.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'no answer in time' : (error.code ?? error.message)),
    );
    request.end();
  });
}

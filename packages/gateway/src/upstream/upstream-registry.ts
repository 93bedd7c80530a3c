import { type BackendDefinition, parseTargetUrl, type TargetUrl } from '@gatehouse/contract';
import type { HostAddresses } from '../wire/dns/host-addresses.ts';
import { ConnectionPool } from '../wire/http1/connection-pool.ts';
import { Http2Pool } from '../wire/http2/client/http2-pool.ts';
import type { TargetAddress } from '../wire/tls/connect-backend.ts';
import type { Connector } from '../wire/wire.ts';
import { createBalancer } from './balancer.ts';
import type { Deadlines } from './deadlines.ts';
import type { TargetStates } from './target-states.ts';
import { Upstream, type UpstreamEvents, type UpstreamTarget } from './upstream.ts';

/** Requests that may wait for a connection to one target, per thread. */
const QUEUE_MAX = 4096;
const IDLE_MS = 60_000;

/** A backend as far as its upstreams need it. */
export interface BackendIdentity {
  id: string;
  name: string;
}

/** Identifies a target across snapshots: its state, ejection and health follow this. */
export function targetId(backend: string, environment: string, url: string): string {
  return `${backend}|${environment}|${url}`;
}

export interface RegistryOptions {
  states: TargetStates;
  deadlines: Deadlines;
  events: UpstreamEvents;
  /** The slot in the shared state of a target, by its id. */
  slotOf(id: string): number;
  /** Knows where the targets' hosts are; absent: asks as the system is set up. */
  hosts?: HostAddresses;
}

export interface KnownUpstream {
  upstream: Upstream;
  pools: readonly string[];
}

/**
 * The upstreams and connections of one thread. They outlive snapshots: what a new snapshot uses as before is the same object, with
 * its connections, its turn and its budget; what it no longer uses is retired.
 */
export class UpstreamRegistry {
  readonly #options: RegistryOptions;
  #upstreams = new Map<string, KnownUpstream>();
  readonly #pools = new Map<string, Connector>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Begins the upstreams of a new snapshot. Nothing changes until `commit`. */
  stage(): StagedUpstreams {
    return new StagedUpstreams(
      (key, backend, environment, definition) => this.#upstreams.get(key) ?? this.#create(backend, environment, definition),
    );
  }

  /** The staged snapshot is live: what it does not use is retired. */
  commit(staged: StagedUpstreams): void {
    this.#upstreams = new Map(staged.used);
    const pools = new Set([...this.#upstreams.values()].flatMap((known) => known.pools));
    for (const [key, pool] of this.#pools) {
      if (pools.has(key)) continue;
      this.#pools.delete(key);
      pool.retire();
    }
  }

  #create(backend: BackendIdentity, environment: string, definition: BackendDefinition): KnownUpstream {
    const { states, deadlines, events, slotOf } = this.#options;
    const pools: string[] = [];
    const targets = definition.targets.map((target): UpstreamTarget => {
      const url = parseTargetUrl(target.url);
      const poolKey = JSON.stringify([url.origin, definition.connectionsMax, definition.protocol, definition.tls]);
      pools.push(poolKey);
      const id = targetId(backend.id, environment, target.url);
      return {
        id,
        url: target.url,
        slot: slotOf(id),
        weight: target.weight,
        label: url.origin,
        host: target.host ?? url.authority,
        pathPrefix: url.pathPrefix,
        prefix: url.prefix,
        connector: this.#pool(poolKey, url, definition),
      };
    });
    const upstream = new Upstream({
      backend: backend.name,
      environment,
      targets,
      balancer: createBalancer(definition.loadBalancing, targets, states),
      definition,
      states,
      deadlines,
      events,
    });
    return { upstream, pools };
  }

  #pool(key: string, { protocol, host, port, socketPath }: TargetUrl, definition: BackendDefinition): Connector {
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const address: TargetAddress = {
      protocol,
      host,
      port,
      ...(socketPath === undefined ? {} : { socketPath }),
      ...(this.#options.hosts === undefined ? {} : { hosts: this.#options.hosts }),
      ...(definition.tls === undefined ? {} : { tls: definition.tls }),
    };
    const options = { connectionsMax: definition.connectionsMax, queueMax: QUEUE_MAX, idleMs: IDLE_MS };
    const pool = definition.protocol === 'http2' ? new Http2Pool(address, options) : new ConnectionPool(address, options);
    this.#pools.set(key, pool);
    return pool;
  }
}

type FindUpstream = (key: string, backend: BackendIdentity, environment: string, definition: BackendDefinition) => KnownUpstream;

/** The upstreams of one publication, to be kept as long as it is. */
export type UpstreamGroup = ReadonlyMap<string, KnownUpstream>;

/** The upstreams that a snapshot under compilation uses. */
export class StagedUpstreams {
  readonly used = new Map<string, KnownUpstream>();
  readonly #find: FindUpstream;
  #group = new Map<string, KnownUpstream>();

  constructor(find: FindUpstream) {
    this.#find = find;
  }

  get(backend: BackendIdentity, environment: string, definition: BackendDefinition): Upstream {
    const key = JSON.stringify([backend.id, backend.name, environment, definition]);
    let known = this.used.get(key);
    if (known === undefined) {
      known = this.#find(key, backend, environment, definition);
      this.used.set(key, known);
    }
    this.#group.set(key, known);
    return known.upstream;
  }

  /** What was asked for since the last call. */
  takeGroup(): UpstreamGroup {
    const group = this.#group;
    this.#group = new Map();
    return group;
  }

  /** A publication is taken over as it is, and so are its upstreams. */
  keep(group: UpstreamGroup): void {
    for (const [key, known] of group) this.used.set(key, known);
  }
}

import type { ProxySettings } from '@gatehouse/contract';

/** Names that are told of an endpoint at most: clients can make up any number. */
const NAMES_MAX = 200;

/** Tells once for each endpoint, direction and name that a header was not passed on: otherwise nobody finds out why a target refuses. */
export class DroppedHeaders {
  readonly #log: { info(fields: object, message: string): void };
  #told = new Map<string, Set<string>>();
  #endpoints: ProxySettings['endpoints'] = {};

  constructor(log: { info(fields: object, message: string): void }) {
    this.#log = log;
  }

  /** What changed is told again. */
  setEndpoints(endpoints: ProxySettings['endpoints']): void {
    this.#told = new Map([...this.#told].filter(([route]) => JSON.stringify(endpoints[route]) === JSON.stringify(this.#endpoints[route])));
    this.#endpoints = endpoints;
  }

  note(route: string, direction: 'request' | 'response', lowerNames: readonly string[]): void {
    let told = this.#told.get(route);
    if (told === undefined) {
      told = new Set();
      this.#told.set(route, told);
    }
    const headers: string[] = [];
    for (const name of lowerNames) {
      const key = `${direction} ${name}`;
      if (told.has(key) || told.size >= NAMES_MAX || this.#isOwn(route, direction, name)) continue;
      told.add(key);
      headers.push(name.slice(0, 100));
    }
    if (headers.length === 0) return;
    this.#log.info(
      { endpoint: route, direction, headers },
      `The proxy does not pass on these headers of a ${direction}; to pass them on, name them in allowedHeaders${
        headers.includes('authorization') ? ', Authorization with credentials: forward' : ''
      }`,
    );
  }

  /** Credentials for Gatehouse itself, which were used and are not meant for the target. */
  #isOwn(route: string, direction: string, name: string): boolean {
    return direction === 'request' && name === 'authorization' && this.#endpoints[route]?.credentials === 'require';
  }
}

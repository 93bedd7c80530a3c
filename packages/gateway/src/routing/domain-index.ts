import { RoutingError } from './routing-error.ts';
import { SegmentMap } from './segment-map.ts';

const DOT_CODE = 46;

/** Domains by host: an exact name first, then `*.example.com`, which stands for exactly one more label. */
export class DomainIndex<Domain extends { readonly host: string }> {
  readonly #exact = new SegmentMap<Domain>();
  /** Key: the part after `*.`. */
  readonly #wildcard = new SegmentMap<Domain>();

  /** Throws a `RoutingError` with code `routing.duplicate-host`. */
  constructor(domains: Iterable<Domain>) {
    for (const domain of domains) {
      const wildcard = domain.host.startsWith('*.');
      const map = wildcard ? this.#wildcard : this.#exact;
      const name = wildcard ? domain.host.slice(2) : domain.host;
      if (map.get(name, 0, name.length) !== undefined)
        throw new RoutingError('routing.duplicate-host', `The host ${domain.host} is bound twice`);
      map.add(name, domain);
    }
  }

  /** The domain for a host in lower case without port. One dot at the end, the form of an absolute name, is left out. */
  find(host: string): Domain | undefined {
    const end = host.charCodeAt(host.length - 1) === DOT_CODE ? host.length - 1 : host.length;
    if (this.#exact.size > 0) {
      const domain = this.#exact.get(host, 0, end);
      if (domain !== undefined) return domain;
    }
    if (this.#wildcard.size === 0) return undefined;
    const dot = host.indexOf('.');
    return dot > 0 ? this.#wildcard.get(host, dot + 1, end) : undefined;
  }
}

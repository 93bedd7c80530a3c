import { certificateHosts, type GatewaySettings } from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import type { ControlTables, NodesTable } from '../schema/tables.ts';

/** Of the `gateway` block: what says where callers reach it. */
export type PublicGateway = Pick<GatewaySettings, 'publicUrl' | 'listen' | 'tls'>;

export interface GatewayUrlsOptions {
  database: Database<ControlTables>;
  /** The row's node has a stream to a control node that lives. */
  isConnected(row: Pick<NodesTable, 'id' | 'connected_to' | 'last_seen_at'>): boolean;
  /** Absent: there is no configuration of a gateway here. */
  gateway: PublicGateway | undefined;
}

const DEFAULT_URL = 'http://localhost:8000';

/** Where callers reach the gateway. */
export class GatewayUrls {
  readonly #options: GatewayUrlsOptions;
  #tlsHosts: ReadonlySet<string> | undefined;

  constructor(options: GatewayUrlsOptions) {
    this.#options = options;
  }

  /** The best one first, at least one; without a slash at the end. As the configuration says, else as the nodes say where they listen. */
  async all(): Promise<string[]> {
    const { gateway } = this.#options;
    if (gateway?.publicUrl !== undefined) return [withoutSlash(gateway.publicUrl)];
    const reported = await this.#reported();
    if (reported.length > 0) return reported;
    return [gateway === undefined ? DEFAULT_URL : toUrl(gateway.listen)];
  }

  /** Where a host that is bound to a domain is reached, when the gateway is at `base`: on its port, or by TLS where there is a certificate. */
  ofHost(host: string, base: string): string {
    const { gateway } = this.#options;
    const url = new URL(base);
    const { protocol, port } =
      gateway?.publicUrl === undefined && gateway?.tls !== undefined && this.#hasCertificate(host)
        ? { protocol: 'https:', port: gateway.tls.listen.port === 443 ? '' : String(gateway.tls.listen.port) }
        : url;
    return `${protocol}//${host}${port === '' ? '' : `:${port}`}`;
  }

  async #reported(): Promise<string[]> {
    const { database, isConnected } = this.#options;
    const rows = await database.read
      .selectFrom('nodes')
      .select(['id', 'kind', 'address', 'connected_to', 'last_seen_at'])
      .where('connected_to', 'is not', null)
      .orderBy('name')
      .orderBy('id')
      .execute();
    const connected = rows.filter((row) => isConnected(row) && isHttp(row.address));
    // A remote node that listens on every address of its machine knows none that others could use.
    const rank = (row: (typeof rows)[number]) => (row.kind === 'embedded' ? 0 : isLoopback(row.address) ? 2 : 1);
    connected.sort((a, b) => rank(a) - rank(b));
    return [...new Set(connected.map(({ address }) => withoutSlash(address)))];
  }

  #hasCertificate(host: string): boolean {
    this.#tlsHosts ??= new Set(
      this.#options.gateway?.tls?.certificates.flatMap(({ certificate, hosts }) => hosts ?? certificateHosts(certificate)) ?? [],
    );
    return this.#tlsHosts.has(host) || this.#tlsHosts.has(`*.${host.slice(host.indexOf('.') + 1)}`);
  }
}

/** Nodes say of themselves where they are: what is no address of the web is shown to nobody as one. */
function isHttp(address: string): boolean {
  const protocol = URL.parse(address)?.protocol;
  return protocol === 'http:' || protocol === 'https:';
}

function isLoopback(address: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname);
}

function toUrl({ host, port }: PublicGateway['listen']): string {
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}

function withoutSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url;
}

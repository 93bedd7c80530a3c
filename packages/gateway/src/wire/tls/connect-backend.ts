import { connect as connectTcp, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { BackendTls } from '@gatehouse/contract';
import { HostAddresses } from '../dns/host-addresses.ts';

/** Where the connections of one pool go. */
export interface TargetAddress {
  protocol: 'http:' | 'https:';
  host: string;
  port: number;
  /** Connected to instead of host and port. */
  socketPath?: string;
  tls?: BackendTls;
  /** Knows where hosts are; absent: one for the thread, that asks as the system is set up. */
  hosts?: HostAddresses;
}

/**
 * Makes the TLS connections to one target: what its certificates need is read once, and a session is resumed by the connections that
 * follow, which spares both sides the costly part of the handshake.
 */
export class BackendTlsConnector {
  readonly #address: TargetAddress;
  readonly #options: ConnectionOptions;
  #context: SecureContext | null = null;
  #session: Buffer | undefined = undefined;

  /** `protocols`: what is offered by ALPN, the best first. Throws when the certificates of the definition cannot be used. */
  constructor(address: TargetAddress, protocols: readonly string[]) {
    this.#address = address;
    const { tls } = address;
    const serverName = tls?.serverName ?? address.host;
    this.#options = {
      host: address.host,
      port: address.port,
      // An address is no name to ask for (RFC 6066 section 3), and is checked as the address that it is.
      ...(isIpLiteral(serverName) ? {} : { servername: serverName }),
      rejectUnauthorized: tls?.insecureSkipVerify !== true,
      ALPNProtocols: [...protocols],
    };
    // Where nothing of its own is used there is nothing that could be wrong, and most targets are never asked.
    if (tls?.ca !== undefined || tls?.certificate !== undefined) this.#context = this.#createContext();
  }

  /** A connection in its handshake. */
  connect(): TLSSocket {
    this.#context ??= this.#createContext();
    const session = this.#session;
    const socket = connectTls({
      ...this.#options,
      ...CONNECTION,
      lookup: hostsOf(this.#address).lookup,
      secureContext: this.#context,
      ...(session === undefined ? {} : { session }),
    });
    socket.on('session', (ticket: Buffer) => {
      this.#session = ticket;
    });
    // Whatever was wrong, the next connection begins anew.
    socket.once('error', () => {
      this.#session = undefined;
    });
    return socket;
  }

  #createContext(): SecureContext {
    const { tls } = this.#address;
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls?.certificate === undefined || tls.key === undefined ? {} : { cert: tls.certificate, key: tls.key }),
    });
  }
}

let systemHosts: HostAddresses | null = null;

function hostsOf({ hosts }: TargetAddress): HostAddresses {
  if (hosts !== undefined) return hosts;
  systemHosts ??= new HostAddresses();
  return systemHosts;
}

const CONNECTION = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };

/** A connection without TLS, on its way. */
export function connectPlain(address: TargetAddress, onread?: OnReadOpts): Socket {
  const { host, port, socketPath } = address;
  const reading = onread === undefined ? {} : { onread };
  if (socketPath !== undefined) return connectTcp({ path: socketPath, ...reading });
  return connectTcp({ host, port, ...CONNECTION, lookup: hostsOf(address).lookup, ...reading });
}

/**
 * Whether a connection should be used no longer because its host is elsewhere now. Who asks says thereby that it is in use; connections
 * would last for ever otherwise, where there is always another request for them.
 */
export function isElsewhere(address: TargetAddress, socket: Socket): boolean {
  const { remoteAddress } = socket;
  if (address.socketPath !== undefined || remoteAddress === undefined || isIpLiteral(address.host)) return false;
  return hostsOf(address).isGone(address.host, remoteAddress);
}

/** Why a connection failed, for the log: the code, what OpenSSL or the system says, and what to look at where that is known. */
export function connectFailure(error: NodeJS.ErrnoException, { host, socketPath, tls }: TargetAddress): string {
  const text = `${error.code ?? 'error'}: ${error.message}`;
  const hint = (socketPath === undefined ? HINTS : SOCKET_HINTS)[error.code ?? ''];
  return hint === undefined ? text : `${text} (${hint.replace('{name}', tls?.serverName ?? host)})`;
}

const HINTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed: name it, or who signed it, in tls.ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'the authority is not known: name it in tls.ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the authority is not known: name it in tls.ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the authority is not known, or the backend does not send its intermediate certificates: see tls.ca',
  CERT_HAS_EXPIRED: "the backend's certificate, or one above it, has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is not for {name}: see tls.serverName',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the backend asks for a client certificate: see tls.certificate and tls.key',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the backend does not know who signed the client certificate',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the backend does not speak TLS on this port',
  EPROTO: 'the TLS handshake failed',
};

const SOCKET_HINTS: Readonly<Record<string, string>> = {
  EACCES: 'the gateway may not write to the socket: see its owner and mode, and those of the folders above it',
  ECONNREFUSED: 'nobody listens on the socket',
};

function isIpLiteral(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

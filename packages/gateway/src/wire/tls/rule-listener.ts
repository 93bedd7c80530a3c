import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';
import { ClientCertificate, type TlsClient } from '../../exchange/client-certificate.ts';
import type { Deadlines } from '../../upstream/deadlines.ts';
import { Http1Listener } from '../http1/server/http1-listener.ts';
import { Http2Sessions } from '../http2/server/http2-sessions.ts';
import type { ListenerHandler, ListenerOptions } from '../wire.ts';
import type { ClientCertificateRule } from './client-certificate-rules.ts';
import type { SecureContexts } from './secure-contexts.ts';

export interface RuleListenerOptions {
  rule: ClientCertificateRule;
  listener: ListenerOptions;
  handler: ListenerHandler;
  deadlines: Deadlines;
  http2: boolean;
  /** Of the first name that the rule is for. */
  context: SecureContextOptions;
  /** The certificates that there are now. */
  contexts(): SecureContexts;
}

/**
 * Makes the handshakes of the names that one rule for client certificates holds for, then hands the connection to HTTP/2 or to our own
 * HTTP/1.1, as ALPN says (RFC 7301). Does not listen: connections are accepted elsewhere.
 */
export class RuleListener {
  readonly #options: RuleListenerOptions;
  readonly #server: Server;
  readonly #http1: Http1Listener;
  readonly #http2: Http2Sessions;
  readonly #nobody: TlsClient;
  #released = false;

  constructor(options: RuleListenerOptions) {
    const { rule, listener, handler, deadlines, context, http2, contexts } = options;
    this.#options = options;
    this.#http1 = new Http1Listener(listener, handler);
    this.#http2 = new Http2Sessions(listener, handler, deadlines);
    this.#nobody = { rule: rule.key, certificate: null, fault: '' };
    this.#server = createServer({
      ...context,
      ALPNProtocols: http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
      SNICallback: (serverName, done) => {
        const found = contexts().find(serverName);
        // With another rule come other authorities: whoever they vouch for is nobody here.
        done(null, found?.rule.key === rule.key ? found.context : undefined);
      },
      handshakeTimeout: listener.headersTimeoutMs,
      requestCert: rule.mode !== 'none',
      // A handshake that fails tells a client of TLS 1.3 nothing: it is answered, with 403 and why.
      rejectUnauthorized: false,
    });
    this.#server.on('secureConnection', this.#onSecure);
    this.#server.on('tlsClientError', this.#onHandshakeFailed);
  }

  /** New handshakes use this for clients that name no host. */
  setContext(context: SecureContextOptions): void {
    this.#server.setSecureContext(context);
  }

  accept(socket: Socket): void {
    this.#server.emit('connection', socket);
  }

  /** No connection is kept any longer: those that are idle close now, others behind their answer. */
  release(): void {
    this.#released = true;
    this.#http1.release();
    this.#http2.release();
  }

  stop(): void {
    this.#http2.stop();
  }

  readonly #onSecure = (socket: TLSSocket): void => {
    // From here on a client that has sent all it will still gets its answer; before, it has only left.
    socket.allowHalfOpen = true;
    // Nothing was asked yet: the client may ask elsewhere. Or the handshake read another name than the one that led here.
    if (this.#released || this.#isForAnother(socket.servername)) socket.destroy();
    else if (socket.alpnProtocol === 'h2') this.#http2.accept(socket, this.#clientOf(socket));
    else this.#http1.accept(socket, this.#clientOf(socket));
  };

  /** `serverName`: false when there is none, or not known, as of a resumed session of TLS 1.2. */
  #isForAnother(serverName: string | false | null | undefined): boolean {
    const { contexts, rule } = this.#options;
    return typeof serverName === 'string' && serverName !== '' && contexts().ruleFor(serverName).key !== rule.key;
  }

  #clientOf(socket: TLSSocket): TlsClient {
    const { rule } = this.#options;
    if (rule.mode === 'none') return this.#nobody;
    // Not `authorized` alone: a resumed session without a certificate is authorized too.
    const certificate = socket.getPeerX509Certificate();
    if (!(certificate instanceof X509Certificate)) return this.#nobody;
    if (!socket.authorized) {
      const error: unknown = socket.authorizationError;
      return { ...this.#nobody, fault: error instanceof Error ? error.message : String(error) };
    }
    return { ...this.#nobody, certificate: new ClientCertificate(certificate, rule.forward) };
  }

  /** Scanners, old clients, and such that do not like the certificate: counted, as there is nobody left to answer. */
  readonly #onHandshakeFailed = (error: NodeJS.ErrnoException, socket: TLSSocket): void => {
    socket.destroy();
    if (error.code === 'ECONNRESET') return;
    const late = error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT';
    this.#options.handler.refuse('request.malformed', late ? HANDSHAKE_TIMEOUT : HANDSHAKE_FAILED);
  };
}

export const HANDSHAKE_TIMEOUT = 'The TLS handshake took too long';
const HANDSHAKE_FAILED = 'The TLS handshake failed';

import type { Deadlines } from '../upstream/deadlines.ts';
import { Http1Listener } from './http1/server/http1-listener.ts';
import { Http2Sessions } from './http2/server/http2-sessions.ts';
import { NodeListener } from './node/node-listener.ts';
import { TlsListener, type TlsListenerOptions } from './tls/tls-listener.ts';
import type { Listener, ListenerHandler, ListenerOptions } from './wire.ts';

/** `own`: HTTP/1.1 of our own. `node`: node:http, kept as the reference and as the way back. */
export type WireName = 'own' | 'node';

/** Creates the listener for HTTPS, whatever the wire without TLS is. Throws when a certificate cannot be used. */
export function createTlsListener(options: TlsListenerOptions, handler: ListenerHandler, deadlines: Deadlines): TlsListener {
  return new TlsListener(options, handler, deadlines);
}

/**
 * Creates the listener that a wire has; `deadlines` are those of the thread. `http2`: clients may begin with HTTP/2 (RFC 9113 section
 * 3.3); only `own` can tell.
 */
export function createListener(
  { wire, http2 }: { wire: WireName; http2: boolean },
  options: ListenerOptions,
  handler: ListenerHandler,
  deadlines: Deadlines,
): Listener {
  if (wire === 'node') return new NodeListener(options, handler, deadlines);
  return new Http1Listener(options, handler, http2 ? new Http2Sessions(options, handler, deadlines) : null);
}

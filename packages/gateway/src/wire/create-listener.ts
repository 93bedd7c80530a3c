import type { Deadlines } from '../upstream/deadlines.ts';
import { Http1Listener } from './http1/server/http1-listener.ts';
import { NodeListener } from './node/node-listener.ts';
import { TlsListener, type TlsListenerOptions } from './tls/tls-listener.ts';
import type { Listener, ListenerHandler, ListenerOptions } from './wire.ts';

/** `own`: HTTP/1.1 of our own. `node`: node:http, kept as the reference and as the way back. */
export type WireName = 'own' | 'node';

/** Creates the listener for HTTPS, whatever the wire without TLS is. Throws when a certificate cannot be used. */
export function createTlsListener(options: TlsListenerOptions, handler: ListenerHandler, deadlines: Deadlines): TlsListener {
  return new TlsListener(options, handler, deadlines);
}

/** Creates the listener that a wire has; `deadlines` are those of the thread. */
export function createListener(wire: WireName, options: ListenerOptions, handler: ListenerHandler, deadlines: Deadlines): Listener {
  return wire === 'node' ? new NodeListener(options, handler, deadlines) : new Http1Listener(options, handler);
}

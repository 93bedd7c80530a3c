import type { Deadlines } from '../../packages/gateway/src/upstream/deadlines.ts';
import { Http1Listener } from '../../packages/gateway/src/wire/http1/server/http1-listener.ts';
import { NodeListener } from '../../packages/gateway/src/wire/node/node-listener.ts';
import type { Listener, ListenerHandler, ListenerOptions } from '../../packages/gateway/src/wire/wire.ts';
import { PlainNodeListener } from './plain-node-listener.ts';

/**
 * `own` and `node` are the values of `gateway.wire`. `node:http` is Node's server as it comes, in its strict mode, without anything of
 * ours: what the two are compared with.
 */
export type ListenerName = 'own' | 'node' | 'node:http';

export interface ListenerKind {
  name: ListenerName;
  create(options: ListenerOptions, handler: ListenerHandler, deadlines: Deadlines): Listener;
}

/** What `gateway.wire` can be set to. */
export const OUR_LISTENERS: readonly ListenerKind[] = [
  { name: 'own', create: (options, handler) => new Http1Listener(options, handler) },
  { name: 'node', create: (options, handler, deadlines) => new NodeListener(options, handler, deadlines) },
];

export const REFERENCE_LISTENER: ListenerKind = {
  name: 'node:http',
  create: (options, handler) => new PlainNodeListener(options, handler),
};

/** llhttp in its strict mode as the judge of what is valid, whatever node:http then does with the connection. */
export const JUDGE: ListenerKind = {
  name: 'node:http',
  create: (options, handler) => new PlainNodeListener(options, handler, { patient: true }),
};

/** Options for a test: loopback, a free port, limits that no ordinary message meets. */
export function listenerOptions(overrides: Partial<ListenerOptions> = {}): ListenerOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    reusePort: false,
    headerBytes: 8_192,
    uriBytes: 2_048,
    headersTimeoutMs: 10_000,
    bodyTimeoutMs: 10_000,
    requestTimeoutMs: 30_000,
    idleTimeoutMs: 10_000,
    connectionsMax: 10_000,
    ...overrides,
  };
}

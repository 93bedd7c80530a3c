import { Deadlines } from '../../../packages/gateway/src/upstream/deadlines.ts';
import { TlsListener } from '../../../packages/gateway/src/wire/tls/tls-listener.ts';
import type { ListenerHandler, ListenerOptions } from '../../../packages/gateway/src/wire/wire.ts';
import type { KeyPair } from './certificates.ts';

const LIMITS: ListenerOptions = {
  host: '127.0.0.1',
  port: 0,
  reusePort: false,
  headerBytes: 8192,
  uriBytes: 2048,
  headersTimeoutMs: 5000,
  bodyTimeoutMs: 5000,
  requestTimeoutMs: 20_000,
  idleTimeoutMs: 20_000,
  connectionsMax: 100,
};

/** A TLS listener in this process. */
export function createTestListener(handler: ListenerHandler, pair: KeyPair, limits: Partial<ListenerOptions> = {}): TlsListener {
  const tls = { certificates: [pair], minVersion: 'TLSv1.2', ciphers: undefined, http2: true } as const;
  return new TlsListener(
    { ...LIMITS, ...limits, tls: { ...tls, certificates: [pair] }, ticketKeys: Buffer.alloc(48, 1) },
    handler,
    new Deadlines(),
  );
}

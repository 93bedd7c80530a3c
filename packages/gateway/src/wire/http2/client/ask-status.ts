import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { TargetUrl } from '@gatehouse/contract';
import type { HostAddresses } from '../../dns/host-addresses.ts';

export interface StatusQuestion {
  url: Pick<TargetUrl, 'protocol' | 'authority' | 'socketPath'>;
  path: string;
  timeoutMs: number;
  lookup?: HostAddresses['lookup'] | undefined;
  /** With https. */
  tls: SecureContextOptions & { servername?: string; rejectUnauthorized?: boolean };
}

/** Asks for a path over HTTP/2, on a connection of its own. Resolves with the status; rejects with why there is none. */
export function askStatus({ url: { protocol, authority, socketPath }, path, timeoutMs, tls, lookup }: StatusQuestion): Promise<number> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`${protocol}//${authority}`, {
      ...tls,
      settings: { enablePush: false },
      ...(lookup === undefined ? {} : { lookup }),
      ...(socketPath === undefined ? {} : { createConnection: () => connectTcp({ path: socketPath }) }),
    });
    const end = (settle: () => void) => {
      clearTimeout(timer);
      settle();
      session.destroy();
    };
    const timer = setTimeout(() => end(() => reject(new Error('no answer in time'))), timeoutMs);
    session.on('error', (error: Error) => end(() => reject(error)));
    session.on('close', () => end(() => reject(new Error('The connection was closed'))));
    const stream = session.request({ ':path': path, 'user-agent': 'gatehouse-health-check' });
    stream.on('error', (error: Error) => end(() => reject(error)));
    stream.on('response', (headers) => end(() => resolve(headers[':status'] ?? 0)));
    stream.end();
  });
}
